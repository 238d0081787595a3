"""What each query of the catalogue asks and which terms it names, as RDF: a term that no query reaches can be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ..names import BASE, RDF_TYPE, RDFS_LABEL, TERMS, THINGS, dcterms

FOLDERS = ("reports", "differences", "derive", "checks", "closure", "harvest")
EXECUTABLE = ox.NamedNode("http://www.w3.org/ns/shacl#SPARQLExecutable")
_OURS = (TERMS, THINGS)
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_QUESTION = re.compile(r"^#\+ question@(\w+): *(.+)$", re.MULTILINE)
# What is skipped stands first: a text, a comment. Then an IRI in full, then a name with its prefix.
_TOKEN = re.compile(
    r"""
    (?P<text> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<iri> <[^<>"{}|^`\\\s]*> )
    | (?P<comment> \#[^\n]* )
    | (?P<variable> [?$]\w+ )
    | (?P<prefix> (?:[A-Za-z][\w.-]*)? ) : (?P<local> \w(?:[\w.-]*[\w-])? )
    """,
    re.VERBOSE,
)


def describe(queries: Path) -> Iterator[ox.Triple]:
    """One description per query: its question, and `dcterms:references` for each of our terms and concepts in it."""
    for folder in FOLDERS:
        for path in sorted((queries / folder).glob("*.rq")):
            text = path.read_text(encoding="utf-8")
            subject = ox.NamedNode(f"{BASE}query/{folder}/{path.stem}")
            yield ox.Triple(subject, RDF_TYPE, EXECUTABLE)
            for language, question in sorted(questions(text).items()):
                yield ox.Triple(subject, RDFS_LABEL, ox.Literal(question, language=language))
            for name in sorted(terms_in(text)):
                yield ox.Triple(subject, dcterms("references"), ox.NamedNode(name))


def questions(text: str) -> dict[str, str]:
    """The question of a query by language. Rules are never bound, and their headers are not always YAML."""
    return {language: said.strip().strip('"') for language, said in _QUESTION.findall(text)}


def terms_in(text: str) -> set[str]:
    """The IRIs of the terms and concepts of Stanagraph that a query names."""
    return {iri for iri in iris_in(text) if iri.startswith(_OURS) and not iri.endswith("/")}


def iris_in(text: str) -> set[str]:
    """The IRIs that a query names, outside its texts, comments and prefixes."""
    prefixes = dict(_PREFIX.findall(text))
    found: set[str] = set()
    for token in _TOKEN.finditer(_PREFIX.sub("", text)):
        if token["iri"]:
            found.add(token["iri"].strip("<>"))
        elif token["local"]:
            found.add(prefixes.get(token["prefix"], "") + token["local"])
    return found

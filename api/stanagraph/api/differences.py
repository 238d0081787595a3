"""What has changed between two versions of the ontology: in words, as JSON, as Markdown, as change sets in Turtle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import BASE, TERMS
from stanagraph.graph.ontology.axioms import RDF, Axiom, Part, short
from stanagraph.graph.ontology.diff import Change, Difference

from .axioms import Labels, Teller
from .words import Words, message

_CS = "http://purl.org/vocab/changeset/schema#"
HEADINGS = {
    ("added", "term"): message("Terms added"),
    ("removed", "term"): message("Terms removed"),
    ("deprecated", "term"): message("Terms deprecated"),
    ("moved", "term"): message("Terms moved to another module"),
    ("axioms", "term"): message("Axioms of terms added or removed"),
    ("relabelled", "term"): message("Terms with another label"),
    ("redefined", "term"): message("Terms with another definition"),
    ("reworded", "term"): message("Terms with other notes or examples"),
    ("added", "scheme"): message("Schemes added"),
    ("removed", "scheme"): message("Schemes removed"),
    ("added", "concept"): message("Concepts added"),
    ("removed", "concept"): message("Concepts removed"),
    ("deprecated", "concept"): message("Concepts deprecated"),
    ("axioms", "concept"): message("Concepts with other properties"),
    # Whatever else has changed.
    ("changed", "scheme"): message("Schemes changed"),
    ("changed", "concept"): message("Concepts with other words"),
    ("changed", "ontology"): message("Axioms of no one term added or removed"),
}
_IN_THE_HEAD = ("added", "removed", "deprecated", "moved")
REASONS = {
    "major": message("what was there is gone or says something else, so data or queries may fail"),
    "minor": message("something is added or moved, nothing is lost"),
    "patch": message("only texts have changed"),
}


@dataclass(frozen=True)
class Line:
    """What was said (`−`) or is said now (`+`); a text that has a language carries it."""

    sign: str
    text: str
    language: str = ""

    def __str__(self) -> str:
        return f"{self.sign} {_tagged(self.text, self.language)}"


@dataclass(frozen=True)
class Entry:
    """One change as people read it: its subject's IRI and name, the head that tells it, and lines below."""

    iri: str
    name: str
    head: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Section:
    """Changes of one kind to one kind of thing, as in HEADINGS."""

    kind: str
    of: str
    heading: str
    entries: list[Entry]


def sections(found: Difference, words: Words, labels: Labels) -> list[Section]:
    """The changes under their headings, in the order of a first look."""
    teller = Teller(words, labels)
    grouped: dict[tuple[str, str], list[Entry]] = {}
    for change in found.changes:
        key = (change.kind, change.of)
        other = ("changed", change.of if change.of != "term" else "ontology")
        grouped.setdefault(key if key in HEADINGS else other, []).append(_entry(change, words, teller))
    return [Section(*key, words(heading), grouped[key]) for key, heading in HEADINGS.items() if key in grouped]


def _entry(change: Change, words: Words, teller: Teller) -> Entry:
    subject = ox.NamedNode(change.subject)
    name = teller.name(subject)
    head = f"{name} ({_short(subject)})"
    sides = {sign: _read(side, change, words) for sign, side in (("−", change.before), ("+", change.after))}
    before, after = (", ".join(_said(it, teller) for it in side) for side in sides.values())
    if change.kind == "deprecated" and after:
        head = words("{term}, replaced by {others}", term=head, others=after)
    if change.kind == "moved":
        head = f"{head}: {before or '–'} → {after or '–'}"
    lines = (Line(sign, *_text(it, teller)) for sign, side in sides.items() for it in side)
    return Entry(change.subject, name, head, () if change.kind in _IN_THE_HEAD else tuple(lines))


def _read(side: tuple[Axiom | Part, ...], change: Change, words: Words) -> list[Axiom | Part]:
    """What somebody reads of one side: of texts that changed in both languages, those in the reader's."""
    texts = [it for it in (*change.before, *change.after) if isinstance(it, ox.Literal)]
    mine = {it for it in texts if it.language in (words.language, None)}
    return [it for it in side if not mine or not isinstance(it, ox.Literal) or it in mine]


def _short(subject: ox.NamedNode) -> str:
    name = short(subject)
    return f":{name}" if subject.value.startswith(TERMS) else name


def _said(part: Axiom | Part, teller: Teller) -> str:
    return _tagged(*_text(part, teller))


def _tagged(text: str, language: str) -> str:
    return f"{text}@{language}" if language else text


def _text(part: Axiom | Part, teller: Teller) -> tuple[str, str]:
    """What is said, and the language of a text that has one."""
    if isinstance(part, Axiom):
        return teller(part), ""
    if isinstance(part, ox.Literal):
        return part.value, part.language or ""
    if isinstance(part, ox.NamedNode) and part.value.startswith(f"{BASE}ontology/"):
        return part.value.removeprefix(f"{BASE}ontology/"), ""
    return teller.name(part), ""


def verdict(found: Difference, words: Words) -> str:
    """Which version is due, and why."""
    if found.level is None:
        return words("Nothing has changed: {version} stays.", version=found.old or "–")
    reason, level = words(REASONS[found.level]), words(found.level)
    text = words("{level} change, {due} is due: {reason}.", level=level, due=found.due, reason=reason)
    if found.level == "major" and found.old.startswith("0."):
        text += " " + words("While the first number is 0, such a change raises the second.")
    stands = words("The new version says {version}.", version=found.new or "–")
    return f"{text} {stands}"


def as_json(found: Difference, words: Words, labels: Labels) -> dict[str, Any]:
    """The difference as one JSON object."""
    teller = Teller(words, labels)
    changes = [
        {
            "kind": change.kind,
            "of": change.of,
            "subject": change.subject,
            "label": teller.name(ox.NamedNode(change.subject)),
            "level": change.level,
            "before": [_said(it, teller) for it in change.before],
            "after": [_said(it, teller) for it in change.after],
        }
        for change in found.changes
    ]
    summary: Mapping[str, Any] = {"level": found.level, "due": found.due, "high_enough": found.high_enough}
    return {"from": found.old, "to": found.new, **summary, "reason": verdict(found, words), "changes": changes}


def as_markdown(found: Difference, words: Words, labels: Labels) -> str:
    """The difference as Markdown, as a changelog takes it."""
    lines = [words("## Ontology {old} → {new}", old=found.old or "–", new=found.new or "–"), "", verdict(found, words)]
    for section in sections(found, words, labels):
        lines += ["", f"### {section.heading} ({words.number(len(section.entries))})", ""]
        for entry in section.entries:
            lines += [f"- {entry.head}", *(f"  - {line}" for line in entry.lines)]
    return "\n".join(lines) + "\n"


def as_turtle(found: Difference) -> str:
    """The difference as change sets, in the vocabulary of Talis: what was removed and added, statement by statement."""
    prefixes = {"cs": _CS, "rdf": RDF, "": TERMS, "owl": "http://www.w3.org/2002/07/owl#"}
    prefixes |= {"rdfs": "http://www.w3.org/2000/01/rdf-schema#", "skos": "http://www.w3.org/2004/02/skos/core#"}
    return (ox.serialize(_change_sets(found), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _change_sets(found: Difference) -> Iterator[ox.Triple]:
    kind = ox.NamedNode(RDF + "type")
    for number, change in enumerate(found.changes, 1):
        node = ox.BlankNode(f"change{number}")
        yield ox.Triple(node, kind, ox.NamedNode(_CS + "ChangeSet"))
        yield ox.Triple(node, ox.NamedNode(_CS + "subjectOfChange"), ox.NamedNode(change.subject))
        yield ox.Triple(node, ox.NamedNode(_CS + "changeReason"), ox.Literal(f"{change.kind} ({change.level})"))
        for name, triples in (("removal", change.removed), ("addition", change.added)):
            for at, triple in enumerate(triples, 1):
                part = ox.BlankNode(f"change{number}{name}{at}")
                yield ox.Triple(node, ox.NamedNode(_CS + name), part)
                yield ox.Triple(part, kind, ox.NamedNode(RDF + "Statement"))
                for role in ("subject", "predicate", "object"):
                    yield ox.Triple(part, ox.NamedNode(RDF + role), _of_side(getattr(triple, role), name))


def _of_side(term: ox.NamedNode | ox.BlankNode | ox.Literal, side: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The blank nodes of both versions have names of one kind, and are not the same."""
    return ox.BlankNode(f"{side}{term.value}") if isinstance(term, ox.BlankNode) else term

"""SHACL over the facts, its results told by file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from stanagraph.graph.errors import RowFault
from stanagraph.graph.names import key_of, term

_ABOUT, _TABLE, _LINE = term("about"), term("statedInTable"), term("statedInRow")


def validate(facts: Iterable[ox.Quad], shapes: Path) -> tuple[list[RowFault], Counter[str]]:
    """The violations of the shapes, by row, and how many warnings and remarks there were besides."""
    quads = list(facts)
    data = rdflib.Graph()
    data.parse(data=ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES), format="nt")
    rules = rdflib.Graph()
    for module in sorted(shapes.glob("*.ttl")):
        rules.parse(module, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", meta_shacl=False)
    if not isinstance(report, rdflib.Graph):
        raise TypeError(f"pySHACL failed: {report}")
    places = _places(quads)
    faults: list[RowFault] = []
    others: Counter[str] = Counter()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        if severity != "Violation":
            others[severity.lower()] += 1
            continue
        focus = str(report.value(result, SH.focusNode))
        file, line = places.get(focus, ("", 0))
        path = str(report.value(result, SH.resultPath) or "").rpartition("/")[2]
        message = _message(report, result)
        faults.append(RowFault(file, line, path, key_of(str(report.value(result, SH.value) or focus)), message))
    return faults, others


def _message(report: rdflib.Graph, result: rdflib.term.Node) -> str:
    messages = {getattr(text, "language", None): str(text) for text in report.objects(result, SH.resultMessage)}
    return messages.get("en") or next(iter(messages.values()), "a value that fits the shape")


def _places(quads: Iterable[ox.Quad]) -> dict[str, tuple[str, int]]:
    """For each thing the file and line of the first row that is about it."""
    said: dict[str, dict[ox.NamedNode, list[str]]] = {}
    for quad in quads:
        if quad.predicate in (_ABOUT, _TABLE, _LINE) and isinstance(quad.subject, ox.NamedNode):
            value = quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else ""
            said.setdefault(quad.subject.value, {}).setdefault(quad.predicate, []).append(value)
    places: dict[str, tuple[str, int]] = {}
    for statement, parts in said.items():
        # A column of a table stands in a table too, and a file may be one record without rows.
        if _ABOUT not in parts or _LINE not in parts:
            continue
        place = (parts[_TABLE][0], int(parts[_LINE][0]))
        # A row may be about several things: a nation and its membership, an equipment and its interface.
        for subject in parts[_ABOUT]:
            places.setdefault(subject, place)
        places[statement] = place
    return places

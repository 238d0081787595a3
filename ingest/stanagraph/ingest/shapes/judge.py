"""pySHACL over parts of a graph."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from stanagraph.graph.wording import Wording, message


class Told(NamedTuple):
    """One result of a shape: of which thing, how grave, on which path, of which value, and the message."""

    node: str
    severity: str
    path: str
    value: str | None
    message: str


class Judge:
    """The shapes of a folder, read once."""

    def __init__(self, shapes: Path) -> None:
        self._shapes = rdflib.Graph()
        for module in sorted(shapes.glob("*.ttl")):
            self._shapes.parse(module, format="turtle")

    def results(self, triples: bytes, nodes: Container[str] | None = None) -> list[Told]:
        """What the shapes say of a graph, written as N-Triples; of these things in it, or of all."""
        data, rules = rdflib.Graph(), rdflib.Graph()
        data.parse(data=triples, format="nt")
        # pySHACL changes the shapes that it is given.
        for triple in self._shapes:
            rules.add(triple)
        # Not its own choice of focus nodes: that also leaves out the values which a shape inside a shape is about.
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", meta_shacl=False)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"pySHACL failed: {report}")
        results = (_told(report, node) for node in report.subjects(RDF.type, SH.ValidationResult))
        return sorted((told for told in results if nodes is None or told.node in nodes), key=str)


def _told(report: rdflib.Graph, result: rdflib.term.Node) -> Told:
    messages = {str(getattr(text, "language", "")): str(text) for text in report.objects(result, SH.resultMessage)}
    value, path = report.value(result, SH.value), report.value(result, SH.resultPath)
    return Told(
        str(report.value(result, SH.focusNode)),
        str(report.value(result, SH.resultSeverity)).rpartition("#")[2],
        # A path of several steps has no name.
        path.rpartition("/")[2] if isinstance(path, rdflib.URIRef) else "",
        str(value) if value else None,
        Wording.known(messages, message("a value that fits the shape")),
    )

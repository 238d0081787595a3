"""What a release says of the sources that were taken in: one individual each, in the graph of the source."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from stanagraph.graph.labels import Label
from stanagraph.graph.names import LANDING_PAGE, RDF_TYPE, RDFS_LABEL, dcterms, graph, term, thing, xsd
from stanagraph.graph.workspace import SourceState

from .cells import date_literal, integer_literal

_Said = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def described(state: SourceState, nations: frozenset[str]) -> Iterator[ox.Quad]:
    """The quads that describe a source; `nations` are the codes that are nations and no bodies."""
    where = graph(state.id)
    for subject, predicate, value in _source(state, nations):
        yield ox.Quad(subject, predicate, value, where)


def _source(state: SourceState, nations: frozenset[str]) -> Iterator[_Said]:
    me = thing("source", state.id)
    yield me, RDF_TYPE, term("Source")
    yield me, RDFS_LABEL, ox.Literal(state.id)
    yield me, dcterms("identifier"), ox.Literal(state.id)
    yield me, term("fileName"), ox.Literal(state.name)
    yield me, term("sha256"), ox.Literal(state.sha256)
    yield me, term("byteSize"), integer_literal(state.size)
    yield me, term("retrievedOn"), _moment(state.retrieved)
    yield me, term("readBy"), ox.Literal(f"{state.kind} {state.reader_version}")
    yield me, term("sourceKind"), thing("source-kind", state.source_kind)
    yield me, term("confidence"), thing("confidence", state.confidence)
    if state.captured:
        yield me, term("capturedOn"), date_literal(state.captured)
    if state.url:
        yield me, LANDING_PAGE, ox.NamedNode(state.url)
    for name, text in (("title", state.title), ("publisher", state.publisher), ("license", state.licence)):
        if text:
            yield me, dcterms(name), ox.Literal(text)
    if state.status is not None:
        yield me, term("harvestOutcome"), ox.Literal(state.status.outcome)
        if state.status.stale_since:
            yield me, term("staleSince"), _moment(state.status.stale_since)
    if state.label is not None:
        # Each source bears a label of its own, attached when it was taken in.
        label = thing("label", state.id)
        yield me, term("hasLabel"), label
        yield label, term("labelCreatedOn"), _moment(state.retrieved)
        yield from _label(label, state.label, nations)


def _label(me: ox.NamedNode, label: Label, nations: frozenset[str]) -> Iterator[_Said]:
    yield me, RDF_TYPE, term("ConfidentialityLabel")
    yield me, RDFS_LABEL, ox.Literal(str(label))
    yield me, term("policyIdentifier"), ox.Literal(label.policy)
    yield me, term("classification"), ox.Literal(label.classification)
    if not label.releasable_to:
        return
    category = ox.NamedNode(f"{me.value}/releasable-to")
    yield me, term("hasCategory"), category
    yield category, RDF_TYPE, term("LabelCategory")
    yield category, RDFS_LABEL, ox.Literal("Releasable To")
    yield category, term("categoryType"), thing("category-type", "permissive")
    yield category, term("tagName"), ox.Literal("Releasable To")
    for value in label.releasable_to:
        yield category, term("genericValue"), ox.Literal(value)
        yield me, term("releasableTo"), thing("nation" if value in nations else "body", value)


def _moment(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=xsd("dateTime"))

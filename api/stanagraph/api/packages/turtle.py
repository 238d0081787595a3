"""A package as RDF: what requires what, why, and the requirements, in the terms of the ontology and Dublin Core."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from stanagraph.graph.names import BASE, RDF_TYPE, RDFS_LABEL, dcterms, skos, term, thing, xsd

from .model import DocumentTold, PackageFile, RequirementTold
from .reqif import identifier

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PROV = "http://www.w3.org/ns/prov#"
_PREFIXES = {
    "": f"{BASE}ns/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": _PROV,
    "rdf": _RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Object = ox.NamedNode | ox.Literal


def turtle(package: PackageFile) -> str:
    """The package as Turtle. It `requires` what is tied to its scope and `references` what only may apply.

    Why, each time, is told by a statement about that triple, with the reason as its type and what it goes through
    as its subject.
    """
    written = ox.serialize(_triples(package), format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return written.decode() if written else ""


def _iri(name: str) -> ox.NamedNode:
    return thing(*name.split("/", 1)) if "/" in name and "://" not in name else ox.NamedNode(name)


def _triples(package: PackageFile) -> Iterator[ox.Triple]:
    parts = (package.release, package.scope.id, package.nation.id, package.as_of or "")
    me = ox.NamedNode(f"urn:uuid:{identifier('package', *parts)[1:]}")
    language = package.language
    yield ox.Triple(me, RDF_TYPE, ox.NamedNode(f"{_PROV}Entity"))
    title = f"{package.scope.label} – {package.nation.label}"
    yield ox.Triple(me, dcterms("title"), ox.Literal(title, language=language))
    yield ox.Triple(me, dcterms("subject"), _iri(package.scope.id))
    yield ox.Triple(me, dcterms("audience"), _iri(package.nation.id))
    yield ox.Triple(me, dcterms("created"), ox.Literal(package.made, datatype=xsd("dateTime")))
    yield ox.Triple(me, dcterms("identifier"), ox.Literal(package.release))
    yield ox.Triple(me, dcterms("rights"), ox.Literal(package.disclaimer, language=language))
    if package.as_of:
        yield ox.Triple(me, dcterms("valid"), ox.Literal(package.as_of, datatype=xsd("date")))
    for document in package.documents:
        yield from _document(me, document, language)
    for requirement in package.requirements:
        yield ox.Triple(me, dcterms("hasPart"), _iri(requirement.iri))
        yield from _requirement(requirement, language)


def _document(me: ox.NamedNode, document: DocumentTold, language: str) -> Iterator[ox.Triple]:
    it, link = _iri(document.id), dcterms("requires" if document.applies else "references")
    yield ox.Triple(me, link, it)
    yield ox.Triple(it, RDFS_LABEL, ox.Literal(document.title, language=language))
    for number, reason in enumerate(document.reasons, 1):
        why = ox.BlankNode(f"{identifier('reason', document.id)[1:].replace('-', '')}x{number}")
        yield ox.Triple(why, RDF_TYPE, ox.NamedNode(f"{_RDF}Statement"))
        yield ox.Triple(why, ox.NamedNode(f"{_RDF}subject"), me)
        yield ox.Triple(why, ox.NamedNode(f"{_RDF}predicate"), link)
        yield ox.Triple(why, ox.NamedNode(f"{_RDF}object"), it)
        yield ox.Triple(why, dcterms("type"), thing("application-reason", reason.because.id))
        yield ox.Triple(why, dcterms("subject"), _iri(reason.through.id))
    for edition in document.editions:
        own = _iri(edition.id)
        if edition.id != document.id:
            yield ox.Triple(own, term("editionOf"), it)
        if edition.number:
            yield ox.Triple(own, term("editionNumber"), ox.Literal(edition.number))
        if edition.status:
            yield ox.Triple(own, term("documentStatus"), thing("document-status", edition.status.id))
        if edition.status_as_of:
            yield ox.Triple(own, term("statusAsOf"), _date(edition.status_as_of))
        for base in edition.evidence:
            yield ox.Triple(thing("statement", base.statement), term("about"), own)
            yield from _evidence(base.statement, base.source, base.confidence)


def _requirement(requirement: RequirementTold, language: str) -> Iterator[ox.Triple]:
    me, method = _iri(requirement.iri), requirement.verification
    said: list[tuple[str, Object | None]] = [
        ("requirementOf", _iri(requirement.document)),
        ("clause", ox.Literal(requirement.clause) if requirement.clause else None),
        ("requirementSubject", _iri(requirement.subject.id)),
        ("aboutParameter", thing("parameter", requirement.parameter.id)),
        ("comparator", thing("comparator", requirement.comparator.id)),
        ("requiredValue", ox.Literal(requirement.value)),
        ("requiredNumber", _decimal(requirement.number)),
        ("requiredHighNumber", _decimal(requirement.high)),
        ("verificationMethod", thing("verification-method", method.id) if method else None),
    ]
    yield ox.Triple(me, RDF_TYPE, term("Requirement"))
    yield ox.Triple(me, dcterms("identifier"), ox.Literal(requirement.id))
    for name, value in said:
        if value is not None:
            yield ox.Triple(me, term(name), value)
    for base in requirement.evidence:
        own = thing("statement", base.statement)
        yield ox.Triple(own, term("about"), me)
        yield from _evidence(base.statement, base.source, base.confidence)
        if base.note:
            yield ox.Triple(own, skos("note"), ox.Literal(base.note))


def _evidence(statement: str, source: str, confidence: str) -> Iterator[ox.Triple]:
    own = thing("statement", statement)
    yield ox.Triple(own, ox.NamedNode(f"{_PROV}hadPrimarySource"), thing("source", source))
    yield ox.Triple(own, term("confidence"), thing("confidence", confidence))


def _decimal(number: str | None) -> ox.Literal | None:
    return ox.Literal(number, datatype=xsd("decimal")) if number else None


def _date(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=xsd({4: "gYear", 7: "gYearMonth"}.get(len(text), "date")))

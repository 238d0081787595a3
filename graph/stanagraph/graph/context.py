"""The JSON-LD context of Stanagraph, made from the terms of the ontology and never fetched from anywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyoxigraph as ox

from .names import BASE, RDF_TYPE, TERMS
from .ontology.axioms import OWL, RDFS
from .reasoning import ontology_files
from .resources import folder

ADDRESS = f"{BASE}context.jsonld"
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": OWL,
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": RDFS,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "unit": "http://qudt.org/vocab/unit/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_WORDS: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "label": "rdfs:label",
    "identifier": "dcterms:identifier",
    "note": "skos:note",
    "sameAs": {"@id": "owl:sameAs", "@type": "@id"},
    "exactMatch": {"@id": "skos:exactMatch", "@type": "@id"},
}


@cache
def context() -> dict[str, Any]:
    """The context: each class and property of the ontology by its name, with the kind of its values.

    A key that no term has becomes a term that does not exist, so that a reader can say so: without that, JSON-LD
    drops it in silence.
    """
    named: dict[str, Any] = {}
    ranges: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for path in ontology_files(folder("ontology")):
        for quad in ox.parse(path=path):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(TERMS):
                continue
            if quad.predicate == RDF_TYPE and isinstance(value, ox.NamedNode) and value.value.startswith(OWL):
                # A property may be functional besides: its kind is what tells things from texts.
                if value.value.removeprefix(OWL) in ("Class", "ObjectProperty", "DatatypeProperty"):
                    kinds[subject.value] = value.value.removeprefix(OWL)
            elif quad.predicate.value == f"{RDFS}range" and isinstance(value, ox.NamedNode):
                ranges[subject.value] = value.value
    for iri, kind in sorted(kinds.items()):
        short = f"ns:{iri.removeprefix(TERMS)}"
        datatype = ranges.get(iri, "").replace(_PREFIXES["xsd"], "xsd:")
        if kind == "ObjectProperty":
            named[iri.removeprefix(TERMS)] = {"@id": short, "@type": "@id"}
        elif kind == "DatatypeProperty" and datatype.startswith("xsd:") and datatype != "xsd:string":
            named[iri.removeprefix(TERMS)] = {"@id": short, "@type": datatype}
        else:
            named[iri.removeprefix(TERMS)] = short
    return {"@version": 1.1, "@vocab": TERMS, "ns": TERMS, **_PREFIXES, **_WORDS, **named}

"""The IRIs of Stanagraph, made and read in one place."""

from __future__ import annotations

from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

BASE = "https://w3id.org/stanagraph/"
TERMS = f"{BASE}ns/"
THINGS = f"{BASE}id/"
GRAPHS = f"{BASE}graph/"
STATEMENTS = f"{THINGS}statement/"

# The source that the tables of data/ are.
PUBLIC_DATA = "stanagraph-public-data"

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
SAME_AS = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
PRIMARY_SOURCE = NamedNode("http://www.w3.org/ns/prov#hadPrimarySource")
LANDING_PAGE = NamedNode("http://www.w3.org/ns/dcat#landingPage")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"


def term(name: str) -> NamedNode:
    """The class or property of this name in the ontology."""
    return NamedNode(TERMS + name)


def thing(kind: str, key: str) -> NamedNode:
    """The individual or concept of this kind with this key (`thing("equipment", "pzh-2000")`)."""
    return NamedNode(f"{THINGS}{kind}/{quote(key, safe='/.,+~()')}")


def graph(name: str) -> NamedNode:
    """The named graph of one source, or of one step of the release."""
    return NamedNode(f"{GRAPHS}{quote(name, safe='/')}")


def key_of(iri: str) -> str:
    """The key inside the IRI of a thing; any other IRI comes back whole."""
    if not iri.startswith(THINGS):
        return iri
    return unquote(iri.removeprefix(THINGS).partition("/")[2])


def kind_of(iri: str) -> str:
    """The kind inside the IRI of a thing, or the empty string."""
    return iri.removeprefix(THINGS).partition("/")[0] if iri.startswith(THINGS) else ""


def xsd(name: str) -> NamedNode:
    """A datatype of XML Schema."""
    return NamedNode(_XSD + name)


def skos(name: str) -> NamedNode:
    """A term of SKOS."""
    return NamedNode(_SKOS + name)


def dcterms(name: str) -> NamedNode:
    """A term of Dublin Core."""
    return NamedNode(_DCTERMS + name)


ONTOLOGY_GRAPH = graph("ontology")
INFERRED_GRAPH = graph("inferred")
DERIVED_GRAPH = graph("derived")

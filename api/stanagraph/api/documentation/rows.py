"""What a page says of a term or a module, row by row, as HTML in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, dcterms, skos

from ..words import message
from .expressions import Expressions
from .library import ONTOLOGY, ROOT, SCHEME
from .model import Model, Term
from .statements import owl, rdfs
from .wording import DocumentationWords

# What is said of a term, in the order in which it is shown. The names are ours: pyLODE knows but a few of them.
ROWS = {
    "definition": message("Definition"),
    "example": message("Example"),
    "retired": message("Retired"),
    "replacement": message("Replaced by"),
    "superclass": message("Kind of"),
    "equivalent": message("Is exactly"),
    "subclass": message("Kinds of it"),
    "disjoint": message("Never also"),
    "key": message("Told apart by"),
    "domain": message("Said of"),
    "range": message("Value"),
    "vocabulary": message("Vocabulary"),
    "nature": message("Nature"),
    "superproperty": message("More precise than"),
    "subproperty": message("More precise ones"),
    "inverse": message("Read backwards"),
    "chain": message("Follows from"),
    "outgoing": message("Has"),
    "incoming": message("Is value of"),
    "constraint": message("Checked"),
    "question": message("Asked by"),
    "match": message("Elsewhere"),
    "source": message("Source"),
    "note": message("Note"),
}
_HEADER = {
    "imports": message("Parts"),
    "version": message("Version"),
    "prior": message("Version before"),
    "licence": message("Licence"),
}
_NATURES = {
    "FunctionalProperty": message("at most one value"),
    "InverseFunctionalProperty": message("a value belongs to one thing only"),
    "TransitiveProperty": message("goes on from step to step"),
    "SymmetricProperty": message("holds both ways"),
    "AsymmetricProperty": message("never holds both ways"),
    "ReflexiveProperty": message("holds of each thing with itself"),
    "IrreflexiveProperty": message("never holds of a thing with itself"),
}
SEVERITIES = {
    "violation": message("must"),
    "warning": message("looks wrong otherwise"),
    "info": message("welcome"),
}
_KNOWN_NOTES = {"coined here": message("coined here")}
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_NOTES = (skos("editorialNote"), skos("note"), skos("scopeNote"), skos("changeNote"))


def said_of(term: Term, say: Expressions, questions: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """What a page says of a term: pairs of row and HTML; `questions` are the reports that use each term."""
    model, language, words = say.model, say.language, say.words
    node = ox.NamedNode(term.iri)

    def texts(predicate: ox.NamedNode) -> Iterable[str]:
        for text, spoken in model.texts(node, predicate, language):
            if text in _KNOWN_NOTES:
                yield escape(words(_KNOWN_NOTES[text]))
            else:
                yield escape(text) if spoken == language else f'<span lang="{spoken}">{escape(text)}</span>'

    for text in texts(skos("definition")):
        yield "definition", text
    for text in texts(skos("example")):
        yield "example", text
    if any(found.value == "true" for found in model.objects(node, owl("deprecated"))):
        yield "retired", escape(words("kept for those who use it; no longer to be used"))
    for iri in model.iris(node, dcterms("isReplacedBy")):
        yield "replacement", say.link(iri)
    above = "superclass" if term.kind == "class" else "superproperty"
    below = "subclass" if term.kind == "class" else "subproperty"
    predicate = "subClassOf" if term.kind == "class" else "subPropertyOf"
    for found in model.classes(node, rdfs(predicate)):
        yield above, say.of(found)
    for equivalent in ("equivalentClass", "equivalentProperty"):
        for found in model.classes(node, owl(equivalent)):
            yield "equivalent", say.of(found)
    if subs := model.referring(term.iri, rdfs(predicate)):
        yield below, say.links(subs)
    if disjoint := model.either_way(term.iri, owl("disjointWith")):
        yield "disjoint", say.links(disjoint)
    for key in model.lists(node, owl("hasKey")):
        yield "key", f" {escape(words('and'))} ".join(say.of(part) for part in key)
    if term.kind != "class":
        yield from _of_property(say, term)
    else:
        for row, end in (("outgoing", "domain"), ("incoming", "range")):
            if found_at := model.with_end(end, term.iri):
                yield row, say.links(t.iri for t in model.sorted((model.terms[iri] for iri in found_at), language))
        for one in model.shapes.constraints.get(term.iri, ()):
            text = one.message.get(language) or one.message["en"]
            strict = words(SEVERITIES[one.severity])
            yield "constraint", f'<span class="severity {one.severity}">{escape(strict)}</span> {escape(text)}'
    if asked := questions.get(term.iri):
        links = (f'<a href="questions.{language}.html#{name}">{escape(name)}</a>' for name in asked)
        yield "question", ", ".join(links)
    for iri in [*(i for name in _MATCHES for i in model.iris(node, skos(name))), *model.iris(node, rdfs("seeAlso"))]:
        yield "match", say.link(iri)
    for iri in model.iris(node, dcterms("source")):
        yield "source", f'<a href="{escape(iri)}">{escape(iri)}</a>'
    for text in texts(dcterms("source")):
        yield "source", text
    for predicate_ in _NOTES:
        for text in texts(predicate_):
            yield "note", text


def _of_property(say: Expressions, term: Term) -> Iterable[tuple[str, str]]:
    model, words, node = say.model, say.words, ox.NamedNode(term.iri)
    for row in ("domain", "range"):
        for found in model.classes(node, rdfs(row)):
            if row == "range" and model.is_date(term.iri):
                yield row, escape(words("a date, as precise as the source: a year, a month or a day"))
            else:
                yield row, say.of(found)
    if schemes := model.shapes.schemes_of(term.iri):
        yield "vocabulary", say.links(SCHEME + scheme for scheme in schemes)
    natures = [name for name in _NATURES if owl(name).value in model.iris(node, RDF_TYPE)]
    if natures:
        yield "nature", escape("; ".join(words(_NATURES[name]) for name in natures))
    if inverses := model.either_way(term.iri, owl("inverseOf")):
        yield "inverse", say.links(inverses)
    for chain in model.lists(node, owl("propertyChainAxiom")):
        yield "chain", f" <em>{escape(words('then'))}</em> ".join(say.of(part) for part in chain)


def header_rows(model: Model, module: str, language: str) -> Sequence[tuple[str, str]]:
    """What the ontology says of a module itself: pairs of name and HTML."""
    words = DocumentationWords(language)
    iri = ox.NamedNode(ONTOLOGY if module == ROOT else f"{ONTOLOGY}/{module}")
    rows = [("IRI", f"<code>{escape(iri.value)}</code>")]
    for version in model.iris(iri, owl("versionIRI")):
        rows.append((words(_HEADER["version"]), f"<code>{escape(version)}</code>"))
    for version in model.iris(iri, owl("priorVersion")):
        rows.append((words(_HEADER["prior"]), f'<a href="changes.{language}.html"><code>{escape(version)}</code></a>'))
    for licence in model.iris(iri, dcterms("license")):
        rows.append((words(_HEADER["licence"]), f'<a href="{escape(licence)}" rel="license">{escape(licence)}</a>'))
    if parts := model.iris(iri, owl("imports")):
        names = [part.removeprefix(f"{ONTOLOGY}/") for part in parts]
        links = (f'<a href="{name}.{language}.html">{escape(model.title(name, language))}</a>' for name in names)
        rows.append((words(_HEADER["imports"]), ", ".join(links)))
    return rows

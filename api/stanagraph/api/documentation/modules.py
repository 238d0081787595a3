"""The description of a module, made by pyLODE from a graph that is prepared for it, in one language.

pyLODE brings its own headings, which are English, and looks up names in vocabularies that it brings; here it gets both
in the language of the page. What it cannot show (unions, chains, keys, what shapes demand) it gets as finished text.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, dcterms, skos

from ..words import message
from .library import NS, ONTOLOGY, ROOT, SCHEME
from .model import Model, Term, owl, rdfs
from .wording import DocumentationWords

# What is said of a term, in the order in which it is shown. The names are ours: pyLODE knows but a few of them.
_ROWS = {
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
_SECTIONS = {
    "class": message("Classes"),
    "object": message("Object properties"),
    "data": message("Datatype properties"),
    "annotation": message("Annotation properties"),
}
_IDS = {"class": "classes", "object": "object-properties", "data": "datatype-properties", "annotation": "annotations"}
_MARKS = {
    "c": message("class"),
    "op": message("object property"),
    "dp": message("datatype property"),
    "ap": message("annotation property"),
}
_TYPES = {"class": "Class", "object": "ObjectProperty", "data": "DatatypeProperty", "annotation": "AnnotationProperty"}
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
_PAGE = "urn:stanagraph:page:"
_NOTES = (skos("editorialNote"), skos("note"), skos("scopeNote"), skos("changeNote"))


class Expressions:
    """Class expressions and links as HTML, in the words of one language."""

    def __init__(self, model: Model, language: str, up: str = "") -> None:
        self.model, self.language, self.up = model, language, up
        self.words = DocumentationWords(language)

    def link(self, iri: str) -> str:
        """A link to where a thing is described."""
        href = self.model.href(iri, self.language, self.up)
        return f'<a href="{escape(href)}">{escape(self.model.label(iri, self.language))}</a>'

    def links(self, iris: Iterable[str]) -> str:
        """Links one after the other."""
        return ", ".join(self.link(iri) for iri in iris)

    def of(self, node: Any) -> str:
        """What a class expression or a list means."""
        if isinstance(node, ox.NamedNode):
            return self.link(node.value)
        if isinstance(node, ox.Literal):
            return f"“{escape(node.value)}”"
        model = self.model
        for name, word in (("unionOf", self.words("or")), ("intersectionOf", self.words("and"))):
            for parts in model.objects(node, owl(name)):
                found = f" <em>{escape(word)}</em> ".join(self._inside(part) for part in model.items(parts))
                return found
        for parts in model.objects(node, owl("oneOf")):
            return f"{escape(self.words('one of'))} {', '.join(self.of(part) for part in model.items(parts))}"
        for part in model.objects(node, owl("complementOf")):
            return f"<em>{escape(self.words('not'))}</em> {self._inside(part)}"
        for prop in model.objects(node, owl("onProperty")):
            return self._restriction(node, prop)
        return escape(self.words("an expression"))

    def _inside(self, node: Any) -> str:
        whole = isinstance(node, ox.NamedNode | ox.Literal) or self.model.objects(node, owl("onProperty"))
        return self.of(node) if whole else f"({self.of(node)})"

    def _restriction(self, node: Any, prop: Any) -> str:
        words, model = self.words, self.model
        inverse = model.objects(prop, owl("inverseOf")) if isinstance(prop, ox.BlankNode) else []
        name = f"{escape(words('the reverse of'))} {self.of(inverse[0])}" if inverse else self.of(prop)
        for kind, text in (
            ("someValuesFrom", words("at least one")),
            ("allValuesFrom", words("only")),
            ("hasValue", words("is")),
        ):
            for value in model.objects(node, owl(kind)):
                # Of anything whatever there is nothing to say.
                of = "" if value == owl("Thing") else f" {self._inside(value)}"
                return f"{name} <em>{escape(text)}</em>{of}"
        for kind, text in (
            ("minCardinality", words("at least")),
            ("minQualifiedCardinality", words("at least")),
            ("maxCardinality", words("at most")),
            ("maxQualifiedCardinality", words("at most")),
            ("cardinality", words("exactly")),
            ("qualifiedCardinality", words("exactly")),
        ):
            for value in model.objects(node, owl(kind)):
                count = value.value if isinstance(value, ox.Literal) else ""
                of = " ".join(self._inside(found) for found in model.objects(node, owl("onClass")))
                return f"{name} <em>{escape(text)} {escape(count)}</em> {of}".rstrip()
        return name


def module_html(model: Model, module: str, language: str, questions: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The contents of a module's page and its table of contents, both as HTML."""
    page = _page_class()(model, module, language, questions)
    return page.body(), page.contents()


def _page_class() -> Any:
    """A subclass of pyLODE's OntPub; made here because pyLODE is imported only to make the pages."""
    from dominate.tags import a, div, h2, li, ul

    # pyLODE configures the logging of the whole process when it is imported.
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    from pylode.profiles import ontpub

    root.handlers[:] = handlers
    root.setLevel(level)
    from rdflib import DCTERMS, OWL, RDF, Graph, Literal, URIRef

    class ModulePage(ontpub.OntPub):  # type: ignore[misc]
        def __init__(self, model: Model, module: str, language: str, questions: Mapping[str, Sequence[str]]) -> None:
            self.model, self.module, self.language = model, module, language
            self.questions = questions
            self.words = DocumentationWords(language)
            self.expressions = Expressions(model, language)
            self.iri = ONTOLOGY if module == ROOT else f"{ONTOLOGY}/{module}"
            self.toc: dict[str, list[tuple[str, Any]]] = {}
            # The anchor of a term is its name, and not its label, which is another one in each language.
            self.fids = {term.iri: term.name for term in model.terms.values()}
            self.ns = ("", NS)
            self.back_onts = Graph(bind_namespaces="none")
            self.props_labeled = {
                URIRef(_PAGE + name): {"title": name, "description": "", "ont_title": ""} for name in _ROWS
            }
            self.ont = Graph(bind_namespaces="none")
            self._prepare()

        # The graph that pyLODE shows.

        def _prepare(self) -> None:
            model, language = self.model, self.language
            mine = model.sorted(model.of_module(self.module), language)
            for term in model.terms.values():
                shown = self.ont if term.module == self.module else self.back_onts
                shown.add((URIRef(term.iri), DCTERMS.title, Literal(model.label(term.iri, language))))
            for term in model.terms.values():
                if term.module != self.module:
                    self.back_onts.add((URIRef(term.iri), RDF.type, OWL[_TYPES[term.kind]]))
            for term in mine:
                self.ont.add((URIRef(term.iri), RDF.type, OWL[_TYPES[term.kind]]))
                for row, html in _said(self, term):
                    self.ont.add((URIRef(term.iri), URIRef(_PAGE + row), Literal(f"<div>{html}</div>")))

        # The parts of the page.

        def body(self) -> str:
            parts = [self._section(kind) for kind in _SECTIONS if self.model.of_module(self.module, kind)]
            for part in parts:
                self._mend(part)
            return "".join(str(part.render(indent="", pretty=False)) for part in parts)

        def _section(self, kind: str) -> Any:
            return ontpub.section_html(
                self.words(_SECTIONS[kind]), self.ont, self.back_onts, self.ns, OWL[_TYPES[kind]],
                [*self.props_labeled, DCTERMS.title], self.toc, _IDS[kind], self.fids, self.props_labeled,
            )  # fmt: skip

        def _mend(self, part: Any) -> None:
            """Give the marks and rows their words, and terms of other modules their page."""
            for mark in part.get("sup"):
                mark["title"] = self.words(_MARKS[str(mark.children[0])])
            for link in part.get("a"):
                target = NS + str(link["href"]).removeprefix("#") if str(link["href"]).startswith("#") else ""
                if target in self.model.terms:
                    link["href"] = self.model.href(target, self.language)
            for row in part.get("a", cls="hover_property"):
                name = row["href"].removeprefix(_PAGE)
                row.clear()
                row.add(self.words(_ROWS[name]))
                row.tagname = "span"
                for attribute in ("href", "title"):
                    del row[attribute]

        def contents(self) -> str:
            listing = div(cls="contents")
            for kind, heading in _SECTIONS.items():
                if found := self.toc.get(_IDS[kind]):
                    listing.add(h2(a(self.words(heading), href=f"#{_IDS[kind]}")))
                    items = listing.add(ul())
                    for href, title in found:
                        items.add(li(a(str(title[0]), href=href)))
            return str(listing.render(indent="", pretty=False))

    return ModulePage


def _said(page: Any, term: Term) -> Iterable[tuple[str, str]]:
    """What the page says of a term: pairs of row and HTML."""
    model, language, words, say = page.model, page.language, page.words, page.expressions
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
    for found in model.objects(node, rdfs(predicate)):
        yield above, say.of(found)
    for equivalent in ("equivalentClass", "equivalentProperty"):
        for found in model.objects(node, owl(equivalent)):
            yield "equivalent", say.of(found)
    if subs := model.subs(term.iri, predicate):
        yield below, say.links(subs)
    if disjoint := page.model.disjoint_with(term.iri):
        yield "disjoint", say.links(disjoint)
    for key in model.objects(node, owl("hasKey")):
        yield "key", f" {escape(words('and'))} ".join(say.of(part) for part in model.items(key))
    if term.kind != "class":
        yield from _of_property(model, words, say, term)
    else:
        for row, end in (("outgoing", "domain"), ("incoming", "range")):
            if found_at := model.with_end(end, term.iri):
                yield row, say.links(t.iri for t in model.sorted((model.terms[iri] for iri in found_at), language))
        for one in model.constraints.get(term.iri, ()):
            text = one.message.get(language) or one.message["en"]
            strict = words(SEVERITIES[one.severity])
            yield "constraint", f'<span class="severity {one.severity}">{escape(strict)}</span> {escape(text)}'
    if asked := page.questions.get(term.iri):
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


def _of_property(model: Model, words: DocumentationWords, say: Expressions, term: Term) -> Iterable[tuple[str, str]]:
    node = ox.NamedNode(term.iri)
    for row in ("domain", "range"):
        for found in model.objects(node, rdfs(row)):
            if row == "range" and model.is_date(term.iri):
                yield row, escape(words("a date, as precise as the source: a year, a month or a day"))
            else:
                yield row, say.of(found)
    if schemes := model.schemes_of(term.iri):
        yield "vocabulary", say.links(SCHEME + scheme for scheme in schemes)
    natures = [name for name in _NATURES if owl(name).value in model.iris(node, RDF_TYPE)]
    if natures:
        yield "nature", escape("; ".join(words(_NATURES[name]) for name in natures))
    if inverses := model.inverses(term.iri):
        yield "inverse", say.links(inverses)
    for chain in model.objects(node, owl("propertyChainAxiom")):
        yield "chain", f" <em>{escape(words('then'))}</em> ".join(say.of(part) for part in model.items(chain))


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

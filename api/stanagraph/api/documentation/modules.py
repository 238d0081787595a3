"""The description of a module, made by pyLODE from a graph that is prepared for it, in one language.

pyLODE brings its own headings, which are English, and looks up names in vocabularies that it brings; here it gets both
in the language of the page. What it cannot show (unions, chains, keys, what shapes demand) it gets as finished text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ..words import message
from .expressions import Expressions
from .library import NS, ONTOLOGY, ROOT
from .model import Model
from .rows import ROWS, said_of
from .wording import DocumentationWords

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
_PAGE = "urn:stanagraph:page:"


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
                URIRef(_PAGE + name): {"title": name, "description": "", "ont_title": ""} for name in ROWS
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
                for row, html in said_of(term, self.expressions, self.questions):
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
                row.add(self.words(ROWS[name]))
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

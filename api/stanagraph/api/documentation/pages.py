"""The pages of the documentation in one language, from templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stanagraph.graph.names import RDF_TYPE, dcterms, skos
from stanagraph.graph.ontology.diff import Difference

from ..axioms import Labels
from ..differences import sections, verdict
from ..words import LANGUAGES, message, sentence
from .diagrams import diagram
from .library import ONTOLOGY, ROOT, SCHEME
from .model import KINDS, Model, in_order
from .modules import module_html
from .questions import asked_by, questions
from .rows import SEVERITIES, header_rows
from .wording import DocumentationWords

_HERE = Path(__file__).parent
_ATLAS = _HERE.parent / "server" / "templates" / "atlas.css"
_GROUPS = (
    (
        "derive",
        message("Rules of derivation"),
        message("They make the verdicts, gaps and actions, in the order of their numbers."),
    ),
    (
        "closure",
        message("Rules of closure"),
        message("Rules of OWL 2 RL, repeated until nothing new follows."),
    ),
    (
        "checks",
        message("Checks"),
        message("Each finds something only when something is wrong; one row stops a release."),
    ),
)
_KIND_WORDS = {
    "class": message("class"),
    "object": message("object property"),
    "data": message("datatype property"),
    "annotation": message("annotation property"),
}


class Pages:
    """Every page and diagram; `since` is what has changed since each earlier version."""

    def __init__(self, model: Model, language: str, since: Mapping[str, Difference], labels: Labels) -> None:
        self.model, self.library, self.language = model, model.library, language
        self.since, self.labels = since, labels
        self.words = DocumentationWords(language)
        self.style = Markup(_ATLAS.read_text("utf-8") + (_HERE / "templates" / "documentation.css").read_text("utf-8"))
        self.environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def all(self) -> Iterator[tuple[str, str]]:
        """The place and the text of each."""
        asked = asked_by(self.model)
        for module in self.library.modules:
            drawn = diagram(self.model, module, self.language)
            yield f"{module}.{self.language}.svg", drawn
            yield self._module(module, drawn, asked)
        for scheme in self.library.schemes:
            yield self._vocabulary(scheme)
        yield self._index()
        yield self._shapes()
        yield self._questions()
        yield self._rules()
        yield self.changes()

    def _render(self, template: str, path: str, **context: Any) -> tuple[str, str]:
        up = "../" if "/" in path else ""
        language = self.language
        # What a term of another file links to depends on where the page lies; labels are the same everywhere.
        self.environment.globals |= {
            "_": self.words,
            "lang": language,
            "href": lambda iri: self.model.href(iri, language, up),
            "label": lambda iri: self.model.label(iri, language),
            "short": self.model.short,
        }
        text = self.environment.get_template(template).render(
            style=self.style,
            up=up,
            name=path.rpartition("/")[2],
            other=next(code for code in LANGUAGES if code != language),
            version=self.library.version,
            **context,
        )
        return f"{path}.{language}.html", text

    def _text(self, iri: str, predicate: ox.NamedNode) -> str:
        return self.model.text(iri, predicate, self.language)

    def _iri(self, module: str) -> str:
        return ONTOLOGY if module == ROOT else f"{ONTOLOGY}/{module}"

    def _module(self, module: str, drawn: str, asked: Mapping[str, list[str]]) -> tuple[str, str]:
        model, language = self.model, self.language
        body, contents = module_html(model, module, language, asked)
        index: list[dict[str, str]] = []
        if module == ROOT:
            contents = self._initials()
            for term in model.sorted(model.terms.values(), language):
                index.append(
                    {
                        "name": term.name,
                        "label": model.label(term.iri, language),
                        "href": model.href(term.iri, language),
                        "kind": _KIND_WORDS[term.kind],
                        "definition": self._text(term.iri, skos("definition")),
                        "module": term.module,
                        "module_title": model.title(term.module, language),
                    }
                )
        return self._render(
            "module.html", module,
            module=module,
            title=model.title(module, language),
            description=self._text(self._iri(module), dcterms("description")),
            header=[(row, Markup(html)) for row, html in header_rows(model, module, language)],
            shapes=module in self.library.names("shapes"),
            diagram=Markup(drawn),
            overview=module == ROOT,
            body=Markup(body),
            contents=Markup(contents),
            index=index,
            foreign=self._foreign() if index else [],
        )  # fmt: skip

    def _initials(self) -> str:
        """The rail of the page of all terms: its modules."""
        model, language = self.model, self.language
        items = "".join(
            f'<li><a href="{module}.{language}.html">{Markup.escape(model.title(module, language))}</a></li>'
            for module in self.library.modules[1:]
        )
        heads = [("diagram", self.words("Overview")), ("terms", self.words("All terms"))]
        links = "".join(f'<h2><a href="#{place}">{Markup.escape(text)}</a></h2>' for place, text in heads)
        return f'<div class="contents">{links}<h2>{Markup.escape(self.words("Modules"))}</h2><ul>{items}</ul></div>'

    def _foreign(self) -> list[dict[str, str]]:
        found = []
        for t in self.library.document(ROOT).triples:
            kind = KINDS.get(t.object.value) if isinstance(t.object, ox.NamedNode) else None
            if kind and t.predicate == RDF_TYPE and isinstance(t.subject, ox.NamedNode):
                iri = t.subject.value
                found.append({"iri": iri, "short": self.model.short(iri), "kind": _KIND_WORDS[kind]})
        return sorted(found, key=lambda one: one["short"])

    def _vocabulary(self, scheme: str) -> tuple[str, str]:
        model, language, iri = self.model, self.language, SCHEME + scheme
        found = model.concepts_of(scheme)
        children: dict[str, list[str]] = {}
        for concept in found:
            for above in model.iris(ox.NamedNode(concept.iri), skos("broader")):
                children.setdefault(above, []).append(concept.iri)
        concepts = [
            {
                "notation": concept.notation,
                "depth": concept.depth,
                "label": model.label(concept.iri, language),
                "definition": self._text(concept.iri, skos("definition")),
                "notes": [
                    text
                    for name in ("scopeNote", "note", "example", "editorialNote")
                    for text in model.texts(ox.NamedNode(concept.iri), skos(name), language)
                ],
                "links": [
                    link
                    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
                    for link in model.iris(ox.NamedNode(concept.iri), skos(name))
                ],
                "broader": model.iris(ox.NamedNode(concept.iri), skos("broader")),
                "narrower": children.get(concept.iri, []),
            }
            for concept in found
        ]
        terms = model.sorted(model.terms.values(), language)
        used = [term.iri for term in terms if scheme in model.shapes.schemes_of(term.iri)]
        title = model.label(iri, language)
        return self._render(
            "vocabulary.html", f"vocabularies/{scheme}",
            title=title[:1].upper() + title[1:],
            definition=self._text(iri, skos("definition")),
            iri=iri,
            scheme=scheme,
            used=used,
            concepts=concepts,
            nested=bool(children),
        )  # fmt: skip

    def _index(self) -> tuple[str, str]:
        model, language = self.model, self.language
        modules = [
            {
                "name": module,
                "title": model.title(module, language),
                "description": self._text(self._iri(module), dcterms("description")),
                "classes": len(model.of_module(module, "class")),
                "properties": len(model.of_module(module)) - len(model.of_module(module, "class")),
            }
            for module in self.library.modules[1:]
        ]
        schemes = [
            {
                "name": scheme,
                "title": model.label(SCHEME + scheme, language),
                "definition": self._text(SCHEME + scheme, skos("definition")),
                "count": len(model.concepts_of(scheme)),
            }
            for scheme in self.library.schemes
        ]
        return self._render(
            "index.html", "index",
            description=self._text(ONTOLOGY, dcterms("description")),
            modules=modules,
            schemes=sorted(schemes, key=lambda scheme: in_order(str(scheme["title"]))),
            shapes=self.library.names("shapes"),
            alignments=self.library.names("alignments"),
            versions=self.library.versions,
        )  # fmt: skip

    def _shapes(self) -> tuple[str, str]:
        shapes = [
            {
                "name": name,
                "targets": self.model.shapes.targets_of(name),
                "constraints": self.model.shapes.constraints_of(name),
            }
            for name in self.library.shapes
        ]
        return self._render(
            "shapes.html", "shapes",
            shapes=shapes,
            documents=self.library.names("shapes"),
            severity=lambda one: self.words(SEVERITIES[one]),
        )  # fmt: skip

    def _questions(self) -> tuple[str, str]:
        return self._render("questions.html", "questions", questions=questions(self.model, "reports"))

    def _rules(self) -> tuple[str, str]:
        groups = [
            (kind, self.words(heading), self.words(text), questions(self.model, kind))
            for kind, heading, text in _GROUPS
        ]
        return self._render("rules.html", "rules", groups=groups)

    def changes(self) -> tuple[str, str]:
        """The page of changes: its place and its text."""
        versions = [
            {
                "version": number,
                "verdict": sentence(verdict(found, self.words)),
                "sections": sections(found, self.words, self.labels),
            }
            for number, found in self.since.items()
        ]
        return self._render("changes.html", "changes", versions=versions)

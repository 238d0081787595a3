"""The pages: what each shows, put together from views and handed to its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pyoxigraph import NamedNode

from stanagraph.graph.names import key_of, thing
from stanagraph.graph.verdicts import VERDICTS, Verdict

from ..explanations import Labels
from . import choices
from .paging import Page, page_of
from .parameters import PageParameters
from .rendering import render
from .representations import link_to
from .serving import Serving
from .views.gaps import causes_of, gaps_of
from .views.matrix import matrix_of
from .wording import PageWords

ALL = "all"
_ROWS = 100
_WHOLE = 1000


def overview_page(request: Request, serving: Serving, language: str, parameters: PageParameters) -> str:
    """The matrix and the gaps of one munition class; the gaps of another, or of all, if asked for."""
    asked = {"class": parameters.class_ or "155mm"}
    gap_class = "" if parameters.gapClass == ALL else parameters.gapClass or asked["class"]
    filters = {"class": gap_class, "nation": parameters.nation, "cause": parameters.cause, "asOf": parameters.asOf}
    question = {name: value for name, value in filters.items() if value}
    page = page_of(serving.ask("gaps", question.items()), serving.identifier, question, _ROWS, parameters.cursor)
    labels = Labels(serving.store, language)
    return render(
        "overview.html", request, language, serving,
        matrix=_matrix(serving, labels, language, asked, "/"),
        gaps=_gaps(request, serving, labels, language, page, question, "/", "gapClass", {"class": asked["class"]}),
        facts=_facts(serving),
    )  # fmt: skip


def matrix_page(request: Request, serving: Serving, language: str, page: Page) -> str:
    """The matrix alone."""
    asked = {
        name: request.query_params[name] for name in ("class", "using", "providing") if request.query_params.get(name)
    }
    view = _matrix(serving, Labels(serving.store, language), language, asked, "/v1/matrix")
    return render("overview.html", request, language, serving, matrix=view, gaps=None, facts=_facts(serving))


def gaps_page(request: Request, serving: Serving, language: str, page: Page) -> str:
    """The gaps alone."""
    asked = {n: request.query_params[n] for n in ("class", "nation", "cause", "asOf") if request.query_params.get(n)}
    labels = Labels(serving.store, language)
    view = _gaps(request, serving, labels, language, page, asked, "/v1/gaps", "class", {})
    return render("overview.html", request, language, serving, matrix=None, gaps=view, facts=_facts(serving))


def verdict_page(
    request: Request,
    serving: Serving,
    language: str,
    verdict: Verdict,
    munition: NamedNode,
    sentences: Mapping[str, str],
    reasons: Mapping[str, str],
) -> str:
    """One verdict with all its evidence."""
    terms = {"equipment": thing("equipment", verdict.equipment), "munition": munition}
    labels = Labels(serving.store, language)
    return render(
        "verdict.html", request, language, serving,
        verdict=verdict,
        names={side: labels.of(iri.value) for side, iri in terms.items()},
        sentences=sentences,
        reasons=reasons,
        labels=labels,
        links=_links("/v1/verdicts", {"equipment": verdict.equipment, "munition": verdict.munition}),
        sparql=serving.catalogue["evidence"].with_terms(terms),
        facts=_facts(serving),
    )  # fmt: skip


def _matrix(serving: Serving, labels: Labels, language: str, asked: Mapping[str, str], action: str) -> dict[str, Any]:
    query = serving.catalogue["matrix"]
    chosen = query.parameters["class"].bind(asked["class"], serving.store)
    options = choices.classes(serving, labels, filled=True)
    this = choices.Option(key_of(chosen.value), labels.of(chosen.value))
    return {
        "view": matrix_of(serving.ask("matrix", asked.items()), labels, PageWords(language)),
        "names": {verdict: labels("verdict-value", verdict) for verdict in VERDICTS},
        "class": this.key,
        "class_name": this.name,
        "classes": options if any(option.key == this.key for option in options) else [this, *options],
        "action": action,
        "links": _links("/v1/matrix", asked),
        "sparql": query.bound(asked, serving.store),
    }  # fmt: skip


def _gaps(
    request: Request,
    serving: Serving,
    labels: Labels,
    language: str,
    page: Page,
    question: Mapping[str, str],
    action: str,
    class_field: str,
    hidden: Mapping[str, str],
) -> dict[str, Any]:
    query = serving.catalogue["gaps"]
    bound = {name: query.parameters[name].bind(text, serving.store).value for name, text in question.items()}
    without_cause = {name: text for name, text in question.items() if name != "cause"}
    causes = causes_of(serving.ask("gap-causes", without_cause.items()), labels)
    return {
        "rows": gaps_of(page.answer, serving, labels),
        "first": page.offset + 1,
        "last": page.offset + len(page.answer.rows),
        "total": page.total,
        "next": link_to(request, cursor=page.next) if page.next else None,
        "start": link_to(request, cursor=None) if page.offset else None,
        "causes": causes,
        "chosen": {name: key_of(text) for name, text in bound.items()},
        "title": labels.of(bound["class"]) if "class" in bound else None,
        "classes": choices.classes(serving, labels),
        "nations": choices.nations(serving, labels),
        "cause_options": choices.causes(serving, labels),
        "cause_links": {cause.key: link_to(request, cause=cause.key, cursor=None) for cause in causes},
        "action": action,
        "class_field": class_field,
        "every_class": ALL if class_field == "gapClass" else "",
        "hidden": hidden,
        "links": _links("/v1/gaps", question) | {"cut": _WHOLE if page.total > _WHOLE else None},
        "sparql": query.bound(question, serving.store),
    }


def _links(path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    kept = {name: text for name, text in asked.items() if text}
    whole = {"limit": str(_WHOLE)} if path == "/v1/gaps" else {}
    downloads = {name: f"{path}?{urlencode({**kept, **whole, 'format': name})}" for name in ("json", "csv", "turtle")}
    return {"view": f"{path}?{urlencode(kept)}", "downloads": downloads, "cut": None}


def _facts(serving: Serving) -> dict[str, int]:
    """How many sources and statements the release rests on."""
    rows = list(serving.ask("origins").records())
    return {name: sum(int(row[name].value) for row in rows) for name in ("sources", "statements", "low")}

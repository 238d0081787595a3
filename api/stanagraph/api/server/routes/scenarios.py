"""Scenarios: what would change if a nation accepted, bought, retired or qualified, for the caller alone."""

from __future__ import annotations

from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stanagraph.graph.errors import ScenarioNotFound
from stanagraph.graph.names import thing
from stanagraph.ingest.pipeline import Scenario
from stanagraph.ingest.pipeline import Scenarios as OfWorkspace

from ... import formats
from ...columns import header
from ...release_changes import SIGNS
from ..access import Caller, NotAuthenticated, caller_of
from ..access.caller import needs
from ..negotiation import CSV, HTML, JSON, OFFERED, language_of, negotiate
from ..paging import span_of
from ..parameters import Common, Listed
from ..rendering import render
from ..representations import as_file, as_json, as_page, as_rdf, by_content, link_to
from ..scenarios import Answered, Answers, CallersScenario, KeptScenarios
from ..scenarios.asked import scenario_in
from ..scenarios.forms import COLUMNS, rows_of
from ..serving import serving, serving_soon
from ..tables import links_of
from ..wording import PageWords

router = APIRouter()
Identifier = Annotated[str, Path(max_length=80, description="identifier of a scenario")]
_SECTIONS = ("gaps", "verdicts", "classes")


def scenario_of(request: Request, identifier: str) -> Scenario:
    """What the copy of a scenario is made of; who administers the workspace has those of the command line, too."""
    kept: KeptScenarios = request.app.state.scenarios
    caller = caller_of(request)
    try:
        return kept.get(identifier, caller).named_by_id
    except ScenarioNotFound:
        if "admin" not in caller.scopes:
            raise
        return OfWorkspace(request.app.state.current.releases.home).get(identifier)


@router.post("/v1/scenarios", tags=["scenarios"], operation_id="scenarioKeep", response_class=Response)
async def keep(
    request: Request, parameters: Annotated[Common, Query()], caller: Annotated[Caller, needs("ingest")]
) -> Response:
    """Keep a scenario: a name and moves, as `stanagraph scenario` reads them from a file of JSON or TOML.

    What cannot be read, contradicts itself or cannot be supposed of the current release is not kept; each fault has the
    JSON Pointer of its field. A scenario of the same name is replaced. It is seen by its owner, and by who administers
    the service; the release stays as it is.
    """
    kept: KeptScenarios = request.app.state.scenarios
    made = CallersScenario.by(caller, await scenario_in(request, request.app.state.settings.scenarios.moves))
    open_release = await serving_soon(request)
    answers: Answers = request.app.state.answers
    found = await answers.of(open_release, made.named_by_id, language_of(request.headers, parameters.lang))
    await run_in_threadpool(kept.keep, made)
    root = request.scope.get("root_path", "")
    counts = {section: found.document[section]["counts"] for section in _SECTIONS}
    response = as_json({**_told(made, root), "release": open_release.identifier, "counts": counts})
    response.status_code = 201
    response.headers.update({"Location": _told(made, root)["links"]["self"], "Cache-Control": "no-store"})
    return response


@router.get("/v1/scenarios", tags=["scenarios"], operation_id="scenarios", response_class=Response)
def scenarios(request: Request, parameters: Annotated[Listed, Query()]) -> Response:
    """The scenarios of the caller; for who administers the service, those of everybody."""
    caller, kept = _known(request), request.app.state.scenarios
    wanted = negotiate(request.headers, (JSON,), parameters.format, parameters.lang)
    found: list[CallersScenario] = kept.of(None if "admin" in caller.scopes else caller.name)
    span = span_of("scenarios", "", {}, len(found), parameters.limit, parameters.cursor)
    root = request.scope.get("root_path", "")
    items = [_told(it, root) for it in found[span.offset : span.end]]
    response = by_content(request, as_json({"items": items, "next": span.next, "total": span.total}))
    response.headers["Content-Language"] = wanted.language
    if span.next:
        response.headers["Link"] = f'<{link_to(request, cursor=span.next)}>; rel="next"'
    return response


@router.get("/v1/scenarios/{id}", tags=["scenarios"], operation_id="scenario", response_class=Response)
def scenario(request: Request, id: Identifier, parameters: Annotated[Common, Query()]) -> Response:
    """One scenario: its moves, whose it is, and where its answer and its copy of the release are."""
    wanted = negotiate(request.headers, (JSON,), parameters.format, parameters.lang)
    found = request.app.state.scenarios.get(id, _known(request))
    response = by_content(request, as_json(_told(found, request.scope.get("root_path", ""))))
    response.headers["Content-Language"] = wanted.language
    return response


@router.get("/v1/scenarios/{id}/changes", tags=["scenarios"], operation_id="scenarioChanges", response_class=Response)
async def changes(request: Request, id: Identifier, parameters: Annotated[Common, Query()]) -> Response:
    """What the scenario changes in what the caller sees: gaps opened and closed with reasons, verdicts, the index.

    `gaps`, `verdicts` and `classes` tell each change with what was known before and would be known after; `cells` the
    counts and the index of each cell of the matrix. `reasons` name the move, and through what it works;
    `withoutEffect` the moves that change nothing.
    """
    caller = _known(request)
    wanted = negotiate(request.headers, OFFERED, parameters.format, parameters.lang)
    found: CallersScenario = await run_in_threadpool(request.app.state.scenarios.get, id, caller)
    open_release = await serving_soon(request)
    answers: Answers = request.app.state.answers
    answered = await answers.of(open_release, found.named_by_id, wanted.language)
    response = await run_in_threadpool(_written, request, found, answered, wanted.media, wanted.language)
    response = by_content(request, response)
    response.headers["Content-Language"] = wanted.language
    return response


@router.delete("/v1/scenarios/{id}", tags=["scenarios"], operation_id="scenarioForget", response_class=Response)
async def forget(request: Request, id: Identifier, caller: Annotated[Caller, needs("ingest")]) -> Response:
    """Forget a scenario, with the copy of the release that was made for it."""
    found: CallersScenario = await run_in_threadpool(request.app.state.scenarios.get, id, caller)
    await run_in_threadpool(request.app.state.scenarios.remove, found)
    for owner in {found.owner, caller.name}:
        await run_in_threadpool(request.app.state.copies.forget, owner, id)
    return Response(status_code=204)


def _known(request: Request) -> Caller:
    caller = caller_of(request)
    if not caller.known:
        raise NotAuthenticated("a scenario has an owner, and nobody has said who asks")
    return caller


def _told(found: CallersScenario, root: str) -> dict[str, Any]:
    me = f"{root}/v1/scenarios/{found.id}"
    return {
        "iri": thing("scenario", found.id).value,
        "id": found.id,
        "name": found.scenario.name,
        "description": found.scenario.description,
        "owner": found.owner,
        "made": found.made,
        "move": [it.model_dump(exclude_none=True) for it in found.scenario.move],
        "links": {"self": me, **{name: f"{me}/{name}" for name in ("changes", "sparql", "update", "graphs", "copy")}},
    }


def _written(request: Request, found: CallersScenario, answered: Answered, media: str, language: str) -> Response:
    document, name = answered.document, f"scenario-{found.id}"
    if media == JSON:
        return as_json({**document, "scenario": {**document["scenario"], "id": found.id, "name": found.scenario.name}})
    if media == CSV:
        return as_file(formats.csv_of(COLUMNS, rows_of(document)), CSV, name)
    if media == HTML:
        return as_page(_page(request, found, answered, language))
    triples = ox.parse(answered.triples, ox.RdfFormat.N_TRIPLES)
    return as_rdf((quad.triple for quad in triples), media, name)


def _page(request: Request, found: CallersScenario, answered: Answered, language: str) -> str:
    words = PageWords(language)
    return render(
        "scenario.html", request, language, serving(request),
        name=found.scenario.description or found.scenario.name,
        shown=answered.shown,
        cells=answered.document["cells"],
        signs=SIGNS,
        heading=lambda column: header(column, words),
        links=links_of(request),
    )  # fmt: skip

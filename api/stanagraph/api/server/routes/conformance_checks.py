"""Descriptions of systems against standards, profiles and interfaces; the reports have addresses."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from stanagraph.graph import __version__

from ... import packages
from ...conformance import description, report
from ..access import Caller, caller_of
from ..access.caller import needs
from ..checks import Checks
from ..checks.asked import MULTIPART, documents_of
from ..checks.forms import Format, Profile, profile_of, wanted_of, written
from ..checks.judged import address_of
from ..jobs.asking import accepted, wants_to_wait
from ..operations.rates import address_of as counted_by
from ..parameters import Name
from ..representations import as_json, by_content
from ..serving import serving_soon
from ..sparql.answering import ClientLeft, nobody
from ..sparql.protocol import media_type

router = APIRouter()
_SCHEMAS = {
    "description": description.schema,
    "conformance-report": report.schema,
    "requirements-package": packages.schema,
}


class ReportParameters(BaseModel):
    """How a report is wanted, where headers cannot say it."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Format | None = Field(None, description="representation; overrules Accept")
    profile: Profile | None = Field(None, description="vocabulary of Turtle, JSON-LD and N-Triples; else EARL")


class CheckParameters(ReportParameters):
    """What is judged against, and what counts."""

    against: Name = Field(min_length=1, description="standard, edition, profile or interface: id, name or IRI")
    confidence: Literal["low", "medium", "high"] = Field(
        "low", description="what is trusted less than this decides nothing"
    )
    worksWith: bool = Field(
        True,
        description="tell whose equipment or munitions it would work with, too; false: the judgement alone, sooner",
    )


@router.post("/v1/conformance-checks", tags=["conformance"], operation_id="check", response_class=Response)
async def check(
    request: Request,
    parameters: Annotated[CheckParameters, Query()],
    caller: Annotated[Caller, needs("check")],
    prefer: Annotated[str | None, Header(max_length=200, description="`respond-async`: as a job")] = None,
) -> Response:
    """Whether a system does what a standard, a profile or an interface asks, clause by clause.

    The body is a description as JSON (`/schemas/description.json`), JSON-LD, Turtle or a workbook; a list in JSON, or
    several files as `multipart/form-data`, are many, and answered as a list. What a description leaves out is not
    known: it is never failed. With `worksWith=false` the report does not tell whose equipment or munitions the system
    would work with: `works_with` and `nations` are null, and it comes several times as soon.

    The same description, judged against the same thing of the same release with the same confidence, has the same
    report under the same `iri`. `Content-Location` says where it can be had again, in every form. With `Prefer:
    respond-async` all is looked through, and judged as a job, whose result names the reports.
    """
    checks: Checks = request.app.state.checks
    wanted_of(request, parameters.format, parameters.lang, many=False)
    documents = await documents_of(request, checks.settings)
    many = media_type(request) == MULTIPART or documents[0].many
    wanted = wanted_of(request, parameters.format, parameters.lang, many=many)
    open_release = await serving_soon(request)
    questions = await checks.asked(
        open_release, documents, parameters.against, parameters.confidence, works_with=parameters.worksWith
    )
    root = request.scope.get("root_path", "")
    if wants_to_wait(prefer):
        work = checks.work(questions, caller.audience, root)
        start = request.app.state.jobs.start
        job = await run_in_threadpool(start, "conformance-check", caller, work, counted_by(request.scope))
        return accepted(request, job)
    profile = profile_of(request, parameters.profile)
    try:
        response, reports, kept = await checks.answered(
            request, questions, lambda found: written(found, wanted, profile, many=many)
        )
    except ClientLeft:
        return nobody()
    if kept and not many:
        response.headers["Content-Location"] = address_of(reports[0], root)
    response.headers.update({"Cache-Control": "no-store", "Content-Language": wanted.language})
    return response


@router.get("/v1/conformance-checks/{id}", tags=["conformance"], operation_id="report", response_class=Response)
def report_of(
    request: Request,
    id: Annotated[str, Path(max_length=64, description="the last part of the IRI of a report")],
    parameters: Annotated[ReportParameters, Query()],
) -> Response:
    """A report that was made before, in any form; only for callers who see what its maker saw.

    The oldest reports go first. Whoever has the description can have the same report made again, at the same address,
    as long as its release answers.
    """
    wanted = wanted_of(request, parameters.format, parameters.lang, many=False)
    profile = profile_of(request, parameters.profile)
    checks: Checks = request.app.state.checks
    found, digest = checks.kept.get(caller_of(request).audience, id)
    said = json.dumps([digest, __version__, wanted.media, wanted.language, profile])
    tag = f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Language": wanted.language}
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if asked & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    response = written([found], wanted, profile, many=False)
    response.headers.update(headers)
    return response


@router.get("/schemas/{name}.json", tags=["conformance"], operation_id="schema", response_class=Response)
def schema(
    request: Request,
    name: Annotated[
        Literal["description", "conformance-report", "requirements-package"], Path(description="what the schema is of")
    ],
) -> Response:
    """The JSON Schema of descriptions, of reports, or of requirements packages."""
    return by_content(request, as_json(_SCHEMAS[name]()))

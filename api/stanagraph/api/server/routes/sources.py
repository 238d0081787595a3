"""Sending sources and leaving them out, and which release answers: what changes for everybody who reads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.convertors import StringConvertor, register_url_convertor

from stanagraph.graph.errors import BadArgument
from stanagraph.ingest.pipeline import is_remote

from ..access import Caller
from ..access.caller import Forbidden, needs
from ..ingestion import Ingestion
from ..ingestion.answers import waited_for
from ..ingestion.orders import Order
from ..ingestion.uploads import Uploaded, Uploads
from ..jobs.asking import accepted, wants_to_wait
from ..negotiation import language_of


class _Line(StringConvertor):
    """What the address of a thing takes, too, whose end may stand before a last line break: no name, and no 405."""

    regex = "[^/\n]*\n?"


register_url_convertor("line", _Line())
router = APIRouter()
Text = Annotated[str, Field(max_length=400)]
Prefer = Annotated[str | None, Header(max_length=200, description="`respond-async`: as a job")]


class RunParameters(BaseModel):
    """How a run of the pipeline is wanted."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    dryRun: bool = Field(False, description="change nothing, and tell what would change")
    wait: bool = Field(True, description="wait while somebody else builds; otherwise 503 (`build-running`)")


class SourceParameters(RunParameters):
    """What is said of the sources, as `stanagraph ingest` takes it."""

    source: Text | None = Field(None, description="an address, or endpoint:NAME of the settings, in place of a body")
    kind: Text | None = Field(None, description="kind of source, where the file does not tell")
    sourceId: Text | None = Field(None, description="name of the source; drawn from the file name if left out")
    label: Text | None = Field(None, description="marking, such as NATO RESTRICTED REL UKR, SWE, or unmarked")
    captured: Text | None = Field(None, description="date for which the source speaks, as 2024-01-31")
    confidence: Literal["high", "medium", "low"] | None = Field(None, description="how far the source is trusted")
    publisher: Text | None = Field(None, description="who published the source")
    licence: Text | None = Field(None, description="under which licence")

    def given(self, source: str, name: str = "") -> dict[str, Any]:
        """The fields of Given for one file or address."""
        told = self.model_dump(include={"kind", "label", "captured", "confidence", "publisher", "licence"})
        return {"source": source, "name": name, "source_id": self.sourceId, **told}


@router.post("/v1/sources", tags=["sources"], operation_id="sourcesTake", response_class=Response)
async def take(
    request: Request,
    parameters: Annotated[SourceParameters, Query()],
    caller: Annotated[Caller, needs("ingest")],
    prefer: Prefer = None,
) -> Response:
    """Take sources in, check them, and make a release with them, which is current from then on.

    The body is one file of any kind that `stanagraph ingest` reads, named by `Content-Disposition`, or several as
    `multipart/form-data`; or `source` says from where one is fetched, within the hosts that the settings allow. A
    source that came before is replaced; the same file twice changes nothing. Any fault changes nothing.

    A dry run tells what would change for the caller. Anything else needs the scope `publish` besides. With `Prefer:
    respond-async` all is done as a job once the files have come.
    """
    ingestion: Ingestion = request.app.state.ingestion
    _may(caller, parameters)
    if parameters.source is not None:
        if not is_remote(parameters.source):
            raise BadArgument("source", "expected an address, or endpoint:NAME")
        if request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers:
            raise BadArgument("source", "goes without a body")
        order = _order(request, ingestion, caller, parameters, sources=[parameters.given(parameters.source)])
        return await _done(request, ingestion, order, caller, prefer)
    await ingestion.uploads.take(ingestion.settings.patience_seconds)
    try:
        uploads = await run_in_threadpool(Uploads, ingestion.home)
        try:
            files: list[Uploaded] = await uploads.receive(request, ingestion.settings.files)
        except BaseException:
            uploads.forget()
            raise
    finally:
        ingestion.uploads.give()
    given = [parameters.given(str(it.path), it.name) for it in files]
    order = _order(request, ingestion, caller, parameters, sources=given)
    return await _done(request, ingestion, order, caller, prefer, uploads)


@router.delete("/v1/sources/{id:line}", tags=["sources"], operation_id="sourceLeaveOut", response_class=Response)
async def leave_out(
    request: Request,
    id: Annotated[str, Path(max_length=64, description="a source that was taken in")],
    parameters: Annotated[RunParameters, Query()],
    caller: Annotated[Caller, needs("ingest")],
    prefer: Prefer = None,
) -> Response:
    """Make a release without a source that was taken in; earlier releases keep it.

    A dry run tells what would change for the caller. Anything else needs the scope `publish` besides.
    """
    ingestion: Ingestion = request.app.state.ingestion
    _may(caller, parameters)
    order = _order(request, ingestion, caller, parameters, remove=[id])
    return await _done(request, ingestion, order, caller, prefer)


def _may(caller: Caller, parameters: RunParameters) -> None:
    if not parameters.dryRun and "publish" not in caller.scopes:
        raise Forbidden("publish")


def _order(request: Request, ingestion: Ingestion, caller: Caller, parameters: RunParameters, **what: Any) -> Order:
    language = language_of(request.headers, parameters.lang)
    return ingestion.order(caller, language, dry_run=parameters.dryRun, wait=parameters.wait, **what)


async def _done(
    request: Request, ingestion: Ingestion, order: Order, caller: Caller, prefer: str | None,
    uploads: Uploads | None = None,
) -> Response:  # fmt: skip
    after = uploads.forget if uploads is not None else lambda: None
    job = await run_in_threadpool(ingestion.start, order, caller, after)
    if wants_to_wait(prefer):
        return accepted(request, job)
    return await waited_for(request, ingestion.runner.jobs, job, caller)

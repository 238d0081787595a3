"""Requirements packages: what applies to a munition, how a nation stands to it, and what is required of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from stanagraph.graph.errors import BadArgument
from stanagraph.graph.packages import build

from ... import packages
from ..checks.asked import WORKBOOK
from ..checks.forms import PDF, POLICY
from ..negotiation import CSV, HTML, JSON, TURTLE, NotAcceptable, Wanted, best_media, language_of
from ..parameters import Name
from ..representations import respond
from ..serving import serving

router = APIRouter()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REQIF = "application/reqif+xml"
FORMATS = {
    "json": JSON, "csv": CSV, "turtle": TURTLE, "html": HTML, "reqif": REQIF, "xlsx": WORKBOOK,
    "docx": DOCX, "pdf": PDF,
}  # fmt: skip
_NAMES = {media: name for name, media in FORMATS.items()}
MEDIA = tuple(_NAMES)
_SUFFIX = {"turtle": "ttl"}
_SCOPES = {"interface": "interface", "class_": "munition-class", "equipment": "equipment"}


class PackageParameters(BaseModel):
    """For what, and for whom."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Literal["json", "csv", "turtle", "html", "reqif", "xlsx", "docx", "pdf"] | None = Field(
        None, description="representation; overrules Accept"
    )
    interface: Name = Field("", description="a munition for this interface: id or name")
    class_: Name = Field("", alias="class", description="a munition of this class: id or name")
    equipment: Name = Field("", description="a munition for this equipment: id or name")
    nation: Name = Field(min_length=1, description="nation that asks for it: ISO 3166 code or name")
    asOf: Name = Field("", description="what was known to hold on this day (year-month-day)")

    def scope(self) -> tuple[str, str]:
        """What kind of thing the munition is for, and its name; raises BadArgument unless there is just one."""
        given = [(kind, name) for field, kind in _SCOPES.items() if (name := getattr(self, field))]
        if len(given) != 1:
            raise BadArgument("interface", "give exactly one of interface, class and equipment")
        return given[0]


@router.get("/v1/requirements-packages", tags=["packages"], operation_id="requirementsPackage", response_class=Response)
def package(request: Request, parameters: Annotated[PackageParameters, Query()]) -> Response:
    """Which documents apply to a munition for an interface, a class or equipment, and what they require of it.

    Each document with its edition, how bindingly and why it is in, and how the nation stands to it; each clause that is
    public; and what is not known, as open points. As JSON, CSV, Turtle, a page, ReqIF, XLSX, DOCX or PDF.
    """
    kind, scope = parameters.scope()
    media = FORMATS[parameters.format] if parameters.format else best_media(request.headers.get("accept", ""), MEDIA)
    if media not in MEDIA:
        raise NotAcceptable(MEDIA)
    wanted = Wanted(media or JSON, language_of(request.headers, parameters.lang))
    open_release = serving(request)

    def body() -> Response:
        with open_release.judging():
            found = build(
                open_release.store, kind, scope, parameters.nation,
                release=open_release.identifier, as_of=parameters.asOf or None,
            )  # fmt: skip
            told = packages.told(found, wanted.language, str(open_release.view.manifest["built"]))
            content = packages.WRITERS[_NAMES[wanted.media]](told)
        response = Response(content, media_type=wanted.media)
        if wanted.media == HTML:
            response.headers["Content-Security-Policy"] = POLICY
        elif wanted.media != JSON:
            name = re.sub(r"[^A-Za-z0-9.]+", "-", f"{scope}-{parameters.nation}")[:80]
            form = _NAMES[wanted.media]
            file = f'attachment; filename="stanagraph-package-{name}.{_SUFFIX.get(form, form)}"'
            response.headers["Content-Disposition"] = file
        return response

    return respond(request, open_release, wanted, body)

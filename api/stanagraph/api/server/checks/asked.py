"""From the body of a request to the descriptions in it: JSON, a graph, a workbook, or several files at once."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from stanagraph.graph.errors import BadInput, DescriptionRefused

from ...conformance.description import Description
from ...conformance.form import Form
from ...conformance.names import Names, understood
from ...conformance.reading import from_json, json_of, read
from ..negotiation import JSON, JSON_LD, N_TRIPLES, TURTLE
from ..sparql.errors import UnsupportedMedia
from ..sparql.protocol import media_type, read_body
from .errors import DescriptionsRefused, faults_of
from .settings import CheckSettings

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RDF_XML, MULTIPART = "application/rdf+xml", "multipart/form-data"
# How a file of each type is called, for what reads it decides by names, too.
ENDINGS = {JSON: "json", JSON_LD: "jsonld", TURTLE: "ttl", N_TRIPLES: "nt", RDF_XML: "rdf", WORKBOOK: "xlsx"}
_MEDIA = {f".{ending}": media for media, ending in ENDINGS.items()}


@dataclass(frozen=True)
class Sent:
    """One document of a request: its media type, its text, and its name where there are several."""

    media: str
    text: bytes
    file: str = ""

    @property
    def many(self) -> bool:
        """Whether it is a list of descriptions."""
        return self.media == JSON and self.text.lstrip(b" \t\r\n").startswith(b"[")


@dataclass(frozen=True)
class Asked:
    """One description that was sent, before its names are looked up: where it stands, and its form or its faults."""

    before: str
    file: str
    form: Form | BadInput


async def documents_of(request: Request, settings: CheckSettings) -> list[Sent]:
    """The documents that a request brings; raises UnsupportedMedia, TooLarge, DescriptionsRefused."""
    media = media_type(request)
    if media == MULTIPART:
        return await _parts(request, await read_body(request, settings.megabytes << 20), settings.descriptions)
    return [Sent(_known(media), await read_body(request, settings.megabytes << 20))]


async def _parts(request: Request, body: bytes, most: int) -> list[Sent]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    found: list[Sent] = []
    try:
        parser = MultiPartParser(request.headers, whole(), max_files=most, max_fields=0, max_part_size=len(body) + 1)
        form = await parser.parse()
        try:
            for number, (_, part) in enumerate(form.multi_items()):
                if isinstance(part, UploadFile):
                    name = _plain(part.filename or str(number))
                    media = (part.content_type or "").partition(";")[0].strip().lower()
                    media = media if media in ENDINGS else _MEDIA.get(Path(name).suffix.lower(), media)
                    found.append(Sent(_known(media), await part.read(), name))
        finally:
            await form.close()
    except MultiPartException as error:
        raise DescriptionsRefused([{"pointer": "", "detail": f"the parts cannot be read: {error.message}"}]) from None
    if not found:
        raise DescriptionsRefused([{"pointer": "", "detail": "there is no file in the body"}])
    return found


def _plain(name: str) -> str:
    """The last part of a name, as far as it can be shown."""
    return "".join(it for it in name.replace("\\", "/").rpartition("/")[2] if it.isprintable())[:100]


def _known(media: str) -> str:
    if media not in ENDINGS:
        wanted = ", ".join([*ENDINGS, MULTIPART])
        raise UnsupportedMedia(f"a description as {wanted} was expected, not {media or 'a body of no type'}")
    return media


def forms_of(documents: list[Sent], settings: CheckSettings) -> list[Asked]:
    """The descriptions of all documents, not yet understood; raises DescriptionsRefused where they are too many."""
    found = [asked for sent in documents for asked in _forms(sent, settings)]
    if len(found) > settings.descriptions:
        detail = f"{len(found)} descriptions, expected at most {settings.descriptions}"
        raise DescriptionsRefused([{"pointer": "", "detail": detail}])
    if not found:
        raise DescriptionsRefused([{"pointer": "", "detail": "no description, expected at least one"}])
    return found


def _forms(sent: Sent, settings: CheckSettings) -> Iterator[Asked]:
    if sent.many:
        try:
            content = json_of("", sent.text)
        except DescriptionRefused as error:
            yield Asked("", sent.file, error)
            return
        for number, item in enumerate(content[: settings.descriptions + 1]):
            if isinstance(item, dict):
                item.pop("$schema", None)
                yield _bounded(Asked(f"/{number}", sent.file, Form("", item)), settings)
            else:
                yield Asked(f"/{number}", sent.file, BadInput("an object was expected"))
        return
    try:
        yield _bounded(Asked("", sent.file, _form(sent)), settings)
    except BadInput as error:
        yield Asked("", sent.file, error)


def _form(sent: Sent) -> Form:
    if sent.media == JSON:
        return from_json("", sent.text)
    with tempfile.TemporaryDirectory(prefix="stanagraph-check-") as folder:
        path = Path(folder) / f"description.{ENDINGS[sent.media]}"
        path.write_bytes(sent.text)
        return read(path)


def _bounded(asked: Asked, settings: CheckSettings) -> Asked:
    """The same, or its refusal where it says more than one system has to say."""
    assert isinstance(asked.form, Form)
    said = {name: len(told) for name, told in asked.form.content.items() if isinstance(told, list)}
    if sum(said.values()) <= settings.statements:
        return asked
    most = max(said, key=said.__getitem__)
    detail = BadInput(f"{sum(said.values())} statements, expected at most {settings.statements}")
    return Asked(f"{asked.before}/{most}", asked.file, detail)


def descriptions_of(forms: list[Asked], names: Names) -> list[Description]:
    """What all forms say, in the writing of the release; raises DescriptionsRefused with the faults of all."""
    found: list[Description] = []
    faults: list[dict[str, object]] = []
    for asked in forms:
        try:
            if isinstance(asked.form, BadInput):
                raise asked.form
            found.append(understood(asked.form, names))
        except BadInput as error:
            faults += faults_of(error, asked.before, asked.file)
            if len(faults) >= _MOST_FAULTS:
                break
    if faults:
        raise DescriptionsRefused(faults[:_MOST_FAULTS])
    return found


_MOST_FAULTS = 200

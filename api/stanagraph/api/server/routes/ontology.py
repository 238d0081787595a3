"""The ontology: its documents in every syntax, its pages, and what each of its IRIs stands for.

`https://w3id.org/stanagraph/…` leads to the same path here: `/ontology/…`, `/ns/…`, `/id/…` of concepts, `/shapes/…`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from stanagraph.graph.errors import NameNotKnown, StanagraphError
from stanagraph.graph.lookup import KINDS
from stanagraph.graph.names import THINGS, thing

from ...documentation.library import NS, ROOT, SCHEME, SHAPES, WHOLE, Document, Library
from ...documentation.syntaxes import JSON_LD, N_TRIPLES, RDF_XML, SUFFIXES, TURTLE
from ...words import LANGUAGES
from ..addresses import PLURALS, address_of
from ..negotiation import HTML, NotAcceptable, best_media, language_of

router = APIRouter(include_in_schema=False)

_SYNTAXES = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
_OFFERED = (*_SYNTAXES, HTML)
_NAMES = {"turtle": TURTLE, "jsonld": JSON_LD, "ntriples": N_TRIPLES, "rdfxml": RDF_XML, "html": HTML}
_MEDIA = {suffix: media for media, suffix in SUFFIXES.items()} | {"html": HTML, "svg": "image/svg+xml"}
# Pages without a document behind them, and documents without a page of their own.
_PAGES = ("index", "questions", "rules", "changes", "shapes")
_INSTEAD = {"shapes": "shapes", "versions": "changes"}
_NUMBER = re.compile(r"\d+(\.\d+)+")
_STYLES = re.compile(r"<style>(.*?)</style>", re.S)


class Parameters(BaseModel):
    """What a request for the ontology may say where its headers cannot."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Literal["turtle", "jsonld", "ntriples", "rdfxml", "html"] | None = Field(
        None, description="representation; overrules Accept"
    )


Asked = Annotated[Parameters, Query()]


class PagesNotMade(StanagraphError):
    """The pages have not been generated in this checkout."""

    status = 404
    problem = "pages-not-made"

    def __init__(self) -> None:
        super().__init__("the pages of the ontology have not been made: run `make docs`; Turtle and JSON-LD are there")


@cache
def library() -> Library:
    """The ontology that belongs to this code; read once."""
    return Library()


@router.get("/ontology", response_class=Response)
def whole(request: Request, parameters: Asked) -> Response:
    """The whole ontology with its vocabularies, or its index for people."""
    media = _media(request, parameters)
    if media == HTML:
        return _see(request, parameters, "index.{lang}.html")
    return _document(request, library().document(WHOLE), media)


@router.get("/ontology/", response_class=Response)
def index(request: Request, parameters: Asked) -> Response:
    """The index for people, or the whole ontology."""
    media = _media(request, parameters)
    return (
        _page(request, parameters, "index") if media == HTML else _document(request, library().document(WHOLE), media)
    )


@router.get("/ontology/{path:path}", response_class=Response)
def document(request: Request, path: str, parameters: Asked) -> Response:
    """A document or a page by its place: negotiated without a suffix, as it is with one; versions by their number."""
    stem, _, suffix = path.rpartition(".")
    if stem and suffix in _MEDIA:
        return _file(request, path, stem, _MEDIA[suffix])
    *rest, last = path.split("/")
    if _NUMBER.fullmatch(last) and len(rest) <= 1 and rest != ["versions"]:
        return _version(request, parameters, rest[0] if rest else ROOT, last)
    if path in _PAGES:
        _media(request, parameters, (HTML,))
        return _page(request, parameters, path)
    found = _found(path)
    media = _media(request, parameters)
    if media != HTML:
        return _document(request, found, media)
    if _has_page(path):
        return _page(request, parameters, path)
    return _see(request, parameters, f"{_INSTEAD.get(path.partition('/')[0], 'index')}.{{lang}}.html")


@router.get("/ns/{name}", response_class=Response)
def term(request: Request, name: str, parameters: Asked) -> Response:
    """A class or property: its description, or for people its place on the page of its module."""
    module = library().terms.get(name)
    if module is None:
        raise _unknown(name, library().near(name, library().terms))
    return _thing(request, parameters, NS + name, f"{module}.{{lang}}.html#{name}")


@router.get("/id/scheme/{scheme}", response_class=Response)
def vocabulary(request: Request, scheme: str, parameters: Asked) -> Response:
    """A vocabulary with all its concepts."""
    _known_scheme(scheme)
    if _media(request, parameters) == HTML:
        return _see(request, parameters, f"vocabularies/{scheme}.{{lang}}.html")
    return _document(request, library().document(f"vocabularies/{scheme}"), _media(request, parameters))


@router.get("/id/{scheme}/{notation:path}", response_class=Response)
def concept(request: Request, scheme: str, notation: str, parameters: Asked) -> Response:
    """A concept of a vocabulary; a thing of any other kind is described where its facts are."""
    if scheme not in library().schemes and (scheme in KINDS or scheme in PLURALS):
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}{address_of(thing(scheme, notation).value)}", 303)
    _known_scheme(scheme)
    iri = thing(scheme, notation).value
    if library().description(iri) is None:
        members = [t.subject.value for t in library().scheme(scheme) if hasattr(t.subject, "value")]
        known = {member.removeprefix(f"{THINGS}{scheme}/") for member in members if member != SCHEME + scheme}
        raise _unknown(notation, library().near(notation, known))
    return _thing(request, parameters, iri, f"vocabularies/{scheme}.{{lang}}.html#{notation}")


@router.get("/shapes/{name}", response_class=Response)
def shape(request: Request, name: str, parameters: Asked) -> Response:
    """A shape: what things of a class must have."""
    if name not in library().shapes:
        raise _unknown(name, library().near(name, library().shapes))
    return _thing(request, parameters, SHAPES + name, f"shapes.{{lang}}.html#{name}")


# What they have in common.


def _unknown(name: str, suggestions: Iterable[str]) -> NameNotKnown:
    return NameNotKnown(name, ("thing in the ontology",), tuple(suggestions))


def _media(request: Request, parameters: Parameters, offered: Sequence[str] = _OFFERED) -> str:
    chosen = _NAMES[parameters.format] if parameters.format else best_media(request.headers.get("accept", ""), offered)
    if chosen not in offered:
        raise NotAcceptable(offered)
    return str(chosen)


def _language(request: Request, parameters: Parameters) -> str:
    return language_of(request.headers, parameters.lang)


def _thing(request: Request, parameters: Parameters, iri: str, page: str) -> Response:
    media = _media(request, parameters)
    if media == HTML:
        return _see(request, parameters, page)
    described = library().description(iri)
    if described is None:
        raise _unknown(iri, ())
    return _document(request, described, media)


def _see(request: Request, parameters: Parameters, page: str) -> Response:
    """303 to the page that describes what was asked for, in the language of the reader."""
    language = _language(request, parameters)
    place = page.format(lang=language)
    _folder(request, place.partition("#")[0])
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/ontology/{place}", 303, {"Cache-Control": "no-cache"})


def _version(request: Request, parameters: Parameters, module: str, version: str) -> Response:
    try:
        found = library().module_version(module, version)
    except KeyError:
        known = {library().version, *library().versions}
        raise _unknown(version, sorted(known)) from None
    media = _media(request, parameters)
    if media == HTML and version == library().version:
        return _see(request, parameters, f"{module}.{{lang}}.html" if module != ROOT else "index.{lang}.html")
    if media == HTML:
        return _see(request, parameters, f"changes.{{lang}}.html#v{version}")
    return _document(request, found, media)


def _known_scheme(scheme: str) -> None:
    if scheme not in library().schemes:
        raise _unknown(scheme, library().near(scheme, library().schemes))


def _found(path: str) -> Document:
    if path not in library().paths:
        raise _unknown(path, library().near(path, library().paths))
    return library().document(path)


def _has_page(path: str) -> bool:
    kind, _, name = path.rpartition("/")
    return path in library().modules or (kind == "vocabularies" and name in library().schemes)


def _page(request: Request, parameters: Parameters, path: str) -> Response:
    language = _language(request, parameters)
    return _file_from(request, f"{path}.{language}.html", HTML, language)


def _file(request: Request, path: str, stem: str, media: str) -> Response:
    """A file by its whole name: a page or diagram as it was made, a document as it is now."""
    if media in _SYNTAXES:
        return _document(request, _found(stem), media)
    name, _, language = stem.rpartition(".")
    drawn = name in library().modules
    known = drawn if media != HTML else drawn or name in _PAGES or _has_page(name)
    if language not in LANGUAGES or not known:
        raise _unknown(path, ())
    return _file_from(request, path, media, language)


def _folder(request: Request, path: str) -> Path:
    """The file of this name among those that were made."""
    made: Path = request.app.state.documentation
    if not (made / path).is_file():
        raise PagesNotMade
    return made / path


def _file_from(request: Request, path: str, media: str, language: str) -> Response:
    text = _folder(request, path).read_text(encoding="utf-8")
    root = request.scope.get("root_path", "")
    headers = {"Content-Language": language, "Content-Location": f"{root}/ontology/{path}"}
    if media == HTML:
        headers["Content-Security-Policy"] = _policy(text)
    return _answer(request, text, media, headers)


def _policy(text: str) -> str:
    """A page has its own style inside; nothing else is admitted."""
    hashes = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLES.findall(text)]
    admitted = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; style-src {admitted}; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def _document(request: Request, found: Document, media: str) -> Response:
    return _answer(request, found.written(media), media, {})


def _answer(request: Request, text: str, media: str, headers: Mapping[str, str]) -> Response:
    body = text.encode()
    tag = f'"{hashlib.sha256(media.encode() + body).hexdigest()[:32]}"'
    common = {"ETag": tag, "Cache-Control": "no-cache", **headers}
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if asked & {tag, "*"}:
        return Response(status_code=304, headers=common)
    return Response(body, media_type=f"{media}; charset=utf-8" if media.startswith("text/") else media, headers=common)

"""Which representation and which language a request wants (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stanagraph.graph.errors import StanagraphError

from ..words import LANGUAGES

HTML, JSON, CSV, TURTLE = "text/html", "application/json", "text/csv", "text/turtle"
JSON_LD, N_TRIPLES = "application/ld+json", "application/n-triples"
FORMATS = {"json": JSON, "jsonld": JSON_LD, "turtle": TURTLE, "ntriples": N_TRIPLES, "csv": CSV, "html": HTML}
# What answers come as; where a client would take several alike, the first.
OFFERED = (JSON, CSV, TURTLE, HTML, JSON_LD, N_TRIPLES)
RDF = (TURTLE, JSON_LD, N_TRIPLES)


@dataclass(frozen=True)
class Wanted:
    """What a response is to be: its media type and its language."""

    media: str
    language: str


class NotAcceptable(StanagraphError):
    """None of the representations of this resource is acceptable to the client."""

    status = 406
    problem = "not-acceptable"

    def __init__(self, offered: Sequence[str]) -> None:
        self.offered = tuple(offered)
        super().__init__(f"this resource comes as {', '.join(offered)}")


def negotiate(headers: Mapping[str, str], offered: Sequence[str], chosen: str | None, lang: str | None) -> Wanted:
    """The best of what is offered; `chosen` and `lang` are the parameters that overrule the headers."""
    media = FORMATS[chosen] if chosen else best_media(headers.get("accept", ""), offered)
    if media not in offered:
        raise NotAcceptable(offered)
    return Wanted(media or "", language_of(headers, lang))


def language_of(headers: Mapping[str, str], lang: str | None = None) -> str:
    """The language of the answer: `lang`, else the preferred of those that we speak, else English."""
    if lang in LANGUAGES:
        return str(lang)
    ranges = _ranges(headers.get("accept-language", ""))
    scored = [
        (max((q for tag, q in ranges if tag.partition("-")[0] == known), default=0.0), known) for known in LANGUAGES
    ]
    best, language = max(scored, key=lambda pair: pair[0])
    return language if best > 0 else "en"


def best_media(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type with the highest quality; at equal quality the one offered first."""
    if not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    scored = [(_quality(media, ranges), -index) for index, media in enumerate(offered)]
    quality, index = max(scored)
    return offered[-index] if quality > 0 else None


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality that the most specific matching range gives to a media type."""
    for pattern in (media, f"{media.partition('/')[0]}/*", "*/*"):
        matching = [quality for name, quality in ranges if name == pattern]
        if matching:
            return max(matching)
    return 0.0


def _ranges(header: str) -> list[tuple[str, float]]:
    """Names with their qualities; a quality that is no number counts as none at all."""
    found = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, text = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(max(float(text), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if name:
            found.append((name, quality))
    return found

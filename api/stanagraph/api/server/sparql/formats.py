"""In which forms answers come, and which of them a request wants."""

from __future__ import annotations

from collections.abc import Mapping

from ..negotiation import NotAcceptable, best_media

TABLES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "application/json",
)
BOOLEANS = ("application/sparql-results+json", "application/sparql-results+xml", "application/json")
GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
_OFFERED = {"select": TABLES, "ask": BOOLEANS, "graph": GRAPHS}


def chosen(headers: Mapping[str, str]) -> dict[str, str | None]:
    """For each kind of answer the form that is wanted most; None where none is acceptable."""
    accept = headers.get("accept", "")
    return {kind: best_media(accept, offered) for kind, offered in _OFFERED.items()}


def graph_form(headers: Mapping[str, str]) -> str:
    """The form of a graph; raises NotAcceptable."""
    found = best_media(headers.get("accept", ""), GRAPHS)
    if found is None:
        raise NotAcceptable(GRAPHS)
    return found


def not_acceptable(kind: str) -> NotAcceptable:
    """What to say to whom no form of this kind of answer is acceptable."""
    return NotAcceptable(_OFFERED[kind])


def tag_of(state: str, media: str) -> str:
    """The strong validator of a graph in this state and form: what stands before the hyphen is the state."""
    return f'"{state}-{media.rpartition("/")[2].partition("+")[0]}"'


def content_type(media: str) -> str:
    """The header of a form: text is in UTF-8."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media

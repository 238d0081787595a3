"""The page of one thing: its facts with the places where each is stated, its parts, and what is asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from .addresses import address_of
from .rendering import render
from .serving import Serving
from .tables import links_of


def thing_page(request: Request, serving: Serving, language: str, data: Mapping[str, Any]) -> str:
    """The page of a thing, from what its JSON has."""
    return render(
        "thing.html", request, language, serving,
        thing=data,
        links=links_of(request),
        address_of=address_of,
    )  # fmt: skip

"""Where this service describes a thing or a term."""

from __future__ import annotations

from urllib.parse import quote

from stanagraph.graph.names import BASE, TERMS, THINGS, key_of, kind_of

# The kinds of thing that have a list of their own, by the name of that list.
PLURALS: dict[str, str] = {}


def address_of(iri: str) -> str | None:
    """The path at which this service describes what an IRI of ours names; None for any other IRI."""
    if iri.startswith(THINGS):
        kind, key = kind_of(iri), quote(key_of(iri), safe="/.,+~()")
        return f"/v1/{PLURALS[kind]}/{key}" if kind in PLURALS else f"/v1/things/{kind}/{key}"
    if iri.startswith(TERMS):
        return f"/{iri.removeprefix(BASE)}"
    return None

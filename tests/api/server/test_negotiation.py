"""Negotiation, whatever the headers hold: compared with the words of RFC 9110."""

from __future__ import annotations

from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from stanagraph.api.server.negotiation import FORMATS, OFFERED, best_media, language_of

QUALITIES = st.none() | st.integers(0, 1000).map(lambda n: n / 1000)
RANGES = st.sampled_from([*OFFERED, "*/*", "text/*", "application/*", "image/png", "image/*"])
ASKED = st.lists(st.tuples(RANGES, QUALITIES), min_size=1, max_size=6, unique_by=lambda pair: pair[0])


def header(asked: list[tuple[str, float | None]], comma: str = ", ") -> str:
    return comma.join(name if q is None else f"{name};q={q:.3f}" for name, q in asked)


def quality(media: str, asked: list[tuple[str, float | None]]) -> float:
    """The quality of the most specific range that matches, as section 12.5.1 has it."""
    said = {name: 1.0 if q is None else q for name, q in asked}
    for pattern in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if pattern in said:
            return said[pattern]
    return 0.0


@given(ASKED, st.sampled_from([",", ", ", " ,\t"]))
def test_the_best_of_what_is_offered_is_chosen(asked: list[tuple[str, float | None]], comma: str) -> None:
    found = best_media(header(asked, comma), OFFERED)
    best = max(quality(media, asked) for media in OFFERED)
    if best == 0:
        assert found is None
    else:
        assert found == next(media for media in OFFERED if quality(media, asked) == best)


@given(ASKED)
def test_the_order_of_a_header_says_nothing(asked: list[tuple[str, float | None]]) -> None:
    assert best_media(header(asked), OFFERED) == best_media(header(asked[::-1]), OFFERED)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_is_too_odd(accept: str, languages: str) -> None:
    assert best_media(accept, OFFERED) in {*OFFERED, None}
    assert language_of({"accept-language": languages}) in {"en", "fr"}


@given(st.lists(st.tuples(st.sampled_from(["en", "fr", "de", "fr-CA", "en-GB"]), QUALITIES), min_size=1, max_size=4))
def test_a_language_that_is_not_spoken_changes_nothing(asked: list[tuple[str, float | None]]) -> None:
    others = [pair for pair in asked if not pair[0].startswith("de")]
    assert language_of({"accept-language": header(asked)}) == language_of({"accept-language": header(others)})


@settings(max_examples=40)
@given(ASKED)
def test_what_is_answered_is_what_was_negotiated(client: TestClient, asked: list[tuple[str, float | None]]) -> None:
    response = client.get("/v1/nations?limit=1", headers={"Accept": header(asked)})
    found = best_media(header(asked), OFFERED)
    assert response.status_code == (200 if found else 406)
    if found:
        assert response.headers["content-type"].partition(";")[0] == found
    assert set(FORMATS.values()) == set(OFFERED)

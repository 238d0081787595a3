"""Pages of a list of any length: all of it, once, in its order; and no cursor but our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.server.paging import CursorExpired, Span, span_of
from stanagraph.graph.errors import BadArgument

QUESTION = {"class": "155mm"}


def walk(total: int, limit: int) -> list[Span]:
    spans, cursor = [], None
    while True:
        spans.append(span_of("gaps", "abc", QUESTION, total, limit, cursor))
        cursor = spans[-1].next
        if cursor is None:
            return spans


@given(st.integers(0, 500), st.integers(1, 100))
def test_walking_gives_every_row_once(total: int, limit: int) -> None:
    rows = list(range(total))
    spans = walk(total, limit)
    assert [row for it in spans for row in rows[it.offset : it.end]] == rows
    # The last page is never empty, unless the list is.
    assert len(spans) == max(1, -(-total // limit))


@given(st.text(max_size=80))
def test_no_cursor_but_our_own_is_taken(cursor: str) -> None:
    if not cursor:
        return
    with pytest.raises((BadArgument, CursorExpired)):
        span_of("gaps", "abc", QUESTION, 10, 5, cursor)


@pytest.mark.parametrize(("name", "question"), [("matrix", QUESTION), ("gaps", {}), ("gaps", {"class": "105mm"})])
def test_a_cursor_belongs_to_one_question(name: str, question: dict[str, str]) -> None:
    cursor = span_of("gaps", "abc", QUESTION, 10, 5).next
    with pytest.raises(BadArgument):
        span_of(name, "abc", question, 10, 5, cursor)


def test_a_cursor_ends_with_its_release() -> None:
    cursor = span_of("gaps", "abc", QUESTION, 10, 5).next
    with pytest.raises(CursorExpired):
        span_of("gaps", "abd", QUESTION, 10, 5, cursor)

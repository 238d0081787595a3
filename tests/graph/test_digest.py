"""Equal graphs have equal digests, others have not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.digest import graph_digest
from stanagraph.graph.store import EmbeddedStore

GRAPH = ox.NamedNode("https://example.org/graph")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from([" _:b ", "_:b .\n", '"', "\\"])


def quads(turtle: str) -> list[ox.Quad]:
    parsed = ox.parse(f"@prefix x: <https://example.org/> . {turtle}", ox.RdfFormat.TURTLE)
    return [ox.Quad(it.subject, it.predicate, it.object, GRAPH) for it in parsed]


def stored(several: list[ox.Quad]) -> EmbeddedStore:
    store = EmbeddedStore()
    store.load(several)
    return store


@given(st.lists(TEXTS, unique=True, max_size=20), st.randoms())
def test_neither_order_nor_place_matters(texts: list[str], chance: object) -> None:
    made = [ox.Quad(GRAPH, GRAPH, ox.Literal(text), GRAPH) for text in texts]
    shuffled = made.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert graph_digest(made) == graph_digest(shuffled) == graph_digest(stored(made))


def test_names_of_blank_nodes_do_not_matter() -> None:
    one, other = "_:a x:p _:b ; x:q 'a _:b' . _:b x:p 1 .", "_:n x:p 1 . _:m x:p _:n ; x:q 'a _:b' ."
    assert graph_digest(quads(one)) == graph_digest(stored(quads(other)))


@pytest.mark.parametrize(
    "other",
    ["", "x:a x:p 1 .", "x:a x:p 1 , 3 .", "x:a x:p 1 , 2 , 3 .", "x:a x:p 1 . x:b x:p 2 .", "x:a x:p 1 , _:b ."],
)
def test_any_other_quad_matters(other: str) -> None:
    assert graph_digest(quads("x:a x:p 1 , 2 .")) != graph_digest(quads(other))


def test_the_graph_matters() -> None:
    (quad,) = quads("x:a x:p 1 .")
    assert graph_digest([quad]) != graph_digest([ox.Quad(quad.subject, quad.predicate, quad.object, quad.subject)])  # type: ignore[arg-type]

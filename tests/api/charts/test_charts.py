"""Charts: what is not known is drawn, nothing is cut off, and both languages have their words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.api.charts import gaps_chart, positions_chart, supply_chart, write
from stanagraph.api.charts.canvas import Canvas, hatching
from stanagraph.api.charts.shared import title
from stanagraph.api.words import Words
from stanagraph.graph.catalogue import Answer, Catalogue
from stanagraph.graph.store import EmbeddedStore

DRAWN = {
    "gaps": ("gap-classes", {}, gaps_chart),
    "positions": ("positions", {"agreement": "STANAG-4423"}, positions_chart),
    "two editions": ("positions", {"agreement": "STANAG-6022"}, positions_chart),
    "supply": ("supply-concentration", {}, supply_chart),
}


def _texts(svg: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", it) for it in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.S)]


def _svg(answer: Answer, name: str, language: str, folder: Path) -> str:
    _, _, draw = DRAWN[name]
    return write(draw(answer, language, "0123456789ab"), folder / "chart.svg").read_text("utf-8")


@pytest.fixture(params=DRAWN)
def drawn(request: pytest.FixtureRequest, public_store: EmbeddedStore) -> tuple[str, Answer]:
    query, arguments, _ = DRAWN[request.param]
    return request.param, Catalogue().ask(public_store, query, arguments)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_label_is_cut_off_and_the_release_is_told(
    drawn: tuple[str, Answer], language: str, tmp_path: Path
) -> None:  # fmt: skip
    texts = _texts(_svg(drawn[1], drawn[0], language, tmp_path))
    assert not [text for text in texts if "…" in text]
    assert any("0123456789ab" in text for text in texts)


def test_the_two_languages_differ_only_in_words(drawn: tuple[str, Answer], tmp_path: Path) -> None:
    english, french = (_svg(drawn[1], drawn[0], language, tmp_path) for language in ("en", "fr"))
    assert _texts(english) != _texts(french)
    assert english.count("<line") == french.count("<line")


def test_each_gap_count_is_written_beside_its_bar(public_store: EmbeddedStore, tmp_path: Path) -> None:
    answer = Catalogue().ask(public_store, "gap-classes", {"class": "155mm"})
    numbers = [it for it in _texts(_svg(answer, "gaps", "en", tmp_path)) if it.isdigit()]
    assert sorted(numbers) == sorted(record["gaps"].value for record in answer.records())


def test_silence_is_drawn_for_each_nation_and_edition(public_store: EmbeddedStore) -> None:
    answer = Catalogue().ask(public_store, "positions", {"agreement": "STANAG-4423"})
    spec = str(positions_chart(answer, "en", "r").to_dict())
    silent = {record["nation"].value for record in answer.records() if record["statement"] is None}
    assert silent
    # One for the response, one for the implementation; Portugal has told both.
    assert spec.count("'told': 'not known'") == 2 * len(silent)


def test_supply_of_which_no_capacity_is_known_has_no_solid_part(public_store: EmbeddedStore) -> None:
    answer = Catalogue().ask(public_store, "supply-concentration", {"class": "122mm-rocket"})
    assert {record["known"].value for record in answer.records()} == {"0"}
    assert "#0b8a68" not in str(supply_chart(answer, "en", "r").to_dict())


def test_hatching_lies_on_what_it_hatches(tmp_path: Path) -> None:
    canvas = Canvas(100, 50)
    canvas.unknown(10, 10, 40, 20, "not known")
    path = write(canvas.chart(title("a", (), Words("en"), "r")), tmp_path / "a.svg")
    assert path.read_text("utf-8").count("<line") == len(list(hatching(40, 20)))


@given(st.floats(1, 500), st.floats(1, 500))
def test_hatching_stays_inside(wide: float, high: float) -> None:
    for x1, y1, x2, y2 in hatching(wide, high):
        assert -1e-6 <= x1 <= x2 <= wide + 1e-6
        assert -1e-6 <= y2 <= y1 <= high + 1e-6
        # All lines run at the same angle.
        assert abs((x2 - x1) - (y1 - y2)) < 1e-6

"""A text in English keeps what it was made of, and is told in another language from that."""

from __future__ import annotations

from stanagraph.graph.wording import Wording, told

FRENCH = {
    "an id in {files}{near}": "un id dans {files}{near}",
    " (near: {names})": " (proche : {names})",
    " or ": " ou ",
}
NEAR = Wording(" (near: {names})", names="a{b}")
TEXT = Wording("an id in {files}{near}", files=("x.csv", "y.csv"), near=NEAR)


def french(message: str) -> str:
    return FRENCH.get(message, message)


def test_a_wording_is_its_english() -> None:
    assert TEXT == "an id in x.csv or y.csv (near: a{b})"
    assert Wording("{plain}") == "{plain}"
    assert {Wording("a text")} == {"a text"}


def test_a_wording_is_told_with_all_that_it_is_made_of() -> None:
    assert told(TEXT, "fr", french) == "un id dans x.csv ou y.csv (proche : a{b})"
    assert told("a plain one", "fr", french) == "a plain one"


def test_a_text_that_comes_with_its_translations_keeps_them() -> None:
    both = Wording.known({"en": "A gun has one bore.", "fr": "Un canon a une âme."}, "a value")
    assert both == "A gun has one bore."
    assert told(both, "fr", french) == "Un canon a une âme."
    assert told(Wording.known({}, "a value"), "fr", french) == "a value"

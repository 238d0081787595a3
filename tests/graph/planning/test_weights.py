"""Weights from a file: what counts before what, and every field that is wrong by its name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from stanagraph.graph.errors import WeightsRefused
from stanagraph.graph.names import key_of
from stanagraph.graph.planning import BUILT_IN, Action, Weights, read_weights
from stanagraph.graph.store import EmbeddedStore

NATIONS = ("NOR", "POL")
NUMBER = "expected a number from 0 to 1000000 with at most 3 decimals, not "
ACTIONS = ("qualify/NOR/gun/round", "agree-standard/i")
QUALIFY = Action("qualify/NOR/gun/round", "", "qualify", "", "NOR")
AGREE = Action("agree-standard/i", "", "agree-standard", "", None)


def read(tmp_path: Path, text: str) -> Weights:
    path = tmp_path / "w.toml"
    path.write_text(text, encoding="utf-8")
    return read_weights(path, NATIONS, ACTIONS)


@pytest.mark.parametrize(
    ("text", "qualify", "agree"),
    [
        ("", "4", "8"),
        ("default = 1", "1", "1"),
        ("default = 1\n[kind]\nqualify = 2.5", "2.5", "1"),
        ("[nation]\nNOR = 0.5\nPOL = 3", "2.0", "8"),
        ("[kind]\nqualify = 2\n[nation]\nNOR = 1.5", "3.0", "8"),
        ('[nation]\nNOR = 9\n[action]\n"qualify/NOR/gun/round" = 0', "0", "8"),
        ('default = 3\n[action]\n"agree-standard/i" = 0.125', "3", "0.125"),
    ],
)
def test_the_nearest_weight_counts(tmp_path: Path, text: str, qualify: str, agree: str) -> None:
    weights = read(tmp_path, text)
    assert (weights.of(QUALIFY), weights.of(AGREE)) == (Decimal(qualify), Decimal(agree))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("default = -1", f"default: {NUMBER}-1"),
        ("default = nan", f"default: {NUMBER}NaN"),
        ("default = inf", f"default: {NUMBER}Infinity"),
        ("default = true", f"default: {NUMBER}True"),
        ("[kind]\nqualify = 'much'", f"kind.qualify: {NUMBER}'much'"),
        ("[kind]\nqualify = 0.0001", f"kind.qualify: {NUMBER}0.0001"),
        ("[kind]\nqualify = 1000001", f"kind.qualify: {NUMBER}1000001"),
        ("kind = 3", "kind: expected a table of weights, not 3"),
        ("[kind]\nqualfy = 3", "kind.qualfy: there is none of this name; did you mean qualify?"),
        ("[nation]\nNRO = 3", "nation.NRO: there is none of this name; did you mean NOR?"),
        (
            "[action]\n'agree-standard/j' = 3",
            'action."agree-standard/j": there is none of this name; did you mean agree-standard/i?',
        ),
        ("[action]\nxyz = 3", "action.xyz: there is none of this name"),
        ("[kinds]\nqualify = 3", "kinds: is no field of a weights file; there are default, kind, nation, action"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(WeightsRefused) as refused:
        read(tmp_path, text)
    assert [str(it) for it in refused.value.faults] == [fault]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused) as refused:
        read(tmp_path, "default = 'x'\n[kind]\nqualify = -1\nimplement = 'y'")
    assert [it.field for it in refused.value.faults] == ["default", "kind.qualify", "kind.implement"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="cannot be read"):
        read_weights(tmp_path / "none.toml", NATIONS, ACTIONS)
    with pytest.raises(WeightsRefused, match=r"is no TOML.*line 2"):
        read(tmp_path, "default = 1\nkind = =\n")
    (tmp_path / "latin.toml").write_bytes(b'x = "\xe9"')
    with pytest.raises(WeightsRefused, match="is no TOML"):
        read_weights(tmp_path / "latin.toml", NATIONS, ACTIONS)


def test_every_kind_of_action_has_a_weight(public_store: EmbeddedStore) -> None:
    rows = public_store.select(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?kind"
        " { ?kind skos:inScheme <https://w3id.org/stanagraph/id/scheme/action-kind> } ORDER BY ?kind"
    ).rows
    assert [key_of(getattr(row[0], "value", "")) for row in rows] == sorted(BUILT_IN)

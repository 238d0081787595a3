"""Each question is a tool that says what it takes, and answers with its evidence and within its bounds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client, MCPError, types

from stanagraph.api import formats
from stanagraph.api.mcp import answers, evidence
from stanagraph.api.mcp.desk import Desk
from stanagraph.api.mcp.tools import ROWS, tools
from stanagraph.api.server.access.caller import ANONYMOUS, Caller
from stanagraph.api.server.serving import Serving
from stanagraph.graph.catalogue import Catalogue

ROOT = Path(__file__).parents[3]
QUESTIONS = [Catalogue()[name] for name in Catalogue().names()]
TOOLS = {language: {tool.name: tool for tool in tools(language)} for language in ("en", "fr")}
Asked = Callable[[str, dict[str, Any]], types.CallToolResult]


def told(result: types.CallToolResult) -> dict[str, Any]:
    """What a tool answered; the text says the same."""
    assert result.structured_content is not None
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert json.loads(content.text) == result.structured_content
    return dict(result.structured_content)


def test_the_client_is_told_all_tools(desk: Desk, with_client: Callable[..., Any]) -> None:
    listed = with_client(desk, lambda client: client.list_tools())
    assert {tool.name for tool in listed.tools} == {*Catalogue().names(), "verdict", "check-conformance", "search"}


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_a_question_is_a_tool_with_its_parameters(query: Any) -> None:
    for language, named in TOOLS.items():
        tool = named[query.name]
        assert tool.description is not None
        assert tool.description.startswith(query.question[language])
        assert set(tool.input_schema["properties"]) == {*query.parameters, "limit", "cursor"}
        assert set(tool.input_schema["required"]) == {it.name for it in query.parameters.values() if it.required}
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint


@pytest.mark.parametrize("name", TOOLS["en"])
def test_a_schema_is_one_and_knows_nothing_else(name: str) -> None:
    schema = TOOLS["en"][name].input_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not jsonschema.Draft202012Validator(schema).is_valid({"nobody-knows": 1})


@pytest.mark.parametrize("query", [it for it in QUESTIONS if not any(p.required for p in it.parameters.values())],
                         ids=lambda query: query.name)  # fmt: skip
def test_a_question_is_answered_with_its_release(query: Any, desk: Desk, serving: Serving) -> None:
    answer = answers.answer(desk, query.name, {"limit": 3})
    assert len(answer["items"]) == min(3, answer["total"])
    assert answer["evidence"]["release"] == serving.identifier
    assert answer["evidence"]["asOf"] == serving.newest
    assert answer["evidence"]["sources"] or answer["evidence"]["tools"] or not answer["things"]


def test_pages_together_are_the_whole_answer(call: Asked, serving: Serving) -> None:
    whole = formats.as_json(serving.ask("gaps", [("class", "155mm")]))["items"]
    found, cursor = [], None
    while True:
        page = told(call("gaps", {"class": "155mm", "limit": 70} | ({"cursor": cursor} if cursor else {})))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == whole
    assert page["total"] == len(whole) > 70


def test_an_answer_that_is_too_long_has_fewer_rows_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 9000)
    page = answers.answer(desk, "gaps", {"limit": ROWS})
    assert 1 < len(page["items"]) < ROWS
    assert len(json.dumps(page, ensure_ascii=False)) <= 9000
    following = answers.answer(desk, "gaps", {"limit": ROWS, "cursor": page["next"]})
    assert following["items"][0] not in page["items"]


def test_gaps_name_the_sources_that_they_rest_on(desk: Desk, serving: Serving) -> None:
    gaps = serving.ask("gaps")
    keys = [str(it["gap"]) for it in formats.as_json(gaps)["items"]]
    evident = (formats.as_json(serving.ask("gap-evidence", [("gap", key)]))["items"] for key in keys)
    rows = next(rows for rows in evident if any(it["source"] for it in rows))
    named = {it["source"] for it in rows}
    only = [
        row for row in gaps.rows if formats.value(dict(zip(gaps.columns, row, strict=True))["gap"]) == rows[0]["gap"]
    ]
    found = evidence.of_rows(serving.store, dataclasses.replace(gaps, rows=only))
    assert {it["source"] for it in found["sources"]} == named
    assert found["tools"] == ["gap-evidence", "trace"]


def test_pairs_name_the_sources_of_their_verdicts(call: Asked) -> None:
    pairs = told(call("pairs", {"using": "POL", "providing": "DEU", "limit": 1}))
    one = pairs["items"][0]
    verdict = told(call("verdict", {"equipment": one["equipment"], "munition": one["munition"]}))
    sources = {it["source"] for it in pairs["evidence"]["sources"]}
    assert sources
    assert sources <= {it["source"] for it in verdict["evidence"]["sources"]}
    assert pairs["evidence"]["tools"] == ["verdict", "trace"]
    assert told(call("matrix", {"class": "155mm", "limit": 1}))["evidence"]["tools"] == ["pairs", "trace"]


def test_records_name_the_sources_that_they_cite(serving: Serving) -> None:
    supply = serving.ask("supply", [("class", "155mm")])
    record = next(it for it in supply.records() if it["statement"] is not None)
    alone = dataclasses.replace(supply, columns=("statement",), rows=[(record["statement"],)])
    found = evidence.of_rows(serving.store, alone)
    assert [it["iri"] for it in found["sources"]] == [record["source"].value]


def test_a_verdict_has_all_its_evidence(call: Asked, serving: Serving) -> None:
    found = told(call("verdict", {"equipment": "PzH 2000", "munition": "vulcano-155-glr"}))
    assert (found["verdict"], found["disputed"], found["hits"]) == ("restricted", True, "not-known")
    named = {it["source"] for row in found["criteria"] for it in row["evidence"]} | {
        it["source"] for it in found["findings"]
    }
    assert named == {it["source"] for it in found["evidence"]["sources"]}
    assert all(it["url"].startswith("http") for it in found["evidence"]["sources"])
    assert found["evidence"]["release"] == serving.identifier


def test_a_check_is_that_of_the_command_line(call: Asked, serving: Serving) -> None:
    from stanagraph.api.conformance.demands import target
    from stanagraph.api.conformance.names import Names, understood
    from stanagraph.api.conformance.reading import read
    from stanagraph.api.conformance.report import check

    path = ROOT / "docs" / "examples" / "cartridge.json"
    store = serving.store
    report = check(
        store, serving.identifier, str(serving.view.manifest["built"]), understood(read(path), Names(store)),
        target(store, "STANAG-4172"),
    )  # fmt: skip
    found = told(call("check-conformance", {"description": json.loads(path.read_text()), "against": "STANAG-4172"}))
    assert found["iri"] == report.iri
    assert found["counts"] == report.model_dump(mode="json")["counts"]
    whole = len(report.results)
    assert len(found["results"]) == whole or found["cut"]["results"] == whole
    assert len(json.dumps(found, ensure_ascii=False)) <= answers.LARGEST


def test_the_longest_lists_of_an_answer_are_cut_and_it_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 5000)
    found = answers.answer(desk, "verdict", {"equipment": "PzH 2000", "munition": "vulcano-155-glr"})
    assert len(json.dumps(found | {"cut": {}}, ensure_ascii=False)) <= 5000
    assert found["cut"]["criteria"] > len(found["criteria"]) >= 1
    assert found["verdict"] == "restricted"


def test_what_is_wrong_with_a_description_is_told_field_by_field(call: Asked) -> None:
    result = call("check-conformance", {"description": {"id": "a b", "nme": "x"}, "against": "STANAG-4172"})
    assert result.is_error
    found = told(result)
    assert found["problem"] == "description-refused"
    assert {"/id", "/nme"} <= {it["pointer"] for it in found["errors"]}


@pytest.mark.parametrize(
    ("name", "arguments", "problem", "near"),
    [
        ("gaps", {"nation": "PLO"}, "name-not-known", "POL"),
        ("verdict", {"equipment": "pzh-200", "munition": "dm121"}, "name-not-known", "pzh-2000"),
        ("gaps", {"colour": "red"}, "bad-argument", None),
        ("gaps", {"limit": ROWS + 1}, "bad-argument", None),
        ("gaps", {"limit": True}, "bad-argument", None),
        ("gaps", {"class": 155}, "bad-argument", None),
        ("gaps", {"class": "x" * 121}, "bad-argument", None),
        ("gaps", {"cursor": "x"}, "bad-argument", None),
        ("gaps", {"asOf": "yesterday"}, "bad-argument", None),
        ("matrix", {}, "bad-argument", None),
        ("verdict", {"equipment": "pzh-2000"}, "bad-argument", None),
        ("check-conformance", {"against": "STANAG-4172"}, "bad-argument", None),
        ("check-conformance", {"description": {"values": [{}] * 201}, "against": "STANAG-4172"}, "bad-argument", None),
        (
            "check-conformance",
            {"description": {}, "against": "STANAG-4172", "confidence": "none"},
            "bad-argument",
            None,
        ),
    ],
)
def test_a_bad_question_can_be_mended(
    name: str, arguments: dict[str, Any], problem: str, near: str | None, call: Asked
) -> None:
    result = call(name, arguments)
    assert result.is_error
    found = told(result)
    assert found["problem"] == problem
    assert found["detail"]
    assert near is None or near in found["suggestions"]


def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(desk: Desk, with_client: Callable[..., Any]) -> None:
    async def asked(client: Client) -> None:
        with pytest.raises(MCPError, match="gaps"):
            await client.call_tool("gapz", {})

    with_client(desk, asked)


@given(
    name=st.sampled_from(sorted(TOOLS["en"])),
    arguments=st.dictionaries(
        st.sampled_from(["class", "nation", "limit", "cursor", "description", "against", "equipment", "text", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda it: st.lists(it, max_size=2) | st.dictionaries(st.text(max_size=3), it, max_size=2),
            max_leaves=4,
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_whatever_is_sent_is_answered_or_refused(name: str, arguments: dict[str, Any], desk: Desk) -> None:
    from stanagraph.graph.errors import StanagraphError

    try:
        assert answers.answer(desk, name, arguments)["evidence"]
    except StanagraphError as error:
        assert error.status < 500


def test_who_may_not_read_opens_nothing(with_client: Callable[..., Any]) -> None:
    def never() -> Serving:
        raise AssertionError("opened")

    for caller, problem in (
        (Caller("key", scopes=frozenset({"ingest"})), "forbidden"),
        (Caller(ANONYMOUS.name, scopes=frozenset()), "not-authenticated"),
    ):
        for name in ("gaps", "check-conformance", "search", "verdict"):
            result = with_client(Desk(caller, "en", never), lambda it, name=name: it.call_tool(name, {}))
            assert result.is_error
            assert told(result)["problem"] == problem


def test_who_may_only_read_checks_nothing(serving: Serving, with_client: Callable[..., Any]) -> None:
    desk = Desk(Caller("key", scopes=frozenset({"read"})), "fr", lambda: serving)
    assert told(with_client(desk, lambda it: it.call_tool("check-conformance", {})))["problem"] == "forbidden"
    found = told(with_client(desk, lambda it: it.call_tool("verdict", {"equipment": "pzh-2000", "munition": "dm121"})))
    assert "munition" in found["criteria"][0]["explanation"]
    assert told(with_client(desk, lambda it: it.call_tool("gaps", {"limit": 1})))["question"].startswith("Où")

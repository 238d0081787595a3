"""The clients against the service itself, in a process of its own; and the examples of docs/client.md."""

from __future__ import annotations

import asyncio
import doctest
import re
from pathlib import Path

import pytest

from stanagraph.client import AsyncClient, BadRequest, Client, NotAuthenticated, NotFound, NotReached, Retries

CARTRIDGE = {
    "id": "a", "name": "a", "kind": "munition", "interfaces": ["5.56x45"], "confidence": "medium",
    "evidence": [{"title": "Drawing"}], "values": [{"parameter": "case_length_mm", "number": "44.70", "unit": "mm"}],
}  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "client.md"


def test_every_list_and_every_thing_is_read(service: str) -> None:
    with Client(service) as client:
        assert len(list(client.gaps(page=100))) == client.answer_page("gaps", page=1).total > 100
        assert next(client.matrix("155mm")).iri
        assert next(client.pairs("POL", "DEU"))["verdict"]
        asked = list(client.questions())
        assert client.question(asked[0].name).sparql
        for kind in ("nations", "agreements", "equipment", "munitions", "sources", "gaps", "agreement-editions"):
            row = next(client.things(kind, page=1))
            found = client.thing(kind, row["id"] if "id" in row else row["gap"])
            assert found.iri == row.iri
            assert any(fact.origins for fact in found.facts) or kind in ("gaps", "sources"), kind
        assert next(client.about("agreements", "STANAG-4425", "positions"))["nation"]
        assert client.release() in client.releases()
        assert client.ask("ASK {}") is True
        assert client.select("SELECT (1 AS ?a) {}").rows[0]["a"].value == "1"
        assert client.graph("CONSTRUCT { ?s a <urn:x> } WHERE { ?s a ?t } LIMIT 1") != ""
        assert client.read("/healthz")


def test_a_verdict_has_all_its_evidence(service: str) -> None:
    with Client(service, language="fr") as client:
        first, again = (client.verdict("pzh-2000", "vulcano-155-glr") for _ in range(2))
    assert first == again
    assert (first.verdict, first.disputed) == ("restricted", True)
    assert "wikipedia-en-panzerhaubitze-2000" in first.sources
    assert "interface" in str(first.criteria[0].explanation)


def test_a_description_is_checked(service: str) -> None:
    with Client(service) as client:
        report = client.check(CARTRIDGE, "STANAG-4172")
        assert report.works_with
        assert report.nations
        assert {it.outcome for it in report.results} <= {"passed", "failed", "cantTell", "untested", "inapplicable"}
        assert sum(report.counts.values()) == len(report.results)
        alone = client.check(CARTRIDGE, "STANAG-4172", "high", works_with=False)
        assert (alone.works_with, alone.confidence) == (None, "high")
        assert client.check_many([CARTRIDGE, {**CARTRIDGE, "id": "b"}], "STANAG-4172")[0] == report
        with pytest.raises(BadRequest) as caught:
            client.check({**CARTRIDGE, "kind": "boat"}, "STANAG-4172")
        assert [it.pointer for it in caught.value.errors] == ["/kind"]


def test_problems_are_those_of_the_service(service: str) -> None:
    with Client(service) as client, pytest.raises(NotFound) as caught:
        client.verdict("pzh-200", "dm121")
    assert "pzh-2000" in caught.value.suggestions
    assert caught.value.request_id
    with Client(service) as client, pytest.raises(BadRequest) as refused:
        list(client.gaps(as_of="yesterday"))
    assert refused.value.errors[0].parameter == "asOf"
    with Client(service, key="sgk_wrong") as client, pytest.raises(NotAuthenticated):
        client.release()


def test_what_is_unchanged_is_not_sent(service: str) -> None:
    import httpx2

    seen = []

    class Watched(httpx2.HTTPTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            answer = super().handle_request(request)
            seen.append(answer.status_code)
            return answer

    with Client(service, transport=Watched()) as client:
        assert client.release() == client.release()
    assert seen == [200, 304]


def test_the_client_that_awaits_reads_the_same(service: str) -> None:
    async def ask() -> tuple[list[str], str]:
        async with AsyncClient(service) as client:
            return [it.iri async for it in client.gaps(class_="155mm")], (await client.verdict("pzh-2000", "dm121")).iri

    iris, verdict = asyncio.run(ask())
    with Client(service) as client:
        assert iris == [it.iri for it in client.gaps(class_="155mm")] != []
        assert verdict == client.verdict("pzh-2000", "dm121").iri


def test_where_nobody_listens_nobody_is_reached(free_port: object) -> None:
    assert callable(free_port)
    with Client(f"http://127.0.0.1:{free_port()}", retries=Retries(2, 0.01)) as client, pytest.raises(NotReached):
        client.release()


def test_the_examples_of_the_page_are_true(service: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.M | re.S))
    assert examples.count(">>>") > 10
    examples = examples.replace("http://127.0.0.1:8000", service)
    test = doctest.DocTestParser().get_doctest(examples, {}, PAGE.name, str(PAGE), 0)
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test, out=told.append)
    assert told == []

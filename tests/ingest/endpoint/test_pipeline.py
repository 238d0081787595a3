"""From a service to the answers: its facts while it answers, its last good ones marked as stale while it does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import BadArgument, SourceRefused
from stanagraph.graph.names import BASE, graph, thing
from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.sources import Sources
from stanagraph.graph.verdicts import explain
from stanagraph.graph.workspace import Status
from stanagraph.ingest.gather import gather
from stanagraph.ingest.pipeline import Inputs, Result, given, ingest

pytestmark = pytest.mark.long

# A holding makes a gap; a finding decides a verdict.
FACTS = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}id/> .
<holding/pzh-2000/FIN/in-service> a :NationalHolding ; rdfs:label "PzH 2000 in Finland" ;
    :holdingOf <equipment/pzh-2000> ; :byNation <nation/FIN> ; :holdingStatus <holding-status/in-service> .
<finding/m777/m795-he> a :CompatibilityFinding ; rdfs:label "m777 × m795-he" ;
    :equipment <equipment/m777> ; :munition <munition/m795-he> ; :documentedVerdict <verdict-value/restricted> ;
    :reasonCode <reason-code/charge-system> ; :reasonText "Fired with reduced charges only"@en .
"""
GAP = "not-known/FIN/pzh-2000/155mm-l39"
PAIR = ("m777", "m795-he")
SETTINGS = """
[network]
allow = ["{place}"]
request-seconds = {seconds}
attempts = {attempts}

[endpoints.partner]
url = "http://{place}/query"
"""

Take = Callable[..., Result]


@pytest.fixture
def take(small_home: Path, small_data: Path) -> Take:
    """Takes in what the service at a place answers."""

    def takes(place: str, seconds: float = 1, attempts: int = 1, **told: Any) -> Result:
        settings = SETTINGS.format(place=place, seconds=seconds, attempts=attempts)
        (small_home / "stanagraph.toml").write_text(settings, encoding="utf-8")
        return ingest([given("endpoint:partner", **told)], Releases(small_home), Inputs(data=small_data))

    return takes


def status(home: Path) -> Status:
    (only,) = Sources(home).current(Releases(home))
    assert only.state.status is not None
    return only.state.status


def rows(release: Release, query: str, **arguments: str) -> list[Mapping[str, Any]]:
    """The rows of a report as plain texts."""
    answer = Catalogue().ask(release.view().open(), query, arguments)
    return [{name: getattr(cell, "value", None) for name, cell in row.items()} for row in answer.records()]


def source_row(release: Release) -> Mapping[str, Any]:
    (row,) = (it for it in rows(release, "sources") if it["source"] == thing("source", "partner").value)
    return row


def gap_row(release: Release) -> Mapping[str, Any]:
    (row,) = (it for it in rows(release, "gaps", nation="FIN") if it["gap"] == thing("gap", GAP).value)
    return row


def verdict(release: Release) -> Any:
    return explain(release.view().open(), thing("equipment", PAIR[0]), thing("munition", PAIR[1]))


def rests_on_stale(release: Release) -> set[str]:
    found = release.view().open().select(f"SELECT ?it {{ ?it <{BASE}ns/restsOnStale> ?source }}").rows
    return {str(getattr(it, "value", "")) for (it,) in found}


def facts(release: Release) -> set[ox.Triple]:
    """What the service said, without what is said of the service."""
    me, where = thing("source", "partner"), graph("partner")
    return {it.triple for it in release.view().open().quads() if it.graph_name == where and it.subject != me}


def test_a_service_answers_fails_and_comes_back(partner: Any, take: Take, small_home: Path) -> None:
    partner.put(FACTS)
    first = take(partner.place).release
    assert first is not None
    assert (status(small_home).outcome, status(small_home).detail) == ("answered", "2 items")
    assert (source_row(first)["outcome"], source_row(first)["staleSince"]) == ("answered", None)
    assert len(facts(first)) > 10
    assert (gap_row(first)["stale"], verdict(first).verdict, verdict(first).stale) == ("false", "restricted", ())
    assert rests_on_stale(first) == set()

    partner.stop()
    failed = take(partner.place)
    second = failed.release
    assert second is not None
    assert (len(failed.taken), second.identifier != first.identifier) == (1, True)
    assert (status(small_home).outcome, status(small_home).detail) == ("refused", "nothing listens there")
    assert facts(second) == facts(first)
    since = source_row(second)["staleSince"]
    assert (source_row(second)["outcome"], since) == ("refused", status(small_home).asked.replace("+00:00", "Z"))
    # What it decided says so, and nothing else does.
    assert gap_row(second)["stale"] == "true"
    assert (verdict(second).verdict, [(it.source, it.since) for it in verdict(second).stale]) == (
        "restricted",
        [("partner", since)],
    )
    assert rests_on_stale(second) >= {thing("gap", GAP).value, thing("verdict", "/".join(PAIR)).value}
    assert thing("verdict", "pzh-2000/dm121").value not in rests_on_stale(second)

    # Still down: nothing is new, and it is stale since the first failure.
    again = take(partner.place)
    assert again.release is not None
    assert (again.release.identifier, again.taken, len(again.unchanged)) == (second.identifier, (), 1)
    assert source_row(again.release)["staleSince"] == since

    partner.start()
    partner.put(FACTS)
    third = take(partner.place).release
    assert third is not None
    assert (source_row(third)["outcome"], source_row(third)["staleSince"]) == ("answered", None)
    assert (gap_row(third)["stale"], verdict(third).stale, rests_on_stale(third)) == ("false", (), set())
    assert facts(third) == facts(first)


def test_whoever_asks_while_an_attempt_fails_is_not_overwritten(
    partner: Any, take: Take, small_home: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.put(FACTS)
    take(partner.place)

    def gather_late(*arguments: Any) -> Any:
        # This attempt fails, and before it comes to building, another one has had an answer.
        monkeypatch.undo()
        partner.stop()
        failed = gather(*arguments)
        partner.start()
        partner.put(FACTS + '<equipment/pzh-2000> rdfs:label "PzH 2000" .')
        take(partner.place)
        return failed

    monkeypatch.setattr("stanagraph.ingest.pipeline.gather", gather_late)
    late = take(partner.place)
    assert (late.taken, len(late.unchanged)) == ((), 1)
    assert (status(small_home).outcome, status(small_home).detail) == ("answered", "3 items")


def test_a_service_that_never_answered_gives_no_release(partner: Any, take: Take, small_home: Path) -> None:
    before = Releases(small_home).current().identifier
    partner.stop()
    with pytest.raises(SourceRefused, match=r"the endpoint gave nothing \(refused\): nothing listens there"):
        take(partner.place)
    assert Releases(small_home).current().identifier == before
    assert not (small_home / "sources").exists()
    assert not list(small_home.glob(".incoming-*"))


def test_the_limits_of_the_settings_hold_while_it_is_asked(partner: Any, take: Take, small_home: Path) -> None:
    partner.put(FACTS + "".join(f'<equipment/m777> rdfs:label "{number}" .' for number in range(30)))
    settings = SETTINGS.format(place=partner.place, seconds=5, attempts=1) + "[limits]\nentries = 2\n"
    (small_home / "stanagraph.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(SourceRefused, match=r"the endpoint gave nothing \(broken-off\): more than 20 statements"):
        ingest([given("endpoint:partner")], Releases(small_home))


def hang(handler: Any, number: int) -> None:
    time.sleep(3)


def garbage(handler: Any, number: int) -> None:
    body = b"<html>\x00\xff <p>maintenance"
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def half(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n")


FAULTS = [
    (hang, "timed-out", "no whole answer within 1 seconds"),
    (garbage, "unreadable", "the answer cannot be read: page: line 1: is not UTF-8"),
    (half, "broken-off", "the answer ended before its end"),
]


@pytest.mark.parametrize(("fault", "outcome", "detail"), FAULTS)
def test_a_service_that_misbehaves_changes_nothing_of_what_it_said(
    fault: Any, outcome: str, detail: str, partner: Any, serve: Any, take: Take, small_home: Path
) -> None:
    before = Releases(small_home).current().identifier
    bad = serve(fault)
    with pytest.raises(SourceRefused, match=rf"the endpoint gave nothing \({outcome}\)"):
        take(bad.place)
    assert Releases(small_home).current().identifier == before
    partner.put(FACTS)
    first = take(partner.place).release
    assert first is not None
    second = take(bad.place).release
    assert second is not None
    assert facts(second) == facts(first)
    assert (status(small_home).outcome, status(small_home).stale_since is not None) == (outcome, True)
    assert source_row(second)["outcome"] == outcome
    assert detail in status(small_home).detail
    assert gap_row(second)["stale"] == "true"


@pytest.mark.parametrize("name", ["../../../evil", "/evil", "a/b", "UP"])
def test_a_path_in_the_id_of_a_service_is_refused_before_it_is_asked(
    name: str, serve: Any, take: Take, small_home: Path, tmp_path: Path
) -> None:
    server = serve(garbage)
    with pytest.raises(BadArgument, match="--source-id"):
        take(server.place, source_id=f"{tmp_path}{name}" if name.startswith("/") else name)
    assert server.requests == []
    assert not list(tmp_path.rglob("evil*"))


def test_a_service_that_the_settings_name_by_a_path_is_refused(serve: Any, take: Take, small_home: Path) -> None:
    server = serve(garbage)
    settings = SETTINGS.format(place=server.place, seconds=1, attempts=1).replace(
        "endpoints.partner", 'endpoints."../up"'
    )
    (small_home / "stanagraph.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(BadArgument, match="--source-id"):
        ingest([given("endpoint:../up")], Releases(small_home))
    assert server.requests == []

"""Harvesting, from a real server and from servers that hang, die, drip, lie and never end."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from stanagraph.graph.deadlines import AGENT
from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.workspace import SourceState, Status
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Limits, Reader, Work
from stanagraph.ingest.sources.endpoint import HarvestReader, harvest, kept

NS = "https://w3id.org/stanagraph/ns/"
GUNS = f"@prefix : <{NS}> .\n" + "".join(
    f'<https://w3id.org/stanagraph/id/equipment/e{i:03}> a :EquipmentType ; :designation "E{i}" .\n' for i in range(250)
)
ITEM = (
    '<http://example.org/{0}> <https://w3id.org/stanagraph/harvest/onPage> "true" .\n'
    '<http://example.org/{0}> <http://example.org/p> "x" .\n'
)
NOW = "2026-01-15T09:00:00+00:00"


def ask(settings: tuple[Any, Any], into: Path, previous: Any = None, **options: Any) -> Status:
    endpoint, network = settings
    return harvest(endpoint, network, into, previous, **{"limits": Limits(), **options})


def page(numbers: range) -> bytes:
    return "".join(ITEM.format(number) for number in numbers).encode()


def asked_for(body: str) -> tuple[int, int]:
    found = re.search(r"LIMIT\+(\d+)\+OFFSET\+(\d+)", body)
    assert found is not None
    return int(found[1]), int(found[2])


def read(path: Path, confidence: str = "medium") -> tuple[Work, int]:
    work = Work("node", confidence, None, {}, {})
    return work, record(HarvestReader(), path, work, path.parent).entries


class TestRealServer:
    def test_it_is_harvested_page_by_page(self, oxigraph: str, load: Any, settings: Any, tmp_path: Path) -> None:
        load(GUNS, "http://example.org/g")
        done: list[int] = []
        status = ask(settings(oxigraph), tmp_path / "h.nt", progress=lambda count, _: done.append(count))
        assert (status.outcome, status.detail, status.stale_since) == ("answered", "250 items", None)
        assert done == [100, 200, 250]
        work, entries = read(tmp_path / "h.nt")
        assert entries == 250
        assert work.account.counts["statements loaded"] == 500

    def test_a_full_last_page_is_followed_by_an_empty_one(
        self, oxigraph: str, load: Any, settings: Any, tmp_path: Path
    ) -> None:
        load(GUNS)
        assert ask(settings(oxigraph, page=125), tmp_path / "h.nt").detail == "250 items"

    def test_one_graph_only(self, oxigraph: str, load: Any, settings: Any, tmp_path: Path) -> None:
        load(GUNS, "http://example.org/g")
        load('<http://example.org/x> <http://example.org/p> "x" .', "http://example.org/h")
        load('<http://example.org/y> <http://example.org/p> "x" .')
        assert ask(settings(oxigraph), tmp_path / "h.nt").detail == "252 items"
        one = ask(settings(oxigraph, graph="http://example.org/h"), tmp_path / "one.nt")
        assert one.detail == "1 items"
        assert "http://example.org/x" in (tmp_path / "one.nt").read_text(encoding="utf-8")

    def test_the_same_answers_give_the_same_file(self, oxigraph: str, load: Any, settings: Any, tmp_path: Path) -> None:
        load(GUNS + '<http://example.org/x> <http://example.org/p> [ <http://example.org/q> "1" ] .')
        files = []
        for size in (100, 100):
            ask(settings(oxigraph, page=size), tmp_path / "h.nt")
            files.append((tmp_path / "h.nt").read_bytes())
        assert files[0] == files[1]

    def test_nothing_to_be_had_is_no_answer(self, oxigraph: str, load: Any, settings: Any, tmp_path: Path) -> None:
        status = ask(settings(oxigraph, graph="http://example.org/none"), tmp_path / "h.nt")
        assert status.outcome == "unreadable"
        assert not (tmp_path / "h.nt").exists()

    def test_a_stranger_cannot_forge_by_an_endpoint_either(
        self, oxigraph: str, load: Any, settings: Any, tmp_path: Path
    ) -> None:
        load(f"<https://w3id.org/stanagraph/id/verdict/x> <{NS}fits> <https://w3id.org/stanagraph/id/answer/yes> .")
        ask(settings(oxigraph), tmp_path / "h.nt")
        work, entries = read(tmp_path / "h.nt")
        assert entries == 0
        assert [remark.code for remark in work.account.remarks] == ["derived"]

    def test_a_query_that_the_server_refuses(self, oxigraph: str, settings: Any, clock: Any, tmp_path: Path) -> None:
        (tmp_path / "bad.rq").write_text(
            "CONSTRUCT { ?s <https://w3id.org/stanagraph/harvest/onPage> true }"
            " { { SELECT ?s { nonsense }\nLIMIT 1 OFFSET 0\n} }"
        )
        status = ask(settings(oxigraph, mapping=str(tmp_path / "bad.rq")), tmp_path / "h.nt", clock=clock)
        assert (status.outcome, clock.pauses) == ("refused", [])
        assert "HTTP 400" in status.detail


MISLEADING = """
# SELECT all of them; do not INSERT, DELETE or DROP anything. See <http://example.org/#ASK>
PREFIX clear: <http://example.org/clear#LOAD>
PREFIX : <http://example.org/DELETE/>
CONSTRUCT { ?s <https://w3id.org/stanagraph/harvest/onPage> true }
WHERE { { SELECT DISTINCT ?s { ?s ?p ?o FILTER (?o != "INSERT DATA { # }") }
LIMIT 1 OFFSET 0
} }
"""


def test_words_in_comments_and_names_do_not_mislead(serve: Any, settings: Any, answering: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.rq").write_text(MISLEADING)
    server = serve(lambda handler, number: answering(handler, page(range(3))))
    status = ask(settings(server.place, mapping=str(tmp_path / "odd.rq")), tmp_path / "h.nt")
    assert (status.outcome, status.detail) == ("answered", "3 items")
    ((_, _, body, headers),) = server.requests
    assert parse_qs(body) == {"query": [MISLEADING.replace("LIMIT 1 OFFSET 0", "LIMIT 100 OFFSET 0")]}
    assert headers["Accept"].startswith("application/n-triples")
    assert [value for name, value in headers.items() if name.lower() == "user-agent"] == [AGENT]


def hang(handler: Any, number: int) -> None:
    time.sleep(4)


def die(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(page(range(100)))


def die_in_pieces(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"400\r\n" + page(range(100))[:0x400] + b"\r\n")


def without_an_end(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.end_headers()
    handler.wfile.write(page(range(10)))


def drip(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for byte in page(range(100)):
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def drip_headers(handler: Any, number: int) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 100:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def endless(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"# nothing\n" * 6553
    while True:
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def garbage(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Length", "12")
    handler.end_headers()
    handler.wfile.write(b"\xff\xfe\x00garbage\n\n")


def no_http(handler: Any, number: int) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")


def page_of_a_portal(handler: Any, number: int) -> None:
    body = b"<html>Please log in</html>"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def packed(handler: Any, number: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/n-triples")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def close_at_once(handler: Any, number: int) -> None:
    handler.connection.close()


def fail(status: int, **headers: str) -> Any:
    def answer(handler: Any, number: int) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@pytest.mark.parametrize(
    ("behaviour", "outcome", "detail", "attempts"),
    [
        (hang, "timed-out", "no whole answer within 1 seconds", 2),
        (drip, "timed-out", "no whole answer within 1 seconds", 2),
        (drip_headers, "timed-out", "no whole answer within 1 seconds", 2),
        (die, "broken-off", "ended before its end", 2),
        (die_in_pieces, "broken-off", "ended before its end", 2),
        (without_an_end, "broken-off", "does not say where it ends", 1),
        (close_at_once, "broken-off", "ended before its end", 2),
        (garbage, "unreadable", "the answer cannot be read", 1),
        (no_http, "unreadable", "no answer in HTTP", 1),
        (page_of_a_portal, "unreadable", "text/html", 1),
        (packed, "unreadable", "packed (gzip)", 1),
        (fail(500), "refused", "HTTP 500", 2),
        (fail(503), "refused", "HTTP 503", 2),
        (fail(429), "refused", "HTTP 429", 2),
        (fail(403), "refused", "HTTP 403", 1),
        (fail(404), "refused", "HTTP 404", 1),
        (fail(204), "refused", "HTTP 204", 1),
        (fail(401, WWW_Authenticate="Basic"), "refused", "HTTP 401", 1),
    ],
)
def test_a_server_that_misbehaves(
    behaviour: Any, outcome: str, detail: str, attempts: int, serve: Any, settings: Any, clock: Any, tmp_path: Path
) -> None:
    server = serve(behaviour)
    began = time.monotonic()
    status = ask(settings(server.place), tmp_path / "h.nt", clock=clock)
    assert (status.outcome, status.asked, status.stale_since) == (outcome, NOW, None)
    assert detail in status.detail
    assert len(server.requests) == attempts
    assert time.monotonic() - began < 6
    assert list(tmp_path.iterdir()) == []


def test_an_endless_answer_is_cut_off_at_its_size(serve: Any, settings: Any, clock: Any, tmp_path: Path) -> None:
    status = ask(settings(serve(endless).place, bytes=3_000_000), tmp_path / "h.nt", clock=clock)
    assert (status.outcome, status.detail) == ("broken-off", "more than 3000000 bytes")


def test_all_pages_together_have_a_size(serve: Any, settings: Any, answering: Any, clock: Any, tmp_path: Path) -> None:
    def answer(handler: Any, number: int) -> None:
        answering(handler, page(range(number * 10, number * 10 + 10)))

    status = ask(settings(serve(answer).place, page=10, bytes=20_000), tmp_path / "h.nt", clock=clock)
    assert (status.outcome, status.detail) == ("broken-off", "more than 20000 bytes")


def test_statements_have_a_limit(serve: Any, settings: Any, answering: Any, tmp_path: Path) -> None:
    server = serve(lambda handler, number: answering(handler, page(range(number * 10, number * 10 + 10))))
    status = ask(settings(server.place, page=10), tmp_path / "h.nt", limits=Limits(entries=3))
    assert (status.outcome, status.detail) == ("broken-off", "more than 30 statements")


def test_the_deadline_of_the_whole_holds_over_many_pages(
    serve: Any, settings: Any, answering: Any, tmp_path: Path
) -> None:
    def answer(handler: Any, number: int) -> None:
        time.sleep(0.3)
        answering(handler, page(range(number * 10, number * 10 + 10)))

    began = time.monotonic()
    status = ask(settings(serve(answer).place, page=10, total_seconds=1.5), tmp_path / "h.nt")
    assert status.outcome == "timed-out"
    assert time.monotonic() - began < 4


def test_it_is_asked_again_after_a_failure(
    serve: Any, settings: Any, answering: Any, clock: Any, tmp_path: Path
) -> None:
    server = serve(lambda handler, number: die(handler, 0) if number == 0 else answering(handler, page(range(5))))
    assert ask(settings(server.place), tmp_path / "h.nt", clock=clock).detail == "5 items"
    assert len(server.requests) == 2
    assert read(tmp_path / "h.nt")[1] == 5


def test_pauses_grow(serve: Any, settings: Any, clock: Any, tmp_path: Path) -> None:
    ask(settings(serve(fail(500)).place, attempts=4, total_seconds=900), tmp_path / "h.nt", clock=clock)
    first, second, third = clock.pauses
    assert 1 <= first <= 2 <= second <= 3
    assert 4 <= third <= 5


@pytest.mark.parametrize(("told", "pause"), [("7", 7.0), ("Thu, 15 Jan 2026 09:00:05 GMT", 5.0), ("soon", None)])
def test_it_waits_as_long_as_it_is_told(
    told: str, pause: float | None, serve: Any, settings: Any, clock: Any, tmp_path: Path
) -> None:
    status = ask(settings(serve(fail(429, Retry_After=told)).place), tmp_path / "h.nt", clock=clock)
    assert status.outcome == "refused"
    assert clock.pauses == [pause] if pause else 1 <= clock.pauses[0] <= 2


def test_it_does_not_wait_longer_than_it_has(serve: Any, settings: Any, clock: Any, tmp_path: Path) -> None:
    status = ask(settings(serve(fail(503, Retry_After="3600")).place), tmp_path / "h.nt", clock=clock)
    assert clock.pauses == []
    assert "after 3600 s" in status.detail


def test_an_endpoint_that_ignores_limit(serve: Any, settings: Any, answering: Any, tmp_path: Path) -> None:
    server = serve(lambda handler, number: answering(handler, page(range(30))))
    status = ask(settings(server.place, page=10), tmp_path / "h.nt")
    assert (status.outcome, len(server.requests)) == ("unreadable", 1)
    assert "ignores LIMIT" in status.detail


def test_an_endpoint_that_ignores_offset(serve: Any, settings: Any, answering: Any, tmp_path: Path) -> None:
    server = serve(lambda handler, number: answering(handler, page(range(10))))
    status = ask(settings(server.place, page=10), tmp_path / "h.nt")
    assert (status.outcome, len(server.requests)) == ("unreadable", 2)
    assert "ignores OFFSET" in status.detail


def test_each_page_is_asked_for_in_order(serve: Any, settings: Any, answering: Any, tmp_path: Path) -> None:
    server = serve(
        lambda handler, number: answering(handler, page(range(number * 10, 25 if number == 2 else number * 10 + 10)))
    )
    assert ask(settings(server.place, page=10), tmp_path / "h.nt").outcome == "answered"
    assert [asked_for(body) for _, _, body, _ in server.requests] == [(10, 0), (10, 10), (10, 20)]
    assert {headers["Accept"] for *_, headers in server.requests} == {"application/n-triples, text/turtle;q=0.8"}


def state(status: Status | None = None) -> SourceState:
    return SourceState(
        id="node", kind="sparql", reader_version="1.0", name="http://example.org/query", sha256="0" * 64, size=1,
        retrieved="2026-01-01T00:00:00Z", triples=5, status=status,
    )  # fmt: skip


class TestStale:
    def test_the_last_good_state_stands_in(self, serve: Any, settings: Any, clock: Any, tmp_path: Path) -> None:
        good = tmp_path / "h.nt"
        good.write_text("what was there")
        status = ask(settings(serve(fail(404)).place), good, state(), clock=clock)
        assert (status.outcome, status.stale_since) == ("refused", NOW)
        assert good.read_text() == "what was there"
        after = kept(state(), status)
        assert after.status == status
        assert after.model_copy(update={"status": None}) == state()

    def test_it_has_been_stale_since_the_first_failure(
        self, serve: Any, settings: Any, clock: Any, tmp_path: Path
    ) -> None:
        before = Status(asked="2026-01-02", outcome="timed-out", stale_since="2026-01-02T00:00:00+00:00")
        status = ask(settings(serve(fail(404)).place), tmp_path / "h.nt", state(before), clock=clock)
        assert status.stale_since == "2026-01-02T00:00:00+00:00"

    def test_an_answer_ends_it(self, serve: Any, settings: Any, answering: Any, clock: Any, tmp_path: Path) -> None:
        before = state(Status(asked="2026-01-02", outcome="timed-out", stale_since="2026-01-02T00:00:00+00:00"))
        server = serve(lambda handler, number: answering(handler, page(range(5))))
        status = ask(settings(server.place), tmp_path / "h.nt", before, clock=clock)
        assert (status.outcome, status.stale_since) == ("answered", None)


def test_a_host_that_is_not_allowed_is_not_asked(serve: Any, settings: Any, tmp_path: Path) -> None:
    server = serve(fail(500))
    endpoint, network = settings(server.place)
    with pytest.raises(SourceRefused, match=r"not in \[network\] allow"):
        harvest(endpoint, network.model_copy(update={"allow": ("127.0.0.1",)}), tmp_path / "h.nt", limits=Limits())
    assert server.requests == []


class TestReader:
    def test_it_is_a_reader_of_harvests_only(self) -> None:
        assert isinstance(HarvestReader(), Reader)
        assert HarvestReader().recognises(Path("x.nt"), b"# Stanagraph harvest 1.0 {}\n")
        assert not HarvestReader().recognises(Path("x.nt"), b"<http://a/> <http://b/> <http://c/> .\n")

    @pytest.mark.parametrize(("said", "own", "told"), [("low", "high", "low"), ("high", "low", ""), ("no", "low", "")])
    def test_a_file_can_lower_its_confidence_and_not_raise_it(
        self, said: str, own: str, told: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "h.nt"
        path.write_text(f'# Stanagraph harvest 1.0 {{"confidence": "{said}"}}\n<http://a/> <http://b/> <http://c/> .\n')
        work = Work("node", own, None, {}, {})
        assert [entry.confidence for entry in HarvestReader().read(path, work)] == [told]

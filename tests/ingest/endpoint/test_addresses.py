"""A file from an address becomes a source like any other; what is no file of facts changes nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import BASE, graph
from stanagraph.graph.releases import Releases
from stanagraph.graph.sources import Sources
from stanagraph.ingest.pipeline import Inputs, Result, given, ingest

pytestmark = pytest.mark.long

FACTS = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}id/> .
<holding/pzh-2000/FIN/in-service> a :NationalHolding ; rdfs:label "PzH 2000 in Finland" ;
    :holdingOf <equipment/pzh-2000> ; :byNation <nation/FIN> ; :holdingStatus <holding-status/in-service> .
""".encode()
PAGE = b"<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>404</h1></body></html>"

Take = Callable[..., Result]


@pytest.fixture
def take(small_home: Path, small_data: Path) -> Take:
    """Takes in what lies at an address, with these hosts allowed."""

    def takes(url: str, *allow: str, **told: Any) -> Result:
        hosts = ", ".join(f'"{host}"' for host in allow)
        (small_home / "stanagraph.toml").write_text(
            f"[network]\nallow = [{hosts}]\nattempts = 1\nrequest-seconds = 2\n", encoding="utf-8"
        )
        return ingest([given(url, **told)], Releases(small_home), Inputs(data=small_data))

    return takes


def refused(take: Take, home: Path, url: str, *allow: str, **told: Any) -> str:
    """Why an address is refused; nothing has changed, and nothing is left behind."""
    before = Releases(home).current().identifier
    with pytest.raises(SourceRefused) as error:
        take(url, *allow, **told)
    assert Releases(home).current().identifier == before
    assert sorted(path.name for path in home.iterdir() if path.name != "build.lock") == [
        "current", "proofs", "releases", "stanagraph.toml",
    ]  # fmt: skip
    return str(error.value)


def test_a_file_from_an_allowed_host_is_taken_in_once(serve: Any, answering: Any, take: Take, small_home: Path) -> None:
    server = serve(lambda handler, number: answering(handler, FACTS, "text/turtle"))
    url = f"http://{server.place}/lists/finland.ttl?day=1"
    first = take(url, server.place)
    assert first.release is not None
    (source,) = Sources(small_home).current(Releases(small_home))
    state = source.state
    assert (state.id, state.kind, state.name, state.url, state.entries) == ("finland", "rdf", "finland.ttl", url, 1)
    assert (source.path / "original" / "finland.ttl").read_bytes() == FACTS
    assert [it for it in first.release.view().open().quads() if it.graph_name == graph("finland")]
    again = take(url, server.place)
    assert again.release is not None
    assert (again.release.identifier, again.taken, len(again.unchanged)) == (first.release.identifier, (), 1)
    assert not list(small_home.glob(".incoming-*"))


def test_a_host_that_the_settings_do_not_name_is_not_asked(
    serve: Any, answering: Any, take: Take, small_home: Path
) -> None:
    server = serve(lambda handler, number: answering(handler, FACTS, "text/turtle"))
    url = f"http://{server.place}/finland.ttl"
    assert "is not in [network] allow of stanagraph.toml" in refused(take, small_home, url)
    assert "is not in [network] allow" in refused(take, small_home, url, "example.org", "127.0.0.1")
    assert "is not in [network] allow" in refused(take, small_home, url, "localhost")
    assert server.requests == []


def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(
    serve: Any, answering: Any, take: Take, small_home: Path
) -> None:
    inner = serve(lambda handler, number: answering(handler, FACTS, "text/turtle"))

    def away(handler: Any, number: int) -> None:
        handler.send_response(302)
        handler.send_header("Location", f"http://{inner.place}/finland.ttl")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    outer = serve(away)
    assert "redirects elsewhere" in refused(take, small_home, f"http://{outer.place}/finland.ttl", outer.place)
    assert (len(outer.requests), inner.requests) == (1, [])


@pytest.mark.parametrize("name", ["finland.ttl", "finland.xlsx", "holdings.csv", "finland.nt", "finland"])
def test_a_page_in_the_place_of_a_file_is_refused(
    name: str, serve: Any, answering: Any, take: Take, small_home: Path
) -> None:
    server = serve(lambda handler, number: answering(handler, PAGE, "text/html"))
    why = refused(take, small_home, f"http://{server.place}/{name}", server.place)
    assert len(server.requests) == 1
    assert "no reader knows this kind of file" in why or "web page" in why


@pytest.mark.parametrize("status", [404, 403, 500])
def test_an_answer_that_says_no_is_refused_with_what_it_says(
    status: int, serve: Any, take: Take, small_home: Path
) -> None:
    def deny(handler: Any, number: int) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "text/turtle")
        handler.send_header("Content-Length", str(len(FACTS)))
        handler.end_headers()
        handler.wfile.write(FACTS)

    server = serve(deny)
    why = refused(take, small_home, f"http://{server.place}/finland.ttl", server.place)
    assert f"cannot be fetched (refused): HTTP {status}" in why


def test_an_answer_that_ends_too_early_is_refused(serve: Any, take: Take, small_home: Path) -> None:
    def half(handler: Any, number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(FACTS) + 100))
        handler.end_headers()
        handler.wfile.write(FACTS)

    server = serve(half)
    why = refused(take, small_home, f"http://{server.place}/finland.ttl", server.place)
    assert "cannot be fetched (broken-off)" in why


KILLED = """
import sys
from pathlib import Path
from stanagraph.graph.releases import Releases
from stanagraph.ingest.pipeline import Inputs, given, ingest

ingest([given(sys.argv[3])], Releases(Path(sys.argv[1])), Inputs(data=Path(sys.argv[2])))
"""


def test_a_run_that_is_killed_while_it_fetches_changes_nothing(
    serve: Any, answering: Any, take: Take, small_home: Path, small_data: Path
) -> None:
    before = Releases(small_home).current().identifier
    hanging = threading.Event()

    def answer(handler: Any, number: int) -> None:
        if number == 0:
            hanging.wait(30)
        answering(handler, FACTS, "text/turtle")

    server = serve(answer)
    url = f"http://{server.place}/finland.ttl"
    settings = f'[network]\nallow = ["{server.place}"]\n'
    (small_home / "stanagraph.toml").write_text(settings, encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(small_home), str(small_data), url])
    try:
        while not server.requests:
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
        hanging.set()
    assert Releases(small_home).current().identifier == before
    assert len(list(small_home.glob(".incoming-*"))) == 1
    # What it left behind is in nobody's way.
    assert take(url, server.place).release is not None
    Releases(small_home).verify(Releases(small_home).current().identifier)
    assert [it.state.id for it in Sources(small_home).current(Releases(small_home))] == ["finland"]

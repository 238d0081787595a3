"""Which addresses may be asked: by name, by what the name stands for, and by where an answer sends on."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.workspace import NetworkSettings
from stanagraph.ingest.sources.network import Client, NetworkFault, checked, fetch_file, is_public

INWARD = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "224.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "240.0.0.1", "192.0.2.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "::127.0.0.1", "fec0::1",
    "nonsense", "",
]  # fmt: skip
OUTWARD = ["8.8.8.8", "91.198.174.192", "2620:0:862:ed1a::1", "1.1.1.1"]


@pytest.mark.parametrize("text", INWARD)
def test_an_inward_address(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", OUTWARD)
def test_an_outward_address(text: str) -> None:
    assert is_public(text)


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_another_is_never_public(address: Any) -> None:
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    "url",
    [
        "https://query.wikidata.org/sparql", "http://query.wikidata.org/sparql", "https://QUERY.wikidata.org./sparql",
        "https://query.wikidata.org:443/", "http://localhost:7878/query", "http://[::1]:7878/query", "http://10.0.0.5:80/",
    ],
)  # fmt: skip
def test_an_allowed_place(url: str) -> None:
    checked(url, ["query.wikidata.org", "LOCALHOST:7878", "[::1]:7878", "10.0.0.5"])


@pytest.mark.parametrize(
    "url",
    [
        "https://wikidata.org/", "https://query.wikidata.org.evil.example/", "https://evil.example/query.wikidata.org",
        "https://query.wikidata.org:8080/", "http://localhost/", "http://localhost:7879/", "ftp://query.wikidata.org/",
        "file:///etc/passwd", "gopher://query.wikidata.org/", "https://user:pw@query.wikidata.org/",
        "https://query.wikidata.org@evil.example/", "https://query.wikidata.org:pw@evil.example/", "https:///sparql",
        "https://query.wikidata.org\\@evil.example/", "https://query.wikidata.org\r\nHost: evil/",
        "https://query. wikidata.org/",
        "https://query.wikidata.org:99999/", "https://[::1/", "//query.wikidata.org/", "", "query.wikidata.org",
    ],
)  # fmt: skip
def test_a_place_that_is_not_allowed(url: str) -> None:
    with pytest.raises(NetworkFault) as caught:
        checked(url, ["query.wikidata.org", "localhost:7878"])
    assert (caught.value.outcome, caught.value.again) == ("refused", False)
    assert "pw" not in caught.value.detail


def client(place: str, found: list[str], *more: str) -> Client:
    settings = NetworkSettings(allow=(place, *more), request_seconds=2, attempts=1)
    return Client(settings, resolve=lambda host, port: found)


@pytest.mark.parametrize("found", INWARD[:-2])
def test_a_public_name_that_stands_for_an_inward_address(found: str, tmp_path: Path) -> None:
    with pytest.raises(NetworkFault, match="not public and not in"):
        client("data.example.org", [found]).fetch("http://data.example.org/", tmp_path / "x", {})


def test_one_inward_address_among_several_is_enough(tmp_path: Path) -> None:
    with pytest.raises(NetworkFault, match=r"stands for 10\.0\.0\.1"):
        client("data.example.org", ["8.8.8.8", "10.0.0.1"]).fetch("http://data.example.org/", tmp_path / "x", {})


@pytest.mark.parametrize("spelt", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_other_spellings_of_this_machine(spelt: str, tmp_path: Path) -> None:
    settings = NetworkSettings(allow=(spelt,), request_seconds=2, attempts=1)
    with pytest.raises(NetworkFault):
        Client(settings).fetch(f"http://{spelt}/", tmp_path / "x", {})


def test_the_address_that_was_checked_is_the_one_that_is_used(serve: Any, answering: Any, tmp_path: Path) -> None:
    server = serve(lambda handler, number: answering(handler, b"here"))
    port = server.place.partition(":")[2]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        # A second question would get another answer: that is how a rebinding attack works.
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    settings = NetworkSettings(allow=(f"data.example.org:{port}", "127.0.0.1"), request_seconds=2, attempts=1)
    received = Client(settings, resolve=resolve).fetch(f"http://data.example.org:{port}/x", tmp_path / "x", {})
    assert received.size == 4
    assert asked == ["data.example.org"]
    assert server.requests[0][3]["Host"] == f"data.example.org:{port}"


def test_looking_up_a_name_ends_at_the_deadline(tmp_path: Path) -> None:
    release = threading.Event()
    settings = NetworkSettings(allow=("data.example.org",), request_seconds=0.3, attempts=1)

    def resolve(host: str, port: int) -> list[str]:
        release.wait(10)
        return []

    with pytest.raises(NetworkFault) as caught:
        Client(settings, resolve=resolve).fetch("http://data.example.org/", tmp_path / "x", {})
    release.set()
    assert caught.value.outcome == "timed-out"


def test_a_name_without_an_address(tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    settings = NetworkSettings(allow=("data.example.org",), attempts=1)
    with pytest.raises(NetworkFault, match="has no address"):
        Client(settings, resolve=resolve).fetch("http://data.example.org/", tmp_path / "x", {})


def test_nothing_listens(tmp_path: Path) -> None:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        port = it.getsockname()[1]
    with pytest.raises(NetworkFault, match="nothing listens there"):
        client(f"127.0.0.1:{port}", ["127.0.0.1"]).fetch(f"http://127.0.0.1:{port}/", tmp_path / "x", {})


def redirect(target: str, status: int = 302) -> Any:
    def answer(handler: Any, number: int) -> None:
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.send_header("Set-Cookie", "secret=1")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://localhost:22/", "http://[::1]/",
        "file:///etc/passwd", "ftp://example.org/", "http://user:pw@127.0.0.1/", "//evil.example/x",
    ],
)  # fmt: skip
def test_a_redirect_inward_or_elsewhere(target: str, serve: Any, tmp_path: Path) -> None:
    server = serve(redirect(target))
    with pytest.raises(NetworkFault, match="redirects elsewhere") as caught:
        client(server.place, ["127.0.0.1"]).fetch(server.url, tmp_path / "x", {})
    assert (caught.value.outcome, caught.value.again, len(server.requests)) == ("refused", False, 1)


def test_a_redirect_to_an_allowed_name_that_stands_for_an_inward_address(serve: Any, tmp_path: Path) -> None:
    server = serve(redirect("http://data.example.org/"))

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "127.0.0.1" else ["169.254.169.254"]

    settings = NetworkSettings(allow=(server.place, "data.example.org"), attempts=1)
    with pytest.raises(NetworkFault, match=r"stands for 169\.254\.169\.254"):
        Client(settings, resolve=resolve).fetch(server.url, tmp_path / "x", {})


@pytest.mark.parametrize(
    ("status", "method"), [(301, "POST"), (302, "POST"), (307, "POST"), (308, "POST"), (303, "GET")]
)
def test_a_redirect_that_is_allowed(status: int, method: str, serve: Any, answering: Any, tmp_path: Path) -> None:
    second = serve(lambda handler, number: answering(handler, b"there"))
    first = serve(redirect(second.url, status))
    it = client(first.place, ["127.0.0.1"], second.place)
    assert it.fetch(first.url, tmp_path / "x", {"Accept": "text/plain"}, b"query=x").url == second.url
    ((used, _, body, headers),) = second.requests
    assert (used, body) == (method, "query=x" if method == "POST" else "")
    assert {"Cookie", "Authorization"} & set(headers) == set()


def test_redirects_in_a_circle(serve: Any, tmp_path: Path) -> None:
    server = serve(redirect("/query"))
    with pytest.raises(NetworkFault, match="more than 3 redirects"):
        client(server.place, ["127.0.0.1"]).fetch(server.url, tmp_path / "x", {})
    assert len(server.requests) == 4


def test_a_proxy_of_the_environment_is_not_used(
    serve: Any, answering: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda handler, number: answering(handler, b"here"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert client(server.place, ["127.0.0.1"]).fetch(server.url, tmp_path / "x", {}).size == 4


def test_a_certificate_that_nobody_signed(serve: Any, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            plain, _ = listening.accept()
            with plain, contextlib.suppress(OSError):
                context.wrap_socket(plain, server_side=True).close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(NetworkFault, match="no safe connection") as caught:
            client(f"127.0.0.1:{port}", ["127.0.0.1"]).fetch(f"https://127.0.0.1:{port}/", tmp_path / "x", {})
        thread.join(5)
    assert caught.value.outcome == "refused"


class TestFetchFile:
    def test_a_file_keeps_its_name_and_no_path(self, serve: Any, answering: Any, tmp_path: Path) -> None:
        server = serve(lambda handler, number: answering(handler, b"<a:> <b:> <c:> .", "text/turtle"))
        settings = NetworkSettings(allow=(server.place,))
        fetched = fetch_file(f"http://{server.place}/a/..%2F..%2Fgun%20list.ttl?x=1", settings, tmp_path)
        assert fetched.name == "_.._gun_list.ttl"
        assert fetched.path == tmp_path / fetched.name
        assert (fetched.media_type, fetched.size, fetched.path.read_bytes()) == ("text/turtle", 16, b"<a:> <b:> <c:> .")

    @pytest.mark.parametrize(("path", "name"), [("/", "download"), ("/..", "download"), ("/.hidden", "hidden")])
    def test_a_name_that_is_none(self, path: str, name: str, serve: Any, answering: Any, tmp_path: Path) -> None:
        server = serve(lambda handler, number: answering(handler, b"x"))
        assert fetch_file(f"http://{server.place}{path}", NetworkSettings(allow=(server.place,)), tmp_path).name == name

    def test_a_failure_leaves_no_file(self, serve: Any, tmp_path: Path) -> None:
        def die(handler: Any, number: int) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b"half")

        server = serve(die)
        with pytest.raises(SourceRefused, match=r"cannot be fetched \(broken-off\)"):
            fetch_file(f"http://{server.place}/x.ttl", NetworkSettings(allow=(server.place,), attempts=1), tmp_path)
        assert list(tmp_path.iterdir()) == []

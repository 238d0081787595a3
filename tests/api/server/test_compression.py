"""Compressed bodies: the same answer, under a tag of its own."""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from fastapi.testclient import TestClient

LIST = "/v1/agreements?limit=50"


@pytest.mark.parametrize("media", ["application/json", "text/turtle", "application/n-triples", "text/csv", "text/html"])
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_body_is_compressed_as_the_client_takes_it(client: TestClient, media: str, coding: str) -> None:
    plain = client.get(LIST, headers={"Accept": media, "Accept-Encoding": "identity"})
    with client.stream("GET", LIST, headers={"Accept": media, "Accept-Encoding": coding}) as response:
        raw = b"".join(response.iter_raw())
        headers = response.headers
    assert headers["content-encoding"] == coding
    assert "content-encoding" not in plain.headers
    opened = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    }[coding](raw)
    assert opened == plain.content
    assert len(raw) < len(plain.content) / 3
    assert headers["etag"] == f'{plain.headers["etag"][:-1]}-{coding}"'
    for found in (headers, plain.headers):
        assert "Accept-Encoding" in found["vary"]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_client_keeps_what_it_has(client: TestClient, coding: str) -> None:
    tag = client.get(LIST, headers={"Accept-Encoding": coding}).headers["etag"]
    assert tag.endswith(f'-{coding}"')
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get(LIST, headers={"Accept-Encoding": coding, "If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_a_small_body_is_left_as_it_is(client: TestClient) -> None:
    assert "content-encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_head_tells_what_get_would(client: TestClient) -> None:
    got, head = (client.request(method, LIST, headers={"Accept-Encoding": "br"}) for method in ("GET", "HEAD"))
    same = ("content-encoding", "content-length", "content-type", "etag", "vary")
    assert [head.headers[name] for name in same] == [got.headers[name] for name in same]
    assert head.content == b""

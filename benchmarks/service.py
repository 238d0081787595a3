"""What the service takes to answer over HTTP: `/sparql` beside Oxigraph's own server on the same store.

Run with `python benchmarks/service.py`; it uses the current release. Both servers answer the same queries one after the
other over one connection that stays open, in turns; the ratio says how many times as long ours takes. What it decides:
whether processes that can be killed, with their frames and limits, cost too much (at most 1.3 times is the aim).
"""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.releases import Releases

ROUNDS = 40
JSON = "application/sparql-results+json"
SERVICE = "import sys, uvicorn; from stanagraph.api.server import create_app; uvicorn.run(create_app(), port=int(sys.argv[1]), log_level='error')"  # noqa: E501


class Answers:
    """One server: the times of its answers to a query."""

    def __init__(self, port: int, path: str) -> None:
        self._connection, self._path = http.client.HTTPConnection("127.0.0.1", port, timeout=60), path

    def ask(self, query: str) -> tuple[float, int]:
        """How long the answer took, and how many bytes it has."""
        begun = time.perf_counter()
        body = urlencode({"query": query})
        headers = {"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", self._path, body, headers)
        response = self._connection.getresponse()
        size = len(response.read())
        if response.status != 200:
            raise RuntimeError(f"{self._path} answered {response.status}")
        return time.perf_counter() - begun, size


@contextlib.contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """A server, from when it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def told(times: list[float]) -> str:
    """Median, slowest of a hundred, and how many a second, one after the other."""
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{statistics.median(times) * 1000:.1f} ms (p99 {p99 * 1000:.1f}, {1 / statistics.mean(times):.0f}/s)"


def sparql() -> None:
    """`/sparql` beside Oxigraph's server."""
    view = Releases().current().view()
    catalogue, store = Catalogue(), view.open()
    queries = {
        "ASK {}": "ASK {}",
        "the matrix of a class": catalogue["matrix"].bound({"class": "155mm"}, store),
        "all gaps": catalogue["gaps"].bound({}, store),
        "20,000 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 20000",
    }
    program = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    ours, theirs = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(view.path, Path(folder) / "store")
        served = [program, "serve-read-only", "--location", str(copy), "--bind", f"127.0.0.1:{theirs}"]
        with (
            running([sys.executable, "-c", SERVICE, str(ours)], ours),
            running([*served, "--union-default-graph"], theirs),
        ):
            pair = Answers(ours, "/sparql"), Answers(theirs, "/query")
            for name, query in queries.items():
                for server in pair:
                    server.ask(query)
                times: tuple[list[float], list[float]] = [], []
                for _ in range(ROUNDS):
                    sizes = []
                    for server, found in zip(pair, times, strict=True):
                        seconds, size = server.ask(query)
                        found.append(seconds)
                        sizes.append(size)
                ratio = statistics.median(times[0]) / statistics.median(times[1])
                print(f"/sparql, {name}, {max(sizes):,} bytes: {told(times[0])} / {told(times[1])} = {ratio:.2f}")


if __name__ == "__main__":
    sparql()

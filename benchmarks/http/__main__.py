"""What the service takes to answer over HTTP, beside what cannot be quicker.

Run with `python benchmarks/http [SECONDS]`; it uses the current release. One worker of `stanagraph serve`, with all
that it does for each request, and the server beside it are asked in turns, so that both have the same machine.

- One verdict and one matrix, and the same with `If-None-Match`, beside a bare FastAPI handler that has the same bytes
  in its hand, under the same uvicorn, over eight connections: at least half as many answers a second is the aim.
- One description that is checked, beside pySHACL on the same clauses and the same description: 1.5 times is the aim for
  the judgement alone, as pySHACL says nothing of what a munition works with. pySHACL is called with graphs in memory,
  and once more with reading them, as the service reads its description; nothing of HTTP is in its time.
- Queries to `/sparql` beside Oxigraph's own server on the same store, one after the other: 1.3 times is the aim. It
  decides whether processes that can be killed, with their frames and limits, cost too much.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyshacl
import rdflib
from load import Client, Times, request
from servers import bare, free_port, running, service

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.releases import Releases

ROUNDS = 8
CONNECTIONS = 8
VERDICT = "/v1/verdicts?equipment=pzh-2000&munition=vulcano-155-glr"
MATRIX = "/v1/matrix?class=155mm"
CHECK = "/v1/conformance-checks?against=STANAG-4172"
CARTRIDGE = Path(__file__).parents[2] / "docs" / "examples" / "cartridge.json"
TABLE = "application/sparql-results+json"
JSON = {"Content-Type": "application/json"}


def answers(ours: int, seconds: float) -> None:
    """A verdict, a matrix and their 304, beside a bare handler."""
    asked = {"verdict": VERDICT, "matrix": MATRIX}
    first = Client(ours)
    begun = time.perf_counter()
    found = {name: first.once(request("GET", path)) for name, path in asked.items()}
    print(f"both for the first time, the release not yet open: {(time.perf_counter() - begun) * 1000:.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        for name, (_, _, body) in found.items():
            (Path(folder) / name).write_bytes(body)
        port = free_port()
        with running(bare(Path(folder), port), port):
            pair = Client(ours, CONNECTIONS), Client(port, CONNECTIONS)
            for name, path in asked.items():
                _, headers, body = found[name]
                known = {"If-None-Match": headers["etag"]}
                for status, said in ((200, {}), (304, known)):
                    times = Times(), Times()
                    for _ in range(ROUNDS):
                        for client, where, into in zip(pair, (path, f"/{name}"), times, strict=True):
                            client.ask([request("GET", where, said)], seconds / ROUNDS, status, into)
                    share = times[0].rate / times[1].rate
                    print(f"GET {name}, {status}, {len(body):,} bytes: {times[0]} / bare {times[1]} = {share:.0%}")


def checks(ours: int) -> None:
    """A description that is checked, beside pySHACL."""
    rules, facts = shacl()
    text = facts.serialize(format="turtle")
    client, body = Client(ours), json.loads(CARTRIDGE.read_bytes())
    asked = {"the judgement alone": f"{CHECK}&worksWith=false", "with what it works with": CHECK}
    times = {name: Times() for name in asked}
    theirs = {"pySHACL": Times(), "pySHACL with reading the figures": Times()}
    for round_ in range(ROUNDS):
        # What a description works with is kept for the next time, so each is another one.
        several = [json.dumps({**body, "id": f"cartridge-{round_}-{number}"}).encode() for number in range(500)]
        for name, path in asked.items():
            client.ask([request("POST", path, JSON, one) for one in several], 1, 200, times[name])
        for given, into in zip((lambda: facts, lambda: rdflib.Graph().parse(data=text)), theirs.values(), strict=True):
            for _ in range(25):
                begun = time.perf_counter()
                pyshacl.validate(given(), shacl_graph=rules, inference="none")
                into.each.append(time.perf_counter() - begun)
                into.whole += into.each[-1]
    for name in asked:
        print(f"POST conformance-checks, {name}: {times[name]}")
        for other, they in theirs.items():
            print(f"  / {other} {they} = {times[name].median / they.median:.2f}")


def shacl() -> tuple[rdflib.Graph, rdflib.Graph]:
    """The clauses and the description as pySHACL takes them."""
    sys.path.append(str(Path(__file__).parents[1]))
    import conformance

    return conformance.bare(CARTRIDGE, "STANAG-4172")


def sparql(ours: int) -> None:
    """`/sparql` beside Oxigraph's server."""
    view = Releases().current().view()
    catalogue, store = Catalogue(), view.open()
    queries = {
        "ASK {}": "ASK {}",
        "the matrix of a class": catalogue["matrix"].bound({"class": "155mm"}, store),
        "all gaps": catalogue["gaps"].bound({}, store),
        "20,000 rows": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 20000",
    }
    with oxigraph(view.path) as theirs:
        pair = (Client(ours), "/sparql"), (Client(theirs), "/query")
        for name, query in queries.items():
            headers = {"Accept": TABLE, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({"query": query}).encode()
            asked = [request("POST", path, headers, body) for _, path in pair]
            size = max(
                len(json.dumps(client.once(one)[2].decode())) for (client, _), one in zip(pair, asked, strict=True)
            )
            times = Times(), Times()
            for _ in range(ROUNDS):
                for (client, _), one, into in zip(pair, asked, times, strict=True):
                    client.ask([one], 0.5, 200, into)
            ratio = times[0].median / times[1].median
            print(f"/sparql, {name}, {size:,} bytes: {times[0]} / Oxigraph {times[1]} = {ratio:.2f}")


@contextlib.contextmanager
def oxigraph(store: Path) -> Iterator[int]:
    """Oxigraph's own server on a copy of a store."""
    program = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(store, Path(folder) / "store")
        served = [program, "serve-read-only", "--location", str(copy), "--bind", f"127.0.0.1:{port}"]
        with running([*served, "--union-default-graph"], port):
            yield port


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    port = free_port()
    with running(service(port), port):
        answers(port, seconds)
        checks(port)
        sparql(port)


if __name__ == "__main__":
    main()

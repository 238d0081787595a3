"""What the tests of the reader share: a way to read a few lines, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Limits, Work
from stanagraph.ingest.sources.rdf import RdfReader

ABOUT = "https://w3id.org/stanagraph/ns/about"


@dataclass
class Result:
    """What was read: facts without the statements of the driver, and what the reader told."""

    facts: set[tuple[str, str, str]]
    work: Work
    about: set[str]
    graphs: set[str]

    @property
    def codes(self) -> set[str]:
        return {remark.code for remark in self.work.account.remarks}

    def told(self, code: str) -> str:
        (text,) = (remark.text for remark in self.work.account.remarks if remark.code == code)
        return text


Reads = Callable[..., Result]


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    """Reads a file of this name and content as the source `allies`."""

    def run(name: str, content: str | bytes, limits: Limits | None = None) -> Result:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        work = Work("allies", "medium", None, {}, {}, limits=limits if limits is not None else Limits())
        into = tmp_path / "out"
        into.mkdir(exist_ok=True)
        recorded = record(RdfReader(), path, work, into)
        quads = list(ox.parse(path=recorded.facts))
        own = "https://w3id.org/stanagraph/id/statement/allies/"
        facts = {
            (q.subject.value, q.predicate.value, getattr(q.object, "value", ""))
            for q in quads
            if not isinstance(q.subject, ox.Triple) and not q.subject.value.startswith(own)
        }
        about = {getattr(q.object, "value", "") for q in quads if q.predicate.value == ABOUT}
        return Result(facts, work, about, {str(q.graph_name) for q in quads})

    return run

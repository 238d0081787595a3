"""All captured sources and the public tables in one release, with every entry accounted for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.sources import ACCOUNT, Kept, Sources
from stanagraph.ingest.pipeline import given, ingest

pytestmark = pytest.mark.long

SOURCES = Path(os.environ.get("STANAGRAPH_SOURCES", Path(__file__).parents[3] / "shared" / "sources"))
FILES = {
    "nso-2020-12": ("nso/current-standards-2020-12.html", 1157),
    "nso-2021-06": ("nso/current-standards-2021-06.jsonl", 2102),
    "nso-2021-07": ("nso/current-standards-2021-07.jsonl", 735),
    "nisp": ("nisp/nisp-yaml-2023-01-29.tar.gz", None),
}


@pytest.fixture(scope="module")
def everything(once: object) -> Release:
    if not SOURCES.is_dir():
        pytest.skip("needs the captured files, which are not shipped")

    def fill(home: Path) -> None:
        files = [
            given(str(SOURCES / name), source_id=source, captured="2020-12" if source == "nso-2020-12" else None)
            for source, (name, _) in FILES.items()
        ]
        ingest(files, Releases(home))

    return Releases(once("everything", fill)).current()  # type: ignore[operator]


def kept(release: Release) -> dict[str, Kept]:
    return {it.state.id: it for it in Sources(release.path.parents[1]).of(release)}


def test_every_entry_is_loaded_merged_or_listed_with_the_reason(everything: Release) -> None:
    sources = kept(everything)
    assert list(sources) == list(FILES)
    for name, (_, entries) in FILES.items():
        account = json.loads((sources[name].path / ACCOUNT).read_text(encoding="utf-8"))
        assert all(remark["text"] and remark["code"] for remark in account["remarks"])
        if entries is not None:
            assert account["counts"]["entries"] == entries

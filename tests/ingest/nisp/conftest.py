"""A small NISP of one page or two of each element, written anew in the shape of the real one, and what reads it."""

from __future__ import annotations

import io
import os
import tarfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.resources import folder
from stanagraph.ingest.facts import vocabulary
from stanagraph.ingest.sources import Entry, Limits, Remark, Work
from stanagraph.ingest.sources.nisp import NispReader

SOURCES = Path(os.environ.get("STANAGRAPH_SOURCES") or Path(__file__).parents[4] / "shared" / "sources")
ARCHIVE = SOURCES / "nisp" / "nisp-yaml-2023-01-29.tar.gz"

UUID = "00000000-0000-4000-8000-0000000000{:02}"
HISTORY = """status:
  uri: https://example.org/{name}
  history:
    - flag: added
      date: 2020-01-05
      rfcp: 12-1
      version: 13.0
    - flag: changed
      date: 2021
      rfcp:
      version: 14.0
"""


def document(
    name: str,
    org: str,
    number: str,
    *,
    version: str = "",
    date: str = "2020-02",
    title: str = "A title",
    folder: str = "standard",
    more: str = "",
    uri: str = "",
) -> str:
    """The page of a standard or a cover document."""
    element = {"standard": "Standard", "coverdoc": "Cover Document"}[folder]
    history = HISTORY.format(name=name)
    return f"""---
element: {element}
complete: true
nispid: {name}
url: /{folder}/{name}.html
nisptag: "{number}"
orgid: {org}
document:
  org: {org}
  pubnum: "{number}"
  title: "{title}"
  date: "{date}"
  version: "{version}"
rp: panel
{history.replace(f"https://example.org/{name}", uri) if uri else history}uuid: {UUID.format(len(name) % 90 + 10)}
{more}consumers:
---
"""


def service(name: str, groups: str = "", more: str = "") -> str:
    """The page of a service profile."""
    return f"""---
element: Serviceprofile
nispid: {name}
url: /serviceprofile/{name}.html
sptype: coi
title: Service of {name}
profilespec:
  org: forum
  pubnum:
  title: The specification
  date: 2020-03-30
  version: 1.0
description: What it is for --- in a word
{more}refgroup:
{groups}{HISTORY.format(name=name)}uuid: {UUID.format(11)}
---
"""


def body(name: str, element: str) -> str:
    """The page of an organization or a responsible party."""
    return (
        f"---\nelement: {element}\nnispid: {name}\nurl: /{name}.html\nkey: {name}\nshort: {name.title()}\n"
        f"long: The {name}\n---\n"
    )


GROUP = """  - obligation: mandatory
    lifecycle: current
    standards:
    - refid: forum-one
    - refid: nato-aep-99-ed.a-v1
    description: Use both
"""
PAGES: dict[str, str] = {
    "README.md": "# nisp\nDatabase extract from Jan 28, 2023\n",
    "_index.md": "---\ntitle: a site\n---\n",
    "standard/_index.md": "---\nelement: Standards\n---\n",
    "standard/forum-one.md": document("forum-one", "forum", "FS 1", version="2.0"),
    "standard/nato-aep-99-ed.a-v1.md": document(
        "nato-aep-99-ed.a-v1",
        "nato",
        "AEP-99 Ed A Ver 1",
        version="(A)(1)",
        more="coverdocument:\n  - nato-stanag9999\n",
    ),
    "coverdoc/nato-stanag9999.md": document(
        "nato-stanag9999",
        "nato",
        "STANAG 9999 Ed 2",
        folder="coverdoc",
        more="coverstandards:\n    - refid: nato-aep-99-ed.a-v1\n",
    ),
    "capabilityprofile/whole.md": service("whole")
    .replace("Serviceprofile", "Capabilityprofile")
    .replace("sptype: coi\n", "")
    .replace("description: What it is for --- in a word\n", "")
    .replace("refgroup:\n", "subprofiles:\n  - refid: part\n    type: profile\n    title: Service of part\n"),
    "profile/part.md": service("part")
    .replace("Serviceprofile", "Profile")
    .replace("sptype: coi\n", "")
    .replace("description: What it is for --- in a word\n", "")
    .replace(
        "refgroup:\n",
        "parents:\n  - refid: whole\n    type: profile\n    title: Service of whole\n"
        "subprofiles:\n  - refid: leaf\n    type: serviceprofile\n    title: Service of leaf\n",
    ),
    "serviceprofile/leaf.md": service("leaf", GROUP, "taxonomy:\n  - T-2\n"),
    "profilespec/spec.md": "---\nelement: Profilespec\nnispid: spec\nurl: /profilespec/spec.html\norgid: forum\n"
    f'pubnum: ""\npsdate: "2020-03-30"\ntitle: "The specification"\nversion: "1.0"\nnote:\n'
    f"uuid: {UUID.format(12)}\n---\n",
    "organization/forum.md": body("forum", "Organizations"),
    "organization/nato.md": body("nato", "Organizations"),
    "responsibleparty/panel.md": body("panel", "Responsible Party"),
    "node/T-1.md": "---\nelement: node\nnispid: T-1\nurl: /node/T-1.html\nparent: null\ntitle: Services\n"
    f"description: All of them\nlevel: 0\nemUUID: {UUID.format(13)}\n---\n",
    "node/T-2.md": "---\nelement: node\nnispid: T-2\nurl: /node/T-2.html\nparent: T-1\ntitle: Voice\n"
    f"description: Speech\nlevel: 1\nemUUID: {UUID.format(14)}\n---\n",
}


def pack(path: Path, pages: Mapping[str, str | bytes], *others: tarfile.TarInfo) -> Path:
    """An archive of these pages, and of members without content."""
    mode = "w:gz" if path.suffix == ".gz" else "w"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name in sorted({Path(page).parent.as_posix() for page in pages} - {"."}):
            inside = tarfile.TarInfo(name)
            inside.type = tarfile.DIRTYPE
            archive.addfile(inside)
        for name, page in pages.items():
            content = page.encode() if isinstance(page, str) else page
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for other in others:
            archive.addfile(other)
    return path


@dataclass
class Reading:
    """What the reader made of an archive."""

    entries: list[Entry]
    work: Work

    @property
    def remarks(self) -> list[Remark]:
        """What it said of single pages."""
        return self.work.account.remarks

    @property
    def codes(self) -> Counter[str]:
        """How often it said what, without the pages of the site."""
        return Counter(remark.code for remark in self.remarks if remark.code != "site-page")

    @property
    def facts(self) -> set[tuple[str, str, str]]:
        """The facts as short texts: `publication/FORUM-ONE`, `editionNumber`, `2.0`."""
        return {(short(it.subject), short(it.predicate), short(it.value)) for e in self.entries for it in e.facts}

    def of(self, subject: str) -> dict[str, set[str]]:
        """What is said of one thing."""
        said: dict[str, set[str]] = {}
        for about, predicate, value in self.facts:
            if about == subject:
                said.setdefault(predicate, set()).add(value)
        return said


def short(node: ox.NamedNode | ox.Literal) -> str:
    """The end of an address, or the text."""
    if isinstance(node, ox.Literal):
        return node.value
    return node.value.partition("/stanagraph/id/")[2] or node.value.rpartition("#")[2].rpartition("/")[2]


@pytest.fixture(scope="session")
def notations() -> dict[str, frozenset[str]]:
    """The notations of the ontology."""
    graph = ox.DefaultGraph()
    core = Ontology.read(folder("ontology")).core
    return vocabulary(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples_of(core))


@pytest.fixture
def small() -> SimpleNamespace:
    """The pages of the small NISP, and what makes pages and archives."""
    return SimpleNamespace(pages=dict(PAGES), document=document, service=service, body=body, pack=pack, group=GROUP)


@pytest.fixture(scope="session")
def archive() -> Path:
    """The real NISP, where it is at hand."""
    if not ARCHIVE.exists():
        pytest.skip(f"no NISP in {SOURCES}: set STANAGRAPH_SOURCES")
    return ARCHIVE


@pytest.fixture(scope="session")
def reads(notations: dict[str, frozenset[str]]) -> Callable[..., Reading]:
    """Reads an archive that lies somewhere."""

    def run(path: Path, limits: Limits | None = None, known: Mapping[str, set[str]] | None = None) -> Reading:
        work = Work("nisp", "high", "2023-01-28", notations, known or {}, limits=limits or Limits())
        return Reading(list(NispReader().read(path, work)), work)

    return run


@pytest.fixture
def read(tmp_path: Path, reads: Callable[..., Reading]) -> Callable[..., Reading]:
    """Reads an archive of pages, or one that lies somewhere."""

    def run(pages: Mapping[str, str | bytes] | Path, *others: tarfile.TarInfo, **more: Any) -> Reading:
        path = pages if isinstance(pages, Path) else pack(tmp_path / "nisp.tar.gz", pages, *others)
        return reads(path, **more)

    return run

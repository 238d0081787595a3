"""Mappings: the CONSTRUCT by which an endpoint is harvested, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from pathlib import Path

import yaml

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import BASE
from stanagraph.graph.resources import folder

# Said of each item of a page, so that items can be counted; never loaded.
ON_PAGE = f"{BASE}harvest/onPage"
_PAGE = re.compile(r"^(?P<indent>[ \t]*)LIMIT \d+ OFFSET \d+[ \t]*$", re.MULTILINE)
_CONSTRUCT = re.compile(r"^\s*CONSTRUCT\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Mapping:
    """A query with a page of its own, and what its header says of all that it yields."""

    name: str
    text: str
    header: MappingOf[str, str]

    @classmethod
    def read(cls, name: str, queries: Path | None = None) -> Mapping:
        """A ready mapping by its name, or one in a file; raises SourceRefused where it is none."""
        ready = (queries if queries is not None else folder("queries")) / "harvest"
        path = ready / f"{name}.rq" if re.fullmatch(r"[a-z0-9-]+", name) else Path(name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            known = ", ".join(sorted(it.stem for it in ready.glob("*.rq")))
            raise SourceRefused(
                name, "is no mapping that can be read; there are {known}, or a file with a CONSTRUCT", known=known
            ) from error
        body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        if not _CONSTRUCT.search(body):
            raise SourceRefused(name, "is no mapping: it holds no CONSTRUCT")
        if len(_PAGE.findall(body)) != 1:
            raise SourceRefused(
                name, "is no mapping: it needs one line LIMIT 1000 OFFSET 0, in the part that gives the items"
            )
        if f"<{ON_PAGE}>" not in body and "harvest:onPage" not in body:
            raise SourceRefused(name, "is no mapping: it has to say <{term}> of each item", term=ON_PAGE)
        return cls(path.stem, text, _header(text, name))

    def page(self, size: int, offset: int) -> str:
        """The query for one page."""
        return _PAGE.sub(rf"\g<indent>LIMIT {size} OFFSET {offset}", self.text)


def _header(text: str, name: str) -> dict[str, str]:
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.safe_load("\n".join(lines)) or {}
    except yaml.YAMLError as error:
        raise SourceRefused(name, "is no mapping: its header is no YAML") from error
    if not isinstance(header, dict):
        raise SourceRefused(name, "is no mapping: its header is no YAML")
    return {str(key): str(value) for key, value in header.items()}

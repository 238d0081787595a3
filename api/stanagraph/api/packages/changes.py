"""What has changed from one package to another, whichever of JSON and ReqIF they are read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from stanagraph.graph.errors import SourceRefused

from ..words import message
from . import records
from .model import PackageFile
from .records import NOT_COMPARED, POSITION, Record
from .reqif import read_reqif

Records = tuple[dict[str, Record], dict[str, Record]]
LARGEST = 64 * 1024 * 1024
_NEITHER = message("is no requirements package in JSON or ReqIF")
_BAD = message("is no requirements package: {field}: {reason}")
_LARGE = message("is larger than a package can be")
_UNREAD = message("cannot be read: {reason}")


@dataclass(frozen=True, order=True)
class Change:
    """One difference. `what` is document, requirement or position; `change` added, removed or changed.

    `field` with `old` and `new` is there for what has changed only.
    """

    what: str
    id: str
    change: str
    field: str = ""
    old: str = ""
    new: str = ""


def read(path: Path) -> Records:
    """The documents and requirements of a package in a file of JSON or ReqIF; raises SourceRefused."""
    try:
        if path.stat().st_size > LARGEST:
            raise SourceRefused(path.name, _LARGE)
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceRefused(path.name, _UNREAD, reason=getattr(error, "strerror", None) or "UTF-8") from error
    if content.lstrip().startswith("<"):
        return read_reqif(content, path.name)
    if not content.lstrip().startswith("{"):
        raise SourceRefused(path.name, _NEITHER)
    try:
        package = PackageFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = "/".join(str(part) for part in first["loc"]) or "/"
        raise SourceRefused(path.name, _BAD, field=field, reason=first["msg"]) from error
    return records.documents(package), records.requirements(package)


def changes(old: Records, new: Records) -> list[Change]:
    """Every difference: documents first, then positions, then requirements, each in the order of ids."""
    found = [*_compared("document", old[0], new[0]), *_compared("requirement", old[1], new[1])]
    order = ("document", "position", "requirement")
    return sorted(found, key=lambda it: (order.index(it.what), it.id, it.change, it.field))


def _compared(what: str, old: dict[str, Record], new: dict[str, Record]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Change(what, name, "added")
        elif name not in new:
            yield Change(what, name, "removed")
        else:
            before, after = old[name], new[name]
            for field in before:
                if field not in NOT_COMPARED and before[field] != after.get(field, ""):
                    kind = "position" if what == "document" and field in POSITION else what
                    yield Change(kind, name, "changed", field, before[field], after.get(field, ""))

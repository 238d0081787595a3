"""The NSO list of current standards: the HTML page, and both shapes of JSON lines into which it has been read.

A list says which editions stand on it on one day. What is missing from a later list is not on that list, and nothing
more: no list says that an edition is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from stanagraph.graph.errors import SourceRefused

from .. import Described, Entry, Work
from . import lines, page
from .entries import Ledger
from .listed import ADDRESS, Listed

LONGEST_PAGE = 64 * 1024**2  # the page has 2 MB; a tree in memory is many times as large as its text
PUBLISHER = "NATO Standardization Office"


class NsoListReader:
    """Reads a list of current NATO standards, as a web page or as JSON lines."""

    kind: ClassVar[str] = "nso-list"
    version: ClassVar[str] = "1.0"

    def recognises(self, path: Path, head: bytes) -> bool:
        return page.recognises(head) or lines.recognises(head)

    def describe(self, path: Path) -> Described:
        """Title, publisher, day and address of the list; the day is the one that the file itself gives."""
        head, tail = _ends(path)
        told = page.told(path.name, head, tail) if page.recognises(head) else lines.told(head)
        url = told.url if told.url and ADDRESS.fullmatch(told.url) else None
        return Described(
            title="List of Current NATO Standards",
            publisher=PUBLISHER,
            captured=told.captured,
            source_kind="official",
            url=url,
        )

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """The entries of the list, and one last entry that says what the list as a whole holds.

        Raises SourceRefused where this is no such list, or one that is cut off.
        """
        head, _ = _ends(path)
        size, most = path.stat().st_size, work.limits.size
        if page.recognises(head):
            most = min(most, LONGEST_PAGE)
        if size > most:
            raise SourceRefused(path.name, "it has {size} bytes, expected {most} at most", size=size, most=most)
        listed: Iterator[Listed]
        if page.recognises(head):
            listed = page.read(path, work)
        elif lines.recognises(head):
            listed = lines.read(path, work)
        else:
            raise SourceRefused(path.name, "it is no list of current NATO standards")
        ledger = Ledger(path.name, work)
        for number, one in enumerate(listed, start=1):
            if number > work.limits.entries:
                raise SourceRefused(path.name, "it has more than {most} entries", most=work.limits.entries)
            if entry := ledger.enter(one):
                yield entry
        if not ledger.loaded:
            raise SourceRefused(path.name, "it lists no standard that can be read")
        yield ledger.whole()


def _ends(path: Path) -> tuple[bytes, bytes]:
    """The first and the last 64 KiB."""
    with path.open("rb") as file:
        head = file.read(page.END)
        file.seek(max(0, path.stat().st_size - page.END))
        return head, file.read(page.END)

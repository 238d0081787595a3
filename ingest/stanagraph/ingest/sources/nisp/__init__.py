"""The NATO Interoperability Standards and Profiles (NISP), as an archive of pages with YAML front matter.

`docs/nisp-mapping.md` says which term holds each field. The archive is read twice: first for the names of its records,
then for what they state, so that a reference that leads nowhere is told from one that leads to a later page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import ClassVar

from stanagraph.graph.errors import SourceRefused
from stanagraph.ingest.cells import date_of

from .. import Described, Entry, Limits, Place, Work
from .archive import Member, folders_at_the_head, members
from .documents import document
from .front_matter import Malformed, Record, front_matter, text
from .names import Names, is_id
from .page import Page
from .profiles import body_record, node_record, profile_record, specification_record

_STATES: dict[str, Callable[[Page], None]] = {
    "standard": document,
    "coverdoc": document,
    "capabilityprofile": profile_record,
    "profile": profile_record,
    "serviceprofile": profile_record,
    "profilespec": specification_record,
    "organization": body_record,
    "responsibleparty": body_record,
    "node": node_record,
}
# How people count what the archive holds.
_COUNTED = {
    "standard": "standards",
    "coverdoc": "cover documents",
    "capabilityprofile": "capability profiles",
    "profile": "profiles",
    "serviceprofile": "service profiles",
    "profilespec": "profile specifications",
    "organization": "organizations",
    "responsibleparty": "responsible parties",
    "node": "taxonomy nodes",
}
# What `element` says in the pages of each folder.
_CALLED = {
    "coverdoc": "coverdocument",
    "organization": "organizations",
}
_SITE_PAGES = {"README.md", "_index.md"}
# Folders that the archive of any web site may have say nothing.
_TELLING = {"coverdoc", "capabilityprofile", "serviceprofile", "profilespec", "responsibleparty"}
_ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_WRITTEN_DATE = re.compile(r"\bfrom ([A-Z][a-z]{2}) (\d\d?), (\d{4})\b")


class NispReader:
    """Reads the archive of the NISP: .tar or .tar.gz, of one Markdown page a record."""

    kind: ClassVar[str] = "nisp"
    version: ClassVar[str] = "1.0"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether this is a tar archive whose first members stand in folders that the NISP has."""
        return bool(folders_at_the_head(head) & _TELLING)

    def describe(self, path: Path) -> Described:
        """What the archive says of itself: its README names the day of its state, else its name does."""
        captured = found[0] if (found := _ISO_DATE.search(path.name)) else None
        for member in members(path, Limits()):
            if PurePosixPath(member.name).name == "README.md" and (state := _state(member.content)):
                captured = state
            if _element(member) is not None:
                break
        return Described(
            title="NATO Interoperability Standards and Profiles (NISP)",
            publisher="NATO Interoperability Standards and Profiles, copy in stavnstrup/nisp-yaml",
            licence="MIT",
            captured=captured,
            source_kind="official",
            url="https://github.com/stavnstrup/nisp-yaml",
        )

    def read(self, path: Path, work: Work) -> Iterator[Entry]:
        """One entry a record, in the order of the archive."""
        if path.stat().st_size > work.limits.size:
            raise SourceRefused(path.name, "it has more than {limit} bytes", limit=work.limits.size)
        names = Names.of(_records(path, work.limits), work.known)
        if not names.files:
            raise SourceRefused(
                path.name, "it holds no page of the NISP: expected folders such as standard, serviceprofile and node"
            )
        done = 0
        for member in members(path, work.limits):
            work.count("members")
            if (page := _page(member, work, names)) is None:
                continue
            _STATES[page.element](page)
            page.look_for_fields()
            work.count("records")
            work.count(_COUNTED[page.element])
            done += 1
            work.progress(done, len(names.files))
            yield page.entry()


def _state(readme: bytes) -> str | None:
    """The day that the README of the archive gives, as "from Jan 28, 2023"."""
    found = _WRITTEN_DATE.search(readme.decode("utf-8", "replace"))
    return date_of(int(found[3]), found[1], int(found[2])) if found else None


def _element(member: Member) -> str | None:
    """The element of a member that may be a record, by the folder that it stands in."""
    name = PurePosixPath(member.name)
    if member.is_folder or member.fault or name.suffix != ".md" or name.name in _SITE_PAGES:
        return None
    return name.parent.name if name.parent.name in _STATES else None


def _records(path: Path, limits: Limits) -> Iterator[tuple[str, str, Record]]:
    for member in members(path, limits):
        if (element := _element(member)) is not None:
            try:
                record, _ = front_matter(member.content)
            except Malformed:
                # It is told of when the records are read for what they state.
                continue
            yield element, member.name, record


def _page(member: Member, work: Work, names: Names) -> Page | None:
    """The record of a member; None where it is none, and then it is counted, and said why."""
    element = _element(member)
    if element is None:
        _without_record(member, work)
        return None
    place = Place(member.name, element)
    try:
        record, repeated = front_matter(member.content)
    except Malformed as fault:
        _not_loaded(work, Place(member.name, element, fault.line), "malformed", fault.why)
        return None
    nispid = text(record, "nispid")
    if not is_id(nispid):
        _not_loaded(work, place, "no-id", "its nispid is missing, longer than 200 signs or holds blanks")
        return None
    if names.files[element, nispid] != member.name:
        _not_loaded(
            work,
            place,
            "repeated-record",
            "{file} has the id {nispid} too",
            file=names.files[element, nispid],
            nispid=nispid,
        )
        return None
    page = Page(element, record, place, work, names)
    for path in repeated:
        page.remark("repeated-field", "{path} stands there twice; the first one counts", path=path)
    called = text(record, "element").lower().replace(" ", "")
    if called not in (element, _CALLED.get(element)):
        page.remark(
            "element-differs",
            "the page calls itself {name!r} and stands in {element}",
            name=text(record, "element"),
            element=element,
        )
    if PurePosixPath(member.name).stem != nispid:
        page.remark("name-differs", "the page of {nispid} is called {file}", nispid=nispid, file=member.name)
    return page


def _without_record(member: Member, work: Work) -> None:
    place = Place(member.name)
    if member.fault:
        _not_loaded(work, place, *member.fault)
    elif member.is_folder:
        work.count("folders")
    elif PurePosixPath(member.name).name in _SITE_PAGES:
        work.count("pages of the web site")
        work.not_loaded(place, "site-page", "it describes the web site and is no record")
    else:
        _not_loaded(work, place, "no-record", "it is no page of an element of the NISP")


def _not_loaded(work: Work, place: Place, code: str, message: str, **values: object) -> None:
    work.count("members not loaded")
    work.not_loaded(place, code, message, **values)

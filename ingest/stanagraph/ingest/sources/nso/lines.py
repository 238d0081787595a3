"""The list as JSON lines, in the two shapes in which gamechanger-crawlers of the US Department of Defense wrote it.

From the old site: the edition of a cover stands in `editions_and_volume`, publications have none, and
`publication_date` is the stamp of the file. From the site as rebuilt in 2021: type, designation, edition, version and
volume stand in `doc_name`, and `publication_date` is the date of promulgation of a cover, or "N/A".
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stanagraph.ingest.designations import edition_name

from .. import Place, Work
from .listed import CLOSED, OPEN, Columns, Designation, Kind, Listed, Told, key_of

LONGEST_LINE = 1024 * 1024
CRAWLER = "nato_stanag"
_RAW = "version_hash_raw_data"
OLD = Columns(
    kind=f"{_RAW}.type",
    name="doc_name",
    edition=f"{_RAW}.editions_and_volume",
    title="doc_title",
    languages="",
    day="access_timestamp",
)
NEW = Columns(
    kind="doc_name",
    name="doc_name",
    edition="doc_name",
    title="doc_title",
    languages="downloadable_items.web_url",
    day="access_timestamp",
    promulgated="publication_date",
)
_NAME = re.compile(
    r"(?P<kind>Cov \+ Std|Cov|Std|Srd)\s+(?:STD\s+|SRD\s+(?!\d)|(?=STANAG |STANREC ))(?P<rest>\S.*)", re.DOTALL
)
_DOWNLOAD = re.compile(r"[?&]language=(EN|FR)(?:&|$)")


def recognises(head: bytes) -> bool:
    """Whether a file that begins so holds records of the list, one a line."""
    for line in head.splitlines()[:20]:
        record = _parsed(line)
        if isinstance(record, dict) and isinstance(record.get(_RAW), dict):
            return record.get("crawler_used") == CRAWLER or record.get("source_fqdn") == "nso.nato.int"
    return False


def told(head: bytes) -> Told:
    """The day on which the first record was read, and the address that it names."""
    for line in head.splitlines()[:20]:
        record = _parsed(line)
        if isinstance(record, dict) and isinstance(record.get(_RAW), dict):
            return Told(_day(record), _string(record, "source_page_url") or None)
    return Told(None, None)


def read(path: Path, work: Work) -> Iterator[Listed]:
    """The records of the file; what cannot be interpreted is listed in the account."""
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            place = Place(path.name, row=number)
            work.count("entries")
            done += len(line)
            if number % 200 == 0:
                work.progress(done, size)
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                    done += len(more)
                work.not_loaded(place, "long-line", "the line has more than {most} bytes", most=LONGEST_LINE)
            elif not line.strip():
                work.not_loaded(place, "empty-line", "the line is empty")
            elif (record := _parsed(line)) is None:
                work.not_loaded(place, "broken-line", "the line is no JSON object in UTF-8")
            elif one := _listed(place, record, work):
                yield one


def _listed(place: Place, record: dict[str, Any], work: Work) -> Listed | None:
    raw = record.get(_RAW)
    if not isinstance(raw, dict):
        work.not_loaded(place, "shape", "the record has no {field}", field=_RAW)
        return None
    if "editions_and_volume" in raw:
        one = _old(place, record, raw, work)
    elif "edition" in raw:
        one = _new(place, record, raw, work)
    else:
        work.not_loaded(place, "shape", "{field} has neither editions_and_volume nor edition", field=_RAW)
        return None
    if one is not None and isinstance(login := record.get("cac_login_required"), bool):
        work.count(CLOSED if login else OPEN)
    return one


def _old(place: Place, record: dict[str, Any], raw: dict[str, Any], work: Work) -> Listed | None:
    kind = Kind.of(_string(raw, "type"))
    if kind is None or kind is Kind.NO_COVER:
        work.not_loaded(place, "type", "{type!r} is no type of a document in the list", type=_string(raw, "type")[:80])
        return None
    name = _string(record, "doc_name")
    # "STANAG-4728-SRD.1 Ed._A": an edition without its version, and the only one that is told of a publication.
    document = key_of(name.partition(" Ed._")[0])
    if document is None or (kind.is_cover and not re.fullmatch(r"(STANAG|STANREC)-\d+", document)):
        work.not_loaded(place, "designation", "{name!r} names no document of type {kind}", name=name[:80], kind=kind)
        return None
    edition = edition_name(_string(raw, "editions_and_volume"))
    if not kind.is_cover and edition:
        work.not_loaded(place, "edition", "{edition!r} stands where publications have no edition", edition=edition[:80])
        return None
    stamp = _string(record, "publication_date")
    note = f"updated on {stamp} (stamp of the file, no date of promulgation)" if stamp else None
    if kind is Kind.COVER_AND_STANDARD:
        note = "; ".join(part for part in ("the standard is included in the cover document", note) if part)
    columns, titles, day = OLD, _titles(place, record, document, work), _day(record) or work.captured
    return Listed(place, kind, document, edition, columns, kind.is_cover, titles, as_of=day, note=note)


def _new(place: Place, record: dict[str, Any], raw: dict[str, Any], work: Work) -> Listed | None:
    name = " ".join(_string(record, "doc_name").split())
    found = _NAME.fullmatch(name)
    kind = Kind.of(found["kind"]) if found else None
    designation = Designation.of(found["rest"]) if found else None
    if kind is None or designation is None:
        work.not_loaded(place, "designation", "{name!r} is no type and designation of a document", name=name[:80])
        return None
    # The site calls volume whatever stands after the number: "PART1", "VOL 04 LEVEL 1 PT 1", "I", "without cover".
    document = key_of(" ".join(part for part in (designation.name, designation.volume) if part))
    if document is None or (kind.is_cover and not re.fullmatch(r"(STANAG|STANREC)-\d+", document)):
        work.not_loaded(place, "designation", "{name!r} names no document of type {kind}", name=name[:80], kind=kind)
        return None
    for key, have in (
        ("edition", designation.edition),
        ("version", designation.version),
        ("volume", designation.volume),
    ):
        if " ".join(_string(raw, key).split()) != (have or ""):
            work.remark(
                place,
                "other-edition",
                "{key} is {value!r} in {field}, but {have!r} in doc_name",
                key=key,
                value=_string(raw, key)[:40],
                field=_RAW,
                have=have,
            )
    promulgated = _string(record, "publication_date")
    if promulgated and promulgated != "N/A" and not _is_date(promulgated):
        work.remark(
            place, "date", "{date!r} is no date of promulgation, expected year-month-day", date=promulgated[:40]
        )
    languages = {found[1].lower() for item in _items(record) if (found := _DOWNLOAD.search(_string(item, "web_url")))}
    return Listed(
        place,
        kind,
        document,
        edition_name(designation.edition, designation.version),
        NEW,
        titles=_titles(place, record, document, work),
        languages=tuple(sorted(languages)),
        as_of=_day(record) or work.captured,
        promulgated=promulgated if _is_date(promulgated) else None,
        note="the standard is included in the cover document" if kind is Kind.COVER_AND_STANDARD else None,
    )


def _titles(place: Place, record: dict[str, Any], document: str, work: Work) -> dict[str, str]:
    title = " ".join(_string(record, "doc_title").split())
    if not title:
        work.remark(place, "no-title", "{document} has no title", document=document)
        return {}
    return {"en": title}


def _items(record: dict[str, Any]) -> list[dict[str, Any]]:
    items = record.get("downloadable_items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _string(record: dict[str, Any], key: str) -> str:
    """The text at a key; numbers and what is missing are no text. Half a character of two is left out."""
    value = record.get(key)
    if not isinstance(value, str):
        return ""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", value.encode("utf-8", "ignore").decode()).strip()


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(record: dict[str, Any]) -> str | None:
    day = _string(record, "access_timestamp")[:10]
    return day if _is_date(day) else None

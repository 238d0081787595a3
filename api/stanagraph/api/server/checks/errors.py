"""What is wrong with a request for a check.

DescriptionsRefused  descriptions that cannot be used; each fault has its JSON Pointer   (422)
ReportNotFound       no report is kept under this address                                (404)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stanagraph.graph.errors import BadInput, DataRefused, DescriptionFault, DescriptionRefused


class DescriptionsRefused(BadInput):
    """Descriptions that cannot be used; `errors` are the faults of all of them, each with its place."""

    problem = "description-refused"

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = tuple(errors)
        first = "; ".join(f"{it['pointer'] or '/'}: {it['detail']}" for it in self.errors[:3])
        more = f"; and {len(self.errors) - 3} more" if len(self.errors) > 3 else ""
        super().__init__(f"{first}{more}")


class ReportNotFound(BadInput):
    """No report is kept under this address; whoever has the description can have it made again."""

    status = 404
    problem = "report-not-found"

    def __init__(self) -> None:
        super().__init__("no such report is kept; the same description makes it again, at the same address")


def faults_of(error: BadInput, before: str, file: str) -> Iterator[dict[str, Any]]:
    """The faults of one description; `before` is its own pointer in the body, `file` its name among several."""
    named = {"file": file} if file else {}
    if isinstance(error, DescriptionRefused):
        for fault in error.faults:
            place = {"place": fault.place} if fault.place not in ("", fault.pointer) else {}
            yield {"pointer": before + fault.pointer, "detail": _told(fault), **place, **named}
    elif isinstance(error, DataRefused):
        for row in error.faults:
            place = {"place": f"{row.sheet}!{row.column}{row.line}" if row.sheet else str(row.line)}
            yield {"pointer": before, "detail": f"{row.value!r}, expected {row.expected}", **place, **named}
    else:
        yield {"pointer": before, "detail": str(error), **named}


def _told(fault: DescriptionFault) -> str:
    values = {name: text.replace("|", " or ").replace("-", " ") for name, text in fault.values if name == "kinds"}
    return DescriptionFault(**{**vars(fault), "values": tuple({**dict(fault.values), **values}.items())}).told

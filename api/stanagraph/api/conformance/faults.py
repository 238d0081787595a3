"""What is wrong in a description, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanagraph.graph.errors import DescriptionFault

from ..words import Words, message

_KINDS = {
    "agreement": message("agreement"),
    "publication": message("publication"),
    "national-document": message("national document"),
    "parameter": message("parameter"),
    "interface": message("interface"),
    "equipment": message("equipment"),
    "requirement-subject": message("subject of requirements"),
    "munition-kind": message("kind of munition"),
}


def told(faults: Iterable[DescriptionFault], words: Words) -> Iterator[str]:
    """A line for each fault: file, place, what stands there, what was expected, and near names."""
    for fault in faults:
        values = dict(fault.values)
        if "kinds" in values:
            names = (words(_KINDS.get(kind, kind)) for kind in values["kinds"].split("|"))
            values["kinds"] = words(" or ").join(names)
        line = words(
            "{file}: {place}: “{value}”, expected {expected}",
            file=fault.file,
            place=fault.place or "/",
            value=fault.value,
            expected=words(fault.expected, **values),
        )
        near = words(" or ").join(fault.suggestions)
        apart = "\u202f; " if words.language == "fr" else "; "
        yield f"{line}{apart}{words('did you mean {names}?', names=near)}" if near else line

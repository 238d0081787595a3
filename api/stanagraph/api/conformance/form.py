"""What every form of a description is read into: plain objects, and where in the file each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Form:
    """The content of a file as JSON has it, and the place of each part by its JSON Pointer."""

    file: str
    content: Mapping[str, Any]
    # Without an entry the pointer itself is the place.
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, pointer: str) -> str:
        """Where a part stands in the file, as the form tells places: the nearest that is known."""
        if pointer in self.places or not self.places:
            return self.places.get(pointer, pointer)
        above, _, name = pointer.rpartition("/")
        return f"{self.place(above)}, {name}" if above else self.places.get("", pointer)

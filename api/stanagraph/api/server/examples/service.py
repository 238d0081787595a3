"""The service itself."""

from __future__ import annotations

from .operation import COMMON, Operation

OPERATIONS = {
    "health": Operation(forms={}, problems={"503": COMMON["503"]}, validated=False),
}

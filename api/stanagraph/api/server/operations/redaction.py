"""Takes out of a text what lets somebody in: keys, tokens, passwords in addresses."""

from __future__ import annotations

import re
from typing import Any

GONE = "[removed]"
_SECRETS = re.compile(
    r"sgk_[A-Za-z0-9]+_[A-Za-z0-9_-]+"  # our keys
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # signed tokens
    r"|(?i:(?<=bearer )|(?<=basic )|(?<=bearer%20)|(?<=basic%20))[A-Za-z0-9._~+/=-]{8,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # name and password in an address
)
_NAMES = re.compile(r"authorization|cookie|token|secret|password|passwd|api[-_]?key", re.I)


def redacted(text: str) -> str:
    """The text without secrets."""
    return _SECRETS.sub(GONE, text)


def clean(name: str, value: Any) -> Any:
    """A field of a record without secrets, whether its name or its value gives them away."""
    if _NAMES.search(name) and isinstance(value, str | bytes):
        return GONE
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, bytes):
        return redacted(value.decode("latin-1"))
    if isinstance(value, dict):
        return {str(key): clean(str(key), below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [clean("", below) for below in value]
    return value

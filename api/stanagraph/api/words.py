"""The words of the interface in English and French. English is the key; French lies in a PO file."""

from __future__ import annotations

import locale
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr")
_CATALOGUE = Path(__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "stanagraph.po"


@cache
def _french() -> dict[str, str]:
    # Babel takes a while to import, and English never needs it.
    from babel.messages.pofile import read_po

    with _CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}


class Words:
    """Messages in one language: `words("{n} gaps", n=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, message: str, **values: object) -> str:
        text = _french().get(message, message) if self.language == "fr" else message
        return text.format(**values) if values else text


def language_of_the_machine() -> str:
    """French where the locale says so, otherwise English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"

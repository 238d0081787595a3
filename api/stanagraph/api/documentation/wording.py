"""The words of the documentation: those of the whole interface, and those that only its pages use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..words import Words

_CATALOGUE = Path(__file__).parent / "locale" / "fr.po"


@cache
def french() -> dict[str, str]:
    """What the documentation says, in French, by what it says in English."""
    from babel.messages.pofile import read_po

    with _CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}


class DocumentationWords(Words):
    """Messages in one language, with those of the documentation."""

    def __call__(self, message: str, **values: object) -> str:
        if self.language == "fr" and message in french():
            text = french()[message]
            return text.format(**values) if values else text
        return super().__call__(message, **values)

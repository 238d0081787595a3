"""The words of the interface in English and French. English is the key; French lies in a PO file."""

from __future__ import annotations

import locale
import os
from functools import cache
from pathlib import Path

from stanagraph.graph.wording import Wording, message, told

__all__ = ["LANGUAGES", "Words", "language_of_the_machine", "message", "read_catalogue", "sentence", "tell"]
LANGUAGES = ("en", "fr")
_CATALOGUE = Path(__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "stanagraph.po"
_THIN_SPACE = "\u202f"


@cache
def read_catalogue(path: Path) -> dict[str, str]:
    """What a catalogue says in French, by what it says in English."""
    # Babel takes a while to import, and English never needs it.
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string and not m.fuzzy}


@cache
def _french(catalogues: tuple[Path, ...]) -> dict[str, str]:
    return {english: text for path in reversed(catalogues) for english, text in read_catalogue(path).items()}


def sentence(text: str) -> str:
    """The text with its first letter large and all others as they are."""
    return text[:1].upper() + text[1:]


class Words:
    """Messages in one language: `words("{n} gaps", n=3)`; the first catalogue that has a message counts."""

    catalogues: tuple[Path, ...] = (_CATALOGUE,)

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, message: str, **values: object) -> str:
        text = _french(self.catalogues).get(message, message) if self.language == "fr" else message
        return text.format(**values) if values else text

    def told(self, text: object) -> str:
        """A text that was made elsewhere, with all that it is made of; what is no text is shown as it is."""
        if isinstance(text, Wording):
            return told(text, self.language, self)
        return self(text) if isinstance(text, str) else str(text)

    def number(self, value: float) -> str:
        """A whole number with its thousands apart, as the language does it."""
        text = f"{value:,.0f}"
        return text.replace(",", _THIN_SPACE) if self.language == "fr" else text

    def percent(self, share: float) -> str:
        """A share as a percentage with one decimal."""
        text = f"{100 * share:.1f}".removesuffix(".0")
        return f"{text.replace('.', ',')}{_THIN_SPACE}%" if self.language == "fr" else f"{text} %"

    def plural(self, count: float, one: str, many: str, **values: object) -> str:
        """The message for one, or that for any other number, with the number as `n`."""
        return self(one if self.is_one(count) else many, n=self.number(count), **values)

    def is_one(self, count: float) -> bool:
        """Whether this count takes the singular: 1 in English, 0 and 1 in French."""
        return count < 2 if self.language == "fr" else count == 1


def tell(text: str, language: str) -> str:
    """A text that was made elsewhere, in this language."""
    return Words(language).told(text)


def language_of_the_machine() -> str:
    """French where the locale says so, otherwise English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"

"""The words of the pages: those of the whole interface, and those that only pages use."""

from __future__ import annotations

from pathlib import Path

from ..words import Words, read_catalogue

_CATALOGUE = Path(__file__).parent / "locale" / "fr.po"


def french() -> dict[str, str]:
    """What the pages say, in French, by what they say in English."""
    return read_catalogue(_CATALOGUE)


class PageWords(Words):
    """Messages in one language, as Words, with the messages of pages."""

    catalogues = (_CATALOGUE, *Words.catalogues)

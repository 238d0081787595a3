"""The words of the documentation: those of the whole interface, and those that only its pages use."""

from __future__ import annotations

from pathlib import Path

from ..words import Words, read_catalogue

_CATALOGUE = Path(__file__).parent / "locale" / "fr.po"


def french() -> dict[str, str]:
    """What the documentation says, in French, by what it says in English."""
    return read_catalogue(_CATALOGUE)


class DocumentationWords(Words):
    """Messages in one language, with those of the documentation."""

    catalogues = (_CATALOGUE, *Words.catalogues)

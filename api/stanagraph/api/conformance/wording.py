"""The words of conformance reports: those of the whole interface, and those that only reports use."""

from __future__ import annotations

from pathlib import Path

from ..words import Words, read_catalogue

_CATALOGUE = Path(__file__).parent / "locale" / "fr.po"


def french() -> dict[str, str]:
    """What reports say, in French, by what they say in English."""
    return read_catalogue(_CATALOGUE)


class ReportWords(Words):
    """Messages in one language, as Words, with the messages of conformance reports."""

    catalogues = (_CATALOGUE, *Words.catalogues)

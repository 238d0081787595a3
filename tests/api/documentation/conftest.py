"""Pages as a reader's browser sees them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from stanagraph.api.documentation.library import Library
from stanagraph.api.documentation.model import Model


class Page(HTMLParser):
    """The elements of a page with their attributes, its anchors and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self._open:
            self.words.append((self._open[-1] if self._open else "", " ".join(data.split())))

    @property
    def anchors(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="session")
def model(library: Library) -> Model:
    return Model(library)


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    """All pages by their place."""
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}

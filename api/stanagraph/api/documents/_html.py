"""A document as one HTML page without scripts, which a browser also prints legibly."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ._model import Block, Document, printable

if TYPE_CHECKING:
    from jinja2 import Template


def html(document: Document) -> str:
    """The document as HTML 5: all text is escaped, the page loads nothing and runs nothing."""
    return _template().render(document=document, kind=_kind, total=sum)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stanagraph.api.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    return environment.get_template("document.html")


def _kind(block: Block) -> str:
    return type(block).__name__.lower()

"""Requirements packages as files: one model, a writer a format, and what has changed from one package to the next."""

from collections.abc import Callable

from .changes import Change, changes, read
from .model import PackageFile, schema, told
from .reqif import reqif
from .tables import csv, xlsx
from .texts import docx, html, pdf
from .turtle import turtle


def json(package: PackageFile) -> str:
    """The package as JSON, as `schema` describes it."""
    return package.model_dump_json(indent=2) + "\n"


WRITERS: dict[str, Callable[[PackageFile], str | bytes]] = {
    "json": json, "csv": csv, "turtle": turtle, "html": html, "reqif": reqif, "xlsx": xlsx, "docx": docx, "pdf": pdf,
}  # fmt: skip
BINARY = ("xlsx", "docx", "pdf")

__all__ = [
    "BINARY", "WRITERS", "Change", "PackageFile", "changes", "csv", "docx", "html", "json", "pdf", "read", "reqif",
    "schema", "told", "turtle", "xlsx",
]  # fmt: skip

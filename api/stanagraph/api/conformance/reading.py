"""From a file to a description: JSON, JSON-LD, Turtle and other RDF, or a sheet, each to the same form and model."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stanagraph.graph.errors import DescriptionFault, DescriptionRefused, SourceRefused

from ..words import message
from .description import Description
from .form import Form

_BOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_LARGEST = 16 * 1024**2
_EXPECTED = {
    "missing": message("a value: it is needed"),
    "bool_parsing": message("true or false"),
    "bool_type": message("true or false"),
    "tuple_type": message("a list"),
    "model_type": message("an object"),
    "model_attributes_type": message("an object"),
    "string_type": message("a text"),
    "string_too_short": message("a text that is not empty"),
    "string_too_long": message("a shorter text"),
    "finite_number": message("a finite number"),
}
_PATTERNS = {
    "id": message("an id of letters, digits and . - + without spaces"),
    "url": message("a web address that begins with http"),
    "date": message("a date as 2024, 2024-01 or 2024-01-31"),
}


def read(path: Path) -> Form:
    """The form of a file. A file that is no description is refused: nothing in it is fetched or run."""
    from stanagraph.ingest.pipeline import is_rdf, lines_of, triples_of

    if path.suffix.lower() in _BOOKS:
        from . import sheet

        title, lines = lines_of(path, (sheet.TITLE,))
        return sheet.from_lines(path.name, title, [(line.number, line.cells) for line in lines])
    if is_rdf(path):
        from .graph_form import from_triples

        return from_triples(path.name, triples_of(path))
    if path.stat().st_size > _LARGEST:
        raise SourceRefused(path.name, "is larger than the {limit} bytes that a source may have", limit=_LARGEST)
    return from_json(path.name, path.read_bytes())


def from_json(file: str, text: bytes) -> Form:
    """The form of a JSON document."""
    content = json_of(file, text)
    if not isinstance(content, dict):
        raise DescriptionRefused([DescriptionFault(file, "", type(content).__name__, message("an object"))])
    content.pop("$schema", None)
    return Form(file, content)


def json_of(file: str, text: bytes) -> Any:
    """What a JSON document holds: no key twice, no number that is none; raises DescriptionRefused."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise DescriptionRefused([DescriptionFault(file, "", "", message("a text in UTF-8"))]) from None
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise DescriptionRefused(
            [DescriptionFault(file, place, error.msg, message("JSON, JSON-LD, Turtle or XLSX"))]
        ) from None
    except RecursionError:
        raise DescriptionRefused([DescriptionFault(file, "", "…", message("fewer objects inside objects"))]) from None
    except ValueError as error:
        expected = message("each key once, and finite numbers")
        raise DescriptionRefused([DescriptionFault(file, "", str(error)[:100], expected)]) from None


def _constant(text: str) -> NoReturn:
    raise ValueError(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(next(name for name in names if names.count(name) > 1))
    return found


def described(form: Form) -> Description:
    """The description that a form holds; raises DescriptionRefused with all faults, each at its place."""
    try:
        return Description.model_validate(dict(form.content))
    except ValidationError as error:
        raise DescriptionRefused([_fault(form, it) for it in error.errors(include_url=False)]) from None


def _fault(form: Form, error: ErrorDetails) -> DescriptionFault:
    pointer = "".join(f"/{_escaped(part)}" for part in error["loc"])
    name = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    said = error["input"]
    shown = said if isinstance(said, str) else "" if error["type"] == "missing" else _short(said)
    near: tuple[str, ...] = ()
    words = ""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        fields = sorted(_fields(error["loc"][:-1]))
        expected, shown, words = message("one of {words}"), name, ", ".join(fields)
        near = tuple(difflib.get_close_matches(name, fields, 3, 0.6))
    elif kind == "literal_error":
        expected, words = message("one of {words}"), str(context.get("expected", "")).replace("'", "")
        near = tuple(difflib.get_close_matches(str(said), words.replace(" or ", ", ").split(", "), 3, 0.6))
    elif kind == "string_pattern_mismatch":
        expected = _PATTERNS.get(name, message("a text of the right form"))
    elif kind == "value_error":
        expected = str(context.get("error", error["msg"]))
    else:
        number = message("a number of at most 40 digits") if kind.startswith("decimal") else ""
        expected = _EXPECTED.get(kind) or number or message("another value")
    values = (("words", words),) if words else ()
    return DescriptionFault(form.file, form.place(pointer), shown[:200], expected, near, values, pointer)


def _short(value: Any) -> str:
    try:
        text = json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:59]}…"


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _fields(location: tuple[str | int, ...]) -> Iterator[str]:
    model: Any = Description
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = model.model_fields[part].annotation
            model = getattr(model, "__args__", (model,))[0]
    yield from model.model_fields

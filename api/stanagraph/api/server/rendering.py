"""Pages from templates: everything is escaped, and nothing is loaded from anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..marks import MARKS, mark
from ..words import LANGUAGES
from .serving import Serving
from .style import STYLE
from .wording import PageWords


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shapes = {found.shape: name for name, found in MARKS.items()}
    environment.filters["marked"] = _marked
    environment.globals |= {"style": Markup(STYLE), "mark_of": lambda word: _kind(word, shapes)}
    return environment


def _marked(text: str) -> Markup:
    """Text with the `code` and *stress* of Markdown, which is all that the descriptions use of it."""
    plain = str(escape(text))
    return Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", re.sub(r"`([^`]+)`", r"<code>\1</code>", plain)))


def _kind(notation: str, shapes: Mapping[str, str]) -> str | None:
    found = mark(notation)
    return shapes[found.shape] if found else None


def render(template: str, request: Request, language: str, serving: Serving | None = None, **context: Any) -> str:
    """The HTML of a template in one language."""
    words = PageWords(language)
    asked = request.query_params.get("lang")
    chosen = asked if asked in LANGUAGES else None
    root = request.scope.get("root_path", "")

    def to(address: str) -> str:
        """A link inside the service, which keeps the language that the reader has chosen."""
        mark = "&" if "?" in address else "?"
        return f"{root}{address}{mark}lang={chosen}" if chosen else f"{root}{address}"

    return _environment().get_template(template).render(
        _=words,
        lang=language,
        languages={other: str(request.url.include_query_params(lang=other).query) for other in LANGUAGES},
        chosen_lang=chosen,
        root=root,
        to=to,
        serving=serving,
        **context,
    )  # fmt: skip


def standalone(template: str, words: PageWords, **context: Any) -> str:
    """The HTML of a template that belongs to no service: a file that is written and passed on."""
    return _environment().get_template(template).render(_=words, lang=words.language, **context)

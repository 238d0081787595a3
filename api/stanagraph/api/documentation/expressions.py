"""Class expressions and links as HTML.

`api.axioms.Teller` tells whole axioms as sentences; a row of a page already says what its value is, and links it.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pyoxigraph as ox

from stanagraph.graph.ontology.axioms import Expression, Part

from ..words import message
from .model import Model
from .statements import owl
from .wording import DocumentationWords

_JOINED = {"UnionOf": message("or"), "IntersectionOf": message("and")}
_RESTRICTED = {
    "SomeValuesFrom": message("at least one"),
    "AllValuesFrom": message("only"),
    "HasValue": message("is"),
}
_COUNTED = {
    "MinCardinality": message("at least"),
    "MaxCardinality": message("at most"),
    "ExactCardinality": message("exactly"),
}


class Expressions:
    """Class expressions and links as HTML, in the words of one language."""

    def __init__(self, model: Model, language: str, up: str = "") -> None:
        self.model, self.language, self.up = model, language, up
        self.words = DocumentationWords(language)

    def link(self, iri: str) -> str:
        """A link to where a thing is described."""
        href = self.model.href(iri, self.language, self.up)
        return f'<a href="{escape(href)}">{escape(self.model.label(iri, self.language))}</a>'

    def links(self, iris: Iterable[str]) -> str:
        """Links one after the other."""
        return ", ".join(self.link(iri) for iri in iris)

    def of(self, part: Part) -> str:
        """What a class, a property or a value is."""
        if isinstance(part, ox.NamedNode):
            return self.link(part.value)
        if isinstance(part, ox.Literal):
            return f"“{escape(part.value)}”"
        if isinstance(part, ox.BlankNode):
            return escape(self.words("an expression"))
        operator = part.operator.removeprefix("Object").removeprefix("Data")
        first, *others = part.operands
        if operator in _JOINED:
            return f" {self._stressed(_JOINED[operator])} ".join(self._inside(one) for one in part.operands)
        if operator == "OneOf":
            return f"{escape(self.words('one of'))} {', '.join(self.of(one) for one in part.operands)}"
        if operator == "ComplementOf":
            return f"{self._stressed(message('not'))} {self._inside(first)}"
        if operator == "InverseOf":
            return f"{escape(self.words('the reverse of'))} {self.of(first)}"
        if operator in _RESTRICTED:
            # Of anything whatever there is nothing to say.
            values = [f" {self._inside(one)}" for one in others if one != owl("Thing")]
            return " ".join([self.of(first), self._stressed(_RESTRICTED[operator])]) + "".join(values)
        if operator in _COUNTED and isinstance(first, ox.Literal):
            prop, *kinds = others
            count = self._stressed(_COUNTED[operator], f" {first.value}")
            return " ".join([self.of(prop), count, *(self._inside(one) for one in kinds)])
        return escape(self.words("an expression"))

    def _stressed(self, word: str, more: str = "") -> str:
        return f"<em>{escape(self.words(word) + more)}</em>"

    def _inside(self, part: Part) -> str:
        """An expression within another one: in brackets, unless it is a restriction."""
        bracketed = ("UnionOf", "IntersectionOf", "OneOf", "ComplementOf")
        text = self.of(part)
        return f"({text})" if isinstance(part, Expression) and part.operator.endswith(bracketed) else text

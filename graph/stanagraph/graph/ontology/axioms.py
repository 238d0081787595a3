"""OWL axioms as comparable values, whatever the order, the line breaks and the blank nodes that wrote them.

The names of kinds and operators are those of the OWL 2 functional syntax. Annotations are no axioms here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from ..names import TERMS, THINGS

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Named = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Expression:
    """A class, property or data range that has no name: an operator and what it is applied to."""

    operator: str
    operands: tuple[Part, ...]

    def __str__(self) -> str:
        return f"{self.operator}({' '.join(short(part) for part in self.operands)})"


Part = ox.NamedNode | ox.BlankNode | ox.Literal | Expression


@dataclass(frozen=True)
class Axiom:
    """One axiom; `triples` write it in RDF and do not count when axioms are compared."""

    kind: str
    parts: tuple[Part, ...]
    triples: tuple[ox.Triple, ...] = field(compare=False, repr=False, default=())

    def __str__(self) -> str:
        return f"{self.kind}({' '.join(short(part) for part in self.parts)})"

    @property
    def names(self) -> frozenset[Named]:
        """Every name in the axiom but literals and those of OWL itself."""
        return frozenset(name for part in self.parts for name in names_in(part))

    @property
    def is_declaration(self) -> bool:
        """Whether it says no more than that a name is in use."""
        return self.kind.startswith("Declare")

    @property
    def is_fact(self) -> bool:
        """Whether it speaks of individuals."""
        return self.kind.endswith(("Assertion", "Individual", "Individuals"))


def names_in(part: Part) -> Iterator[Named]:
    """The names inside an expression."""
    if isinstance(part, Expression):
        for operand in part.operands:
            yield from names_in(operand)
    elif isinstance(part, ox.BlankNode) or (
        isinstance(part, ox.NamedNode) and not part.value.startswith((OWL, RDFS, RDF, XSD))
    ):
        yield part


def short(part: Part) -> str:
    """A name as people write it: the end of an IRI, a literal in quotes."""
    if isinstance(part, ox.NamedNode):
        value = part.value.removeprefix(TERMS).removeprefix(THINGS)
        return value.replace("#", "/").rstrip("/").rpartition("/")[2] if "://" in value else value
    return str(part)

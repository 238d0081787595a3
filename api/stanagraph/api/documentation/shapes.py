"""What shapes demand of the members of classes, and from which vocabularies they let properties take their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from stanagraph.graph.names import THINGS, kind_of

from .library import SHAPES
from .statements import SH, Statements, sh
from .syntaxes import Term as Node

SEVERITIES = {f"{SH}Violation": "violation", f"{SH}Warning": "warning", f"{SH}Info": "info"}


@dataclass(frozen=True)
class Constraint:
    """One thing that a shape demands: of which shape, of what property, how strictly, and in which words."""

    shape: str
    path: str
    severity: str
    message: Mapping[str, str]


class Shapes(Statements):
    """The shapes of a library."""

    @cached_property
    def constraints(self) -> Mapping[str, list[Constraint]]:
        """What is demanded of each class, by its IRI, the strictest first."""
        found: dict[str, list[Constraint]] = {}
        for shape in self.library.shapes:
            stated = self.constraints_of(shape)
            for target in self.targets_of(shape):
                found.setdefault(target, []).extend(stated)
        rank = list(SEVERITIES.values())
        return {iri: sorted(stated, key=lambda one: rank.index(one.severity)) for iri, stated in found.items()}

    def targets_of(self, shape: str) -> list[str]:
        """The classes whose members a shape looks at."""
        return self.iris(ox.NamedNode(SHAPES + shape), sh("targetClass"))

    def constraints_of(self, shape: str) -> list[Constraint]:
        """What one shape demands, in its order."""
        node = ox.NamedNode(SHAPES + shape)
        found = []
        for part in [node, *self.objects(node, sh("property")), *self.objects(node, sh("sparql"))]:
            messages = {
                m.language or "en": m.value for m in self.objects(part, sh("message")) if isinstance(m, ox.Literal)
            }
            severities = self.iris(part, sh("severity"))
            if messages:
                severity = SEVERITIES.get(severities[0] if severities else "", "violation")
                found.append(Constraint(shape, self._path(part), severity, messages))
        return found

    def _path(self, part: Node) -> str:
        paths = self.objects(part, sh("path"))
        return paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else ""

    @cached_property
    def _schemes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for t in self.library.triples:
            if t.predicate == sh("path") and isinstance(t.object, ox.NamedNode):
                pending: list[Node] = [t.subject]  # type: ignore[list-item]
                while pending:
                    node = pending.pop()
                    for choices in (n for way in ("or", "and", "xone") for n in self.objects(node, sh(way))):
                        pending += self.reader.items(choices)
                    for members in self.objects(node, sh("in")):
                        for member in self.reader.items(members):
                            if isinstance(member, ox.NamedNode) and member.value.startswith(THINGS):
                                found.setdefault(t.object.value, []).append(kind_of(member.value))
        return {iri: sorted(set(kinds) & set(self.library.schemes)) for iri, kinds in found.items()}

    def schemes_of(self, prop: str) -> Sequence[str]:
        """The vocabularies from which the shapes let a property take its values."""
        return self._schemes.get(prop, ())

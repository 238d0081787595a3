"""The names in a description, against a release: what each stands for, and what cannot be."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.errors import DescriptionFault, DescriptionRefused, NameNotKnown
from stanagraph.graph.lookup import Known
from stanagraph.graph.names import key_of, skos, thing
from stanagraph.graph.store import Store

from ..words import message
from .description import Description
from .form import Form
from .graph_form import DOCUMENTS
from .reading import described
from .units import NEVER_NEGATIVE, Unit, names, unit_of

_MEASURES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?parameter ?unit (MIN(?number) AS ?least) WHERE {
  { ?said a :Requirement ; :requiredNumber ?number } UNION { ?said a :ParameterValue ; :lowNumber ?number }
  ?said :aboutParameter ?parameter ; :unit ?unit .
}
GROUP BY ?parameter ?unit
ORDER BY ?parameter ?unit
"""


@dataclass(frozen=True)
class Measure:
    """How a release measures one parameter: in which units, and whether its numbers go below zero."""

    units: tuple[Unit, ...]
    least: Decimal


class Names:
    """What names stand for in one release; the names of each kind of thing are read once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[tuple[str, ...], Known] = {}

    def find(self, kinds: Sequence[str], name: str, *, near: bool = True) -> ox.NamedNode:
        """The thing of one of these kinds; NameNotKnown where there is none, with near names if they are wanted."""
        if len(kinds) == 1 and kinds[0].startswith("answer of "):
            kinds = self.answers(kinds[0].removeprefix("answer of "))
        wanted = tuple(kinds)
        known = self._known.get(wanted)
        if known is None:
            known = self._known[wanted] = Known(self.store, wanted)
        found = known.find(name)
        if found is None:
            raise NameNotKnown(name, kinds, known.near(name) if near else ())
        return found

    def answers(self, capability: str) -> tuple[str, ...]:
        """The kinds of thing that answer a capability."""
        from stanagraph.ingest.pipeline import capability_values

        told = capability_values().get(capability, ("equipment", "interface"))
        # Tables bear the plural of what they hold.
        return (told,) if isinstance(told, str) else tuple(name.removesuffix("s") for name in told)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """For each parameter that has numbers with units how it is measured."""
        found: dict[str, tuple[list[Unit], list[Decimal]]] = {}
        for parameter, unit, least in self.store.select(_MEASURES).rows:
            if isinstance(parameter, ox.NamedNode) and isinstance(unit, ox.NamedNode) and isinstance(least, ox.Literal):
                units, numbers = found.setdefault(key_of(parameter.value), ([], []))
                numbers.append(Decimal(least.value))
                if known := unit_of(unit.value):
                    units.append(known)
        return {name: Measure(tuple(units), min(numbers)) for name, (units, numbers) in found.items()}

    def notations(self, scheme: str) -> tuple[str, ...]:
        """The words of a vocabulary."""
        inside = f"{skos('inScheme')} {thing('scheme', scheme)}"
        rows = self.store.select(f"SELECT ?word {{ ?concept {inside} ; {skos('notation')} ?word }} ORDER BY ?word").rows
        return tuple(word.value for (word,) in rows if isinstance(word, ox.Literal))


def understood(form: Form, known: Names) -> Description:
    """The description of a form with every name in the writing of the release.

    A name that is not known, a unit that does not measure its parameter, or a number that cannot be, is refused with
    its place; up to 100 of them at once. The first 20 come with near names, which take time to look for.
    """
    description = described(form)
    checking = _Checking(form, known)
    found = checking.description(description)
    if checking.faults:
        raise DescriptionRefused(checking.faults)
    return found.canonical()


class _Checking:
    def __init__(self, form: Form, known: Names) -> None:
        self.form, self.known = form, known
        self.faults: list[DescriptionFault] = []

    def description(self, it: Description) -> Description:
        told: dict[str, Any] = {
            "subjects": tuple(self.name(f"/subjects/{n}", _SUBJECT, name) for n, name in enumerate(it.subjects)),
            "interfaces": tuple(
                self.name(f"/interfaces/{n}", _INTERFACE, name) for n, name in enumerate(it.interfaces)
            ),
        }
        if it.munition_kind:
            told["munition_kind"] = self.name("/munition_kind", ("munition-kind",), it.munition_kind)
        for field, kinds in _PARTS.items():
            changed = []
            for number, part in enumerate(getattr(it, field)):
                pointer = f"/{field}/{number}"
                names = {
                    name: self.name(f"{pointer}/{name}", of, getattr(part, name))
                    for name, of in kinds.items()
                    if getattr(part, name) is not None
                }
                if field == "capabilities":
                    kind = (f"answer of {names['capability']}",)
                    names["value"] = self.name(f"{pointer}/value", kind, part.value)
                found = part.model_copy(update=names)
                changed.append(self.measured(pointer, found) if field == "values" else found)
            told[field] = tuple(changed)
        return it.model_copy(update=told)

    def name(self, pointer: str, kinds: Sequence[str], name: str) -> str:
        try:
            return key_of(self.known.find(kinds, name, near=len(self.faults) < _SEARCHED).value)
        except NameNotKnown as error:
            words = self.known.notations(kinds[0]) if kinds[0] in _SHORT or kinds[0].startswith("answer") else ()
            if words:
                self.refuse(pointer, name, message("one of {words}"), error.suggestions, words=", ".join(words))
            else:
                self.refuse(pointer, name, message("a known {kinds}"), error.suggestions, kinds="|".join(error.kinds))
            return name

    def measured(self, pointer: str, value: Any) -> Any:
        measure = self.known.measures.get(value.parameter)
        if value.unit is not None:
            unit = unit_of(value.unit)
            if unit is None:
                near = tuple(difflib.get_close_matches(value.unit, names(), 3, 0.5))
                fitting = [it.code for it in measure.units] if measure else []
                self.refuse(f"{pointer}/unit", value.unit, message("a known unit"), (*fitting, *near)[:3])
                return value
            if measure and measure.units and unit.quantity not in {it.quantity for it in measure.units}:
                codes = ", ".join(sorted({it.code for it in measure.units}))
                self.refuse(
                    f"{pointer}/unit", value.unit, message("a unit of the same quantity as {codes}"), codes=codes
                )
            value = value.model_copy(update={"unit": unit.code})
            never = unit.quantity in NEVER_NEGATIVE and not (measure and measure.least < 0)
            for name, end in (("number", value.number), ("low", value.low)):
                if never and end is not None and end < 0:
                    self.refuse(f"{pointer}/{name}", str(end), message("a number that is not below zero"))
        return value

    def refuse(self, pointer: str, value: str, expected: str, near: Sequence[str] = (), **values: str) -> None:
        told = tuple(values.items())
        place = self.form.place(pointer)
        self.faults.append(DescriptionFault(self.form.file, place, value, expected, tuple(near), told, pointer))
        if len(self.faults) >= _MOST_FAULTS:
            raise DescriptionRefused(self.faults)


_MOST_FAULTS = 100
# Names that are near are looked for among all names of the release.
_SEARCHED = 20
_SUBJECT = ("requirement-subject", "interface")
_INTERFACE = ("interface",)
# Vocabularies short enough to be told whole.
_SHORT = ("requirement-subject", "capability-kind")
_PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "values": {"parameter": ("parameter",)},
    "capabilities": {"capability": ("capability-kind",)},
    "standards": {"document": DOCUMENTS},
    "tests": {"parameter": ("parameter",), "document": DOCUMENTS},
    "not_concerned": {"subject": _SUBJECT, "parameter": ("parameter",)},
}

"""A description as RDF, in the terms of the ontology: types, parameter values, capabilities, statements, and EARL for
what was verified, claimed or excluded. From quads, and back into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.context import ADDRESS
from stanagraph.graph.errors import DescriptionFault, DescriptionRefused
from stanagraph.graph.names import BASE, RDF_TYPE, RDFS_LABEL, dcterms, key_of, kind_of, skos, term, thing, xsd

from ..words import message
from .description import Capability, Claim, Description, Exclusion, Test, Value
from .form import Form
from .units import unit_of

EARL = "http://www.w3.org/ns/earl#"
PROV, DCAT = "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/dcat#"
_SOURCE, _PAGE = ox.NamedNode(f"{PROV}hadPrimarySource"), ox.NamedNode(f"{DCAT}landingPage")
_KINDS = {term("EquipmentType"): "equipment", term("MunitionType"): "munition"}
_PREFIXES = {
    "": f"{BASE}ns/", "dcat": DCAT, "dcterms": dcterms("").value, "earl": EARL, "prov": PROV,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "skos": skos("").value,
    "unit": "http://qudt.org/vocab/unit/", "xsd": xsd("").value,
}  # fmt: skip
Node = ox.NamedNode | ox.BlankNode
Resolve = Callable[[tuple[str, ...], str], ox.NamedNode]


def earl(name: str) -> ox.NamedNode:
    """A term of EARL 1.0."""
    return ox.NamedNode(EARL + name)


def from_triples(file: str, triples: Iterable[ox.Triple]) -> Form:
    """The form that a graph tells of the one equipment or munition type that it describes."""
    return _Reading(file, triples).form()


class _Reading:
    def __init__(self, file: str, triples: Iterable[ox.Triple]) -> None:
        self.file = file
        self.faults: list[DescriptionFault] = []
        self.facts: dict[Any, dict[ox.NamedNode, list[Any]]] = {}
        self.inverse: dict[tuple[Any, ox.NamedNode], list[Any]] = {}
        self.places: dict[str, str] = {}
        for subject, predicate, value in dict.fromkeys(triples):
            self.facts.setdefault(subject, {}).setdefault(predicate, []).append(value)
            self.inverse.setdefault((value, predicate), []).append(subject)
        self.used: dict[Any, set[ox.NamedNode]] = {}

    def form(self) -> Form:
        typed = [
            (subject, kind) for type_, kind in _KINDS.items() for subject in self.inverse.get((type_, RDF_TYPE), [])
        ]
        if len(typed) != 1:
            expected = message("one thing of the class MunitionType or EquipmentType")
            raise DescriptionRefused([DescriptionFault(self.file, "", str(len(typed)), expected)])
        me, kind = typed[0]
        self.used[me] = {RDF_TYPE}
        self.places[""] = _shown(me)
        content: dict[str, Any] = {
            "id": self.text(me, dcterms("identifier"))
            or (key_of(me.value) if kind_of(getattr(me, "value", "")) else None),
            "name": self.text(me, RDFS_LABEL),
            "kind": kind,
        }
        if munition_kind := self.name(me, term("munitionKind")):
            content["munition_kind"] = munition_kind
        content["subjects"] = self.names(me, dcterms("type"))
        content["interfaces"] = self.names(me, term("needsInterface" if kind == "munition" else "offersInterface"))
        content |= self.backed(me)
        content["values"] = self.each("values", me, term("parameterOf"), self.value)
        content["capabilities"] = self.each("capabilities", me, term("capabilityOf"), self.capability)
        content["standards"] = [_claimed(it) for it in self.values(me, dcterms("conformsTo"))]
        for assertion in self.inverse.get((me, earl("subject")), []):
            name, told = self.assertion(assertion)
            items = content.setdefault(name, [])
            self.places[f"/{name}/{len(items)}"] = _shown(assertion)
            items.append(told | self.backed(assertion))
        self.unread()
        if self.faults:
            raise DescriptionRefused(self.faults)
        return Form(self.file, {name: told for name, told in content.items() if told not in (None, [])}, self.places)

    def each(self, name: str, me: Node, predicate: ox.NamedNode, read: Callable[[Node], dict[str, Any]]) -> list[Any]:
        found: list[Any] = []
        for node in self.inverse.get((me, predicate), []):
            self.used.setdefault(node, set()).update((RDF_TYPE, predicate, RDFS_LABEL))
            told = {part: said for part, said in read(node).items() if said is not None}
            self.places[f"/{name}/{len(found)}"] = f"{_shown(node)} ({told.get('parameter') or told.get('capability')})"
            found.append(told | self.backed(node))
        return found

    def value(self, node: Node) -> dict[str, Any]:
        low, high = self.text(node, term("lowNumber")), self.text(node, term("highNumber"))
        told: dict[str, Any] = {"parameter": self.name(node, term("aboutParameter")) or ""}
        text = self.text(node, term("valueText"))
        if low is None and high is None:
            return told | {"text": text}
        unit = self.name(node, term("unit"))
        known = unit_of(unit) if unit else None
        ends = {"number": low} if low == high else {"low": low, "high": high}
        return told | ends | {"unit": known.code if known else unit}

    def capability(self, node: Node) -> dict[str, Any]:
        self.used[node].add(term("knowledge"))
        return {
            "capability": self.name(node, term("capabilityKind")),
            "value": self.name(node, term("capabilityValue")),
        }

    def assertion(self, node: Node) -> tuple[str, dict[str, Any]]:
        """What was verified (its test has parts), claimed or denied of a document, or excluded."""
        self.used.setdefault(node, set()).update((RDF_TYPE, earl("subject"), earl("assertedBy"), earl("mode")))
        results = self.values(node, earl("result"))
        outcome = None
        for result in results:
            self.used.setdefault(result, set()).add(RDF_TYPE)
            outcome = self.name(result, earl("outcome"))
        outcome = outcome.removeprefix(EARL) if outcome else None
        tests = self.values(node, earl("test"))
        tested = tests[0] if tests else None
        if outcome == "inapplicable":
            part = (
                "parameter" if isinstance(tested, ox.NamedNode) and kind_of(tested.value) == "parameter" else "subject"
            )
            return "not_concerned", {part: _name(tested)}
        method = self.name(node, dcterms("type"))
        if method is None:
            told: dict[str, Any] = _claimed(tested)
            if tested in self.facts and (document := self.name(tested, term("editionOf"))):
                told = {"document": document, "edition": self.text(tested, term("editionNumber"))}
                self.used[tested].add(RDF_TYPE)
            return "standards", {k: v for k, v in told.items() if v is not None} | (
                {"claimed": False} if outcome == "failed" else {}
            )
        told = {"method": method, "outcome": outcome, "date": self.text(node, dcterms("date"))}
        if tested in self.facts:
            self.used.setdefault(tested, set()).add(RDF_TYPE)
            told |= {
                "parameter": self.name(tested, term("aboutParameter")),
                "document": self.name(tested, term("requirementOf")),
                "clause": self.text(tested, term("clause")),
            }
        elif isinstance(tested, ox.NamedNode):
            told["parameter"] = _name(tested)
        return "tests", {name: said for name, said in told.items() if said is not None}

    def backed(self, node: Node) -> dict[str, Any]:
        levels, found = set(), []
        for statement in self.inverse.get((node, term("about")), []):
            self.used.setdefault(statement, set()).update((RDF_TYPE, term("about")))
            if level := self.name(statement, term("confidence")):
                levels.add(level)
            for source in self.values(statement, _SOURCE):
                self.used.setdefault(source, set()).update((RDF_TYPE, RDFS_LABEL))
                title, page = self.text(source, dcterms("title")), self.name(source, _PAGE)
                if title is None and page is None and isinstance(source, ox.NamedNode):
                    page = source.value
                if told := {k: v for k, v in (("title", title), ("url", page)) if v is not None}:
                    found.append(told)
        if len(levels) > 1:
            self.faults.append(
                DescriptionFault(self.file, _shown(node), ", ".join(sorted(levels)), message("one confidence"))
            )
        told = {"confidence": next(iter(levels))} if levels else {}
        return told | ({"evidence": found} if found else {})

    def values(self, node: Any, predicate: ox.NamedNode) -> list[Any]:
        self.used.setdefault(node, set()).add(predicate)
        return self.facts.get(node, {}).get(predicate, [])

    def one(self, node: Any, predicate: ox.NamedNode) -> Any:
        values = self.values(node, predicate)
        if len(values) > 1:
            shown = ", ".join(sorted(_name(value) for value in values))
            self.faults.append(
                DescriptionFault(self.file, f"{_shown(node)} {_shown(predicate)}", shown, message("one value"))
            )
        return values[0] if values else None

    def text(self, node: Any, predicate: ox.NamedNode) -> str | None:
        value = self.one(node, predicate)
        return None if value is None else _name(value)

    name = text

    def names(self, node: Any, predicate: ox.NamedNode) -> list[str]:
        return [_name(value) for value in self.values(node, predicate)]

    def unread(self) -> None:
        """Refuse what is said and would be passed over: it may be a slip, and silence would hide it."""
        for node, facts in self.facts.items():
            for predicate, values in facts.items():
                if predicate not in self.used.get(node, ()):
                    place = f"{_shown(node)} {_shown(predicate)}"
                    expected = message("a property that descriptions have, where they have it")
                    self.faults.append(DescriptionFault(self.file, place, _name(values[0]), expected))


def _claimed(document: Any) -> dict[str, Any]:
    """A claim of a document, or of an edition that has an address: agreement-edition/STANAG-4172/3."""
    if isinstance(document, ox.NamedNode) and kind_of(document.value).endswith("-edition"):
        name, _, edition = key_of(document.value).rpartition("/")
        return {"document": name, "edition": edition}
    return {"document": _name(document)}


def _name(value: Any) -> str:
    return key_of(value.value) if isinstance(value, ox.NamedNode) else str(getattr(value, "value", value))


def _shown(value: Any) -> str:
    if isinstance(value, ox.BlankNode):
        return "_:"
    iri = value.value
    for prefix, base in _PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return f"{kind_of(iri)}/{key_of(iri)}" if kind_of(iri) else str(iri)


def subject_of(description: Description) -> ox.NamedNode:
    """The address of the described thing."""
    return thing(description.kind, description.id)


def to_triples(description: Description, resolve: Resolve) -> Iterator[ox.Triple]:
    """The graph that says the same; `resolve` tells the address of a name, by the kinds that it may be of."""
    numbers = count(1)

    def blank(name: str) -> ox.BlankNode:
        return ox.BlankNode(f"{name}{next(numbers)}")

    me = subject_of(description)
    yield ox.Triple(me, RDF_TYPE, term("MunitionType" if description.kind == "munition" else "EquipmentType"))
    yield ox.Triple(me, dcterms("identifier"), ox.Literal(description.id))
    yield ox.Triple(me, RDFS_LABEL, ox.Literal(description.name))
    if description.munition_kind:
        yield ox.Triple(me, term("munitionKind"), thing("munition-kind", description.munition_kind))
    for subject in description.subjects:
        yield ox.Triple(me, dcterms("type"), resolve(("requirement-subject",), subject))
    joined = term("needsInterface" if description.kind == "munition" else "offersInterface")
    for interface in description.interfaces:
        yield ox.Triple(me, joined, resolve(("interface",), interface))
    yield from _statements(me, description, blank)
    parts: list[tuple[Node, Any]] = []
    for value in description.values:
        parts.append((node := blank("value"), value))
        yield from _value(me, node, value, resolve)
    for capability in description.capabilities:
        parts.append((node := blank("capability"), capability))
        yield from _capability(me, node, capability, resolve)
    assertions: tuple[Claim | Test | Exclusion, ...] = (
        *description.standards, *description.tests, *description.not_concerned,
    )  # fmt: skip
    for told in assertions:
        parts.append((node := blank("assertion"), told))
        yield ox.Triple(node, RDF_TYPE, earl("Assertion"))
        yield ox.Triple(node, earl("subject"), me)
        yield from _assertion(node, told, resolve, blank)
    for part, said in parts:
        yield from _statements(part, said, blank)


def _value(me: ox.NamedNode, node: Node, value: Value, resolve: Resolve) -> Iterator[ox.Triple]:
    yield ox.Triple(node, RDF_TYPE, term("ParameterValue"))
    yield ox.Triple(node, term("parameterOf"), me)
    yield ox.Triple(node, term("aboutParameter"), resolve(("parameter",), value.parameter))
    if value.span is None:
        yield ox.Triple(node, term("valueText"), ox.Literal(value.text or ""))
        return
    for name, end in zip(("lowNumber", "highNumber"), value.span, strict=True):
        yield ox.Triple(node, term(name), ox.Literal(f"{end:f}", datatype=xsd("decimal")))
    if value.unit and (unit := unit_of(value.unit)):
        yield ox.Triple(node, term("unit"), ox.NamedNode(unit.iri))


def _capability(me: ox.NamedNode, node: Node, told: Capability, resolve: Resolve) -> Iterator[ox.Triple]:
    yield ox.Triple(node, RDF_TYPE, term("Capability"))
    yield ox.Triple(node, term("capabilityOf"), me)
    yield ox.Triple(node, term("capabilityKind"), resolve(("capability-kind",), told.capability))
    yield ox.Triple(node, term("capabilityValue"), resolve((f"answer of {told.capability}",), told.value))


DOCUMENTS = ("agreement", "publication", "national-document")


def _assertion(
    node: Node, told: Claim | Test | Exclusion, resolve: Resolve, blank: Callable[[str], ox.BlankNode]
) -> Iterator[ox.Triple]:
    outcome: str | None
    if isinstance(told, Claim):
        outcome = "passed" if told.claimed else "failed"
        document = resolve(DOCUMENTS, told.document)
        tested: Node = blank("edition") if told.edition else document
        if told.edition:
            yield ox.Triple(tested, term("editionOf"), document)
            yield ox.Triple(tested, term("editionNumber"), ox.Literal(told.edition))
    elif isinstance(told, Exclusion):
        outcome = "inapplicable"
        kinds = ("parameter",) if told.parameter else ("requirement-subject", "interface")
        tested = resolve(kinds, told.parameter or told.subject or "")
    else:
        outcome = told.outcome
        tested = blank("test")
        yield ox.Triple(tested, RDF_TYPE, earl("TestRequirement"))
        yield ox.Triple(node, dcterms("type"), resolve(("verification-method",), told.method))
        if told.parameter:
            yield ox.Triple(tested, term("aboutParameter"), resolve(("parameter",), told.parameter))
        if told.document:
            yield ox.Triple(tested, term("requirementOf"), resolve(DOCUMENTS, told.document))
        if told.clause:
            yield ox.Triple(tested, term("clause"), ox.Literal(told.clause))
        if told.date:
            yield ox.Triple(node, dcterms("date"), ox.Literal(told.date))
    yield ox.Triple(node, earl("test"), tested)
    if outcome:
        result = blank("result")
        yield ox.Triple(node, earl("result"), result)
        yield ox.Triple(result, RDF_TYPE, earl("TestResult"))
        yield ox.Triple(result, earl("outcome"), earl(outcome))


def _statements(node: Node, told: Any, blank: Callable[[str], ox.BlankNode]) -> Iterator[ox.Triple]:
    for evidence in told.evidence or ((None,) if told.confidence else ()):
        statement = blank("statement")
        yield ox.Triple(statement, RDF_TYPE, term("Statement"))
        yield ox.Triple(statement, term("about"), node)
        if told.confidence:
            yield ox.Triple(statement, term("confidence"), thing("confidence", told.confidence))
        if evidence is None:
            continue
        source = blank("source")
        yield ox.Triple(statement, _SOURCE, source)
        if evidence.title:
            yield ox.Triple(source, dcterms("title"), ox.Literal(evidence.title))
        if evidence.url:
            yield ox.Triple(source, _PAGE, ox.NamedNode(evidence.url))


def as_turtle(triples: Iterable[ox.Triple]) -> str:
    """The graph as Turtle."""
    written = ox.serialize(list(triples), format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return written.decode() if written else ""


def as_json_ld(triples: Iterable[ox.Triple]) -> dict[str, Any]:
    """The graph as JSON-LD with the bundled context: a node each."""
    nodes: dict[Any, dict[str, Any]] = {}
    for subject, predicate, value in triples:
        node = nodes.setdefault(subject, {"id": _address(subject)})
        name = "type" if predicate == RDF_TYPE else _shown(predicate).removeprefix(":")
        if isinstance(value, ox.Literal):
            said: Any = {"@value": value.value}
            if value.datatype != xsd("string"):
                said["@type"] = value.datatype.value
        else:
            said = value.value if name == "type" and isinstance(value, ox.NamedNode) else {"@id": _address(value)}
        node.setdefault(name, []).append(said)
    return {"@context": [ADDRESS, {"earl": EARL}], "@graph": list(nodes.values())}


def _address(node: Any) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else str(node.value)

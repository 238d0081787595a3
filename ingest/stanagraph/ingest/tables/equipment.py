"""Interfaces, equipment, who holds it, what it can do, and the parameters that were published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import pyoxigraph as ox

from stanagraph.graph.names import RDFS_LABEL, term, thing

from ..cells import (
    Concept,
    Count,
    Expected,
    Many,
    Nation,
    PartialDate,
    Positive,
    Refers,
    Says,
    Text,
    decimal_literal,
    number,
)
from .base import LABEL, Fact, Identified, Row

THINGS = ("equipment", "munitions", "interfaces")


class InterfaceRow(Row, Identified):
    """A kind of joint between weapon and munition."""

    kind: ClassVar[str] = "interface"
    type: ClassVar[str] = "InterfaceType"
    label_en: Annotated[Text, Says(LABEL, "en")]
    label_fr: Annotated[Text, Says(LABEL, "fr")]
    munition_class: Annotated[str, Concept("munition-class"), Says("inMunitionClass")]
    weapon_kind: Annotated[str, Concept("weapon-kind"), Says("weaponKind")]
    calibre_mm: Annotated[Positive | None, Says("calibre")] = None
    case_length_mm: Annotated[Positive | None, Says("caseLength")] = None
    barrel_length_cal: Annotated[Positive | None, Says("barrelLengthInCalibres")] = None
    bore: Annotated[str | None, Concept("bore-kind"), Says("boreKind")] = None
    round_assembly: Annotated[str | None, Concept("round-assembly"), Says("roundAssembly")] = None
    maximum_pressure_mpa: Annotated[Positive | None, Says("maximumPressure")] = None
    governance: Annotated[str, Concept("governance"), Says("governance")]
    governed_by: Annotated[tuple[str, ...], Many, Refers(("agreements", "publications")), Says("governedBy")] = ()


class AcceptanceRow(Row):
    """A stated acceptance: one side takes munitions made for another interface. It has a direction."""

    kind: ClassVar[str] = "acceptance"
    type: ClassVar[str] = "Acceptance"
    accepting: Annotated[str, Refers(("interfaces", "equipment")), Says("acceptingParty")]
    accepted: Annotated[str, Refers(("interfaces", "munitions")), Says("acceptedParty")]
    component: Annotated[str | None, Concept("component"), Says("acceptedComponent")] = None
    condition: Annotated[str | None, Concept("acceptance-condition"), Says("acceptanceCondition")] = None

    def key(self) -> str:
        return f"{self.accepting}/{self.accepted}/{self.component or 'any'}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.accepting} ← {self.accepted}")


class EquipmentRow(Row, Identified):
    """A type of equipment."""

    kind: ClassVar[str] = "equipment"
    type: ClassVar[str] = "EquipmentType"
    name: Annotated[Text, Says(LABEL)]
    designation: Annotated[Text | None, Says("designation")] = None
    role: Annotated[str, Concept("equipment-role"), Says("equipmentRole")]
    origin: Annotated[Nation | None, Says("originNation")] = None
    barrel_length_cal: Annotated[Positive | None, Says("barrelLengthInCalibres")] = None


class EquipmentInterfaceRow(Row):
    """That a type of equipment offers an interface."""

    kind: ClassVar[str] = "equipment"
    type: ClassVar[str] = "EquipmentType"
    equipment: Annotated[str, Refers(("equipment",))]
    interface: Annotated[str, Refers(("interfaces",)), Says("offersInterface")]

    def key(self) -> str:
        return self.equipment

    def about(self, me: ox.NamedNode) -> Iterator[ox.NamedNode]:
        yield me
        yield thing(InterfaceRow.kind, self.interface)

    def statement_key(self) -> str:
        # One equipment may offer several interfaces.
        return f"{self.equipment}/{self.interface}"


class ManufacturerRow(Row):
    """Who makes a type of equipment or munition."""

    kind: ClassVar[str] = ""
    type: ClassVar[str] = ""
    thing: Annotated[str, Refers(("equipment", "munitions"))]
    manufacturer: Annotated[Text, Says("manufacturer")]

    def key(self) -> str:
        return self.thing

    def types(self) -> tuple[str, ...]:
        return ()


class CapabilityRow(Row):
    """One stated capability or need, in the words of a vocabulary."""

    kind: ClassVar[str] = "capability"
    type: ClassVar[str] = "Capability"
    subject: Annotated[str, Refers(THINGS), Says("capabilityOf")]
    capability: Annotated[str, Concept("capability-kind"), Says("capabilityKind")]
    value: Annotated[str, Expected("a notation of the vocabulary of this capability, or the id of a thing")]
    read_from: Text | None = None

    def key(self) -> str:
        return f"{self.subject}/{self.capability}/{self.value}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.subject} {self.capability} {self.value}")


class ParameterDefinitionRow(Identified):
    """A quantity or property that parameters and requirements are about."""

    kind: ClassVar[str] = "parameter"
    type: ClassVar[str] = "Parameter"
    label_en: Annotated[Text, Says(LABEL, "en")]
    label_fr: Annotated[Text, Says(LABEL, "fr")]
    units: Annotated[tuple[str, ...], Many] = ()


class ParameterRow(Row):
    """A published value of one parameter of one thing."""

    kind: ClassVar[str] = "parameter-value"
    type: ClassVar[str] = "ParameterValue"
    unique: ClassVar[bool] = False
    subject: Annotated[str, Refers(THINGS), Says("parameterOf")]
    parameter: Annotated[str, Refers(("parameter_definitions",)), Says("aboutParameter")]
    value: Annotated[Text, Says("valueText")]
    unit: Text | None = None
    as_of: PartialDate | None = None

    def key(self) -> str:
        return f"{self.subject}/{self.parameter}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.subject} {self.parameter}")
        ends = [number(part) for part in re.split(r" to ", self.value)]
        if self.unit and all(end is not None for end in ends):
            yield me, term("lowNumber"), decimal_literal(min(end for end in ends if end is not None))
            yield me, term("highNumber"), decimal_literal(max(end for end in ends if end is not None))


class HoldingRow(Row):
    """Who holds equipment: an inventory as reported, or deliveries up to a date, which are no inventory."""

    kind: ClassVar[str] = "holding"
    type: ClassVar[str] = "NationalHolding"
    unique: ClassVar[bool] = False
    equipment: Annotated[str, Refers(("equipment",)), Says("holdingOf")]
    nation: Annotated[Nation, Says("byNation")]
    status: Annotated[str, Concept("holding-status"), Says("holdingStatus")]
    quantity: Annotated[Count | None, Says("quantity")] = None
    as_of: PartialDate | None = None
    basis: Annotated[Literal["NationalHolding", "Delivery"], Expected("NationalHolding or Delivery")]

    def key(self) -> str:
        return f"{self.equipment}/{self.nation}/{self.status}"

    def types(self) -> tuple[str, ...]:
        return (self.basis,)

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.nation} {self.equipment}")

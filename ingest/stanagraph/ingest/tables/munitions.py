"""Munitions, who uses and makes them, how they are bought, and what was found about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

import pyoxigraph as ox

from stanagraph.graph.names import RDFS_LABEL

from ..cells import Concept, Count, Many, Nation, Nations, PartialDate, Percentage, Positive, Refers, Says, Text
from .base import LABEL, Fact, Identified, Row


class MunitionRow(Row, Identified):
    """A type of munition, and the interface that it is made for."""

    kind: ClassVar[str] = "munition"
    type: ClassVar[str] = "MunitionType"
    name: Annotated[Text, Says(LABEL)]
    designation: Annotated[Text | None, Says("designation")] = None
    munition_kind: Annotated[str, Concept("munition-kind"), Says("munitionKind")]
    # Only what the name or the source says: a kind of projectile tells its shape, not what it is fired for.
    task: Annotated[str | None, Concept("munition-task"), Says("munitionTask")] = None
    interface: Annotated[str, Refers(("interfaces",)), Says("needsInterface")]
    origin: Annotated[Nation | None, Says("originNation")] = None
    mass_kg: Annotated[Positive | None, Says("mass")] = None
    length_mm: Annotated[Positive | None, Says("munitionLength")] = None
    conforms_to: Annotated[
        tuple[str, ...], Many, Refers(("agreements", "publications")), Says("http://purl.org/dc/terms/conformsTo")
    ] = ()
    stock_number: Annotated[Text | None, Says("stockNumber")] = None
    same_design_as: Annotated[tuple[str, ...], Many, Refers(("munitions",)), Says("sameDesignAs")] = ()
    produced_in: Annotated[Nations, Says("producedIn")] = ()


class MunitionUseRow(Row):
    """That a nation uses, has ordered or has qualified a munition."""

    kind: ClassVar[str] = "munition-use"
    type: ClassVar[str] = "MunitionUse"
    unique: ClassVar[bool] = False
    munition: Annotated[str, Refers(("munitions",)), Says("useOf")]
    nation: Annotated[Nation, Says("byNation")]
    status: Annotated[str, Concept("use-status"), Says("useStatus")]

    def key(self) -> str:
        return f"{self.munition}/{self.nation}/{self.status}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.nation} {self.munition}")


class PolicyRestrictionRow(Row):
    """That a nation, or a convention of several, bars or limits the transfer or the use of a munition."""

    kind: ClassVar[str] = "policy-restriction"
    type: ClassVar[str] = "PolicyRestriction"
    munition: Annotated[str, Refers(("munitions",)), Says("restrictsMunition")]
    nation: Annotated[Nation | None, Says("byNation")] = None
    towards: Annotated[Nation | None, Says("towardsNation")] = None
    since: PartialDate | None = None
    text: Annotated[Text, Says("policyText", "en")]

    def key(self) -> str:
        return f"{self.munition}/{self.nation or 'convention'}/{self.towards or 'all'}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.munition}: {self.text}", language="en")


class ProductionSiteRow(Row):
    """What is made where, by whom, and how many a year."""

    kind: ClassVar[str] = "production-site"
    type: ClassVar[str] = "ProductionSite"
    unique: ClassVar[bool] = False
    product: Annotated[str, Refers(("munitions", "interfaces")), Says("produces")]
    producer: Annotated[Text, Says("producer")]
    site: Annotated[Text | None, Says("siteName")] = None
    nations: Annotated[Nations, Says("siteNation")] = ()
    stage: Annotated[str | None, Concept("production-stage"), Says("productionStage")] = None
    capacity_per_year: Annotated[Count | None, Says("capacityPerYear")] = None
    year: Annotated[PartialDate | None, Says("inYear")] = None
    figure: Annotated[str | None, Concept("capacity-figure"), Says("capacityFigure")] = None
    critical_inputs: Annotated[tuple[Text, ...], Many, Says("criticalInput")] = ()
    inputs: Annotated[tuple[str, ...], Many, Concept("critical-input"), Says("dependsOn")] = ()

    def key(self) -> str:
        words = [word for word in self.producer.split() if word.isalnum()] or re.findall(r"\w+", self.producer)
        return f"{self.product}/{'-'.join(words)}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.producer}, {self.site}" if self.site else self.producer)


class FrameworkRow(Row, Identified):
    """An arrangement under which nations buy together."""

    kind: ClassVar[str] = "framework"
    type: ClassVar[str] = "ProcurementFramework"
    name: Annotated[Text, Says(LABEL, "en")]
    framework_kind: Annotated[str, Concept("framework-kind"), Says("frameworkKind")]
    scope: Annotated[Text | None, Says("munitionScope")] = None
    munition_classes: Annotated[tuple[str, ...], Many, Concept("munition-class"), Says("forClass")] = ()
    nations: Annotated[Nations, Says("hasParticipant")] = ()
    started: Annotated[PartialDate | None, Says("startedIn")] = None


class InvestmentIndicatorRow(Row):
    """The share of spending that a source gives for a nation, a pledge and a year."""

    kind: ClassVar[str] = "indicator"
    type: ClassVar[str] = "InvestmentIndicator"
    nation: Annotated[Nation, Says("byNation")]
    indicator: Annotated[str, Concept("investment-indicator"), Says("indicatorKind")]
    year: Annotated[PartialDate, Says("inYear")]
    value: Annotated[Percentage, Says("indicatorValue")]

    def key(self) -> str:
        return f"{self.nation}/{self.indicator}/{self.year}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.nation} {self.indicator} {self.year}")


class FindingRow(Row):
    """A documented finding on a pair: a trial, a qualification, a listing, a report."""

    kind: ClassVar[str] = "finding"
    type: ClassVar[str] = "CompatibilityFinding"
    equipment: Annotated[str, Refers(("equipment",)), Says("equipment")]
    munition: Annotated[str, Refers(("munitions", "interfaces")), Says("munition")]
    verdict: Annotated[str, Concept("verdict-value"), Says("documentedVerdict")]
    reason_code: Annotated[str, Concept("reason-code"), Says("reasonCode")]
    reason: Annotated[Text, Says("reasonText", "en")]
    # Only what the reason says in so many words: who fired a round did not thereby release it.
    release: Annotated[str | None, Concept("answer"), Says("documentedRelease")] = None

    def key(self) -> str:
        return f"{self.equipment}/{self.munition}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.equipment} × {self.munition}")

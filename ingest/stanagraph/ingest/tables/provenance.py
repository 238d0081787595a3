"""Where facts come from, the bodies that standardize and buy, and the nations that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, term, thing

from ..cells import Concept, Identifier, IsoCode, PartialDate, Refers, Says, Text, Url, date_literal
from .base import LABEL, Fact, Identified, Row


class SourceRow(Identified):
    """One address that facts were read at."""

    kind: ClassVar[str] = "source"
    type: ClassVar[str] = "Source"
    id: Annotated[Identifier, Says(LABEL)]
    url: Annotated[Url | None, Says("http://www.w3.org/ns/dcat#landingPage")] = None
    publisher: Annotated[Text | None, Says("http://purl.org/dc/terms/publisher")] = None
    source_kind: Annotated[str, Concept("source-kind"), Says("sourceKind")]
    captured: Annotated[PartialDate | None, Says("capturedOn")] = None
    confidence: Annotated[str, Concept("confidence"), Says("confidence")]
    note: Annotated[Text | None, Says("http://www.w3.org/2004/02/skos/core#note")] = None


class BodyRow(Row, Identified):
    """An organization, or a part of one, that makes standards, plans or buys."""

    kind: ClassVar[str] = "body"
    type: ClassVar[str] = "Body"
    name_en: Annotated[Text, Says(LABEL, "en")]
    name_fr: Annotated[Text | None, Says(LABEL, "fr")] = None
    short_name: Annotated[Text | None, Says("shortName")] = None
    body_kind: Annotated[str, Concept("body-kind"), Says("bodyKind")]
    part_of: Annotated[str | None, Refers(("bodies",)), Says("partOfBody")] = None


class NationRow(Row, Identified):
    """What the table adds to a nation: its relation to NATO. Its names and its code are in the scheme of nations."""

    kind: ClassVar[str] = "nation"
    type: ClassVar[str] = "Nation"
    id: Annotated[IsoCode, Concept("nation")]
    alliance_group: Annotated[str, Concept("alliance-group"), Says("allianceGroup")]
    alliance_since: Annotated[PartialDate | None, Says("allianceSince")] = None

    def types(self) -> tuple[str, ...]:
        # That it is a nation, the scheme says.
        return ()

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        kind = {"ally": "member", "partner": "partner"}.get(self.alliance_group)
        if kind is None:
            return
        membership = thing("membership", f"NATO/{self.id}")
        yield membership, RDF_TYPE, term("Membership")
        yield membership, RDFS_LABEL, ox.Literal(f"NATO, {self.id}")
        yield membership, term("member"), me
        yield membership, term("inBody"), thing(BodyRow.kind, "NATO")
        yield membership, term("membershipKind"), thing("membership-kind", kind)
        if kind == "member" and self.alliance_since:
            yield membership, term("validFrom"), date_literal(self.alliance_since)

    def about(self, me: ox.NamedNode) -> Iterator[ox.NamedNode]:
        yield me
        if self.alliance_group in ("ally", "partner"):
            yield thing("membership", f"NATO/{self.id}")

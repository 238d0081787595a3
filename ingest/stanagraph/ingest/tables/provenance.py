"""Where facts come from, and the nations that they are about."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..cells import Concept, Identifier, IsoCode, PartialDate, Says, Text, Url
from .base import LABEL, Identified, Row


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


class NationRow(Row, Identified):
    """A nation, by its ISO code."""

    kind: ClassVar[str] = "nation"
    type: ClassVar[str] = "Nation"
    id: Annotated[IsoCode, Says("isoCode")]
    name_en: Annotated[Text, Says(LABEL, "en")]
    name_fr: Annotated[Text, Says(LABEL, "fr")]
    alliance_group: Annotated[str, Concept("alliance-group"), Says("allianceGroup")]
    alliance_since: Annotated[PartialDate | None, Says("allianceSince")] = None

"""Agreements, publications, their editions, national documents, national positions and requirements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, dcterms, term, thing

from ..cells import (
    Concept,
    Expected,
    Many,
    Nation,
    PartialDate,
    Positive,
    Refers,
    Says,
    Text,
    date_literal,
    decimal_literal,
    number,
)
from ..designations import edition_key
from .base import LABEL, Fact, Identified, Row

DOCUMENTS = ("agreements", "publications", "national_documents")


class DocumentRow(Row, Identified):
    """What agreements, publications and national documents have in common."""

    title_en: Annotated[Text | None, Says(LABEL, "en")] = None
    title_fr: Annotated[Text | None, Says(LABEL, "fr")] = None
    domain: Annotated[str | None, Concept("standard-domain"), Says("standardDomain")] = None
    calibre_mm: Annotated[Positive | None, Says("concernsCalibre")] = None
    custodian: Annotated[Text | None, Says("custodian")] = None

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        if self.title_en is None and self.title_fr is None:
            yield me, RDFS_LABEL, ox.Literal(self.id)


class AgreementRow(DocumentRow):
    """An agreement between nations: a STANAG, a STANREC or a memorandum of understanding."""

    kind: ClassVar[str] = "agreement"
    type: ClassVar[str] = "Agreement"
    document_kind: Annotated[
        Literal["Stanag", "Stanrec", "MemorandumOfUnderstanding"],
        Expected("Stanag, Stanrec or MemorandumOfUnderstanding"),
    ]
    superseded_by: Annotated[str | None, Refers(("agreements",)), Says("supersededBy")] = None

    def types(self) -> tuple[str, ...]:
        return (self.document_kind,)


class PublicationRow(DocumentRow):
    """A publication that agreements cover, or a civil standard."""

    kind: ClassVar[str] = "publication"
    type: ClassVar[str] = "Publication"
    document_kind: Annotated[
        Literal["AlliedPublication", "CivilStandard"], Expected("AlliedPublication or CivilStandard")
    ]
    covered_by: Annotated[str | None, Refers(("agreements",)), Says("coveredBy")] = None

    def types(self) -> tuple[str, ...]:
        return (self.document_kind,)


class NationalDocumentRow(DocumentRow):
    """A document that one nation issued, which may implement or cite an agreement."""

    kind: ClassVar[str] = "national-document"
    type: ClassVar[str] = "NationalDocument"
    nation: Annotated[Nation | None, Says("byNation")] = None
    cites: Annotated[str | None, Refers(("agreements", "publications")), Says("citesAgreement")] = None
    edition: Annotated[Text | None, Says("editionNumber")] = None
    promulgated: Annotated[PartialDate | None, Says("promulgatedOn")] = None
    status: Annotated[str, Concept("document-status"), Says("documentStatus")]


class EditionRow(Row):
    """One edition of a document, with its status on a date."""

    edition: Annotated[Text | None, Says("editionNumber")] = None
    promulgated: Annotated[PartialDate | None, Says("promulgatedOn")] = None
    status: Annotated[str, Concept("document-status"), Says("documentStatus")]
    status_as_of: Annotated[PartialDate | None, Says("statusAsOf")] = None

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(" ".join(self.key().split("/")))


class AgreementEditionRow(EditionRow):
    """One edition of an agreement: what nations accept."""

    kind: ClassVar[str] = "agreement-edition"
    type: ClassVar[str] = "AgreementEdition"
    agreement: Annotated[str, Refers(("agreements",)), Says("editionOf")]

    def key(self) -> str:
        return edition_key(self.agreement, self.edition)


class PublicationEditionRow(EditionRow):
    """One edition of a publication: the content itself."""

    kind: ClassVar[str] = "publication-edition"
    type: ClassVar[str] = "PublicationEdition"
    publication: Annotated[str, Refers(("publications",)), Says("editionOf")]

    def key(self) -> str:
        return edition_key(self.publication, self.edition)


class PositionRow(Row):
    """What one source says of one nation's stand on editions of one agreement.

    A response (does the nation accept?) and an implementation (does a national document carry it out?)
    are two things: a row may state either, both or neither.
    """

    kind: ClassVar[str] = "agreement"
    type: ClassVar[str] = ""
    unique: ClassVar[bool] = False
    agreement: Annotated[str, Refers(("agreements",))]
    editions: Annotated[tuple[str, ...], Many] = ()
    nation: Nation
    services: Annotated[tuple[str, ...], Many, Concept("service")] = ()
    response: Annotated[str, Concept("response-kind")]
    responded: PartialDate | None = None
    implementation: Annotated[str, Concept("implementation-state")]
    implemented: PartialDate | None = None
    document: Text | None = None
    reservation: Text | None = None

    def key(self) -> str:
        return self.agreement

    def statement_key(self) -> str:
        return f"{self.agreement}/{self.nation}"

    def types(self) -> tuple[str, ...]:
        return ()

    def about(self, me: ox.NamedNode) -> Iterator[ox.NamedNode]:
        for key in self._edition_keys():
            if self._responds():
                yield thing("national-response", f"{self.nation}/{key}")
            if self._implements():
                yield thing("national-implementation", f"{self.nation}/{key}")

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        for name, key in zip(self.editions or (None,), self._edition_keys(), strict=True):
            edition = thing("agreement-edition", key)
            yield edition, RDF_TYPE, term("AgreementEdition")
            yield edition, dcterms("identifier"), ox.Literal(key)
            yield edition, RDFS_LABEL, ox.Literal(" ".join(key.split("/")))
            yield edition, term("editionOf"), me
            if name:
                yield edition, term("editionNumber"), ox.Literal(name)
            if self._responds():
                yield from self._response(key, edition)
            if self._implements():
                yield from self._implementation(key, edition)

    def _edition_keys(self) -> list[str]:
        return [edition_key(self.agreement, name) for name in self.editions or (None,)]

    def _responds(self) -> bool:
        return self.response != "not-known" or self.reservation is not None

    def _implements(self) -> bool:
        return self.implementation != "not-known" or self.document is not None

    def _stand(self, kind: str, type_: str, key: str) -> Iterator[Fact]:
        me = thing(kind, f"{self.nation}/{key}")
        yield me, RDF_TYPE, term(type_)
        yield me, dcterms("identifier"), ox.Literal(f"{self.nation}/{key}")
        yield me, RDFS_LABEL, ox.Literal(f"{self.nation}, {key}")
        yield me, term("byNation"), thing("nation", self.nation)

    def _response(self, key: str, edition: ox.NamedNode) -> Iterator[Fact]:
        response = thing("national-response", f"{self.nation}/{key}")
        yield from self._stand("national-response", "NationalResponse", key)
        yield response, term("toEdition"), edition
        yield response, term("responseKind"), thing("response-kind", self.response)
        for service in self.services:
            yield response, term("forService"), thing("service", service)
        if self.responded:
            yield response, term("respondedOn"), date_literal(self.responded)
        if self.reservation:
            reservation = thing("reservation", f"{self.nation}/{key}")
            yield response, term("hasReservation"), reservation
            yield reservation, RDF_TYPE, term("Reservation")
            yield reservation, dcterms("identifier"), ox.Literal(f"{self.nation}/{key}")
            yield reservation, RDFS_LABEL, ox.Literal(f"{self.nation}, {key}")
            yield reservation, term("reservationText"), ox.Literal(self.reservation, language="en")

    def _implementation(self, key: str, edition: ox.NamedNode) -> Iterator[Fact]:
        implementation = thing("national-implementation", f"{self.nation}/{key}")
        yield from self._stand("national-implementation", "NationalImplementation", key)
        yield implementation, term("implementsEdition"), edition
        yield implementation, term("implementationState"), thing("implementation-state", self.implementation)
        if self.implemented:
            yield implementation, term("implementedFrom"), date_literal(self.implemented)
        if self.document:
            yield implementation, term("documentCitation"), ox.Literal(self.document)


class RequirementRow(Row):
    """One clause that a description can be checked against."""

    kind: ClassVar[str] = "requirement"
    type: ClassVar[str] = "Requirement"
    document: Annotated[str, Refers(DOCUMENTS), Says("requirementOf")]
    clause: Annotated[Text | None, Says("clause")] = None
    subject_interface: Annotated[str | None, Refers(("interfaces",)), Says("requirementSubject")] = None
    subject_class: Annotated[str | None, Concept("requirement-subject"), Says("requirementSubject")] = None
    parameter: Annotated[str, Refers(("parameter_definitions",)), Says("aboutParameter")]
    comparator: Annotated[str, Concept("comparator"), Says("comparator")]
    value: Annotated[Text, Says("requiredValue")]
    value_high: Text | None = None
    unit: Text | None = None
    verification: Annotated[str | None, Concept("verification-method"), Says("verificationMethod")] = None

    def key(self) -> str:
        # A requirement has no number of its own: what it says is what it is.
        said = "|".join(str(part) for part in (self.clause, self.comparator, self.value, self.value_high, self.note))
        subject = self.subject_interface or self.subject_class
        return f"{self.document}/{subject}/{self.parameter}/{hashlib.sha256(said.encode()).hexdigest()[:8]}"

    def more(self, me: ox.NamedNode) -> Iterator[Fact]:
        yield me, RDFS_LABEL, ox.Literal(f"{self.document} {self.clause or ''} {self.parameter}".replace("  ", " "))
        if (low := number(self.value)) is not None:
            yield me, term("requiredNumber"), decimal_literal(low)
        if self.value_high and (high := number(self.value_high)) is not None:
            yield me, term("requiredHighNumber"), decimal_literal(high)

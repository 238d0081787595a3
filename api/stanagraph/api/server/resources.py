"""The kinds of thing that have addresses, each in a few lines: what a list shows, and what one thing leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import NamedNode

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.lookup import PREFIXES
from stanagraph.graph.names import term

from ..words import message
from .addresses import PLURALS

_DOCUMENT = ("document-status",)


@dataclass(frozen=True)
class Column:
    """A column of a list: the property that it shows, and of which kinds its values are, where these are things.

    A property of another vocabulary has its prefix (`dcat:landingPage`).
    A column of things can be asked for. `many` says that a thing may have several values.
    """

    predicate: str
    kinds: tuple[str, ...] = ()
    many: bool = False

    @property
    def iri(self) -> NamedNode:
        """The IRI of the property."""
        prefix, colon, name = self.predicate.partition(":")
        return NamedNode(PREFIXES[prefix] + name) if colon else term(self.predicate)


@dataclass(frozen=True)
class Resource:
    """One kind of thing.

    `plural` is its place under /v1, `kind` that of its IRIs, `type` the class of its things. `parts` are things that
    point at it by a property and are told with it; `reports` are questions about it, each with the parameter that it
    takes the place of; `lists` are lists of other things, narrowed to it by one of their columns. `example` is one of
    the public data, if that has any.
    """

    plural: str
    kind: str
    type: str
    about: str
    columns: Mapping[str, Column] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reports: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    example: str | None = None
    listed: bool = True

    @property
    def answered(self) -> tuple[str, ...]:
        """The reports that need nothing but the thing: a link leads to them."""
        return tuple(name for name, (report, about) in self.reports.items() if _needs_only(report, about))


@cache
def _needs_only(report: str, about: str) -> bool:
    return not any(it.required and it.name != about for it in Catalogue()[report].parameters.values())


_CLASS = Column("inMunitionClass", ("munition-class",), many=True)
_ORIGIN = Column("originNation", ("nation",), many=True)
_OF_DOCUMENTS = {
    "impact": ("revision-impact", "revised"),
    "verdicts": ("revision-verdicts", "revised"),
    "requirements": ("requirements", "scope"),
}
_OF_AN_EDITION = {
    "number": Column("editionNumber"),
    "status": Column("documentStatus", _DOCUMENT),
    "statusAsOf": Column("statusAsOf"),
    "promulgated": Column("promulgatedOn"),
}

RESOURCES = (
    Resource(
        "nations", "nation", "Nation", message("nations: what they hold, have told and lack"),
        columns={"group": Column("allianceGroup", ("alliance-group",)), "since": Column("allianceSince")},
        parts={
            "memberships": ("member", "membership"),
            "holdings": ("byNation", "holding"),
            "documents": ("byNation", "national-document"),
            "responses": ("byNation", "national-response"),
            "implementations": ("byNation", "national-implementation"),
        },
        reports={
            "gaps": ("gaps", "nation"),
            "gap-causes": ("gap-causes", "nation"),
            "knowledge": ("nation-knowledge", "nation"),
            "stocks": ("stocks-for-recipient", "recipient"),
            "dual-fleets": ("dual-fleets", "nation"),
            "edition-mismatches": ("edition-mismatches", "nation"),
            "withdrawn-editions": ("withdrawn-editions", "nation"),
            "implementation-lag": ("implementation-lag", "nation"),
            "investment": ("investment", "nation"),
            "supply": ("supply", "nation"),
        },
        example="POL",
    ),
    Resource(
        "agreements", "agreement", "Agreement", message("standardization agreements"),
        columns={
            "domain": Column("standardDomain", ("standard-domain",)),
            "covers": Column("covers", ("publication",), many=True),
        },
        reports={
            "positions": ("positions", "agreement"),
            **_OF_DOCUMENTS,
            "life-cycle": ("life-cycle", "document"),
            "edition-mismatches": ("edition-mismatches", "agreement"),
            "withdrawn-editions": ("withdrawn-editions", "agreement"),
            "implementation-lag": ("implementation-lag", "agreement"),
        },
        lists={"editions": ("agreement-editions", "agreement")},
        example="STANAG-4425",
    ),
    Resource(
        "agreement-editions", "agreement-edition", "AgreementEdition", message("editions of agreements"),
        columns={"agreement": Column("editionOf", ("agreement",)), **_OF_AN_EDITION},
        reports=_OF_DOCUMENTS, example="STANAG-4425/2",
    ),
    Resource(
        "publications", "publication", "Publication",
        message("allied publications and other standards that agreements cover"),
        columns={
            "domain": Column("standardDomain", ("standard-domain",)),
            "coveredBy": Column("coveredBy", ("agreement",), many=True),
        },
        reports={**_OF_DOCUMENTS, "life-cycle": ("life-cycle", "document")},
        lists={"editions": ("publication-editions", "publication")},
        example="AOP-29-PART-1",
    ),
    Resource(
        "publication-editions", "publication-edition", "PublicationEdition", message("editions of publications"),
        columns={"publication": Column("editionOf", ("publication",)), **_OF_AN_EDITION},
        reports=_OF_DOCUMENTS, example="APP-30/A-v1",
    ),
    Resource(
        "national-documents", "national-document", "NationalDocument",
        message("documents by which nations put agreements into effect"),
        columns={"nation": Column("byNation", ("nation",)), "status": Column("documentStatus", _DOCUMENT)},
        reports={"life-cycle": ("life-cycle", "document"), "requirements": ("requirements", "scope")},
        example="COS-130506",
    ),
    Resource(
        "interfaces", "interface", "InterfaceType", message("interfaces between munitions and what fires them"),
        columns={
            "class": _CLASS,
            "weapon": Column("weaponKind", ("weapon-kind",)),
            "bore": Column("boreKind", ("bore-kind",)),
            "governance": Column("governance", ("governance",)),
            "governedBy": Column("governedBy", ("agreement", "publication"), many=True),
            "calibre": Column("calibre"),
        },
        parts={"acceptances": ("acceptingParty", "acceptance")},
        reports={
            "accepting-nations": ("accepting-nations", "munition"),
            "documents": ("requirements-package", "scope"),
            "requirements": ("requirements", "scope"),
            "supply": ("supply", "class"),
            "capacity": ("capacity-against-users", "class"),
        },
        lists={"equipment": ("equipment", "interface"), "munitions": ("munitions", "interface")},
        example="155mm-l52-jbmou",
    ),
    Resource(
        "equipment", "equipment", "EquipmentType", message("types of equipment"),
        columns={
            "class": _CLASS,
            "role": Column("equipmentRole", ("equipment-role",)),
            "interface": Column("offersInterface", ("interface",), many=True),
            "origin": _ORIGIN,
        },
        parts={
            "parameters": ("parameterOf", "parameter-value"),
            "capabilities": ("capabilityOf", "capability"),
            "holdings": ("holdingOf", "holding"),
        },
        reports={
            "verdicts": ("type-verdicts", "type"),
            "documents": ("requirements-package", "scope"),
            "requirements": ("requirements", "scope"),
        },
        example="pzh-2000",
    ),
    Resource(
        "munitions", "munition", "MunitionType", message("types of munition"),
        columns={
            "class": _CLASS,
            "kind": Column("munitionKind", ("munition-kind",)),
            "interface": Column("needsInterface", ("interface",), many=True),
            "origin": _ORIGIN,
        },
        parts={
            "parameters": ("parameterOf", "parameter-value"),
            "capabilities": ("capabilityOf", "capability"),
            "uses": ("useOf", "munition-use"),
            "sites": ("produces", "production-site"),
        },
        reports={
            "verdicts": ("type-verdicts", "type"),
            "accepting-nations": ("accepting-nations", "munition"),
            "substitutes": ("substitutes", "munition"),
        },
        example="dm121",
    ),
    Resource(
        "gaps", "gap", "Gap", message("gaps in interchangeability"),
        reports={"evidence": ("gap-evidence", "gap"), "pairs": ("blocked-pairs", "gap")},
        example="not-known/POL/agreement/STANAG-4425/2", listed=False,
    ),
    Resource(
        "profiles", "profile", "Profile", message("interoperability profiles"),
        reports={"standards": ("profile-standards", "profile")},
    ),
    Resource(
        "bodies", "body", "Body", message("bodies that make, keep or adopt standards"),
        columns={"kind": Column("bodyKind", ("body-kind",)), "partOf": Column("partOfBody", ("body",), many=True)},
        example="NATO",
    ),
    Resource(
        "frameworks", "framework", "ProcurementFramework", message("frameworks under which nations buy together"),
        columns={
            "kind": Column("frameworkKind", ("framework-kind",)),
            "nation": Column("hasParticipant", ("nation",), many=True),
        },
        example="eda-collaborative-procurement-enlarged",
    ),
    Resource(
        "sources", "source", "Source", message("files and services that were read, and pages that their records cite"),
        columns={
            "kind": Column("sourceKind", ("source-kind",)),
            "confidence": Column("confidence", ("confidence",)),
            "publisher": Column("dcterms:publisher"),
            "captured": Column("capturedOn"),
            "url": Column("dcat:landingPage"),
            "licence": Column("dcterms:license"),
        },
        reports={"freshness": ("freshness", "source"), "weak-facts": ("weak-facts", "source")},
        example="stanagraph-public-data",
    ),
)  # fmt: skip
BY_PLURAL = {resource.plural: resource for resource in RESOURCES}
PLURALS.update({resource.kind: resource.plural for resource in RESOURCES})
# Reports are no things of a release, but have IRIs all the same.
PLURALS["conformance-report"] = "conformance-checks"


def operation_of(*parts: str) -> str:
    """The id of an operation: `nationGaps` of the kind `nation` and its report `gaps`."""
    first, *rest = "-".join(parts).split("-")
    return first + "".join(word.capitalize() for word in rest)

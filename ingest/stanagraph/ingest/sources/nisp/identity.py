"""Which document and which edition a record of the NISP is: read from its designation, never guessed from its title.

The NISP writes the edition into the publication number: "ADatP-4774 Ed A Ver 1" is edition A v1 of ADatP-4774,
"STANAG 4774 Ed 1" edition 1 of STANAG-4774, "ACP 100(F)" edition F of ACP-100. Its field `document.version` is used
where the designation names no edition. Documents of NATO go by their designation alone, as in the list of the NSO;
those of others bear the name of their publisher before it: RFC 8212 of the IETF is IETF-RFC-8212.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import pyoxigraph as ox

from stanagraph.graph.names import thing

from ...designations import document_key, edition_key

# Publishers whose documents NATO or its allies write; others are civil, or one nation's.
_ALLIED = frozenset(
    {"asca", "c3b", "cceb", "cis3cip", "digwg", "eurocom", "fmn", "mip", "nato", "nato-e", "ncia", "nmsg"}
)
_NATIONS = dict.fromkeys(("cjcsm", "fbi", "mil", "nga", "nist", "nsa", "us-doc", "us-dod"), "USA")
# Designations that are a key of their own, whoever the record names as the publisher.
_AGREEMENT = re.compile(r"(STANAG|STANREC)[ -]?(?=\d)", re.IGNORECASE)
_SERIES = re.compile(r"[AM][A-Z]*P[ -]?(?=\d)", re.IGNORECASE)
_MILITARY = re.compile(r"MIL-", re.IGNORECASE)
_PREFIX = {"nato-e": "NATO", "mil": "MIL"}
# What tells of a text that is not promulgated: a study, a ratification draft, a final draft, "for ratification".
_MARK = re.compile(r"\s*(?:\((?:study|rd|fd|ft|final draft)\)|\bFT\b)\s*", re.IGNORECASE)
_EDITION = re.compile(
    r"[\s,-]+Ed(?:ition)?\b\.?\s*([A-Z]|\d+)(?:[\s,]+Ver(?:sion)?\b\.?\s*(\d+))?(?=[\s,-]|$)", re.IGNORECASE
)
_VERSION = re.compile(r"[\s,]+Ver\.?\s*(\d+)(?:\s*\(([^()]*)\))?$", re.IGNORECASE)
# "AMSP-04 (STANREC 4800)" names the cover beside the publication.
_COVER = re.compile(r"\s*\((?:STANAG|STANREC) \d+\)$", re.IGNORECASE)
# "ACP 113(AJ) Change 5"
_LETTER = re.compile(r"\s*\(([A-Z]{1,2})\)(?:\s+(Change \d+))?$")
# "XEP-0199 (2019/03)", "Y.1540 (12/19)"
_ISSUE = re.compile(r"\s*\((\d{4}|\d\d)/(\d\d)\)$")
_PART = re.compile(r"\bP(?=\d+$)")
_PAIR = re.compile(r"\(([A-Z]|\d+)\)\((\d+)\)")


@dataclass(frozen=True)
class Identity:
    """The edition that a record is, with the document that it is an edition of.

    `kind` is agreement, publication or national-document; of the last kind no edition is kept apart. `number` is how
    the edition is written here, empty where none is stated. `draft` is the mark of a text that is not promulgated.
    """

    kind: str
    types: tuple[str, ...]
    document: str
    number: str = ""
    draft: str = ""
    nation: str = ""
    # The record that this is, where another one bears the same designation.
    apart: str = ""

    @property
    def key(self) -> str:
        """The key of what the record describes; no other record has it."""
        if self.kind == "national-document":
            return self.document + (f"~{self.apart}" if self.apart else "")
        return edition_key(self.document, self.number) + (f"~{self.apart}" if self.apart else "")

    @property
    def iri(self) -> ox.NamedNode:
        """What the record describes."""
        return thing(self.kind if self.kind == "national-document" else f"{self.kind}-edition", self.key)

    @property
    def whole(self) -> ox.NamedNode:
        """The document, whatever its edition."""
        return thing(self.kind, self.document)


def identify(publisher: str, number: str, version: str, covered: bool) -> Identity:
    """The identity that a designation gives; ValueError where it names no document."""
    number = " ".join(number.split())
    # The patterns below are not made for longer texts, and no designation is one.
    if max(len(number), len(version)) > 300:
        raise ValueError("no designation is as long")
    marks = [mark.strip(" ()") for mark in _MARK.findall(number)]
    plain = _COVER.sub("", " ".join(_MARK.sub(" ", number).split()))
    document, edition = _split(plain, publisher)
    # The month of an issue stands in for an edition that nothing states.
    issue = _ISSUE.search(document)
    document = document[: issue.start()] if issue else document
    edition = edition or _stated(version) or (f"{issue[1]}-{issue[2]}" if issue and len(issue[1]) == 4 else "")
    draft = ", ".join(marks)
    if found := _AGREEMENT.match(document):
        kind = found[1].title()
        return Identity("agreement", (kind,), document_key(_PART.sub("Part ", document)), edition, draft)
    if _MILITARY.match(plain) and publisher in _NATIONS:
        return Identity("national-document", ("NationalDocument",), document_key(plain), "", draft, _NATIONS[publisher])
    key = document_key(document if _SERIES.match(document) and publisher in _ALLIED else _prefixed(publisher, document))
    if publisher in _NATIONS:
        whole = document_key(_prefixed(publisher, plain))
        return Identity("national-document", ("NationalDocument",), whole, "", draft, _NATIONS[publisher])
    if publisher not in _ALLIED:
        return Identity("publication", ("CivilStandard",), key, edition, draft)
    allied = covered or (_SERIES.match(document) is not None and publisher != "cis3cip")
    return Identity("publication", ("AlliedPublication",) if allied else ("Publication",), key, edition, draft)


def _prefixed(publisher: str, number: str) -> str:
    prefix = _PREFIX.get(publisher, publisher.upper())
    named = number.upper().startswith((f"{prefix}-", f"{prefix} "))
    return f"{prefix} {number[len(prefix) + 1 :] if named else number}"


def _split(plain: str, publisher: str) -> tuple[str, str]:
    """The designation without its edition, and the edition."""
    if found := _EDITION.search(plain):
        # A volume may stand after the edition: "AComP-5651 Ed A Ver 1 - Vol 1".
        rest = plain[found.end() :].strip(" -")
        return f"{plain[: found.start()]} {rest}".strip(), _written(found[1], found[2])
    if publisher in _ALLIED and (found := _VERSION.search(plain)):
        return plain[: found.start()], _version(found)
    if publisher in _ALLIED and (found := _LETTER.search(plain)):
        return plain[: found.start()], " ".join(part for part in found.groups() if part)
    return plain, ""


def _stated(version: str) -> str:
    """The edition that the field `document.version` states: "(A)(1)" and "Ed A Ver 1" are A v1, "Ed 2" is 2."""
    if found := _PAIR.fullmatch(version):
        return _written(found[1], found[2])
    if found := _EDITION.fullmatch(f" {version}"):
        return _written(found[1], found[2])
    if found := _VERSION.fullmatch(f" {version}"):
        return _version(found)
    return " ".join(version.split())


def _version(found: re.Match[str]) -> str:
    return " ".join(part for part in (f"v{found[1]}", found[2]) if part)


def _written(edition: str, version: str | None) -> str:
    return edition.upper() + (f" v{version}" if version else "")


def agrees(identity: Identity, version: str) -> bool:
    """Whether the field `document.version` says of the edition what the designation says, as far as it goes."""
    stated = _stated(version)
    return not stated or stated.casefold() == identity.number.casefold()


def set_apart(found: dict[str, Identity]) -> dict[str, Identity]:
    """Identities by record, those that several records share made different by the names of the records.

    Of several, the one that is no draft keeps the designation; where there is no such one, none does.
    """
    shared = Counter(identity.iri.value for identity in found.values())
    firm = Counter(identity.iri.value for identity in found.values() if not identity.draft)
    return {
        record: identity
        if shared[identity.iri.value] == 1 or (not identity.draft and firm[identity.iri.value] == 1)
        else replace(identity, apart=record)
        for record, identity in found.items()
    }

"""What the first reading of the archive finds: which records there are, and by which names they are known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from stanagraph.graph.names import thing

from ...designations import document_key
from .front_matter import Record, text, texts
from .identity import Identity, identify, set_apart

# The five fields that pick out one specification.
_SPECIFICATION = ("org", "pubnum", "title", "date", "version")
PROFILES = ("capabilityprofile", "profile", "serviceprofile")
DOCUMENTS = ("standard", "coverdoc")


def is_id(nispid: str) -> bool:
    """Whether a text can be the id of a record."""
    return 0 < len(nispid) <= 200 and nispid.isprintable() and " " not in nispid


@dataclass
class Names:
    """The records of an archive by their ids: a reference to any other id leads nowhere."""

    documents: dict[str, Identity] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # of profiles
    specifications: dict[tuple[str, ...], str] = field(default_factory=dict)
    nodes: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    # For each document the records that are editions of it.
    editions: dict[ox.NamedNode, list[str]] = field(default_factory=dict)
    # For each document and edition the records that bear this designation.
    sharing: dict[tuple[ox.NamedNode, str], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[tuple[str, str, Record]], known: Mapping[str, Collection[str]]) -> Names:
        """The names in records, each given with its element and its file."""
        names = cls()
        for element, file, record in records:
            names._add(element, file, record, known)
        names.documents = set_apart(names.documents)
        for nispid, identity in names.documents.items():
            names.editions.setdefault(identity.whole, []).append(nispid)
            names.sharing.setdefault((identity.whole, identity.number), []).append(nispid)
        return names

    def _add(self, element: str, file: str, record: Record, known: Mapping[str, Collection[str]]) -> None:
        nispid = text(record, "nispid")
        if not is_id(nispid) or (element, nispid) in self.files:
            return
        self.files[element, nispid] = file
        if element in DOCUMENTS:
            try:
                identity = identify(
                    text(record, "orgid"),
                    text(record, "document.pubnum"),
                    text(record, "document.version"),
                    bool(texts(record, "coverdocument")),
                )
            except ValueError:
                # A document without a designation goes by the id of its record.
                identity = Identity("publication", ("Publication",), document_key(nispid))
            self.documents.setdefault(nispid, _as_known(identity, known))
        elif element in PROFILES:
            self.titles.setdefault(nispid, text(record, "title"))
        elif element == "profilespec":
            fields = ("orgid", "pubnum", "title", "psdate", "version")
            self.specifications.setdefault(tuple(text(record, name) for name in fields), nispid)
        elif element == "node":
            self.nodes.add(nispid)
        else:
            self.bodies.add(nispid)


def _as_known(identity: Identity, known: Mapping[str, Collection[str]]) -> Identity:
    """A document whose very key is that of an agreement elsewhere, and of no publication, is that agreement."""
    if identity.kind != "publication" or identity.document not in known.get("agreement", ()):
        return identity
    if identity.document in known.get("publication", ()):
        return identity
    return replace(identity, kind="agreement", types=("Agreement",))


def specification_of(record: Record) -> tuple[str, ...]:
    """The five fields by which a profile names its specification."""
    return tuple(text(record, f"profilespec.{name}") for name in _SPECIFICATION)


def body(nispid: str) -> ox.NamedNode:
    """The body of an id: its id in capitals, as in the table of bodies."""
    return thing("body", nispid.upper())


def profile(nispid: str) -> ox.NamedNode:
    """The profile of an id."""
    return thing("profile", nispid)


def specification(nispid: str) -> ox.NamedNode:
    """The profile specification of an id."""
    return thing("profile-specification", nispid)


SCHEME = thing("scheme", "nisp-taxonomy")


def node(nispid: str) -> ox.NamedNode:
    """The concept of the taxonomy with this id."""
    return thing("nisp-taxonomy", nispid)

"""What one page of the NISP states, gathered fact by fact: each with its field path, and each oddity with its code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyoxigraph as ox
from pydantic import TypeAdapter, ValidationError

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, dcterms, skos, term, thing
from stanagraph.graph.wording import Wording

from ...cells import PartialDate, Url, date_literal, integer_literal
from .. import Entry, Place, Said, Work
from .fields import FIELDS
from .front_matter import Record, items, leaves, text
from .names import Names, body

_DATE: TypeAdapter[str] = TypeAdapter(PartialDate)
_URL: TypeAdapter[str] = TypeAdapter(Url)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Marks of the wiki from which texts came: links, templates, emphasis. A list with asterisks is plain Markdown too.
_WIKI = re.compile(r"\[\[|\]\]|\{\{|\}\}|'{2,}|<ref|&nbsp;")
LANDING_PAGE = ox.NamedNode("http://www.w3.org/ns/dcat#landingPage")

Value = ox.NamedNode | ox.Literal


@dataclass
class Page:
    """One record with its place; `say` gathers what it states."""

    element: str
    record: Record
    place: Place
    work: Work
    names: Names
    facts: dict[Said, None] = field(default_factory=dict)
    about: dict[ox.NamedNode, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def nispid(self) -> str:
        """The id of the record."""
        return text(self.record, "nispid")

    def text(self, path: str) -> str:
        """The text of a field, empty where there is none."""
        return text(self.record, path)

    def say(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: Value, column: str = "") -> None:
        """State a fact, once."""
        self.about[subject] = None
        self.facts[Said(subject, predicate, value, column)] = None

    def say_text(self, subject: ox.NamedNode, predicate: ox.NamedNode, column: str) -> None:
        """State the text of a field as it stands there, where there is one."""
        if found := self.text(column):
            self.say(subject, predicate, ox.Literal(found), column)

    def type(self, subject: ox.NamedNode, *types: str) -> None:
        """State the classes of a thing."""
        for name in types:
            self.say(subject, RDF_TYPE, term(name), "element")

    def stub(self, subject: ox.NamedNode, key: str, *types: str, label: str = "") -> None:
        """State of a thing that the record only names what makes it a thing: its classes, its key and a label."""
        for name in types:
            self.say(subject, RDF_TYPE, term(name))
        self.say(subject, dcterms("identifier"), ox.Literal(key))
        self.say(subject, RDFS_LABEL, ox.Literal(label or key))

    def remark(self, code: str, message: str, **values: object) -> None:
        """Say something of the record, which is loaded."""
        self.work.remark(self.place, code, message, **values)

    def lost(self, code: str, column: str, value: str, expected: str) -> None:
        """Say that a field cannot be interpreted; what it holds is kept in the note of the statement."""
        words = Wording.of(expected)
        self.work.not_loaded(
            self.place, code, "{column}: {value!r}, expected {words}", column=column, value=value, words=words
        )
        self.notes.append(f"{column}: {value}")

    def say_date(self, subject: ox.NamedNode, predicate: ox.NamedNode, found: str, column: str) -> None:
        """State a date, where there is one."""
        if not found:
            return
        try:
            self.say(subject, predicate, date_literal(_DATE.validate_python(found)), column)
        except ValidationError:
            self.lost("bad-date", column, found, "a date as 2024, 2024-01 or 2024-01-31")

    def say_address(self, subject: ox.NamedNode, column: str) -> None:
        """State a web address, where there is one."""
        if not (found := self.text(column)):
            return
        try:
            self.say(subject, LANDING_PAGE, ox.NamedNode(_URL.validate_python(found)), column)
        except ValueError:
            self.lost("bad-address", column, found, "a web address that begins with http")

    def say_count(self, subject: ox.NamedNode, predicate: ox.NamedNode, column: str) -> None:
        """State a whole number."""
        found = self.text(column)
        if found.isascii() and found.isdecimal():
            self.say(subject, predicate, integer_literal(int(found)), column)
        elif found:
            self.lost("bad-number", column, found, "a whole number")

    def concept(self, scheme: str, found: str, column: str) -> ox.NamedNode | None:
        """The concept that a value stands for; None, and said so, where the scheme has none."""
        if found in self.work.vocabulary.get(scheme, ()):
            return thing(scheme, found)
        self.lost("unknown-value", column, found, Wording("a notation of the scheme {scheme}", scheme=scheme))
        return None

    def catalogue(self, me: ox.NamedNode, uuid: str = "uuid") -> None:
        """State what the catalogue says of each record: its id, its page and its number."""
        self.say(me, skos("notation"), ox.Literal(self.nispid), "nispid")
        if (found := self.text("url")).startswith("/"):
            self.say(me, term("cataloguePage"), ox.Literal(found), "url")
        elif found:
            self.lost("bad-address", "url", found, "a path that begins with a slash")
        found = self.text(uuid)
        if _UUID.fullmatch(found):
            self.say(me, term("universalIdentifier"), ox.Literal(found), uuid)
        elif found:
            self.lost("bad-identifier", uuid, found, "32 hexadecimal digits in five parts")

    def says_body(self, subject: ox.NamedNode, predicate: ox.NamedNode, column: str) -> None:
        """State which body a field names."""
        if not (found := self.text(column)):
            return
        if found not in self.names.bodies:
            self.remark(
                "dangling-body",
                "{column}: no organization or responsible party is called {name}",
                column=column,
                name=found,
            )
            self.stub(body(found), found.upper(), "Body", label=found)
        self.say(subject, predicate, body(found), column)

    def history(self, me: ox.NamedNode) -> None:
        """State the changes of the record, in their order."""
        seen: set[tuple[str, ...]] = set()
        for number, change in enumerate(items(self.record, "status.history"), 1):
            flag, date, proposal, version = (text(change, name) for name in ("flag", "date", "rfcp", "version"))
            if (kind := self.concept("change-kind", flag, "status.history[].flag")) is None:
                continue
            event = thing("change-event", f"nisp/{self.nispid}/{number}")
            self.say(event, RDF_TYPE, term("ChangeEvent"))
            self.say(event, RDFS_LABEL, ox.Literal(" ".join(part for part in (self.nispid, flag, date) if part)))
            self.say(event, term("changeOf"), me)
            self.say(event, term("placeInList"), integer_literal(number))
            self.say(event, term("changeKind"), kind, "status.history[].flag")
            self.say_date(event, term("changedOn"), date, "status.history[].date")
            if proposal:
                self.say(event, term("changeProposal"), ox.Literal(proposal), "status.history[].rfcp")
            if version:
                self.say(event, term("catalogueVersion"), ox.Literal(version), "status.history[].version")
            self.work.count("changes of records")
            if not date:
                self.remark("change-without-date", "change {number} has no date", number=number)
            if (flag, date, proposal, version) in seen:
                self.remark("repeated-change", "change {number} is the same as one before it", number=number)
            seen.add((flag, date, proposal, version))

    def look_for_wiki(self, *columns: str) -> None:
        """Say where texts hold marks of a wiki; they are kept as they are."""
        marked = [column for column in columns if _WIKI.search(self.text(column))]
        if marked:
            self.remark("wiki-residue", "marks of a wiki stand in {columns}", columns=", ".join(marked))

    def look_for_fields(self) -> None:
        """Say which fields no term holds: their texts are kept in the note of the statement."""
        known = FIELDS[self.element]
        fields = [
            (path, value) for path, value in leaves(self.record) if path not in known and not _empty(path, value, known)
        ]
        if fields:
            shown = ", ".join(dict.fromkeys(path for path, _ in fields[:5]))
            self.work.not_loaded(
                self.place, "unknown-field", "{count} values of unknown fields: {shown}", count=len(fields), shown=shown
            )
            self.notes += (f"{path}: {value}" for path, value in fields)

    def entry(self) -> Entry:
        """All that the page states."""
        return Entry(
            key=f"{self.element}/{self.nispid}",
            place=self.place,
            about=tuple(self.about),
            facts=tuple(self.facts),
            as_of=self.work.captured,
            note="; ".join(self.notes) or None,
        )


def _empty(path: str, value: str, known: frozenset[str]) -> bool:
    """Whether this is a list or mapping that has been left empty."""
    return not value.strip() and any(name.startswith((f"{path}.", f"{path}[")) for name in known)

"""One thing from several sources: equal keys make it one, what they disagree on is kept with both sides.

Records are merged by their IRI, and hence by an explicit key, or by an owl:sameAs that a source declares; never by
guess. A triple that several sources state stands in the graph of the first. Where a property can have one value only
and sources give several, one of them prevails in the graph; the disagreement keeps each value with the statements that
claim it, and says by what the choice was made.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from stanagraph.graph.names import (
    GRAPHS,
    RDF_TYPE,
    RDFS_LABEL,
    SAME_AS,
    STATEMENTS,
    TERMS,
    THINGS,
    graph,
    key_of,
    kind_of,
    term,
    thing,
    xsd,
)

from .restated import restated

DISAGREEMENTS = graph("disagreements")
_FUNCTIONAL = ox.NamedNode("http://www.w3.org/2002/07/owl#FunctionalProperty")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_SH = "http://www.w3.org/ns/shacl#"
_COLUMNS = f"{THINGS}column/"
_TITLE = "http://purl.org/dc/terms/title"
_READ_ON = f"{TERMS}statusAsOf"
# What a document has once, whatever its class.
_DATED = (_READ_ON, f"{TERMS}promulgatedOn", f"{TERMS}publishedOn")
_RANKS = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class SingleValued:
    """Which properties can have one value only: some always, some for the members of a class."""

    always: frozenset[str]
    of_class: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, ontology: Iterable[ox.Quad], shapes: Iterable[ox.Triple]) -> SingleValued:
        """Read them from the functional properties of the ontology and from `sh:maxCount 1` in the shapes."""
        above: dict[str, set[str]] = defaultdict(set)
        always = {RDFS_LABEL.value, _TITLE, *_DATED}
        for quad in ontology:
            if quad.predicate == RDF_TYPE and quad.object == _FUNCTIONAL:
                always.add(str(getattr(quad.subject, "value", "")))
            if quad.predicate == _SUBCLASS and isinstance(quad.object, ox.NamedNode):
                above[str(getattr(quad.subject, "value", ""))].add(quad.object.value)
        store = ox.Store()
        store.bulk_extend(ox.Quad(it.subject, it.predicate, it.object) for it in shapes)
        found = store.query(
            f"PREFIX sh: <{_SH}> SELECT ?class ?path {{ ?shape sh:targetClass ?class ; sh:property ?property ."
            " ?property sh:path ?path ; sh:maxCount 1 . FILTER(isIRI(?path)) }"
        )
        of_class: dict[str, set[str]] = defaultdict(set)
        if isinstance(found, ox.QuerySolutions):
            for klass, path in found:
                of_class[klass.value].add(path.value)
        for narrow in list(above):
            for broad in _ancestors(narrow, above):
                of_class[narrow] |= of_class.get(broad, set())
        return cls(frozenset(always), {name: frozenset(paths) for name, paths in of_class.items()})

    def for_types(self, types: Iterable[str]) -> frozenset[str]:
        """The properties that a thing of these classes has once."""
        return self.always.union(*(self.of_class.get(name, frozenset()) for name in types))


def _ancestors(name: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [name]
    while pending:
        for broad in above.get(pending.pop(), ()):
            if broad not in found:
                found.add(broad)
                pending.append(broad)
    return found


@dataclass(frozen=True)
class Precedence:
    """Which source prevails: names of sources, first to last, for all properties and for single ones."""

    order: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rank(self, property_name: str, source: str) -> int:
        """The place of a source, those that are not named last."""
        names = self.fields.get(property_name, self.order)
        return names.index(source) if source in names else len(names)


@dataclass(frozen=True)
class _Claim:
    """One triple of a thing that several sources describe, and where it comes from."""

    quad: ox.Quad
    order: int  # of the source, in which they came


@dataclass
class _Told:
    """What is said of a statement, or of a column: one subject, and its values by the name of the property."""

    name: str
    graph: str
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, name: str) -> str:
        return self.values[name][0] if name in self.values else ""

    @property
    def confidence(self) -> str:
        return key_of(self.first("confidence"))

    @property
    def as_of(self) -> str:
        return self.first("asOf")


@dataclass
class Reconciler:
    """Takes the quads of all sources in turn, holds back those of shared things, and settles these at the end."""

    shared: frozenset[str]
    single: SingleValued
    precedence: Precedence
    same: Mapping[str, str] = field(default_factory=dict)
    # Whether what a source says may stand, once its things have the names of those that it declares the same.
    admits: Callable[[ox.Quad], bool] = lambda quad: True
    merged: int = 0  # triples that several sources state
    disagreements: int = 0
    not_admitted: int = 0

    def __post_init__(self) -> None:
        self._held: dict[str, list[_Claim]] = defaultdict(list)
        self._told: dict[str, list[_Told]] = defaultdict(list)
        # For each property the sheets that have a column for it, as source, table and sheet (empty: any).
        self._columns: dict[str, set[tuple[str, str, str]]] = defaultdict(set)

    def sift(self, quads: Iterable[ox.Quad], order: int) -> Iterator[ox.Quad]:
        """The quads of one source without those that have to wait for the other sources."""
        current: _Told | None = None
        for given in quads:
            quad = self._renamed(given)
            if quad is not given and not self.admits(quad):
                self.not_admitted += 1
                continue
            name = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            if name in self.shared:
                self._held[name].append(_Claim(quad, order))
                continue
            if name.startswith((STATEMENTS, _COLUMNS)):
                if current is None or current.name != name:
                    self._learn(current)
                    current = _Told(name, str(getattr(quad.graph_name, "value", "")))
                value = str(getattr(quad.object, "value", ""))
                current.values[quad.predicate.value.removeprefix(TERMS)].append(value)
            yield quad
        self._learn(current)

    def settle(self) -> Iterator[ox.Quad]:
        """The quads of shared things: each triple once, one value where there can be one, and the disagreements."""
        for name in sorted(self._held):
            claims = sorted(self._held[name], key=lambda claim: (claim.order, str(claim.quad)))
            types = {str(getattr(it.quad.object, "value", "")) for it in claims if it.quad.predicate == RDF_TYPE}
            once = self.single.for_types(types)
            by_field: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
            for claim in claims:
                value = claim.quad.object
                language = value.language or "" if isinstance(value, ox.Literal) else ""
                by_field[claim.quad.predicate.value, language].append(claim)
            _join_texts(by_field, name)
            for (path, language), stated in sorted(by_field.items()):
                if path in once and not _has_several(stated):
                    yield from self._one(name, path, language, stated)
                else:
                    yield from self._each_once(stated)

    def _each_once(self, claims: Sequence[_Claim]) -> Iterator[ox.Quad]:
        stated: dict[ox.Triple, list[_Claim]] = defaultdict(list)
        for claim in claims:
            stated[claim.quad.triple].append(claim)
        for same in stated.values():
            self.merged += len(same) - 1
            yield from _kept(same[0], same)

    def _one(self, name: str, path: str, language: str, claims: Sequence[_Claim]) -> Iterator[ox.Quad]:
        values: dict[str, list[_Claim]] = defaultdict(list)
        for claim in claims:
            values[_plain(claim.quad.object)].append(claim)
        values = _without_coarser(values)
        self.merged += sum(len(stated) for stated in values.values()) - len(values)
        if len(values) == 1:
            (stated,) = values.values()
            yield from _kept(_best_written(stated), stated)
            return
        if path == _READ_ON:
            # When it was read last is no matter of opinion.
            yield values[max(values, key=lambda value: value.ljust(10, "~"))][0].quad
            self.merged += len(values) - 1
            return
        prevails, basis = self._decide(name, path, values)
        yield from _kept(_best_written(values[prevails]), values[prevails])
        self.disagreements += 1
        yield from self._disagreement(name, path, language, values, prevails, basis)

    def _decide(self, name: str, path: str, values: Mapping[str, list[_Claim]]) -> tuple[str, str]:
        """The value that prevails, and by what: configured precedence, confidence, date, or the order of sources."""
        field_name = path.rpartition("/")[2].rpartition("#")[2]
        remaining = set(values)
        measures = (
            ("configured", lambda claim: self.precedence.rank(field_name, _source_of(claim))),
            (
                "confidence",
                lambda claim: min((_RANKS.get(it.confidence, 3) for it in self._of(name, claim)), default=3),
            ),
            ("date", lambda claim: _later(max((it.as_of for it in self._of(name, claim)), default=""))),
        )
        for basis, measure in measures:
            ranked = {value: min(measure(claim) for claim in values[value]) for value in remaining}
            best = min(ranked.values())
            remaining = {value for value in remaining if ranked[value] == best}
            if len(remaining) == 1:
                return remaining.pop(), basis
        first = min(remaining, key=lambda value: (min(claim.order for claim in values[value]), value))
        return first, "order"

    def _of(self, name: str, claim: _Claim) -> list[_Told]:
        """The statements about the thing in the graph of the claim: those whose sheet has a column for it, if any."""
        where = getattr(claim.quad.graph_name, "value", "")
        here = [it for it in self._told.get(name, ()) if it.graph == where]
        sheets = self._columns.get(claim.quad.predicate.value, set())
        exact = [
            it
            for it in here
            if any(
                source == it.first("statedInSource")
                and table in ("", it.first("statedInTable"))
                and sheet == it.first("statedInSheet")
                for source, table, sheet in sheets
            )
        ]
        return exact or here

    def _disagreement(
        self, name: str, path: str, language: str, values: Mapping[str, list[_Claim]], prevails: str, basis: str
    ) -> Iterator[ox.Quad]:
        field_name = path.rpartition("/")[2].rpartition("#")[2]
        key = "/".join(part for part in (kind_of(name), key_of(name), field_name, language) if part)
        me = thing("disagreement", key)
        said: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
            (me, RDF_TYPE, term("Disagreement")),
            (me, RDFS_LABEL, ox.Literal(key)),
            (me, term("disagreementAbout"), ox.NamedNode(name)),
            (me, term("disagreementOn"), ox.NamedNode(path)),
            (me, term("decidedBy"), thing("precedence-basis", basis)),
        ]
        for number, (value, claims) in enumerate(sorted(values.items()), 1):
            claim = thing("claim", f"{key}/{number}")
            shown = _best_written(claims).quad.object
            assert isinstance(shown, ox.NamedNode | ox.Literal)
            said += [
                (me, term("hasClaim"), claim),
                (claim, RDF_TYPE, term("Claim")),
                (claim, RDFS_LABEL, ox.Literal(f"{key}, {number}")),
                (claim, term("claimedValue"), shown),
                (claim, term("prevails"), ox.Literal(str(value == prevails).lower(), datatype=xsd("boolean"))),
            ]
            told = {it.name for one in claims for it in self._of(name, one)}
            said += [(claim, term("claimedIn"), ox.NamedNode(statement)) for statement in sorted(told)]
        for subject, predicate, value_ in said:
            yield ox.Quad(subject, predicate, value_, DISAGREEMENTS)

    def _learn(self, told: _Told | None) -> None:
        """Remember a statement about shared things, and which property a column states."""
        if told is None:
            return
        for subject in self.shared.intersection(told.values.get("about", ())):
            self._told[subject].append(told)
        for stated in told.values.get("statesProperty", ()):
            place = (told.first("columnOf"), told.first("statedInTable"), told.first("statedInSheet"))
            self._columns[stated].add(place)

    def _renamed(self, quad: ox.Quad) -> ox.Quad:
        if not self.same or quad.predicate == SAME_AS:
            return quad
        subject, value = self._alias(quad.subject), self._alias(quad.object)
        if subject is None and value is None:
            return quad
        return ox.Quad(subject or quad.subject, quad.predicate, value or quad.object, quad.graph_name)

    def _alias(self, node: object) -> ox.NamedNode | None:
        """The name that stands for a thing, where it is another one."""
        known = self.same.get(node.value) if isinstance(node, ox.NamedNode) else None
        return ox.NamedNode(known) if known else None


def _kept(kept: _Claim, claims: Iterable[_Claim]) -> Iterator[ox.Quad]:
    """A claim, and that the other graphs state it too whose claims say the same, be it in other letters."""
    yield kept.quad
    here = kept.quad.graph_name
    others = {it.quad.graph_name for it in claims if _plain(it.quad.object) == _plain(kept.quad.object)} - {here}
    for where in sorted(others, key=str):
        yield from restated(kept.quad, where)


def _source_of(claim: _Claim) -> str:
    return str(getattr(claim.quad.graph_name, "value", "")).removeprefix(GRAPHS)


def _later(date: str) -> tuple[int, ...]:
    """A measure that is smaller the later a date is; no date is the earliest."""
    return tuple(-ord(character) for character in date.ljust(10, "~" if date else " "))


def _plain(value: object) -> str:
    """What two values have in common that differ only in case, blanks or the form of a number."""
    if not isinstance(value, ox.Literal):
        return str(value)
    if value.datatype == xsd("string") or value.language:
        return " ".join(value.value.casefold().split())
    return value.value


def _has_several(claims: Sequence[_Claim]) -> bool:
    """Whether one source alone gives several values: then the thing has several, and sources do not disagree."""
    values: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        values[_source_of(claim)].add(_plain(claim.quad.object))
    return any(len(stated) > 1 for stated in values.values())


def _join_texts(by_field: dict[tuple[str, str], list[_Claim]], name: str) -> None:
    """Compare a title that names no language with the English one; drop labels that were made from the key.

    Catalogues that name no language are written in English. A label made from the key stands in for a title, and gives
    way to one.
    """
    if (_TITLE, "") in by_field and (_TITLE, "en") in by_field:
        by_field[_TITLE, "en"] += by_field.pop((_TITLE, ""))
    made = {key_of(name), " ".join(key_of(name).split("/"))}
    plain = by_field.get((RDFS_LABEL.value, ""), [])
    titles = [claim for claim in plain if getattr(claim.quad.object, "value", "") not in made]
    if titles:
        by_field[RDFS_LABEL.value, ""] = titles
    elif plain and any(path == RDFS_LABEL.value and language for path, language in by_field):
        del by_field[RDFS_LABEL.value, ""]


def _without_coarser(values: dict[str, list[_Claim]]) -> dict[str, list[_Claim]]:
    """Dates that only say less: 2021 beside 2021-07 is no other date."""

    def is_date(claims: list[_Claim]) -> bool:
        value = claims[0].quad.object
        return isinstance(value, ox.Literal) and value.datatype in (xsd("gYear"), xsd("gYearMonth"), xsd("date"))

    kept: dict[str, list[_Claim]] = {}
    for value in sorted(values, key=len, reverse=True):
        claims = values[value]
        finer = [it for it in kept if is_date(claims) and it.startswith(value + "-")]
        if len(finer) == 1:
            kept[finer[0]] = [*kept[finer[0]], *claims]
        else:
            kept[value] = claims
    return kept


def _best_written(claims: Sequence[_Claim]) -> _Claim:
    """Of equal values that one which says most: a date to the day, a title that is not all in capitals."""

    def quality(claim: _Claim) -> tuple[bool, int, int]:
        text = str(getattr(claim.quad.object, "value", ""))
        return (text.isupper() and " " in text, -len(text), claim.order)

    return min(claims, key=quality)


def never_one(same: Mapping[str, str], concepts: Container[str]) -> tuple[str, str] | None:
    """Two things that are declared to be one, at once or through others, and cannot be; None where there are none.

    What the ontology defines, as nations are, is told apart there; and no thing is of two kinds.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for name, stands in same.items():
        members[stands].append(name)
    for stands in sorted(members):
        ours = sorted(it for it in (stands, *members[stands]) if kind_of(it))
        for one, other in itertools.combinations(ours, 2):
            if kind_of(one) != kind_of(other) or (one in concepts and other in concepts):
                return one, other
    return None


def same_things(pairs: Iterable[tuple[str, str]], first: Iterable[str] = ()) -> dict[str, str]:
    """For each IRI that is declared the same as another, the one that stands for both.

    An IRI of `first` (what the tables name) stands before other IRIs of Stanagraph, these before all others; among
    equals the first by name.
    """
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    preferred = set(first)

    def order(name: str) -> tuple[bool, bool, str]:
        return (name not in preferred, not name.startswith(THINGS), name)

    for one, other in pairs:
        a, b = sorted((root(one), root(other)), key=order)
        above[b] = a
    return {name: root(name) for name in above if root(name) != name}

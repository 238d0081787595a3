"""Why an ontology contradicts itself: the fewest axioms and assertions that cannot all hold, and where they stand.

Black box: HermiT judges beginnings of a list of axioms, ordered by how near they stand to what is suspected. The
axiom that ends the shortest contradictory beginning belongs to the contradiction; it is put in front, what stands
behind it is dropped, and so on until those in front contradict each other alone. None of them can then be spared.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from .. import hermit
from ..errors import OntologyInconsistent
from ..reasoning import Classification, classify_each, is_reasoned_over
from .axioms import Axiom, Named, names_in
from .files import File, labels_in, triples_of
from .reader import Reader

# So many documents go to one run of Java: to start it takes as long as to judge some forty small ones.
_AT_ONCE = 40
_MANY = 3
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SOMETHING = ox.BlankNode("something")


@dataclass(frozen=True)
class Reason:
    """One axiom or assertion of a contradiction, and the file that it stands in."""

    axiom: Axiom
    file: str

    def __str__(self) -> str:
        return f"{self.axiom} [{self.file}]"


@dataclass(frozen=True)
class Contradiction:
    """What cannot all hold. `empty` is the class that can have no members, None where the whole is contradictory.

    Without `reasons` HermiT finds a contradiction that lies outside the axioms that can be told apart. `labels` has
    the labels of the names in it, by language.
    """

    empty: str | None
    reasons: tuple[Reason, ...]
    seconds: float = 0.0
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __str__(self) -> str:
        head = f"{self.empty} can have no members" if self.empty else "the ontology contradicts itself"
        return "\n  ".join([f"{head}:", *map(str, self.reasons)]) if self.reasons else head


def contradictions(files: Sequence[File], found: Classification, suspects: Iterable[File] = ()) -> list[Contradiction]:
    """Why these files are not sound, given what the reasoner found; nothing if they are.

    What the `suspects` speak of is looked at first. Of many empty classes the first few are explained.
    """
    if found.sound:
        return []
    axioms = _with_files(files)
    if found.consistent:
        why = [_why(axioms, {ox.NamedNode(name)}, name) for name in found.unsatisfiable[:_MANY]]
    else:
        seeds = {triple.subject for file in suspects for triple in file.triples}
        why = [_why(axioms, seeds or {name for axiom in axioms if axiom.is_fact for name in axiom.names}, None)]
    labels = labels_in(triples_of(files))
    return [replace(it, labels={name: labels[name] for name in _names(it) if name in labels}) for it in why]


def _names(contradiction: Contradiction) -> set[str]:
    named = {name.value for reason in contradiction.reasons for name in reason.axiom.names}
    return named | ({contradiction.empty} if contradiction.empty else set())


def prove(files: Sequence[File]) -> None:
    """Raise OntologyInconsistent, with the reasons, unless these files are sound."""
    found = classify_each([triples_of(files)])[0]
    if not found.sound:
        why = contradictions(files, found)
        raise OntologyInconsistent("\n".join(map(str, why)), why)


def _with_files(files: Sequence[File]) -> dict[Axiom, str]:
    """The axioms that HermiT is given, each with the first file that states it."""
    reader = Reader(triples_of(files))
    found: dict[Axiom, str] = {}
    for file in files:
        for axiom in reader.axioms(file.triples):
            if all(is_reasoned_over(triple) for triple in axiom.triples):
                found.setdefault(axiom, file.name)
    return found


def _why(axioms: dict[Axiom, str], seeds: Iterable[object], empty: str | None) -> Contradiction:
    began = time.perf_counter()
    declared: dict[Named, list[Axiom]] = {}
    for axiom in axioms:
        if axiom.is_declaration:
            for name in axiom.names:
                declared.setdefault(name, []).append(axiom)
    given: list[Axiom] = []
    if empty is not None:
        kind = ox.NamedNode(empty)
        given = [Axiom("ClassAssertion", (kind, _SOMETHING), (ox.Triple(_SOMETHING, _TYPE, kind),))]
    rest = by_nearness([axiom for axiom in axioms if not axiom.is_declaration], seeds)
    needed = smallest(rest, given, declared)
    reasons = [Reason(axiom, axioms[axiom]) for axiom in needed]
    reasons.sort(key=lambda reason: not reason.axiom.is_fact)
    return Contradiction(empty, tuple(reasons), time.perf_counter() - began)


def by_nearness(axioms: Sequence[Axiom], seeds: Iterable[object]) -> list[Axiom]:
    """The axioms by how many steps they lie from the seeds; those that cannot be reached stand last."""
    known = set(seeds)
    ordered: list[Axiom] = []
    waiting = list(axioms)
    while waiting:
        near = [axiom for axiom in waiting if _touches(axiom, known)]
        if not near:
            break
        ordered += near
        known |= {name for axiom in near for name in axiom.names}
        taken = set(near)
        waiting = [axiom for axiom in waiting if axiom not in taken]
    return ordered + waiting


def _touches(axiom: Axiom, known: set[object]) -> bool:
    """Whether an axiom can say anything of what is known: an axiom about a class or property needs that one."""
    parts = axiom.parts
    if axiom.kind.startswith(("Disjoint", "Different")) and axiom.kind != "DisjointUnion":
        return all(name in known for name in axiom.names)
    if axiom.kind.endswith("PropertyAssertion"):
        return any(part in known for part in parts[1:])
    if axiom.kind == "ClassAssertion":
        return parts[1] in known
    if axiom.kind.endswith(("Domain", "Range", "Property")) or axiom.kind.startswith("Sub") or axiom.kind == "HasKey":
        first = list(names_in(parts[0]))
        return all(name in known for name in first) if "Chain" in str(parts[0]) else any(n in known for n in first)
    return any(name in known for name in axiom.names)


def smallest(
    candidates: Sequence[Axiom], given: Sequence[Axiom] = (), declared: dict[Named, list[Axiom]] | None = None
) -> list[Axiom]:
    """The fewest of the candidates that contradict each other and what is given; none if all of them agree."""
    declared = declared if declared is not None else {}
    needed: list[Axiom] = []
    rest = list(candidates)
    if (length := _shortest(rest, given, declared)) is None:
        return []
    while length:
        needed.append(rest[length - 1])
        fixed = [*given, *needed]
        rest = by_nearness(rest[: length - 1], {name for axiom in fixed for name in axiom.names})
        length = _shortest(rest, fixed, declared)
        if length is None:
            raise RuntimeError("the reasoner does not judge the same axioms the same way twice")
    return needed


def _shortest(rest: Sequence[Axiom], fixed: Sequence[Axiom], declared: dict[Named, list[Axiom]]) -> int | None:
    """The length of the shortest beginning that contradicts what is fixed, or None if the whole does not."""
    sound, broken = -1, len(rest) + 1
    while broken - sound > 1:
        lengths = _between(sound, broken, len(rest))
        consistent = hermit.consistent([_written([*fixed, *rest[:length]], declared) for length in lengths])
        if consistent:
            sound = lengths[consistent - 1]
        if consistent < len(lengths):
            broken = lengths[consistent]
        elif broken > len(rest):
            return None
    return broken


def _between(sound: int, broken: int, whole: int) -> list[int]:
    """A few lengths between one that agrees and one that does not; at first, more of the short ones."""
    if broken > whole > _AT_ONCE:
        lengths = {whole, *(2**power for power in range(2, whole.bit_length()))}
    elif broken - sound <= _AT_ONCE:
        lengths = set(range(sound + 1, broken))
    else:
        lengths = {sound + (broken - sound) * step // 16 for step in range(1, 16)}
    return sorted(length for length in lengths if sound < length < broken)


def _written(axioms: Sequence[Axiom], declared: dict[Named, list[Axiom]]) -> bytes:
    names = {name for axiom in axioms for name in axiom.names}
    told = [*(it for name in names for it in declared.get(name, ())), *axioms]
    triples = dict.fromkeys(triple for axiom in told for triple in axiom.triples)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""

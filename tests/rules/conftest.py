"""A graph of one pair, judged by the rules of the release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.names import DERIVED_GRAPH
from stanagraph.graph.reasoning import ontology_files
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore

PREFIXES = """
@prefix : <https://w3id.org/stanagraph/ns/> .
@prefix a: <https://w3id.org/stanagraph/id/acceptance/> .
@prefix assembly: <https://w3id.org/stanagraph/id/round-assembly/> .
@prefix bore: <https://w3id.org/stanagraph/id/bore-kind/> .
@prefix component: <https://w3id.org/stanagraph/id/component/> .
@prefix condition: <https://w3id.org/stanagraph/id/acceptance-condition/> .
@prefix e: <https://w3id.org/stanagraph/id/equipment/> .
@prefix f: <https://w3id.org/stanagraph/id/finding/> .
@prefix i: <https://w3id.org/stanagraph/id/interface/> .
@prefix m: <https://w3id.org/stanagraph/id/munition/> .
@prefix mk: <https://w3id.org/stanagraph/id/munition-kind/> .
@prefix reason: <https://w3id.org/stanagraph/id/reason-code/> .
@prefix value: <https://w3id.org/stanagraph/id/verdict-value/> .
"""


def judged_graph(case: dict[str, Any]) -> EmbeddedStore:
    """The facts of one case, after all rules that judge pairs."""
    needed = "offered" if case.get("same") else "needed"
    offered_kind, needed_kind = case.get("weapons", ["howitzer", "howitzer"])
    turtle = f"""{PREFIXES}
        e:gun a :EquipmentType . {"" if case.get("unstated") else "e:gun :offersInterface i:offered ."}
        m:round a :MunitionType ; :needsInterface i:{needed} .
        i:offered a :InterfaceType ; :weaponKind <https://w3id.org/stanagraph/id/weapon-kind/{offered_kind}> .
        i:{needed} a :InterfaceType ; :weaponKind <https://w3id.org/stanagraph/id/weapon-kind/{needed_kind}> .
        i:offered :inMunitionClass <https://w3id.org/stanagraph/id/munition-class/155mm> .
        i:{needed} :inMunitionClass <https://w3id.org/stanagraph/id/munition-class/155mm> .
        # What the closure infers of both.
        e:gun :inMunitionClass <https://w3id.org/stanagraph/id/munition-class/155mm> .
        m:round :inMunitionClass <https://w3id.org/stanagraph/id/munition-class/155mm> .
        {case.get("given", "").replace("i:needed", f"i:{needed}")}
    """
    if ":munitionKind" not in turtle:
        turtle += "m:round :munitionKind mk:projectile-HE ."
    for number, (subject, kind, value) in enumerate(case.get("capabilities", ())):
        turtle += (
            f"<https://w3id.org/stanagraph/id/capability/{number}> a :Capability ;"
            f" :capabilityOf <https://w3id.org/stanagraph/id/{subject}> ;"
            f" :capabilityKind <https://w3id.org/stanagraph/id/capability-kind/{kind}> ;"
            f" :capabilityValue <https://w3id.org/stanagraph/id/{value}> .\n"
        )
    for number, (subject, parameter, amount) in enumerate(case.get("parameters", ())):
        turtle += (
            f"<https://w3id.org/stanagraph/id/parameter-value/{number}> a :ParameterValue ;"
            f" :parameterOf <https://w3id.org/stanagraph/id/{subject}> ; :lowNumber {amount} ; :highNumber {amount} ;"
            f" :aboutParameter <https://w3id.org/stanagraph/id/parameter/{parameter}> .\n"
        )
    store = EmbeddedStore()
    for file in ontology_files(folder("ontology")):
        store.load(ox.parse(path=file))
    store.load(ox.parse(turtle, ox.RdfFormat.TURTLE))
    for path in sorted((folder("queries") / "derive").glob("*.rq")):
        if path.name < case.get("before", "50"):
            triples = list(store.construct(path.read_text(encoding="utf-8")))
            store.load(ox.Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in triples)
    return store


@pytest.fixture
def judge() -> Callable[[dict[str, Any]], EmbeddedStore]:
    """Make the graph of a case (see criteria.yaml) and judge its pair."""
    return judged_graph

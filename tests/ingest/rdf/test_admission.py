"""A stranger states facts. Verdicts, provenance and meaning cannot be forged, by whatever way round."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from stanagraph.graph.names import BASE, ONTOLOGY_GRAPH, RDF_TYPE, RDFS_LABEL, skos
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.reasoning import close
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.sources.admission import DERIVED_CLASSES, PROVENANCE_CLASSES, admission

PREFIXES = f"""
@prefix : <{BASE}ns/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <{skos("").value}> .
@base <{BASE}id/> .
"""
# One attack a line: what a source might say, and the reason why it is not loaded.
ATTACKS = [
    # verdicts and what else is derived
    ("<verdict/a~b> :combinedVerdict <verdict-value/compatible> .", "derived"),
    ("<verdict/a~b> rdfs:label 'safe' .", "derived"),
    ("<http://evil/v> a :Verdict ; rdfs:label 'safe' .", "derived"),
    ("<http://evil/v> :derivedVerdict <verdict-value/compatible> .", "derived"),
    ("[] :fits <answer/yes> .", "derived"),
    ("<http://evil/v> :hasAssessment <http://evil/a> .", "derived"),
    ("<gap/x> :gapCause <gap-cause/policy> .", "derived"),
    ("<http://evil/x> :closesGap <gap/x> .", "derived"),
    ("<matrix-cell/x> :upperBound 1.0 .", "derived"),
    ("<nation/FRA> :operates <equipment/x> .", "derived"),
    ("<nation/FRA> :stocks <munition/x> .", "derived"),
    ("<interface/a> :acceptsMunitionOf <interface/b> .", "derived"),
    ("<munition/a> :component <component/fuze> .", "derived"),
    ("<disagreement/x> rdfs:label 'none' .", "derived"),
    ("<http://evil/d> a :Disagreement .", "derived"),
    ("<merge-candidate/x> rdfs:label 'same' .", "derived"),
    ("<http://evil/x> owl:sameAs <verdict/a~b> .", "derived"),
    ("<http://evil/x> skos:exactMatch <gap/x> .", "derived"),
    # provenance
    ("<statement/equipment/pzh-2000> :confidence <confidence/high> .", "provenance"),
    ("<statement/allies/x> :about <equipment/x> .", "provenance"),
    ("<http://evil/s> a :Statement .", "provenance"),
    ("<http://evil/s> :about <equipment/x> .", "provenance"),
    ("<http://evil/s> :statedInTable 'equipment.csv' ; :statedInRow 2 .", "provenance"),
    ("<equipment/x> :confidence <confidence/high> .", "provenance"),
    ("<equipment/x> prov:hadPrimarySource <source/nato> .", "provenance"),
    ("<source/nato> rdfs:label 'NATO' .", "provenance"),
    ("<http://evil/s> a :Source .", "provenance"),
    ("<http://evil/s> :sourceKind <source-kind/official> .", "provenance"),
    ("<http://evil/s> :hasLabel <http://evil/label> .", "provenance"),
    ("<http://evil/label> :classification 'UNCLASSIFIED' .", "provenance"),
    ("<http://evil/r> :madeFrom <http://evil/s> .", "provenance"),
    ("<column/x/y> rdfs:label 'C' .", "provenance"),
    ("<http://evil/x> owl:sameAs <source/nato> .", "provenance"),
    ("<http://evil/gap> :restsOn <http://evil/s> .", "provenance"),
    # meaning
    (":fits rdfs:domain <http://evil/C> .", "ontology-term"),
    (":Verdict rdfs:label 'opinion' .", "ontology-term"),
    ("<verdict-value/incompatible> skos:prefLabel 'compatible'@en .", "ontology-term"),
    ("<document-status/cancelled> rdfs:label 'current' .", "ontology-term"),
    ("<document-status/mine> a skos:Concept .", "ontology-term"),
    ("<scheme/answer> skos:hasTopConcept <http://evil/maybe> .", "ontology-term"),
    ("<http://evil/maybe> skos:inScheme <scheme/answer> .", "ontology-term"),
    ("<http://evil/maybe> skos:broader <munition-class/155mm> .", "ontology-term"),
    ("<http://evil/x> owl:sameAs <answer/yes> .", "ontology-term"),
    ("<http://evil/x> skos:exactMatch :Verdict .", "ontology-term"),
    ("<nation/FRA> skos:prefLabel 'Atlantis'@en .", "ontology-term"),
    ("<nation/FRA> rdfs:label 'Atlantis' .", "ontology-term"),
    ("<nation/FRA> :isoCode 'ATL' .", "ontology-term"),
    ("<../ontology/findings> owl:imports <http://evil/> .", "ontology-term"),
    ("<../shapes/VerdictShape> sh:deactivated true .", "ontology-term"),
    ("<../graph/derived> rdfs:label 'x' .", "ontology-term"),
    ("prov:Entity rdfs:label 'x' .", "ontology-term"),
    # rules
    ("<http://evil/C> rdfs:subClassOf :Verdict .", "schema"),
    ("<http://evil/p> rdfs:subPropertyOf :fits .", "schema"),
    ("<http://evil/p> rdfs:domain :Verdict .", "schema"),
    ("<http://evil/p> owl:inverseOf :hasAssessment .", "schema"),
    ("<http://evil/C> owl:equivalentClass :Verdict .", "schema"),
    ("<http://evil/p> a owl:TransitiveProperty .", "schema"),
    ("<http://evil/C> a rdfs:Class .", "schema"),
    ("<http://evil/S> sh:targetClass :Nation .", "schema"),
    ("<http://evil/o> owl:imports <http://evil/> .", "schema"),
    # what would stop a whole release
    ("<equipment/x> a :Natoin .", "unknown-term"),
    ("<equipment/x> :calibr 155 .", "unknown-term"),
    ("<equipment/x> :equipmentRole <equipment-role/toaster> .", "unknown-concept"),
    ("<equipment/x> :originNation <nation/ZZZ> .", "unknown-concept"),
    ("<interface/x> a :GovernedInterface .", "reasoned-class"),
    ("<agreement-edition/X/1> a :EditionInForce .", "reasoned-class"),
]
FREE = [
    "<equipment/x> a :EquipmentType ; rdfs:label 'x' ; :equipmentRole <equipment-role/mbt> .",
    "<equipment/x> :originNation <nation/FRA> .",
    "<nation/FRA> a :Nation ; :allianceGroup <alliance-group/ally> ; skos:exactMatch <http://example.org/France> .",
    "<http://example.org/France> owl:sameAs <nation/FRA> .",
    "<equipment/x> owl:differentFrom <equipment/y> .",
    "<http://example.org/x> skos:exactMatch <http://example.org/y> ; rdfs:comment 'x' ; rdfs:seeAlso <http://a/> .",
    "<http://example.org/x> a <http://example.org/Tank>, skos:Concept ; skos:broader <http://example.org/y> .",
    "<finding/x> a :CompatibilityFinding ; :equipment <equipment/x> ; :munition <munition/y> ;"
    " :documentedVerdict <verdict-value/compatible> ; :reasonCode <reason-code/calibre> .",
    "<stage/x> a :LifeCycleStage ; :stageOf <agreement/X> ; :stage <life-cycle-stage/study> .",
    "<http://example.org/x> rdf:value 1 ; rdf:_1 'a' .",
]  # fmt: skip


@pytest.mark.parametrize(("said", "code"), ATTACKS)
def test_it_is_not_loaded_and_told(said: str, code: str, reads: Any) -> None:
    result = reads("x.ttl", f"{PREFIXES}{said}\n<http://example.org/ok> <http://example.org/p> 'ok' .")
    assert {subject for subject, _, _ in result.facts} == {"http://example.org/ok"}
    assert result.codes == {code}
    counts = result.work.account.counts
    assert counts["statements"] == counts["statements loaded"] + counts["statements not loaded"]


@pytest.mark.parametrize("said", FREE)
def test_it_is_loaded_whole(said: str, reads: Any) -> None:
    result = reads("x.ttl", PREFIXES + said)
    assert result.codes == set()
    assert result.work.account.counts["statements loaded"] == result.work.account.counts["statements"] > 0


def test_all_attacks_together_add_nothing_protected_to_a_closed_graph(reads: Any, tmp_path: Any) -> None:
    """The proof by the outcome: ontology and facts are closed, and no stranger's thing is a verdict or a source."""
    reads("x.ttl", PREFIXES + "\n".join(said for said, _ in ATTACKS) + "\n".join(FREE))
    store = EmbeddedStore()
    store.load(ox.parse(path=tmp_path / "out" / "facts.nq"))
    ontology = triples_of(Ontology.read(folder("ontology")).core)
    store.load(ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY_GRAPH) for t in ontology)
    close(store, [path.read_text(encoding="utf-8") for path in sorted((folder("queries") / "closure").glob("*.rq"))])
    names = " ".join(f"<{BASE}ns/{name}>" for name in (*DERIVED_CLASSES, *PROVENANCE_CLASSES))
    rows = store.select(f"SELECT ?thing ?class {{ VALUES ?class {{ {names} }} ?thing a ?class }} ORDER BY ?thing").rows
    # What the driver itself writes: the source, its statements and its columns.
    own = tuple(f"<{BASE}id/{kind}" for kind in ("statement/allies/", "column/allies/", "source/allies>"))
    assert {str(thing) for thing, _ in rows if not str(thing).startswith(own)} == set()


def test_what_rules_derive_may_not_be_stated() -> None:
    """Whatever the heads of `queries/derive/` say is refused, but for what people state as well."""
    heads = set()
    for path in sorted((folder("queries") / "derive").glob("*.rq")):
        heads |= {str(predicate) for _, predicate, _ in prepareQuery(path.read_text(encoding="utf-8")).algebra.template}
    rules = admission()
    free = {name.removeprefix(f"{BASE}ns/") for name in heads - rules.derived - rules.provenance}
    assert free == {
        *(RDF_TYPE.value, RDFS_LABEL.value, "byNation", "documentedVerdict", "equipment", "hasStage", "munition"),
        *("reasonCode", "stage", "stageOf", "validFrom"),
    }


def test_what_is_protected_exists() -> None:
    # The list names classes by hand: one that is mistyped would protect nothing.
    declared = admission().declared
    assert {f"{BASE}ns/{name}" for name in (*DERIVED_CLASSES, *PROVENANCE_CLASSES)} <= declared

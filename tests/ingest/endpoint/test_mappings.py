"""The mappings that come with the software, and the one for Wikidata on a small world in Wikidata's shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import thing
from stanagraph.graph.ontology.files import Ontology, triples_of
from stanagraph.graph.resources import folder
from stanagraph.ingest.record import record
from stanagraph.ingest.sources import Limits, Work
from stanagraph.ingest.sources.endpoint import HarvestReader, harvest
from stanagraph.ingest.sources.mappings import ON_PAGE, Mapping
from stanagraph.ingest.validate import validate

READY = sorted(path.stem for path in (folder("queries") / "harvest").glob("*.rq"))
NS, THINGS = "https://w3id.org/stanagraph/ns/", "https://w3id.org/stanagraph/id/"

# Written in the shape in which Wikidata answers: truthy statements (wdt:), full ones with rank, qualifiers and values
# with a unit. All items from Q9001 on are invented.
WORLD = """
@prefix p: <http://www.wikidata.org/prop/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix v: <http://www.wikidata.org/value/> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

wd:P9100 a wikibase:Property ; rdfs:label "caliber"@en ; wikibase:claim p:P9100 ; wikibase:statementValue psv:P9100 .
wd:P9101 a wikibase:Property ; rdfs:label "length"@en ; wikibase:claim p:P9101 ; wikibase:statementValue psv:P9101 .
wd:Q9500 wdt:P279 wd:Q920182 .

# A tank in millimetres, of an army, of a country, and of one that gave it up.
wd:Q9001 rdfs:label "Testpanzer 1"@en , "Char d’essai 1"@fr , "Testpanzer 1"@de ; wdt:P31 wd:Q9500 ; wdt:P495 wd:Q183 ;
  p:P9100 s:Q9001-A ; p:P9101 s:Q9001-L ; p:P137 s:Q9001-B , s:Q9001-C , s:Q9001-D , s:Q9001-E , s:Q9001-F .
s:Q9001-A wikibase:rank wikibase:NormalRank ; psv:P9100 v:a .
v:a wikibase:quantityAmount "+120"^^xsd:decimal ; wikibase:quantityUnit wd:Q174789 .
s:Q9001-L wikibase:rank wikibase:NormalRank ; psv:P9101 v:l .
v:l wikibase:quantityAmount "+7000"^^xsd:decimal ; wikibase:quantityUnit wd:Q174789 .
s:Q9001-B wikibase:rank wikibase:NormalRank ; ps:P137 wd:Q9301 .
s:Q9001-C wikibase:rank wikibase:PreferredRank ; ps:P137 wd:Q45 .
s:Q9001-D wikibase:rank wikibase:NormalRank ; ps:P137 wd:Q142 ; pq:P582 "2010-01-01T00:00:00Z"^^xsd:dateTime .
s:Q9001-E wikibase:rank wikibase:DeprecatedRank ; ps:P137 wd:Q38 .
s:Q9001-F wikibase:rank wikibase:NormalRank ; ps:P137 wd:Q9302 .
wd:Q9301 rdfs:label "German Army"@en ; wdt:P17 wd:Q183 .
wd:Q9302 rdfs:label "Army of Norway"@en .

# A rifle model in centimetres, with a deprecated calibre and one in a unit that is not known here.
wd:Q9002 rdfs:label "Test Rifle 2"@en ; wdt:P31 wd:Q22704163 ; wdt:P279 wd:Q177456 ;
  p:P9100 s:Q9002-A , s:Q9002-B , s:Q9002-C .
s:Q9002-A wikibase:rank wikibase:NormalRank ; psv:P9100 v:b .
v:b wikibase:quantityAmount "+0.556"^^xsd:decimal ; wikibase:quantityUnit wd:Q174728 .
s:Q9002-B wikibase:rank wikibase:DeprecatedRank ; psv:P9100 v:c .
v:c wikibase:quantityAmount "+9"^^xsd:decimal ; wikibase:quantityUnit wd:Q174789 .
s:Q9002-C wikibase:rank wikibase:NormalRank ; psv:P9100 v:d .
v:d wikibase:quantityAmount "+3"^^xsd:decimal ; wikibase:quantityUnit wd:Q9999 .
wd:Q177456 wdt:P279 wd:Q124072 .

# An item with two roles, one without an English name, a class that is no model, and something else altogether.
wd:Q9003 rdfs:label "Both"@en ; wdt:P31 wd:Q12800 , wd:Q184613 .
wd:Q9004 rdfs:label "Ohne"@de ; wdt:P31 wd:Q12800 .
wd:Q9005 rdfs:label "kind of rifle"@en ; wdt:P279 wd:Q124072 .
wd:Q9006 rdfs:label "A cat"@en ; wdt:P31 wd:Q146 .
# A weapon of a nation that this vocabulary does not have.
wd:Q9007 rdfs:label "Test Gun 7"@en ; wdt:P31 wd:Q12800 ; wdt:P495 wd:Q9400 ; p:P137 s:Q9007-A .
s:Q9007-A wikibase:rank wikibase:NormalRank ; ps:P137 wd:Q9400 .

wd:Q183 rdfs:label "Germany"@en ; wdt:P298 "DEU" . wd:Q45 rdfs:label "Portugal"@en ; wdt:P298 "PRT" ; wdt:P17 wd:Q45 .
wd:Q142 wdt:P298 "FRA" . wd:Q38 wdt:P298 "ITA" . wd:Q9400 rdfs:label "Nowhere"@en ; wdt:P298 "NWH" .
"""


@pytest.fixture
def weapons(oxigraph: str, load: Any, settings: Any, tmp_path: Path) -> tuple[list[ox.Quad], Work, Path]:
    """What the mapping yields of the small world, as it is recorded."""
    load(WORLD)
    endpoint, network = settings(oxigraph, mapping="wikidata-weapons", page=2, request_seconds=20)
    status = harvest(endpoint, network, tmp_path / "w.nt", limits=Limits())
    assert (status.outcome, status.detail) == ("answered", "3 items")
    work = Work("wikidata", "medium", None, {}, {})
    recorded = record(HarvestReader(), tmp_path / "w.nt", work, tmp_path)
    return list(ox.parse(path=recorded.facts)), work, tmp_path / "w.nt"


def told(quads: list[ox.Quad], subject: str, name: str) -> set[str]:
    return {
        getattr(q.object, "value", "").removeprefix(THINGS)
        for q in quads
        if getattr(q.subject, "value", "") == THINGS + subject and q.predicate.value.endswith(name)
    }


class TestWikidata:
    def test_weapons_have_keys_of_their_own_and_name_their_item(self, weapons: Any) -> None:
        quads, _, _ = weapons
        tank = "equipment/wikidata/Q9001"
        assert told(quads, tank, "exactMatch") == {"http://www.wikidata.org/entity/Q9001"}
        assert told(quads, tank, "identifier") == {"wikidata/Q9001"}
        assert told(quads, tank, "label") == {"Testpanzer 1", "Char d’essai 1"}
        assert told(quads, tank, "equipmentRole") == {"equipment-role/mbt"}
        assert told(quads, tank, "originNation") == {"nation/DEU"}
        found = {q.subject.value for q in quads if getattr(q.object, "value", "") == f"{NS}EquipmentType"}
        assert found == {f"{THINGS}equipment/wikidata/Q{number}" for number in (9001, 9002, 9007)}

    def test_calibres_are_in_millimetres(self, weapons: Any) -> None:
        quads, _, _ = weapons
        assert told(quads, "parameter-value/wikidata/Q9001-A", "lowNumber") == {"120"}
        assert told(quads, "parameter-value/wikidata/Q9002-A", "highNumber") == {"5.56"}
        assert told(quads, "parameter-value/wikidata/Q9002-A", "valueText") == {"0.556 cm"}
        assert told(quads, "parameter-value/wikidata/Q9002-A", "unit") == {"http://qudt.org/vocab/unit/MilliM"}
        values = {q.subject.value for q in quads if getattr(q.object, "value", "") == f"{NS}ParameterValue"}
        assert {value.rpartition("/")[2] for value in values} == {"Q9001-A", "Q9002-A"}

    def test_operators_are_nations_by_their_code_only(self, weapons: Any) -> None:
        quads, work, _ = weapons
        nations = {q.object.value.removeprefix(THINGS) for q in quads if q.predicate.value == f"{NS}byNation"}
        assert nations == {"nation/DEU", "nation/PRT"}
        # The army whose name says Norway has no country; NWH is in no vocabulary here.
        (remark,) = work.account.remarks
        assert remark.code == "unknown-concept"
        assert "nation/NWH" in remark.text

    def test_what_the_community_says_has_low_confidence(self, weapons: Any) -> None:
        quads, _, path = weapons
        degrees = {getattr(q.object, "value", "") for q in quads if q.predicate.value == f"{NS}confidence"}
        assert degrees == {f"{THINGS}confidence/low"}
        described = HarvestReader().describe(path)
        assert (described.publisher, described.source_kind) == ("Wikidata", "community")
        assert described.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
        assert described.url is not None

    def test_it_keeps_the_shapes(self, weapons: Any) -> None:
        quads, _, _ = weapons
        where = ox.NamedNode("https://w3id.org/stanagraph/graph/ontology")
        core = [
            ox.Quad(t.subject, t.predicate, t.object, where)
            for t in triples_of(Ontology.read(folder("ontology")).core)
            if "/id/" in str(t.subject)
        ]
        # The statements and the source are the driver's: here only what the mapping yields is asked for.
        facts = [q for q in quads if f"{THINGS}statement/" not in str(q.subject)]
        faults, _ = validate([*core, *facts], folder("ontology") / "shapes")
        assert [str(fault) for fault in faults] == []
        assert thing("equipment", "wikidata/Q9001").value in {str(getattr(q.subject, "value", "")) for q in facts}

    def test_a_holding_without_its_nation_is_not_loaded_at_all(self, weapons: Any) -> None:
        quads, _, _ = weapons
        assert told(quads, "holding/wikidata/Q9007/NWH", "") == set()
        assert told(quads, "equipment/wikidata/Q9007", "label") == {"Test Gun 7"}
        assert told(quads, "equipment/wikidata/Q9007", "originNation") == set()


@pytest.mark.parametrize("name", READY)
class TestReady:
    def test_it_is_described_and_valid_for_two_parsers(self, name: str) -> None:
        text = Mapping.read(name).text
        prepareQuery(text)
        assert isinstance(ox.Store().query(text), ox.QueryTriples)

    def test_it_asks_its_question_in_both_languages(self, name: str) -> None:
        header = Mapping.read(name).header
        assert header["question@en"].endswith("?")
        assert header["question@fr"].endswith(" ?")

    def test_prefixes_are_sorted_and_used(self, name: str) -> None:
        lines = [line for line in Mapping.read(name).text.splitlines() if not line.startswith("#")]
        declared = [line.split()[1] for line in lines if line.startswith("PREFIX")]
        body = "\n".join(line for line in lines if not line.startswith("PREFIX"))
        assert [prefix for prefix in declared if not re.search(rf"(?<![\w-]){prefix}\w", body)] == []
        assert declared == sorted(declared)
        assert len([line for line in lines if not line.startswith("PREFIX")]) <= 65

    def test_a_page_of_it_is_in_a_total_order(self, name: str) -> None:
        page = Mapping.read(name).page(7, 21)
        assert re.search(r"ORDER BY \?item\n\s+LIMIT 7 OFFSET 21\n", page)
        assert page.count("LIMIT") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT * { ?s ?p ?o }", "holds no CONSTRUCT"),
        ("# CONSTRUCT\nSELECT * { ?s ?p ?o }", "holds no CONSTRUCT"),
        (f"CONSTRUCT {{ ?s <{ON_PAGE}> true }} {{ ?s ?p ?o }}", "needs one line LIMIT"),
        ("CONSTRUCT { ?s ?p ?o } { { SELECT * { ?s ?p ?o }\nLIMIT 1 OFFSET 0\n} }", "has to say <"),
        (f"#+ a: [\nCONSTRUCT {{ ?s <{ON_PAGE}> true }} {{\nLIMIT 1 OFFSET 0\n}}", "header is no YAML"),
    ],
)
def test_a_file_that_is_no_mapping(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "my.rq").write_text(text)
    with pytest.raises(SourceRefused, match=told):
        Mapping.read(str(tmp_path / "my.rq"))


@pytest.mark.parametrize("name", ["none-such", "../derive/20-pairs", "/etc/passwd", ""])
def test_a_name_that_is_no_mapping(name: str) -> None:
    with pytest.raises(SourceRefused):
        Mapping.read(name)

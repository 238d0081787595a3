"""Whether things of several sources are one: declared, impossible or only alike; and whose word prevails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import BASE, RDFS_LABEL, THINGS, dcterms, key_of, term, thing
from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.verdicts import explain
from stanagraph.ingest.pipeline import Inputs, given, ingest

pytestmark = pytest.mark.long

HEAD = f"""
@prefix : <{BASE}ns/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <http://example.org/> .
@base <{BASE}id/> .
"""
HOLDING = """
<holding/finnish-gun/FIN/in-service> a :NationalHolding ; rdfs:label "guns of Finland" ;
    :holdingOf {gun} ; :byNation {nation} ; :holdingStatus <holding-status/in-service> .
"""
GUN = """
<equipment/{id}> a :EquipmentType ; dcterms:identifier "{id}" ; rdfs:label "{label}"@en ;
    :equipmentRole <equipment-role/towed-howitzer> ; :offersInterface <interface/155mm-l39> .
"""

Take = Callable[..., Release]


@pytest.fixture
def take(small_home: Path, small_data: Path, tmp_path: Path) -> Take:
    """Takes in Turtle, under the name of each source."""

    def takes(settings: str = "", **sources: str) -> Release:
        (small_home / "stanagraph.toml").write_text(settings, encoding="utf-8")
        files = []
        for name, turtle in sources.items():
            path = tmp_path / f"{name}.ttl"
            path.write_text(HEAD + turtle, encoding="utf-8")
            files.append(given(str(path)))
        release = ingest(files, Releases(small_home), Inputs(data=small_data)).release
        assert release is not None
        return release

    return takes


def rows(release: Release, query: str, **arguments: str) -> list[Mapping[str, Any]]:
    """The rows of a report, things by their key and terms by their address."""
    answer = Catalogue().ask(release.view().open(), query, arguments)
    return [{name: shown(cell) for name, cell in row.items()} for row in answer.records()]


def shown(cell: object) -> Any:
    if isinstance(cell, ox.NamedNode):
        return key_of(cell.value) if cell.value.startswith(THINGS) else cell.value
    return getattr(cell, "value", None)


def said(release: Release, subject: ox.NamedNode, predicate: ox.NamedNode) -> set[str]:
    quads = release.view().open().quads()
    return {str(getattr(it.object, "value", "")) for it in quads if (it.subject, it.predicate) == (subject, predicate)}


def test_a_thing_that_is_declared_the_same_as_one_of_the_tables_is_that_one(take: Take) -> None:
    declared = "ex:haubits owl:sameAs <equipment/m777> ; :originNation <nation/GBR> ." + HOLDING
    release = take(allies=declared.format(gun="ex:haubits", nation="<nation/FIN>"))
    assert said(release, thing("holding", "finnish-gun/FIN/in-service"), term("holdingOf")) == {
        thing("equipment", "m777").value
    }
    # What it rests on is known by the name of the tables, and so is what follows.
    assert "m777" in {row["equipment"] for row in rows(release, "gaps", nation="FIN")}
    foreign = ox.NamedNode("http://example.org/haubits")
    told = [it for it in release.view().open().quads() if foreign in (it.subject, it.object)]
    assert [it.predicate.value for it in told] == ["http://www.w3.org/2002/07/owl#sameAs"]


def test_two_sources_that_declare_the_same_thing_the_same_meet(take: Take) -> None:
    one = GUN.format(id="gun-a", label="Gun A") + "<equipment/gun-a> owl:sameAs ex:gun ."
    other = GUN.format(id="gun-b", label="Gun B") + "ex:gun owl:sameAs <equipment/gun-b> ."
    release = take(one=one, other=other)
    assert said(release, thing("equipment", "gun-b"), term("equipmentRole")) == set()
    # It keeps both ids; what it can have once is told where they contradict each other.
    assert said(release, thing("equipment", "gun-a"), dcterms("identifier")) == {"gun-a", "gun-b"}
    told = rows(release, "disagreements", thing="gun-a")
    assert [(row["property"], row["value"], row["prevails"], row["source"]) for row in told] == [
        (RDFS_LABEL.value, "Gun A", "true", "one"),
        (RDFS_LABEL.value, "Gun B", "false", "other"),
    ]


NUMBERED = """
<agreement/STANAG-{n}> a :Agreement ; dcterms:identifier "STANAG-{n}" ; rdfs:label "STANAG {n}" ;
    dcterms:title "About {n}"@en ; :agreementKind <agreement-kind/stanag> .
<agreement-edition/STANAG-{n}/2> a :AgreementEdition ; dcterms:identifier "STANAG-{n}/2" ; rdfs:label "STANAG {n} 2" ;
    :editionOf <agreement/STANAG-{n}> ; :editionNumber "2" ; :documentStatus <document-status/{status}> .
"""


def test_documents_of_two_numbers_that_are_declared_one_disagree_aloud(take: Take) -> None:
    one = NUMBERED.format(n=9991, status="current")
    other = NUMBERED.format(n=9992, status="cancelled") + "".join(
        f"<{kind}9992{rest}> owl:sameAs <{kind}9991{rest}> ."
        for kind, rest in (("agreement/STANAG-", ""), ("agreement-edition/STANAG-", "/2"))
    )
    release = take(one=one, other=other)
    told = {(row["thing"], row["property"].rpartition("/")[2]) for row in rows(release, "disagreements")}
    assert told >= {("STANAG-9991", "title"), ("STANAG-9991/2", "documentStatus")}


CLASHES = {
    "two nations": {"one": "<nation/FIN> owl:sameAs <nation/SWE> ."},
    "two nations of one source through a third": {
        "one": "ex:suomi owl:sameAs <nation/FIN> . ex:suomi owl:sameAs <nation/SWE> ."
    },
    "two nations of two sources": {
        "one": "ex:suomi owl:sameAs <nation/FIN> .", "other": "<nation/SWE> owl:sameAs ex:suomi .",
    },
    "a gun and a shell": {"one": "<equipment/m777> owl:sameAs <munition/dm121> ."},
    "a gun and a nation": {"one": "<equipment/m777> owl:sameAs <nation/SWE> ."},
}  # fmt: skip


@pytest.mark.parametrize("sources", CLASHES.values(), ids=CLASHES)
def test_things_that_cannot_be_one_are_refused(sources: dict[str, str], take: Take, small_home: Path) -> None:
    before = Releases(small_home).current().identifier
    with pytest.raises(SourceRefused, match="cannot be one") as refused:
        take(**sources)
    assert refused.value.name == f"{list(sources)[-1]}.ttl"
    assert {refused.value.values["one"], refused.value.values["other"]} & {"nation/SWE", "munition/dm121"}
    assert Releases(small_home).current().identifier == before
    assert not (small_home / "sources").exists()


def test_a_foreign_name_for_a_nation_is_that_nation(take: Take) -> None:
    release = take(
        allies="ex:suomi owl:sameAs <nation/FIN> ." + HOLDING.format(gun="<equipment/m777>", nation="ex:suomi")
    )
    assert "m777" in {row["equipment"] for row in rows(release, "gaps", nation="FIN")}


def test_what_only_looks_the_same_is_a_candidate_with_its_reason(take: Take) -> None:
    one, other = GUN.format(id="gun-1", label="Model 1"), GUN.format(id="gun1", label="model-1")
    release = take(one=one + GUN.format(id="gun-2", label="Model 2"), other=other)
    mine = [row for row in rows(release, "merge-candidates") if row["thing"].startswith("gun")]
    assert [(row["reason"], row["thing"], row["other"], row["sources"]) for row in mine] == [
        ("same-label", "gun-1", "gun1", "2"),
        ("similar-id", "gun-1", "gun1", "2"),
    ]
    assert said(release, thing("equipment", "gun1"), RDFS_LABEL) == {"model-1"}
    assert [row["reason"] for row in rows(release, "merge-candidates", reason="similar-id")] == ["similar-id"]
    # Whoever declares them one, or says that they differ, is asked no more.
    for told in ("owl:sameAs", "owl:differentFrom"):
        decided = take(third=f"<equipment/gun-1> {told} <equipment/gun1> .")
        assert not [row for row in rows(decided, "merge-candidates") if row["thing"].startswith("gun")]


FINDING = """
<finding/m777/m795-he> a :CompatibilityFinding ; rdfs:label "m777 × m795-he" ; :equipment <equipment/m777> ;
    :munition <munition/m795-he> ; :documentedVerdict <verdict-value/{value}> ;
    :reasonCode <reason-code/charge-system> ; :reasonText "A trial"@en .
"""
SAYS = {"one": "restricted", "other": "incompatible"}


@pytest.mark.parametrize(
    ("settings", "verdict", "decided"),
    [
        ("", "restricted", "order"),
        ('[precedence]\norder = ["other"]\n', "incompatible", "configured"),
        (
            '[precedence]\norder = ["other"]\nfields = { documentedVerdict = ["one"] }\n',
            "restricted",
            "configured",
        ),
        ('[precedence]\nfields = { quantity = ["other"] }\n', "restricted", "order"),
    ],
)
def test_the_precedence_of_the_settings_decides_the_verdict_and_its_evidence_says_so(
    settings: str, verdict: str, decided: str, take: Take
) -> None:
    release = take(settings, **{name: FINDING.format(value=value) for name, value in SAYS.items()})
    told = rows(release, "disagreements", property="documentedVerdict")
    assert {(row["source"], row["value"], row["prevails"], row["decidedBy"]) for row in told} == {
        (name, value, str(value == verdict).lower(), decided) for name, value in SAYS.items()
    }
    pair = (thing("equipment", "m777"), thing("munition", "m795-he"))
    found = explain(release.view().open(), *pair)
    assert (found.verdict, found.documented) == (verdict, verdict)
    # Each statement behind the verdict says what of it is contradicted, and whether it was kept.
    disputes = {(it.read, d.value, d.prevails, d.decided_by) for it in found.findings for d in it.disputes}
    assert disputes == {(name, value, value == verdict, decided) for name, value in SAYS.items()}
    evidence = rows(release, "evidence", equipment="m777", munition="m795-he")
    assert {(row["source"], row["prevails"], row["decidedBy"]) for row in evidence if row["disputedOn"]} == {
        (name, str(value == verdict).lower(), decided) for name, value in SAYS.items()
    }

"""One thing from several sources: merged by key, with every disagreement, both its sides, and why one prevailed."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanagraph.graph.names import BASE, RDFS_LABEL, graph, key_of, term, thing
from stanagraph.ingest.identity import DISAGREEMENTS, Precedence, Reconciler, SingleValued, same_things

PREFIXES = f"""
@prefix : <{BASE}ns/> .
@prefix id: <{BASE}id/> .
@prefix g: <{BASE}graph/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix conf: <{BASE}id/confidence/> .
"""
GUN = thing("equipment", "gun")
SINGLE = SingleValued(
    frozenset({RDFS_LABEL.value, term("mass").value, term("promulgatedOn").value}),
    {term("EquipmentType").value: frozenset({term("originNation").value})},
)


def source(name: str, facts: str, statement: str = ":confidence conf:medium") -> list[ox.Quad]:
    """The quads of a source with one statement about the gun."""
    told = f"<{BASE}id/statement/{name}/1> a :Statement ; :about <{GUN.value}> ; {statement}"
    text = f"{PREFIXES} g:{name} {{ {facts} {told} }}"
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


def reconcile(
    sources: Sequence[list[ox.Quad]], precedence: Precedence | None = None, same: dict[str, str] | None = None
) -> tuple[list[ox.Quad], Reconciler]:
    reconciler = Reconciler(frozenset({GUN.value}), SINGLE, precedence or Precedence(), same or {})
    loaded = [quad for order, quads in enumerate(sources) for quad in reconciler.sift(quads, order)]
    return [*loaded, *reconciler.settle()], reconciler


def values(quads: Sequence[ox.Quad], predicate: ox.NamedNode) -> list[str]:
    return sorted(str(getattr(q.object, "value", "")) for q in quads if q.subject == GUN and q.predicate == predicate)


def basis(quads: Sequence[ox.Quad]) -> list[str]:
    return [key_of(str(getattr(quad.object, "value", ""))) for quad in quads if quad.predicate == term("decidedBy")]


def claims(quads: Sequence[ox.Quad]) -> dict[str, tuple[bool, list[str]]]:
    """For each claimed value whether it prevails and in which statements it is claimed."""
    store = ox.Store()
    store.extend(quad for quad in quads if quad.graph_name == DISAGREEMENTS)
    found = store.query(
        f"PREFIX : <{BASE}ns/> SELECT ?value ?prevails ?in {{ GRAPH ?g {{"
        " ?claim :claimedValue ?value ; :prevails ?prevails ; :claimedIn ?in } } ORDER BY ?value ?in"
    )
    told: dict[str, tuple[bool, list[str]]] = {}
    assert isinstance(found, ox.QuerySolutions)
    for value, prevails, stated in found:
        told.setdefault(value.value, (prevails.value == "true", []))[1].append(key_of(stated.value))
    return told


def test_what_two_sources_say_alike_stands_in_the_graph_of_the_first() -> None:
    quads, told = reconcile([source("a", f"<{GUN.value}> :mass 40 ."), source("b", f"<{GUN.value}> :mass 40 .")])
    assert [q.graph_name for q in quads if q.subject == GUN] == [graph("a")]
    assert (told.merged, told.disagreements) == (1, 0)
    # Both statements remain, and the other graph says that it states this too.
    assert len({q.subject for q in quads if q.predicate == term("about")}) == 2
    assert restated_in(quads) == {("b", "40")}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (['rdfs:label "GUN"', 'rdfs:label "GuN"'], {("b", "Gun"), ("c", "Gun")}),
        (['rdfs:label "Gun"', 'rdfs:label "Howitzer"'], {("b", "Gun")}),
        (['rdfs:label "Howitzer"'], set()),
    ],
)
def test_each_source_of_the_value_that_is_kept_is_known(others: list[str], expected: set[tuple[str, str]]) -> None:
    first = source("a", f'<{GUN.value}> rdfs:label "Gun" .', ":confidence conf:high")
    quads, _ = reconcile([first, *(source("bc"[at], f"<{GUN.value}> {it} .") for at, it in enumerate(others))])
    assert restated_in(quads) == expected


def test_a_coarser_date_does_not_state_the_finer_one() -> None:
    finer, coarser = '"2021-07"^^xsd:gYearMonth', '"2021"^^xsd:gYear'
    quads, told = reconcile(
        [source(name, f"<{GUN.value}> :promulgatedOn {it} .") for name, it in (("a", finer), ("b", coarser))]
    )
    assert (told.merged, restated_in(quads)) == (1, set())


def restated_in(quads: Sequence[ox.Quad]) -> set[tuple[str, str]]:
    """Which graphs state too what another one keeps: name and value."""
    return {
        (str(quad.graph_name)[1:-1].rpartition("/")[2], str(getattr(quad.object, "value", "")))
        for quad in quads
        if str(quad.predicate).endswith("rdf-syntax-ns#object>")
    }


MEDIUM = ":confidence conf:medium"


@pytest.mark.parametrize(
    ("first", "second", "precedence", "prevails", "decided"),
    [
        (":confidence conf:high", ":confidence conf:low", Precedence(), "40", "confidence"),
        (":confidence conf:low", ":confidence conf:high", Precedence(), "41", "confidence"),
        (":confidence conf:low", ":confidence conf:high", Precedence(("a",)), "40", "configured"),
        (":confidence conf:low", ":confidence conf:high", Precedence(("a",), {"mass": ("b",)}), "41", "configured"),
        (f'{MEDIUM} ; :asOf "2020-12"', f'{MEDIUM} ; :asOf "2021-07"', Precedence(), "41", "date"),
        (f'{MEDIUM} ; :asOf "2021-07"', f'{MEDIUM} ; :asOf "2020-12"', Precedence(), "40", "date"),
        (f'{MEDIUM} ; :asOf "2020"', MEDIUM, Precedence(), "40", "date"),
        (MEDIUM, MEDIUM, Precedence(), "40", "order"),
    ],
)
def test_one_value_prevails_and_the_other_is_kept_with_its_statement(
    first: str, second: str, precedence: Precedence, prevails: str, decided: str
) -> None:
    a = source("a", f"<{GUN.value}> :mass 40 .", first)
    b = source("b", f"<{GUN.value}> :mass 41 .", second)
    quads, told = reconcile([a, b], precedence)
    assert values(quads, term("mass")) == [prevails]
    assert basis(quads) == [decided]
    assert told.disagreements == 1
    assert claims(quads) == {"40": (prevails == "40", ["a/1"]), "41": (prevails == "41", ["b/1"])}


def test_a_property_with_many_values_keeps_them_all() -> None:
    quads, told = reconcile(
        [source("a", f'<{GUN.value}> :alias "x" .'), source("b", f'<{GUN.value}> :alias "y" .')],
    )
    assert values(quads, term("alias")) == ["x", "y"]
    assert told.disagreements == 0


def test_a_source_that_gives_several_values_disagrees_with_none() -> None:
    a, b = source("a", f"<{GUN.value}> :mass 40 , 41 ."), source("b", f"<{GUN.value}> :mass 42 .")
    quads, told = reconcile([a, b])
    assert (values(quads, term("mass")), told.disagreements) == (["40", "41", "42"], 0)


def test_whether_a_property_has_one_value_may_depend_on_the_class() -> None:
    facts = [f"<{GUN.value}> {kind} :originNation id:nation\\/{code} ." for kind, code in (("", "DEU"), ("", "FRA"))]
    quads, told = reconcile([source("a", facts[0]), source("b", facts[1])])
    assert (len(values(quads, term("originNation"))), told.disagreements) == (2, 0)
    typed = [fact.replace("> ", "> a :EquipmentType ; ", 1) for fact in facts]
    quads, told = reconcile([source("a", typed[0]), source("b", typed[1])])
    assert (len(values(quads, term("originNation"))), told.disagreements) == (1, 1)


def test_a_title_in_capitals_and_a_date_that_says_less_are_no_other_values() -> None:
    a = source("a", f'<{GUN.value}> rdfs:label "FIELD  GUN"@en ; :promulgatedOn "2021"^^xsd:gYear .')
    b = source("b", f'<{GUN.value}> rdfs:label "Field gun"@en , "Canon"@fr ; :promulgatedOn "2021-07-03"^^xsd:date .')
    quads, told = reconcile([a, b])
    assert values(quads, RDFS_LABEL) == ["Canon", "Field gun"]
    assert values(quads, term("promulgatedOn")) == ["2021-07-03"]
    assert (told.merged, told.disagreements) == (2, 0)


def test_a_label_made_from_the_key_gives_way_to_a_title() -> None:
    sources = [source(name, f'<{GUN.value}> rdfs:label "{label}" .') for name, label in (("a", "gun"), ("b", "Gun 1"))]
    quads, told = reconcile(sources)
    assert (values(quads, RDFS_LABEL), told.disagreements) == (["Gun 1"], 0)


def test_a_label_made_from_the_key_gives_way_to_a_title_in_any_language() -> None:
    a, b = source("a", f'<{GUN.value}> rdfs:label "gun" .'), source("b", f'<{GUN.value}> rdfs:label "Canon"@fr .')
    assert values(reconcile([a, b])[0], RDFS_LABEL) == ["Canon"]
    assert values(reconcile([a, a])[0], RDFS_LABEL) == ["gun"]
    # A name that only reminds of the key is a name.
    c = source("c", f'<{GUN.value}> rdfs:label "GUN" .')
    assert values(reconcile([c, b])[0], RDFS_LABEL) == ["Canon", "GUN"]


def test_a_title_without_a_language_is_compared_with_the_english_one() -> None:
    title = ox.NamedNode("http://purl.org/dc/terms/title")
    single = SingleValued.read([], [])
    for other, count in (("A gun", 1), ("A howitzer", 0)):
        reconciler = Reconciler(frozenset({GUN.value}), single, Precedence())
        a = source("a", f'<{GUN.value}> <{title.value}> "A GUN"@en , "Un canon"@fr .')
        b = source("b", f'<{GUN.value}> <{title.value}> "{other}" .')
        quads = [*reconciler.sift(a, 0), *reconciler.sift(b, 1), *reconciler.settle()]
        assert len(values(quads, title)) == 2
        assert (reconciler.merged, reconciler.disagreements) == (count, 1 - count)


def test_the_date_of_the_last_reading_is_the_latest_and_no_disagreement() -> None:
    single = SingleValued.read([], [])
    dates = ('"2021-07"^^xsd:gYearMonth', '"2020-12-08"^^xsd:date', '"2021-06-02"^^xsd:date')
    reconciler = Reconciler(frozenset({GUN.value}), single, Precedence())
    quads = [
        quad
        for n, date in enumerate(dates)
        for quad in reconciler.sift(source(f"s{n}", f"<{GUN.value}> :statusAsOf {date} ."), n)
    ]
    quads += reconciler.settle()
    assert (values(quads, term("statusAsOf")), reconciler.disagreements) == (["2021-07"], 0)


def test_dates_that_a_coarser_one_fits_both_of_stay_a_disagreement() -> None:
    dates = ('"2021"^^xsd:gYear', '"2021-07"^^xsd:gYearMonth', '"2021-08"^^xsd:gYearMonth')
    quads, told = reconcile([source(f"s{n}", f"<{GUN.value}> :promulgatedOn {date} .") for n, date in enumerate(dates)])
    assert (len(values(quads, term("promulgatedOn"))), told.disagreements, len(claims(quads))) == (1, 1, 3)


def test_declared_sameness_renames_and_keeps_the_other_name() -> None:
    other = "http://www.wikidata.org/entity/Q1"
    same = same_things([(GUN.value, other)], [GUN.value])
    assert same == {other: GUN.value}
    a = source("a", f"<{GUN.value}> :mass 40 .")
    b = source("b", f"<{other}> owl:sameAs <{GUN.value}> ; :mass 41 . <urn:x> :uses <{other}> .")
    quads, told = reconcile([a, b], same=same)
    assert values(quads, term("mass")) == ["40"]
    assert told.disagreements == 1
    assert {str(q.object) for q in quads if q.predicate == term("uses")} == {str(GUN)}
    assert [str(q.subject) for q in quads if q.predicate.value.endswith("sameAs")] == [f"<{other}>"]


NAMES = [f"{BASE}id/equipment/{letter}" for letter in "abcd"] + [f"http://example.org/{letter}" for letter in "efgh"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12), st.randoms())
def test_sameness_is_an_equivalence_and_does_not_depend_on_the_order(
    pairs: list[tuple[str, str]], random: object
) -> None:
    same = same_things(pairs)
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert same_things([(b, a) for a, b in shuffled]) == same
    for a, b in pairs:
        assert same.get(a, a) == same.get(b, b)
    # What stands for others stands for itself, and an IRI of Stanagraph never gives way to a foreign one.
    for name, stands in same.items():
        assert stands not in same
        assert stands.startswith(BASE) or not name.startswith(BASE)


def test_one_value_for_a_broad_class_is_one_for_the_narrow() -> None:
    turtle = f"""{PREFIXES} @prefix sh: <http://www.w3.org/ns/shacl#> .
        :Narrow rdfs:subClassOf :Broad . :mass a owl:FunctionalProperty .
        <urn:shape> sh:targetClass :Broad ; sh:property [ sh:path :status ; sh:maxCount 1 ] , [ sh:path :tag ] ."""
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    single = SingleValued.read([ox.Quad(t.subject, t.predicate, t.object) for t in triples], triples)
    always = SingleValued.read([], []).always | {term("mass").value}
    assert single.for_types([]) == always
    assert single.for_types([term("Narrow").value]) == always | {term("status").value}


def test_a_claim_names_the_statements_that_have_a_column_for_it() -> None:
    extra = f"""{PREFIXES} g:a {{
        <{BASE}id/statement/a/2> a :Statement ; :about <{GUN.value}> ; :confidence conf:high ;
            :statedInSource id:source\\/a ; :statedInTable "book.xlsx" ; :statedInSheet "offers" .
        <{BASE}id/column/a/guns/mass> a :Column ; :columnOf id:source\\/a ;
            :statedInSheet "guns" ; :statesProperty :mass .
    }}"""
    stated = ':confidence conf:low ; :statedInSource id:source\\/a ; :statedInTable "book.xlsx" ; :statedInSheet "guns"'
    a = [*source("a", f"<{GUN.value}> :mass 40 .", stated), *ox.parse(extra, format=ox.RdfFormat.TRIG)]
    quads, _ = reconcile([a, source("b", f"<{GUN.value}> :mass 41 .")])
    assert claims(quads) == {"40": (False, ["a/1"]), "41": (True, ["b/1"])}

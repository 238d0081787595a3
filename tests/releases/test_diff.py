"""What changed between two releases: each section on a few triples, and all forms of the answer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Namespace
from rdflib.namespace import RDF
from rdflib.plugins.sparql import prepareQuery
from typer.testing import CliRunner

from stanagraph.api.cli import app
from stanagraph.graph.changes import changes, sections
from stanagraph.graph.delta import SUBJECTS, Delta, Subjects
from stanagraph.graph.digest import graph_digest
from stanagraph.graph.errors import NameNotKnown
from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, term, thing
from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.store import EmbeddedStore

HEAD = """
@base <https://w3id.org/stanagraph/id/> . @prefix : <https://w3id.org/stanagraph/ns/> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
# For each section: what both releases say, what only the first says, what only the second says, and what is told.
CASES: dict[str, tuple[str, str, str, list[tuple[str, str, tuple[str, ...]]]]] = {
    "standards": (
        '<agreement/S-1> a :Stanag . <agreement/S-2> a :Stanag ; rdfs:label "two" .',
        '<agreement/S-1> rdfs:label "one"@en . <agreement/S-3> a :Stanrec .',
        '<agreement/S-1> rdfs:label "uno"@en . <publication/P> a :AlliedPublication .',
        [("changed", "agreement/S-1", ("title",)), ("gone", "agreement/S-3", ()), ("new", "publication/P", ())],
    ),
    "editions": (
        "<agreement-edition/S-1/2> :editionOf <agreement/S-1> .",
        "<agreement-edition/S-1/2> :documentStatus <document-status/current> .",
        "<agreement-edition/S-1/2> :documentStatus <document-status/cancelled> . "
        "<agreement-edition/S-1/3> :editionOf <agreement/S-1> .",
        [("changed", "agreement-edition/S-1/2", ("status",)), ("new", "agreement-edition/S-1/3", ())],
    ),
    "positions": (
        "<national-response/POL/S> :byNation <nation/POL> ; :toEdition <agreement-edition/S> .",
        "",
        '<national-response/POL/S> :hasReservation <reservation/1> . <reservation/1> :reservationText "by day"@en . '
        "<national-implementation/POL/S> :byNation <nation/POL> ; :implementsEdition <agreement-edition/S> .",
        [("new", "national-implementation/POL/S", ()), ("changed", "national-response/POL/S", ("reservation",))],
    ),
    "equipment": (
        "<equipment/g> a :EquipmentType ; :offersInterface <interface/a> .",
        "",
        "<equipment/g> :offersInterface <interface/b> .",
        [("changed", "equipment/g", ("interface",))],
    ),
    "munitions": (
        "",
        "<munition/m> a :MunitionType .",
        "<munition/n> a :MunitionType .",
        [("gone", "munition/m", ()), ("new", "munition/n", ())],
    ),
    "particulars": (
        "<parameter-value/g/mass> :parameterOf <equipment/g> ; :aboutParameter <parameter/mass> .",
        '<parameter-value/g/mass> :valueText "1" . <capability/1> :capabilityOf <equipment/g> ; '
        ":capabilityKind <capability-kind/k> ; :capabilityValue <fuze/v> .",
        '<parameter-value/g/mass> :valueText "2" .',
        [("gone", "equipment/g capability-kind/k", ()), ("changed", "equipment/g parameter/mass", ("value",))],
    ),
    "holdings": (
        "<holding/1> a :NationalHolding ; :byNation <nation/POL> ; :holdingOf <equipment/g> .",
        "<holding/1> :quantity 1 .",
        "<holding/1> :quantity 2 . <stock/1> a :NationalStock ; :byNation <nation/POL> ; :stockOf <munition/m> .",
        [("changed", "holding/1", ("quantity",)), ("new", "stock/1", ())],
    ),
    "sources": (
        "<source/s> a :Source .",
        '<source/s> :sha256 "aa" .',
        '<source/s> :sha256 "bb" .',
        [("changed", "source/s", ("state",))],
    ),
    "gaps": (
        "<gap/1> a :Gap ; :gapCause <gap-cause/policy> ; :affectsNation <nation/POL> .",
        "<gap/1> :affectsNation <nation/DEU> . <gap/2> a :Gap ; :gapCause <gap-cause/policy> .",
        "<gap/3> a :Gap ; :gapCause <gap-cause/technical> .",
        [("changed", "gap/1", ("nation",)), ("gone", "gap/2", ()), ("new", "gap/3", ())],
    ),
    "matrix": (
        "<matrix-cell/c/A/B> a :MatrixCell ; :munitionClass <munition-class/c> ; :usingNation <nation/A> ; "
        ":providingNation <nation/B> ; :restrictedCount 0 ; :incompatibleCount 1 ; :unknownCount 2 .",
        "<matrix-cell/c/A/B> :compatibleCount 1 .",
        "<matrix-cell/c/A/B> :compatibleCount 5 .",
        [("changed", "munition-class/c", ("lower", "upper", "compatible"))],
    ),
}
VERDICT = """
<verdict/g/{m}> a :Verdict ; :equipment <equipment/g> ; :munition <munition/{m}> ;
  :combinedVerdict <verdict-value/{verdict}> ; :hasAssessment <assessment/g/{m}/bore> , <assessment/g/{m}/loading> .
<assessment/g/{m}/bore> :criterion <criterion/bore> ; :outcome <outcome/{bore}> .
<assessment/g/{m}/loading> :criterion <criterion/loading> ; :outcome <outcome/satisfied> .
"""


def store_of(*texts: str) -> EmbeddedStore:
    store = EmbeddedStore()
    for triple in ox.parse(HEAD + "\n".join(texts), format=ox.RdfFormat.TURTLE):
        store.load(
            [ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode("https://g.example/graph/a"))]
        )
    return store


def key(*terms: Any) -> str:
    return " ".join(it.value.partition("/id/")[2] for it in terms)


@pytest.mark.parametrize("name", CASES)
def test_each_section_tells_what_is_new_gone_and_changed(name: str) -> None:
    both, first, second, expected = CASES[name]
    before, after = store_of(both, first), store_of(both, second)
    found = changes(before, after, [name])[name].changes
    assert [(it.kind, key(*it.key), it.moved) for it in found] == expected
    assert not changes(before, store_of(both, first), [name])
    # Whether it is asked of all things, or of those that the triples which differ are about.
    assert changes(before, after, [name], graphs=False)[name].changes == found
    # The other way round the same things are told, and new is gone.
    back = changes(after, before, [name])[name].changes
    turned = {"new": "gone", "gone": "new", "changed": "changed"}
    assert [(turned[it.kind], key(*it.key), it.moved) for it in back] == expected


def test_a_changed_verdict_names_the_criterion_that_moved() -> None:
    same = VERDICT.format(m="a", verdict="unknown", bore="not-known")
    before = store_of(same, VERDICT.format(m="b", verdict="compatible", bore="satisfied"))
    after = store_of(same, VERDICT.format(m="b", verdict="incompatible", bore="violated"))
    (change,) = changes(before, after, ["verdicts"])["verdicts"].changes
    assert (key(*change.key), change.moved) == ("verdict/g/b", ("verdict",))
    (moved,) = change.details
    assert key(*moved.key) == "verdict/g/b criterion/bore"
    assert (moved.before, moved.after) == (
        {"outcome": (thing("outcome", "satisfied"),), "ground": ()},
        {"outcome": (thing("outcome", "violated"),), "ground": ()},
    )


def test_every_section_but_details_has_a_case() -> None:
    known = sections()
    details = {it.details for it in known if it.details}
    assert {it.name for it in known} - details == {*CASES, "verdicts"}
    assert [it.place for it in known] == list(range(1, len(known) + 1))
    with pytest.raises(NameNotKnown, match="nothing-of-this"):
        changes(EmbeddedStore(), EmbeddedStore(), ["nothing-of-this"])


@pytest.mark.parametrize("section", sections(), ids=lambda it: it.name)
def test_each_query_is_described_and_in_the_order_of_its_key(section: Any) -> None:
    query = section.query
    assert query.columns == EmbeddedStore().select(query.text).columns
    assert prepareQuery(query.text)
    assert set(query.question) == {"en", "fr"}
    assert query.question["fr"].endswith("\u202f?") or query.question["fr"].endswith(" ?")
    assert all(section.word("title", language) for language in ("en", "fr"))
    ordered = re.findall(r"\?(\w+)", query.text.splitlines()[-1])
    assert query.text.splitlines()[-1].startswith("ORDER BY ")
    assert tuple(ordered[: len(section.key)]) == section.key == query.columns[: len(section.key)]
    assert set(section.naming) | set(section.properties) <= set(query.columns)


nodes = st.sampled_from([*(ox.NamedNode(f"https://e.example/{n}") for n in range(6)), ox.Literal("> _:x .")])
triples = st.sets(
    st.tuples(nodes.filter(lambda it: isinstance(it, ox.NamedNode)), nodes, st.sampled_from("ab")), max_size=30
)


def quads_of(said: Iterable[Any]) -> list[ox.Quad]:
    predicate = ox.NamedNode("https://e.example/p")
    return [ox.Quad(s, predicate, o, ox.NamedNode(f"https://g.example/graph/{g}")) for s, o, g in said]


@given(triples, triples)
def test_triples_are_counted_by_graph(old: set[Any], new: set[Any]) -> None:
    before, after = EmbeddedStore(), EmbeddedStore()
    before.load(quads_of(old))
    after.load(quads_of(new))
    expected = {g: (came, went) for g in "ab" if any((came := _of(new - old, g), went := _of(old - new, g)))}
    found = {it.graph.rpartition("/")[2]: (it.came, it.went) for it in Delta.between(before, after).graphs()}
    assert found == expected


def _of(said: set[Any], graph: str) -> int:
    return Counter(g for _, _, g in said)[graph]


def test_blank_nodes_are_known_by_what_is_said_of_them() -> None:
    before, after = store_of('_:a rdfs:label "one" .'), store_of('_:b rdfs:label "one" . _:c rdfs:label "two" .')
    (graph,) = Delta.between(before, after).graphs()
    assert (graph.came, graph.went) == (1, 0)


NAMELESS = st.tuples(st.sampled_from(["_:a", "_:b", "<https://e.example/0>"]), st.sampled_from(["_:a", '"_:b"', "_:c"]))


@given(triples, triples, st.sets(NAMELESS, max_size=4), st.sets(NAMELESS, max_size=4))
def test_lists_of_subjects_change_no_answer(
    tmp_path_factory: pytest.TempPathFactory, old: set[Any], new: set[Any], odd: set[Any], other: set[Any]
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    read, listed = [], []
    for said, nameless in ((old, odd), (new, other)):
        store = EmbeddedStore()
        store.load(quads_of(said))
        lines = "".join(f"{s} <https://e.example/q> {o} <https://g.example/graph/a> .\n" for s, o in nameless)
        store.load(ox.parse(lines, ox.RdfFormat.N_QUADS))
        read.append(store)
        where = folder / str(len(read))
        copy = store.copy_to(where)
        with (where / SUBJECTS).open("wb") as file:
            subjects = Subjects(file)
            graph_digest(store, subjects.hear)
            subjects.finish()
        listed.append(copy)
    assert Delta.between(*listed).graphs() == Delta.between(*read).graphs()


def test_only_subjects_that_differ_are_read(two: Path) -> None:
    before, after = (release.open() for release in Releases(two).list())
    assert not (Path(str(after.folder)) / SUBJECTS).exists()
    whole = Delta.between(before, after)
    with (Path(str(after.folder)) / SUBJECTS).open("wb") as file:
        subjects = Subjects(file)
        graph_digest(after, subjects.hear)
        subjects.finish()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(EmbeddedStore, "dump", None)
        assert Delta.between(before, after) == whole
    assert whole.subjects([RDF_TYPE.value]) == {f"<{thing('verdict', 'm777/m795-he').value}>"}


def another(home: Path, identifier: str, keep: Callable[[ox.Quad], bool], more: Sequence[ox.Quad] = ()) -> Release:
    """A later release with only these quads of the current one, and more."""
    releases = Releases(home)
    current = releases.current()
    path = home / "releases" / identifier
    path.mkdir()
    store = EmbeddedStore.create(path / "public")
    store.load([*(quad for quad in current.open().quads() if keep(quad)), *more])
    store.finish()
    del store
    manifest = current.manifest | {"built": "2999-01-01T00:00:00+00:00"}
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    view = current.view().manifest | {"digest": identifier}
    (path / "public.json").write_text(json.dumps(view), encoding="utf-8")
    return releases.use(identifier)


@pytest.fixture
def two(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where the later release has lost a verdict."""
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    gone = thing("verdict", "m777/m795-he")
    another(small_home, "ffffffffffff", lambda quad: quad.subject != gone)
    return small_home


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["release", "diff", *arguments], prog_name="stanagraph")
    assert result.exit_code == code, f"{result.stdout}\n{result.stderr}\n{result.exception!r}"
    return result.stdout if code == 0 else result.stderr


@pytest.mark.long
def test_all_forms_tell_the_same(two: Path, tmp_path: Path) -> None:
    first = Releases(two).list()[0].identifier
    table = run()
    assert f"What has changed: {first} → ffffffffffff" in table
    assert "Verdicts (1 gone)" in table
    assert "−  M777 × M795" in table
    assert "derived" in table.partition("Triples by graph")[2]
    assert "disparus : 1" in run("--lang", "fr")
    found = json.loads(run("--format", "json"))
    assert (found["from"], found["to"], found["audience"]) == (first, "ffffffffffff", "public")
    counts = {part["section"]: part["counts"] for part in found["sections"]}
    assert counts["verdicts"] == {"new": 0, "gone": 1, "changed": 0}
    assert sum(sum(it.values()) for it in counts.values()) == 1
    graph = Graph().parse(data=run("--format", "turtle"), format="turtle")
    cs = Namespace("http://purl.org/vocab/changeset/schema#")
    assert [str(it) for it in graph.objects(None, cs.subjectOfChange)] == [thing("verdict", "m777/m795-he").value]
    assert set(graph.subjects(RDF.type, cs.ChangeSet)) == set(graph.subjects(cs.removal))
    page = tmp_path / "page.html"
    assert run("--format", "html", "--output", str(page), "--lang", "fr") == ""
    text = page.read_text(encoding="utf-8")
    assert '<html lang="fr">' in text
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)


def test_names_are_escaped_on_the_page(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANAGRAPH_HOME", str(small_home))
    me, where = thing("munition", "evil"), ox.NamedNode("https://g.example/graph/x")
    label = ox.Quad(me, RDFS_LABEL, ox.Literal("<script>alert(1)</script>"), where)
    another(small_home, "ffffffffffff", lambda quad: True, [ox.Quad(me, RDF_TYPE, term("MunitionType"), where), label])
    text = run("--format", "html", "--section", "munitions")
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text


@pytest.mark.long
def test_what_cannot_be_compared_is_told(two: Path) -> None:
    first = Releases(two).list()[0].identifier
    assert "no section of changes is called “nope”" in run("--section", "nope", code=2)
    assert "no audience is called “secret”" in run("--audience", "secret", code=2)
    assert "no release is called “nope”" in run("nope", code=2)
    Releases(two).use(first)
    assert "there is no release before this one" in run(code=2)
    assert "Nothing has changed." in run(first, first)
    assert "cannot be written" in run(first, first, "--output", str(two / "no" / "file"), code=1)

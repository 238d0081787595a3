"""A release in a store on another machine: whole or not there, and what fails on the way is undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.digest import graph_digest
from stanagraph.graph.elsewhere import HELD_GRAPH, PASSWORD, copy, held, service_of
from stanagraph.graph.errors import SettingsRefused, StoreFailed
from stanagraph.graph.names import graph, thing
from stanagraph.graph.releases import Releases, View
from stanagraph.graph.remote import RemoteStore, Service
from stanagraph.graph.store import EmbeddedStore, Row, Table
from stanagraph.graph.workspace import Settings
from stanagraph.ingest.pipeline import Inputs, build

OWN = "http://example.org/its-own"


class Elsewhere(RemoteStore):
    """A store that fails at the writings with these numbers; its default graph may be none."""

    def __init__(self, failing: Iterable[int] = (), *, union: bool = True) -> None:
        super().__init__(Service("http://graph.example/query"))
        self.inside, self.union = ox.Store(), union
        self.failing, self.writings = set(failing), 0
        self.inside.add(ox.Quad(ox.NamedNode(OWN), ox.NamedNode(OWN), ox.Literal("x"), ox.NamedNode(OWN)))

    def select(self, query: str) -> Table:
        found = self.inside.query(query, use_default_graph_as_union=self.union)
        assert isinstance(found, ox.QuerySolutions)
        return Table(tuple(it.value for it in found.variables), [tuple(row) for row in found])

    def rows(self, query: str) -> Iterator[Row]:
        return iter(self.select(query).rows)

    def drop(self, graph: ox.NamedNode) -> None:
        self._written()
        if self.inside.contains_named_graph(graph):
            self.inside.remove_graph(graph)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        given = list(quads)
        self.inside.extend(given[:1])
        if given:
            self._written()
        self.inside.extend(given)

    def _written(self) -> None:
        self.writings += 1
        if self.writings in self.failing:
            raise self.failed("no connection: {detail}", detail="it is gone")

    def state(self) -> str:
        return graph_digest(EmbeddedStore(self.inside))


@pytest.fixture
def view(small_home: Path) -> View:
    return Releases(small_home).current().view()


@pytest.fixture
def next_view(small_home: Path, small_data: Path, edit: object) -> View:
    path = small_data / "munition_uses.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    return build(Releases(small_home), Inputs(data=small_data)).view()


def holds(store: Elsewhere, view: View) -> bool:
    there = (it for it in store.inside if isinstance(it.graph_name, ox.NamedNode))
    ours = [it for it in there if it.graph_name not in (HELD_GRAPH, ox.NamedNode(OWN))]
    return graph_digest(ours) == graph_digest(view.open())


def test_a_release_is_copied_and_named(view: View) -> None:
    store, told = Elsewhere(), list[tuple[int, int]]()
    with pytest.raises(StoreFailed, match=r"^http://graph\.example/query: it holds no whole release"):
        held(store)
    copied = copy(view, store, lambda done, total: told.append((done, total)))
    assert (copied.written, copied.held) == (copied.graphs, held(store))
    assert (held(store).identifier, held(store).built) == (view.identifier, view.manifest["built"])
    assert held(store).triples == view.manifest["total"] == told[-1][1]
    assert [done for done, _ in told] == list(range(1_000, told[-1][1] + 1, 1_000))
    assert holds(store, view)
    assert store.count(ox.NamedNode(OWN)) == 1


def test_only_graphs_that_differ_are_written(view: View, small_home: Path, small_data: Path) -> None:
    store = Elsewhere()
    copy(view, store)
    before, writings = store.state(), store.writings
    assert copy(view, store).written == 0
    assert (store.state(), store.writings) == (before, writings)
    store.inside.add(ox.Quad(thing("nation", "POL"), ox.NamedNode(OWN), ox.Literal("x"), graph("gone")))
    assert copy(view, store).written == 1
    assert store.state() == before


@pytest.mark.long
def test_a_failure_half_way_is_undone(view: View, next_view: View) -> None:
    store = Elsewhere()
    copy(view, store)
    before, first = store.state(), store.writings
    copy(next_view, store)
    assert holds(store, next_view)
    whole = store.writings - first
    assert whole >= 7
    copy(view, store)
    for number in (1, 2, whole // 2, whole):
        store.failing = {store.writings + number}
        with pytest.raises(StoreFailed, match="no connection: it is gone"):
            copy(next_view, store)
        assert (store.state(), held(store).identifier) == (before, view.identifier)


def test_a_store_that_is_gone_for_good_says_that_it_is_not_whole(view: View) -> None:
    store = Elsewhere()
    copy(view, store)
    store.inside.remove_graph(graph("ontology"))
    store.failing = set(range(store.writings + 3, store.writings + 1_000))
    with pytest.raises(StoreFailed, match=r"could not be put back; copy again \(.*it is gone\)"):
        copy(view, store)
    with pytest.raises(StoreFailed, match="it holds no whole release"):
        held(store)
    store.failing = set()
    copy(view, store)
    assert holds(store, view)
    assert held(store).identifier == view.identifier


def test_a_store_that_loses_triples_is_found_out(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Elsewhere()
    load = store.load
    monkeypatch.setattr(store, "load", lambda quads: load(list(quads)[:5]))
    with pytest.raises(StoreFailed, match=r"of the \d+ triples of https://w3id\.org/stanagraph/graph/\S+ it holds"):
        copy(view, store)


def test_a_default_graph_that_is_not_the_union_is_told(view: View) -> None:
    store = Elsewhere(union=False)
    copy(view, store)
    with pytest.raises(StoreFailed, match="its default graph is not the union of all its graphs"):
        held(store)


@pytest.mark.long
def test_real_servers_hold_a_release(remote: RemoteStore, view: View, next_view: View) -> None:
    ask = Catalogue().ask
    for it in (view, next_view, view):
        assert copy(it, remote).held == held(remote)
        assert held(remote).identifier == it.identifier
        arguments = {"recipient": "UKR"}
        answers = [len(ask(store, "stocks-for-recipient", arguments).rows) for store in (remote, it.open())]
        assert answers[0] == answers[1]
    for name in [it for it in remote.graphs() if it.value.startswith(graph("").value)]:
        remote.drop(name)


class TestSettings:
    def settings(self, home: Path, text: str) -> Settings:
        (home / "stanagraph.toml").write_text(text, encoding="utf-8")
        return Settings.read(home)

    def test_who_answers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(PASSWORD, "sesame")
        nothing = self.settings(tmp_path, "")
        assert service_of(nothing) is None
        assert service_of(nothing, "https://graph.example/q") == Service("https://graph.example/q")
        told = self.settings(
            tmp_path,
            '[store]\nquery = "https://graph.example/q"\nupdate = "https://graph.example/u"\n'
            'graph-store = "https://graph.example/s"\nuser = "me"\nseconds = 5\nbytes = 1000\n',
        )
        whole = Service(
            "https://graph.example/q", "https://graph.example/u", "https://graph.example/s", "me", "sesame", 5, 1000
        )
        assert service_of(told) == service_of(told, "https://graph.example/q") == whole
        assert service_of(told, "here") is None

    def test_another_store_is_not_told_the_password(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(PASSWORD, "sesame")
        told = self.settings(tmp_path, '[store]\nquery = "https://graph.example/q"\nuser = "me"\nseconds = 5\n')
        assert service_of(told, "https://other.example/q") == Service("https://other.example/q", seconds=5)

    def test_a_password_is_shown_by_nothing(self, tmp_path: Path) -> None:
        assert "sesame" not in repr(Service("https://graph.example/q", user="me", password="sesame"))
        with pytest.raises(SettingsRefused, match="without a name or password") as refused:
            self.settings(tmp_path, '[store]\nquery = "https://me:sesame@graph.example/q"\n')
        assert "sesame" not in str(refused.value)
        with pytest.raises(SettingsRefused, match=r"store\.password"):
            self.settings(tmp_path, '[store]\nquery = "https://graph.example/q"\npassword = "sesame"\n')

    @pytest.mark.parametrize(
        "address", ["ftp://graph.example/", "graph.example", "http://", "http://a b/", "file:///x"]
    )
    def test_what_is_no_address(self, address: str) -> None:
        with pytest.raises(ValueError, match="expected an address"):
            service_of(Settings(), address)

    def test_who_answers_has_no_part_in_what_is_built(self, small_home: Path, small_data: Path) -> None:
        built = Releases(small_home).current().manifest["settings"]
        (small_home / "stanagraph.toml").write_text('[store]\nquery = "https://graph.example/q"\n', encoding="utf-8")
        again = build(Releases(small_home), Inputs(data=small_data), again=True)
        assert again.manifest["settings"] == built

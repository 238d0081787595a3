"""What each report takes on the embedded store, beside the same file on Virtuoso and beside DuckDB on plain tables.

Two figures of our own: evaluated, and kept, as for a question that was asked of the release before
(docs/decisions/0018). Ratios are those of both.

Run with `python benchmarks/questions.py`; it uses the current release, or builds one with `--triples 1000000` over
facts that generate.py makes; `--only gaps matrix` measures some. Virtuoso (Debian: virtuoso-opensource-7-bin) is
started in a folder of its own. DuckDB answers the matrix, the gaps and the positions from tables that hold what the
release has derived; it has to give the same columns and rows. A ratio above one says how much quicker the other one
is. It is given where Virtuoso answers with as many rows; whether they are the same rows is for
tests/graph/test_remote.py to say.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
from generate import generate
from ingest import build

from stanagraph.graph.answers import Answers
from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.errors import StoreFailed
from stanagraph.graph.names import key_of
from stanagraph.graph.releases import Releases
from stanagraph.graph.remote import RemoteStore, Service
from stanagraph.graph.store import EmbeddedStore

ROUNDS = 5
ARGUMENTS = {
    "accepting-nations": {"munition": "m982-excalibur"},
    "changes-between": {"earlier": "2020-01-01", "later": "2026-01-01"},
    "evidence": {"equipment": "m777", "munition": "m982-excalibur"},
    "joint-procurement": {"class": "155mm"},
    "life-cycle": {"document": "STANAG-4425"},
    "list-changes": {"earlier": "stanagraph-public-data", "later": "stanagraph-public-data"},
    "matrix": {"class": "155mm"},
    "matrix-as-of": {"class": "155mm", "asOf": "2020-01-01"},
    "pairs": {"using": "POL", "providing": "DEU"},
    "positions": {"agreement": "STANAG-4425"},
    "requirement-changes": {"earlier": "AOP-4172", "later": "AOP-2310"},
    "requirements": {"scope": "155mm-l52-jbmou"},
    "requirements-package": {"scope": "155mm-l52-jbmou"},
    "revision-impact": {"revised": "STANAG-4425"},
    "revision-verdicts": {"revised": "STANAG-4425"},
    "stocks-for-recipient": {"recipient": "UKR"},
    "substitutes": {"munition": "m982-excalibur", "equipment": "m777"},
    "trace": {"thing": "m777"},
    "type-verdicts": {"type": "pzh-2000"},
}
SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
TransactionFile = virtuoso.trx
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
DirsAllowed = {folder}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 10000000
"""
# The tables that a warehouse would have, as SELECTs over the release, and three questions over them.
HEAD = "PREFIX : <https://w3id.org/stanagraph/ns/> SELECT DISTINCT "
TABLES = {
    "cell": "?class ?using ?providing ?compatible ?restricted ?incompatible ?unknown ?lower ?upper { ?c a :MatrixCell ;"
    " :munitionClass ?class ; :usingNation ?using ; :providingNation ?providing ; :compatibleCount ?compatible ;"
    " :restrictedCount ?restricted ; :incompatibleCount ?incompatible ; :unknownCount ?unknown ; :lowerBound ?lower ;"
    " :upperBound ?upper }",
    "gap": "?gap ?cause ?equipment ?edition ?reason ?pairs ?since { ?gap a :Gap ; :gapCause ?cause ;"
    " :blockedPairCount ?pairs OPTIONAL { ?gap :concernsEquipment ?equipment }"
    " OPTIONAL { ?gap :concernsEdition ?edition } OPTIONAL { ?gap :reasonCode ?reason }"
    " OPTIONAL { ?gap :heldSince ?since } }",
    "gap_nation": "?gap ?nation { ?gap a :Gap ; :affectsNation ?nation }",
    "gap_interface": "?gap ?interface { ?gap a :Gap ; :concernsInterface ?interface }",
    "gap_munition": "?gap ?munition { ?gap a :Gap ; :concernsMunition ?munition }",
    "gap_action": "?gap ?action { ?gap a :Gap ; :closedBy ?action }",
    "gap_stale": "?gap ?source { ?gap a :Gap ; :restsOnStale ?source }",
    "edition": "?edition ?agreement ?status { ?edition :editionOf ?agreement ; a :AgreementEdition"
    " OPTIONAL { ?edition :documentStatus ?status } }",
    "ally": "?nation { ?nation a :Nation ; :allianceGroup <https://w3id.org/stanagraph/id/alliance-group/ally> }",
    "response": "?answer ?edition ?nation ?response ?responded ?service ?reservation { ?answer :toEdition ?edition ;"
    " :byNation ?nation ; :responseKind ?response OPTIONAL { ?answer :respondedOn ?responded }"
    " OPTIONAL { ?answer :forService ?service } OPTIONAL { ?answer :hasReservation/:reservationText ?reservation } }",
    "deed": "?deed ?edition ?nation ?state ?since ?document { ?deed :implementsEdition ?edition ; :byNation ?nation ;"
    " :implementationState ?state OPTIONAL { ?deed :implementedFrom ?since }"
    " OPTIONAL { ?deed :documentCitation ?document } }",
    "said": "?statement ?stand ?source ?confidence { ?stand :toEdition|:implementsEdition ?edition ."
    " ?statement :about ?stand ; <http://www.w3.org/ns/prov#hadPrimarySource> ?source ; :confidence ?confidence }",
}
_NOT_KNOWN = "https://w3id.org/stanagraph/id/{}/not-known"
# Each gives the columns and rows of the report of its name: `measure` holds them against each other.
PLAIN = {
    "matrix": "SELECT * FROM cell WHERE class LIKE '%/munition-class/155mm' ORDER BY using_, providing",
    "gaps": "SELECT gap, cause, nations, nation, equipment, interface, munition, edition, reason, pairs, since, action,"
    " stale IS NOT NULL FROM gap"
    " JOIN (SELECT gap, count(*) AS nations, min(nation) AS nation FROM gap_nation GROUP BY gap) USING (gap)"
    " JOIN gap_action USING (gap)"
    " LEFT JOIN (SELECT gap, min(interface) AS interface FROM gap_interface GROUP BY gap) USING (gap)"
    " LEFT JOIN (SELECT gap, min(munition) AS munition FROM gap_munition GROUP BY gap) USING (gap)"
    " LEFT JOIN (SELECT gap, min(source) AS stale FROM gap_stale GROUP BY gap) USING (gap)"
    " ORDER BY pairs DESC, cause, gap, action",
    "positions": "WITH wanted AS (SELECT * FROM edition WHERE agreement LIKE '%/agreement/STANAG-4425'),"
    " carried AS (SELECT d.*, s.statement FROM deed d JOIN wanted USING (edition) JOIN said s ON s.stand = d.deed),"
    " answered AS (SELECT r.*, s.statement, s.source, s.confidence FROM response r JOIN wanted USING (edition)"
    " JOIN said s ON s.stand = r.answer),"
    " told AS (SELECT edition, a.nation, service, response, coalesce(state, $state) AS state, document, reservation,"
    " coalesce(responded, since) AS since, a.statement, source, confidence"
    " FROM answered a LEFT JOIN carried USING (edition, nation, statement)"
    " UNION SELECT edition, c.nation, NULL, $response, c.state, c.document, NULL, c.since, c.statement, s.source,"
    " s.confidence FROM carried c JOIN said s ON s.stand = c.deed AND s.statement = c.statement"
    " WHERE (c.edition, c.nation, c.statement) NOT IN (SELECT (edition, nation, statement) FROM answered)"
    " UNION SELECT edition, nation, NULL, $response, $state, NULL, NULL, NULL, NULL, NULL, NULL FROM wanted, ally"
    " WHERE status LIKE '%/current' AND nation NOT IN"
    " (SELECT nation FROM answered UNION ALL SELECT nation FROM carried))"
    " SELECT agreement, edition, status, nation, service, response, state, document, reservation, since, statement,"
    " source, confidence FROM told JOIN wanted USING (edition) ORDER BY edition, statement IS NULL, nation,"
    " coalesce(service, ''), coalesce(statement, ''), coalesce(reservation, ''), coalesce(document, ''),"
    " coalesce(since, '')",
}
GIVEN = {
    "positions": {"response": _NOT_KNOWN.format("response-kind"), "state": _NOT_KNOWN.format("implementation-state")}
}
NUMBERS = {"compatible", "restricted", "incompatible", "unknown", "pairs", "nations"}


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


@contextlib.contextmanager
def virtuoso(store: EmbeddedStore, folder: Path) -> Iterator[RemoteStore]:
    """A Virtuoso with the quads of a store, loaded by its own bulk loader."""
    with (folder / "all.nq").open("wb") as file:
        store.dump(file)
    sql, base = free_port(), f"http://127.0.0.1:{free_port()}"
    settings = SETTINGS.format(sql=sql, http=base.rpartition(":")[2], folder=folder)
    (folder / "virtuoso.ini").write_text(settings)
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base}/sparql", timeout=5).close()
                break
            time.sleep(0.1)
        # 512: the names of graphs are in the file.
        (folder / "load.sql").write_text(
            f"DB.DBA.TTLP_MT (file_open ('{folder}/all.nq'), '', 'urn:none', 512);\ncheckpoint;\n"
        )
        login = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "load.sql"]
        subprocess.run(login, cwd=folder, check=True, capture_output=True, timeout=1800)
        yield RemoteStore(Service(f"{base}/sparql", seconds=5))
    finally:
        process.kill()
        process.wait()


def plain(store: EmbeddedStore) -> duckdb.DuckDBPyConnection:
    """The tables in memory; `using` is a word of SQL."""
    database = duckdb.connect()
    for name, select in TABLES.items():
        table = store.select(HEAD + select)
        columns = [column.replace("using", "using_") for column in table.columns]
        kinds = ", ".join(f"{column} {'INTEGER' if column in NUMBERS else 'VARCHAR'}" for column in columns)
        database.execute(f"CREATE TABLE {name} ({kinds})")
        if table.rows:
            cells = [list(map(told, column)) for column in zip(*table.rows, strict=True)]
            database.execute(f"INSERT INTO {name} SELECT {', '.join(['unnest(?)'] * len(columns))}", cells)
    return database


def told(cell: object) -> object:
    """A cell as a table would have it: numbers and truth as such, all else as text, None where nothing is known."""
    value = getattr(cell, "value", None)
    kind = str(getattr(cell, "datatype", "")).rpartition("#")[2]
    if value is None or kind not in ("integer>", "boolean>"):
        return value
    return int(value) if kind == "integer>" else value == "true"


def seconds(work: Callable[[], object]) -> float:
    """The median time of a piece of work over some rounds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def ratios(name: str, took: float, evaluated: float, kept: float) -> str:
    """What another store takes, and what ours take of that."""
    return f"{name} {took * 1000:.1f} ms = {evaluated / took:.2f}, kept {kept / took:.2f}"


def beside(remote: RemoteStore, query: str, rows: int, evaluated: float, kept: float) -> str:
    """What Virtuoso takes for a query, as ratios; one that it cannot answer as it should is not asked again."""
    try:
        if (found := len(remote.select(query).rows)) != rows:
            return f"Virtuoso: {found} rows instead of {rows}"
        took = seconds(lambda: remote.select(query))
    except StoreFailed as error:
        return f"Virtuoso: {error.why.format(**error.values).splitlines()[0][:80]}"
    return ratios("Virtuoso", took, evaluated, kept)


def measure(store: EmbeddedStore, remote: RemoteStore, answers: Answers, only: Sequence[str] = ()) -> None:
    """Print a line per report."""
    catalogue, database = Catalogue(), plain(store)
    # Gaps are what a release finds: the one that blocks most pairs stands for them.
    gap = key_of(catalogue.ask(store, "gaps").rows[0][0].value)
    for name in only or catalogue.names():
        query = catalogue[name]
        one = {"gap": gap} if "gap" in query.parameters and query.parameters["gap"].required else {}
        text = query.bound(ARGUMENTS.get(name, one), store)
        table = store.select(text)
        answers.keep(text, table)
        assert answers.get(text) == table, f"{name}: what was kept is another answer"
        evaluated = seconds(lambda text=text: store.select(text))  # type: ignore[misc]
        kept = seconds(lambda text=text: answers.get(text))  # type: ignore[misc]
        parts = [f"{name}: evaluated {evaluated * 1000:.1f} ms, kept {kept * 1000:.1f} ms, {len(table.rows)} rows"]
        parts.append(beside(remote, text, len(table.rows), evaluated, kept))
        if name in PLAIN:

            def asked(name: str = name) -> list[tuple[object, ...]]:
                return database.execute(PLAIN[name], GIVEN.get(name)).fetchall()

            assert asked() == [tuple(map(told, row)) for row in table.rows], f"{name}: DuckDB gives other rows"
            parts.append(ratios("DuckDB", seconds(asked), evaluated, kept))
        print(", ".join(parts), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, help="build a release with as many source triples")
    parser.add_argument("--only", nargs="+", default=[], metavar="REPORT", help="measure these reports only")
    given = parser.parse_args()
    if shutil.which("virtuoso-t") is None:
        parser.error("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if given.triples:
            with (scratch / "facts.nq").open("w", encoding="utf-8") as file:
                file.writelines(generate(given.triples))
            build(scratch / "facts.nq", scratch / "store", scratch)
            store = EmbeddedStore.open(scratch / "store")
        else:
            store = Releases().current().open()
        with virtuoso(store, scratch) as remote:
            measure(store, remote, Answers(scratch / "answers", "measured"), given.only)


if __name__ == "__main__":
    main()

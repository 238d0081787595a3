"""What tests of several folders share: one release of the public data, and a small data set to change."""

from __future__ import annotations

import contextlib
import csv
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from stanagraph.graph.releases import Release, Releases
from stanagraph.graph.remote import Service
from stanagraph.graph.resources import folder
from stanagraph.graph.store import EmbeddedStore
from stanagraph.ingest.pipeline import Inputs, build

# A slow machine is no failure.
settings.register_profile("stanagraph", deadline=None)
settings.load_profile("stanagraph")

# A small world: three guns and a tank, what they fire, and who holds them.
_EQUIPMENT = {"m777", "m777a2", "pzh-2000", "challenger-2"}
_MUNITIONS = {"m982-excalibur", "m795-he", "dm121", "dm53", "l27-apfsds", "155mm-bag-charges"}
_ALWAYS = {
    "sources",
    "bodies",
    "nations",
    "interfaces",
    "parameter_definitions",
    "agreements",
    "agreement_editions",
    "publications",
}


Once = Callable[[str, Callable[[Path], object]], Path]

_VIRTUOSO = """
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
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 1000000
"""
_GRANTS = """
grant SPARQL_UPDATE to "SPARQL";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);
"""


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """A folder of this name that is filled once, however many processes run the tests."""
    own = tmp_path_factory.getbasetemp()
    root = own if worker_id == "master" else own.parent

    def fill(name: str, make: Callable[[Path], object]) -> Path:
        target, filled = root / name, root / f"{name}.filled"
        with FileLock(root / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir()
                make(target)
                filled.touch()
        return target

    return fill


@pytest.fixture(scope="session")
def public_home(once: Once) -> Path:
    """A STANAGRAPH_HOME with one release of the public data."""
    return once("home", lambda home: build(Releases(home)))


@pytest.fixture(scope="session")
def public_release(public_home: Path) -> Release:
    """The release of the public data."""
    return Releases(public_home).current()


@pytest.fixture(scope="session")
def public_store(public_release: Release) -> EmbeddedStore:
    """The store of the public data, read-only."""
    return public_release.open()


@pytest.fixture
def public_data(tmp_path: Path) -> Path:
    """A copy of data/ that a test may damage."""
    return Path(shutil.copytree(folder("data"), tmp_path / "data"))


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("small") / "data"
    target.mkdir()
    left_out = (_ids("equipment") | _ids("munitions")) - _EQUIPMENT - _MUNITIONS
    for path in folder("data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            heading, *rows = list(csv.reader(file))
        if path.stem not in _ALWAYS:
            rows = [row for row in rows if _belongs(dict(zip(heading, row, strict=True)), left_out)]
        with (target / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([heading, *rows])
    return target


def _ids(table: str) -> set[str]:
    with (folder("data") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def _belongs(row: dict[str, str], left_out: set[str]) -> bool:
    """Whether a row is about a thing that is kept and names none that is left out."""
    named = set(row.values())
    return bool(named & (_EQUIPMENT | _MUNITIONS)) and not named & left_out


@pytest.fixture
def small_data(_small: Path, tmp_path: Path) -> Path:
    """A copy of a small part of data/ that a test may change; it builds in a few seconds."""
    return Path(shutil.copytree(_small, tmp_path / "small"))


@pytest.fixture(scope="session")
def _small_home(_small: Path, once: Once) -> Path:
    return once("small-home", lambda home: build(Releases(home), Inputs(data=_small)))


@pytest.fixture
def small_home(_small_home: Path, tmp_path: Path) -> Path:
    """A STANAGRAPH_HOME of its own, with one release of the small data."""
    return Path(shutil.copytree(_small_home, tmp_path / "home"))


@pytest.fixture
def edit() -> Callable[[Path, int, str, str], None]:
    """Put a value into a cell of a table, by file, line (the heading is line 1) and column."""

    def put(path: Path, line: int, column: str, value: str) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[line - 1][rows[0].index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    return put


def _free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until something answers there in HTTP."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except urllib.error.HTTPError as error:
                error.close()
            else:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise TimeoutError(f"no server at {url}")


@contextlib.contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(url, process)
        yield
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="session")
def oxigraph_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An Oxigraph server whose default graph is the union of all; it keeps nothing."""
    program = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    base = f"http://127.0.0.1:{_free_port()}"
    command = [program, "serve", "--bind", base.removeprefix("http://"), "--union-default-graph"]
    with _running(command, tmp_path_factory.mktemp("oxigraph"), base):
        yield Service(f"{base}/query", f"{base}/update", f"{base}/store", seconds=60)


@pytest.fixture(scope="session")
def virtuoso_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A Virtuoso of its own, which anybody on this machine may write to."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or console is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder, sql, http = tmp_path_factory.mktemp("virtuoso"), _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http))
    (folder / "grants.sql").write_text(_GRANTS)
    base = f"http://127.0.0.1:{http}"
    command = [program, "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    with _running(command, folder, f"{base}/sparql"):
        # The account and the password that every new Virtuoso has.
        login = [console, f"127.0.0.1:{sql}", "dba", "dba", "grants.sql"]
        subprocess.run(login, cwd=folder, check=True, capture_output=True, timeout=30)
        yield Service(f"{base}/sparql", f"{base}/sparql", f"{base}/sparql-graph-crud", seconds=60)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds a port on which nobody listens."""
    return _free_port


@pytest.fixture(scope="session")
def running() -> Callable[[list[str], Path, str], AbstractContextManager[None]]:
    """Runs a server in a folder until it is no longer needed; it is there once the address answers."""
    return _running

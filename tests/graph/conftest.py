"""Real stores that are asked over the network: Oxigraph's server, and Virtuoso where it is installed."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from stanagraph.graph.remote import RemoteStore, Service

_SETTINGS = """
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
        yield Service(f"{base}/query", f"{base}/update", f"{base}/store", seconds=20)


@pytest.fixture(scope="session")
def virtuoso_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A Virtuoso of its own, which anybody on this machine may write to."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or console is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder, sql, http = tmp_path_factory.mktemp("virtuoso"), _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(_SETTINGS.format(sql=sql, http=http))
    (folder / "grants.sql").write_text(_GRANTS)
    base = f"http://127.0.0.1:{http}"
    command = [program, "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    with _running(command, folder, f"{base}/sparql"):
        # The account and the password that every new Virtuoso has.
        login = [console, f"127.0.0.1:{sql}", "dba", "dba", "grants.sql"]
        subprocess.run(login, cwd=folder, check=True, capture_output=True, timeout=30)
        yield Service(f"{base}/sparql", f"{base}/sparql", f"{base}/sparql-graph-crud", seconds=20)


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest) -> RemoteStore:
    """A store on each of the servers; what tests leave there stays."""
    service: Service = request.getfixturevalue(f"{request.param}_service")
    return RemoteStore(service)

"""Real stores that are asked over the network: Oxigraph's server, which others share, and Virtuoso if installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from stanagraph.graph.remote import RemoteStore, Service

Running = Callable[[list[str], Path, str], AbstractContextManager[None]]
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


@pytest.fixture(scope="session")
def virtuoso_service(
    tmp_path_factory: pytest.TempPathFactory, running: Running, free_port: Callable[[], int]
) -> Iterator[Service]:
    """A Virtuoso of its own, which anybody on this machine may write to."""
    program, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or console is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)")
    folder, sql, http = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_SETTINGS.format(sql=sql, http=http))
    (folder / "grants.sql").write_text(_GRANTS)
    base = f"http://127.0.0.1:{http}"
    command = [program, "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    with running(command, folder, f"{base}/sparql"):
        # The account and the password that every new Virtuoso has.
        login = [console, f"127.0.0.1:{sql}", "dba", "dba", "grants.sql"]
        subprocess.run(login, cwd=folder, check=True, capture_output=True, timeout=30)
        yield Service(f"{base}/sparql", f"{base}/sparql", f"{base}/sparql-graph-crud", seconds=60)


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest) -> RemoteStore:
    """A store on each of the servers; what tests leave there stays."""
    service: Service = request.getfixturevalue(f"{request.param}_service")
    return RemoteStore(service)

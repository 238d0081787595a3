"""What a caller may have at once, over several processes: places that end with who has them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stanagraph.api.server.operations.places import Places

from .conftest import Start

OTHER = """
import sys
from pathlib import Path
from stanagraph.api.server.operations.places import Places
places = Places(Path(sys.argv[1]))
print([places.take("ann", 3) is not None for _ in range(int(sys.argv[2]))], flush=True)
sys.stdin.readline()
"""


@contextmanager
def other(file: Path, wanted: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that takes places, and what it got."""
    command = [sys.executable, "-c", OTHER, str(file), str(wanted)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


@pytest.mark.parametrize("shared", [True, False], ids=["in a file", "in memory"])
def test_a_caller_has_so_many_places(tmp_path: Path, shared: bool) -> None:
    places = Places(tmp_path / "places" if shared else None)
    first, second = (places.take("ann", 2) for _ in range(2))
    assert first is not None
    assert second not in (None, first)
    assert places.take("ann", 2) is None
    assert places.take("bob", 2) is not None
    places.give(first)
    assert places.take("ann", 2) == first


def test_a_process_finds_what_another_one_has_taken(tmp_path: Path) -> None:
    file = tmp_path / "places"
    places = Places(file)
    mine = places.take("ann", 3)
    with other(file, 3) as (_, got):
        assert got == "[True, True, False]"
        assert places.take("ann", 3) is None
        assert places.take("bob", 3) is not None
    # It has ended.
    assert places.take("ann", 3) not in (None, mine)


def test_the_places_of_a_process_that_is_killed_are_free(tmp_path: Path) -> None:
    file = tmp_path / "places"
    places = Places(file)
    with other(file, 3) as (process, got):
        assert got == "[True, True, True]"
        assert places.take("ann", 3) is None
        process.kill()
        process.wait()
        assert places.take("ann", 3) is not None


def test_a_caller_has_so_many_queries_over_all_workers(public_home: Path, start: Start) -> None:
    service = start(public_home, "--workers", "2", sparql__per_caller="1", sparql__seconds="4")
    endless = (
        "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"
    )
    running = threading.Thread(target=service.get, args=(endless,))
    running.start()
    time.sleep(1)
    # Connections of their own, so that both workers are asked.
    assert {service.get("/sparql?query=ASK%20%7B%7D").status_code for _ in range(12)} == {429}
    running.join()
    assert service.get("/sparql?query=ASK%20%7B%7D").status_code == 200

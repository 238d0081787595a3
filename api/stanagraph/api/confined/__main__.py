"""The process: opens one store, answers one request after the other, and ends when the service does."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from . import cage, requests
from .frames import DATA, END, FAILURE, HEADER, REQUEST, frame, receive
from .sink import Sink, Stopped

_GRACE = 0.5  # the service kills at the limit; who is left alone for longer than this ends by itself


def main() -> int:
    """Serve until the other side closes the socket or, where that is wished, has been silent for long enough."""
    connected = socket.socket(fileno=int(sys.argv[1]))
    told: dict[str, Any] = json.loads(sys.argv[2])
    cage.shut_off()
    try:
        store = _open(told)
    except (OSError, RuntimeError) as error:
        busy = told["mutable"] and "lock" in str(error).lower()
        return _give_up(connected, "busy" if busy else "failed", str(error))
    cage.limit_memory(told["memory"])
    while True:
        if told["idle"] and not select.select([connected], [], [], told["idle"])[0]:
            return 0
        received = receive(connected)
        if received is None or received[0] != REQUEST:
            return 0
        asked = json.loads(received[1])
        documents = []
        for _ in asked.get("documents", ()):
            part = receive(connected)
            if part is None or part[0] != DATA:
                return 0
            documents.append(part[1])
        _alarm(asked["seconds"] + _GRACE)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            _answer(store, Path(told["store"]), asked, documents, connected)
        _alarm(0)


def _open(told: dict[str, Any]) -> ox.Store:
    if not told["mutable"]:
        return ox.Store.read_only(told["store"])
    # Only one process may have a store open that can be changed; another one of the service may be about to leave it.
    until = time.monotonic() + float(told["patience"])
    while True:
        try:
            return ox.Store(told["store"])
        except OSError as error:
            if "lock" not in str(error).lower() or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _give_up(connected: socket.socket, code: str, detail: str) -> int:
    """Tell why no store could be opened to whoever asks first."""
    with contextlib.suppress(OSError):
        receive(connected)
        connected.sendall(frame(FAILURE, {"code": code, "detail": detail}))
    return 1


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(
    store: ox.Store, path: Path, asked: dict[str, Any], documents: list[bytes], connected: socket.socket
) -> None:
    sinks: list[Sink] = []

    def sink_of(media: str) -> Sink:
        sinks.append(Sink(connected, media, asked["rows"], asked["size"]))
        return sinks[-1]

    try:
        _carry_out(store, path, asked, documents, sink_of, partial(_done, connected))
        return
    except requests.Refused as refused:
        failure = refused.told
    except SyntaxError as error:
        failure = {"code": "bad-query", "detail": requests.in_short(error)}
    except MemoryError:
        failure = {"code": "query-stopped", "limit": "memory", "allowed": 0}
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # whatever it is, the service logs it and tells the client nothing of it
        failure = {"code": "failed", "detail": f"{type(error).__name__}: {error}"}
    stopped = sinks[-1].stopped if sinks else None
    if isinstance(stopped, Stopped):
        failure = {"code": "query-stopped", "limit": stopped.which, "allowed": stopped.allowed}
    connected.sendall(frame(FAILURE, failure))


def _carry_out(
    store: ox.Store, path: Path, asked: dict[str, Any], documents: list[bytes], sink_of: Any, done: Any
) -> None:
    action = asked["action"]
    if action == "query":
        requests.query(store, asked, sink_of)
    elif action == "read":
        requests.read(store, asked, sink_of)
    elif action == "graphs":
        done(graphs=sorted(name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode)))
    elif action == "remove":
        requests.remove(store, asked)
        done()
    else:
        requests.room(path, asked["room"])
        if action == "update":
            requests.update(store, asked)
            done()
        else:
            done(created=requests.write(store, asked, documents))


def _done(connected: socket.socket, **told: Any) -> None:
    connected.sendall(frame(HEADER, {"media": "", "whole": True}) + frame(END, told))


if __name__ == "__main__":
    sys.exit(main())

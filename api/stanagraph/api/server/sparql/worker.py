"""One confined process, as the service sees it: what it is asked, and the frames that come back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ...confined.frames import DATA, HEAD, REQUEST, frame

# All that such a process gets to know of the environment of the service, which may hold secrets.
_KEPT = ("PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "TZ")


_NICE = 10


class Gone(Exception):
    """The process has ended in the middle of an answer; `code` is what it ended with."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        super().__init__(f"a process for queries ended with {code}")


# Processes that are about to end. They are waited for beside the event loop: memory takes a while to be given back.
_ENDING: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()


@cache
def _reaper() -> threading.Thread:
    """The one thread that waits for them: to begin one each time would hold up the event loop."""

    def wait() -> None:
        while True:
            process = _ENDING.get()
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                _ENDING.put(process)

    thread = threading.Thread(target=wait, name="reaper", daemon=True)
    thread.start()
    return thread


def environment() -> dict[str, str]:
    """The environment of a confined process."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {"MALLOC_ARENA_MAX": "2"}


def _behind(pid: int) -> None:
    """Have a process come behind the service, from its first instant on, wherever there is not enough for both."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, _NICE)


def _left(process: subprocess.Popen[bytes], ours: socket.socket) -> None:
    ours.close()
    _ENDING.put(process)
    _reaper()


def _killed(process: subprocess.Popen[bytes], ours: socket.socket) -> None:
    process.kill()
    _left(process, ours)


class Worker:
    """A process with one open store. It answers one request at a time, and ends with this object at the latest."""

    def __init__(
        self, store: Path, *, memory: int, mutable: bool = False, idle: float = 0, patience: float = 0
    ) -> None:
        self.store = store
        ours, theirs = socket.socketpair()
        told = {"store": str(store), "memory": memory << 20, "mutable": mutable, "idle": idle, "patience": patience}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "stanagraph.api.confined", str(theirs.fileno()), json.dumps(told)],
                pass_fds=[theirs.fileno()],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        _behind(self._process.pid)
        ours.setblocking(False)
        self._socket = ours
        self._end = weakref.finalize(self, _killed, self._process, ours)
        # When the service ends nobody is at the other side any more, and no thread begins.
        self._end.atexit = False
        self._received = bytearray()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs, and has nothing to say that nobody asked for."""
        if self._process.poll() is not None:
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    async def ask(self, asked: dict[str, Any], documents: Sequence[bytes] = ()) -> None:
        """Send a request; raises Gone."""
        self._received.clear()
        data = frame(REQUEST, asked) + b"".join(frame(DATA, document) for document in documents)
        try:
            await asyncio.get_running_loop().sock_sendall(self._socket, data)
        except OSError:
            raise await self._gone() from None

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame; raises Gone."""
        kind, length = HEAD.unpack(await self._take(HEAD.size))
        return kind, await self._take(length)

    async def _take(self, length: int) -> bytes:
        loop = asyncio.get_running_loop()
        while len(self._received) < length:
            try:
                part = await loop.sock_recv(self._socket, 1 << 17)
            except OSError:
                part = b""
            if not part:
                raise await self._gone()
            self._received += part
        taken = bytes(self._received[:length])
        del self._received[:length]
        return taken

    async def _gone(self) -> Gone:
        # The other side is closed a little before the process has ended.
        for _ in range(50):
            if self._process.poll() is not None:
                break
            await asyncio.sleep(0.01)
        return Gone(self._process.returncode)

    def kill(self) -> None:
        """End the process now, whatever it does."""
        self._end()

    def close(self) -> None:
        """Have the process end by itself: it does when nobody is at the other side."""
        if self._end.detach():
            _left(self._process, self._socket)

"""What a confined process may use. What the system does not offer is left out; each lock says whether it holds."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import struct
import sys

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
# By machine: what the kernel calls it, and the numbers of socket, connect, execve, execveat, ptrace, io_uring_setup.
_MACHINES = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}


def shut_off() -> bool:
    """Nothing is reached from here on: no network, no other program. To be called before any thread begins."""
    return _no_network()


def limit_memory(limit: int) -> bool:
    """So many bytes beyond what the process has now: who allocates more is aborted.

    And of all processes the system ends this one first when memory runs out.
    """
    if sys.platform == "win32":
        return False
    import resource

    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + limit, used + limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


def _no_network() -> bool:
    """No socket can be made and no program started, whatever the text of a query gets past its check."""
    if not sys.platform.startswith("linux") or platform.machine() not in _MACHINES:
        return False
    kernel, refused = _MACHINES[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(refused) + 2, kernel), (_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    given = Program(len(steps), ctypes.addressof(program))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SECCOMP, _FILTER, ctypes.byref(given), 0, 0) == 0)

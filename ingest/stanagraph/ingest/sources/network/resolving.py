"""From the name of a host to the address that is connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

from .addresses import Address, may_connect
from .faults import NetworkFault

Resolve = Callable[[str, int], Sequence[str]]


def addresses_of(host: str, port: int) -> Sequence[str]:
    """All addresses that the machine finds for a name, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def pinned(address: Address, allow: Sequence[str], resolve: Resolve, seconds: float) -> str:
    """The address to connect to. All that the name stands for have to be allowed, not only the first."""
    found = _found(address, resolve, seconds)
    for text in found:
        if not may_connect(text, address, allow):
            raise NetworkFault(
                "refused", f"{address.place} stands for {text}, which is not public and not in [network] allow"
            )
    return found[0]


def _found(address: Address, resolve: Resolve, seconds: float) -> Sequence[str]:
    """What a name stands for. Looking it up cannot be cut off: it is left behind when time is up."""
    result: list[Sequence[str] | Exception] = []

    def look_up() -> None:
        try:
            result.append(resolve(address.host, address.port))
        except Exception as error:
            result.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if not result:
        raise TimeoutError
    if isinstance(result[0], OSError | UnicodeError) or not result[0]:
        raise NetworkFault("refused", f"{address.host} has no address", again=True)
    if isinstance(result[0], Exception):
        raise result[0]
    return result[0]

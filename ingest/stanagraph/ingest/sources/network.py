"""Asking a host on the network: only those that the settings name, never longer or more than they say.

The address that a name stands for is checked and then used: a name that changes its address between the check and the
connection changes nothing. Redirects are checked like the first address. No proxy, password or cookie is ever used.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol
from urllib.parse import unquote, urljoin, urlsplit

import tenacity

from stanagraph.graph import __version__
from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.workspace import NetworkSettings

REDIRECTS = 3
AGENT = f"stanagraph/{__version__}"
Outcome = Literal["timed-out", "refused", "broken-off", "unreadable"]
_PORTS = {"http": 80, "https": 443}
# What `ipaddress` calls global and leads, or may lead, to somewhere that is not.
_INWARD = [
    ipaddress.ip_network(it)
    for it in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
        "::/96",
        "::ffff:0:0/96",
    )
]
_AGAIN = frozenset((408, 429, 500, 502, 503, 504))


class Clock(Protocol):
    """What passes the time."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


Resolve = Callable[[str, int], Sequence[str]]


class NetworkFault(Exception):
    """An attempt that failed: how, whether another one may help, and how long its host asks to wait."""

    def __init__(self, outcome: Outcome, detail: str, *, again: bool = False, wait: float | None = None) -> None:
        self.outcome, self.detail, self.again, self.wait = outcome, detail, again, wait
        super().__init__(detail)


@dataclass(frozen=True)
class Address:
    """A checked web address, in its parts."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def place(self) -> str:
        """Host and port, as the settings name them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Received:
    """An answer whose body has been written to a file."""

    url: str
    media_type: str
    size: int


def checked(url: str, allow: Sequence[str]) -> Address:
    """The parts of an address whose host the settings allow; raises NetworkFault where they do not."""
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise NetworkFault("refused", f"{url!r} is no web address: it holds blanks or control characters")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError) as error:
        raise NetworkFault("refused", f"{url} is no web address: {error}") from None
    if parts.scheme not in _PORTS:
        raise NetworkFault("refused", f"{url} is not asked: only http and https are")
    if parts.username is not None or parts.password is not None:
        raise NetworkFault("refused", f"an address with a name or password in it is not asked: {host}")
    if not host:
        raise NetworkFault("refused", f"{url} names no host")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    target = re.sub(r"[^\x21-\x7e]", lambda it: "".join(f"%{byte:02X}" for byte in it[0].encode()), path)
    address = Address(parts.scheme, host, port if port is not None else _PORTS[parts.scheme], target)
    # A bare name in the settings means the port that its scheme has; any other port is named with it.
    if not any(_is(entry, address) for entry in allow):
        raise NetworkFault("refused", f"{address.place} is not in [network] allow of stanagraph.toml")
    return address


def _is(entry: str, address: Address) -> bool:
    host, port = _parted(entry)
    return host == address.host and (port == address.port or (port is None and address.port in _PORTS.values()))


def _parted(entry: str) -> tuple[str, int | None]:
    """Host and port of an entry of the settings: name, name:port, 10.0.0.1, [::1]:7878 or ::1."""
    text = entry.strip().lower().rstrip(".")
    if found := re.fullmatch(r"\[(?P<six>[0-9a-f:.]+)\](?::(?P<port>\d+))?", text):
        return found["six"], int(found["port"]) if found["port"] else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, int(port) if port.isdigit() else -1
    return text, None


def is_public(text: str) -> bool:
    """Whether an address is one of the open network: no loopback, private, local, shared or translated one."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if any(address.version == net.version and address in net for net in _INWARD):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _may_connect(text: str, address: Address, allow: Sequence[str]) -> bool:
    """Whether this address may be used: it is public, or the settings name it itself."""
    if is_public(text):
        return True
    named = {_parted(entry)[0] for entry in allow}
    loopback = text == "::1" or text.startswith("127.")
    return text in named or (loopback and address.host == "localhost")


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Client:
    """Sends requests under the rules of the settings."""

    def __init__(
        self,
        settings: NetworkSettings,
        clock: Clock | None = None,
        resolve: Resolve = _resolve,
        total: float | None = None,
    ) -> None:
        self.settings, self.clock = settings, clock if clock is not None else SystemClock()
        self._find = resolve
        self.deadline = self.clock.monotonic() + (total if total is not None else settings.total_seconds)
        self.received = 0

    def fetch(
        self, url: str, into: Path, headers: Mapping[str, str], body: bytes | None = None, method: str | None = None
    ) -> Received:
        """Ask until there is an answer, no further attempt may help, or time is up; the body is in the file then.

        Raises NetworkFault.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, NetworkFault) and error.again),
            stop=self._is_over,
            wait=self._pause,
            sleep=self.clock.sleep,
            reraise=True,
        )
        return retrying(self._fetch_once, url, into, headers, body, method or ("GET" if body is None else "POST"))

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, NetworkFault) and error.wait is not None:
            return error.wait
        return float(tenacity.wait_exponential_jitter(initial=1, max=60, jitter=1)(state))

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        # tenacity computes the pause before it asks whether to stop.
        too_late = self.clock.monotonic() + state.upcoming_sleep >= self.deadline
        return state.attempt_number >= self.settings.attempts or too_late

    def _fetch_once(
        self, url: str, into: Path, headers: Mapping[str, str], body: bytes | None, method: str
    ) -> Received:
        deadline = min(self.clock.monotonic() + self.settings.request_seconds, self.deadline)
        try:
            for _ in range(REDIRECTS + 1):
                address = checked(url, self.settings.allow)
                with _Connection(address, self._pinned(address, deadline), deadline, self.clock) as connection:
                    connection.request(method, address.target, body, {"User-Agent": AGENT, **headers})
                    # An answer that ends with its connection is closed by nobody else.
                    with contextlib.closing(connection.getresponse()) as response:
                        location = response.getheader("Location")
                        if response.status not in (301, 302, 303, 307, 308) or not location:
                            self._judge(response)
                            with into.open("wb") as file:
                                size = self._receive(response, file)
                            return Received(url, response.headers.get_content_type(), size)
                        if response.status == 303:
                            method, body = "GET", None
                        url = self._redirected(url, location)
        except TimeoutError:
            raise NetworkFault(
                "timed-out", f"no whole answer within {self.settings.request_seconds:g} seconds", again=True
            ) from None
        except ssl.SSLError as error:
            raise NetworkFault("refused", f"no safe connection: {error.reason or error}") from error
        except ConnectionRefusedError as error:
            raise NetworkFault("refused", "nothing listens there", again=True) from error
        except (http.client.IncompleteRead, http.client.RemoteDisconnected) as error:
            raise NetworkFault("broken-off", "the answer ended before its end", again=True) from error
        except http.client.HTTPException as error:
            raise NetworkFault("unreadable", f"no answer in HTTP: {type(error).__name__}") from error
        except OSError as error:
            raise NetworkFault("broken-off", f"the connection failed: {error.strerror or error}", again=True) from error
        raise NetworkFault("refused", f"more than {REDIRECTS} redirects")

    def _redirected(self, url: str, location: str) -> str:
        further = urljoin(url, location)
        if urlsplit(url).scheme == "https" and urlsplit(further).scheme != "https":
            raise NetworkFault("refused", "it redirects from https to another scheme")
        try:
            checked(further, self.settings.allow)
        except NetworkFault as error:
            raise NetworkFault("refused", f"it redirects elsewhere: {error.detail}") from None
        return further

    def _pinned(self, address: Address, deadline: float) -> str:
        """The address to connect to. All that the name stands for have to be allowed, not only the first."""
        found = self._found(address, deadline)
        for text in found:
            if not _may_connect(text, address, self.settings.allow):
                raise NetworkFault(
                    "refused", f"{address.place} stands for {text}, which is not public and not in [network] allow"
                )
        return found[0]

    def _found(self, address: Address, deadline: float) -> Sequence[str]:
        """What a name stands for. Looking it up cannot be cut off: it is left behind when time is up."""
        result: list[Sequence[str] | Exception] = []

        def look_up() -> None:
            try:
                result.append(self._find(address.host, address.port))
            except Exception as error:
                result.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(max(0.0, deadline - self.clock.monotonic()))
        if not result:
            raise TimeoutError
        if isinstance(result[0], OSError | UnicodeError) or not result[0]:
            raise NetworkFault("refused", f"{address.host} has no address", again=True)
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def _judge(self, response: http.client.HTTPResponse) -> None:
        if response.status == 200:
            encoding = response.getheader("Content-Encoding", "identity")
            if encoding.lower() != "identity":
                raise NetworkFault("unreadable", f"the answer is packed ({encoding}), which was not asked for")
            if not response.chunked and response.length is None:
                raise NetworkFault("broken-off", "the answer does not say where it ends, so a part may be missing")
            return
        detail = f"HTTP {response.status} {response.reason}".strip()
        if response.status == 408:
            raise NetworkFault("timed-out", detail, again=True)
        wait = self._wait(response.getheader("Retry-After")) if response.status in (429, 503) else None
        if wait is not None:
            detail += f", to be asked again after {wait:.0f} s"
        raise NetworkFault("refused", detail, again=response.status in _AGAIN, wait=wait)

    def _wait(self, told: str | None) -> float | None:
        if told is None:
            return None
        if told.strip().isdigit():
            return float(told)
        try:
            return max(0.0, (parsedate_to_datetime(told) - self.clock.now()).total_seconds())
        except (TypeError, ValueError):
            return None

    def _receive(self, response: http.client.HTTPResponse, file: BinaryIO) -> int:
        size = 0
        while chunk := response.read(64 * 1024):
            size += len(chunk)
            self.received += len(chunk)
            if self.received > self.settings.bytes:
                raise NetworkFault("broken-off", f"more than {self.settings.bytes} bytes")
            file.write(chunk)
        # Reading in pieces does not notice by itself that some are missing.
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return size


class _Connection(http.client.HTTPConnection):
    """A connection to one checked address, each of whose steps ends at the deadline."""

    def __init__(self, address: Address, text: str, deadline: float, clock: Clock) -> None:
        super().__init__(address.host, address.port)
        self.default_port = _PORTS[address.scheme]
        self._address, self._text, self._end, self._clock = address, text, deadline, clock

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> None:
        left = self._left()
        plain = socket.create_connection((self._text, self._address.port), timeout=left)
        if self._address.scheme == "https":
            try:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self._address.host)
            except BaseException:
                plain.close()
                raise
        self.sock = _Timed(plain, self._left)

    def _left(self) -> float:
        left = self._end - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Timed:
    """A socket that waits no longer than until the deadline, however slowly its bytes come."""

    def __init__(self, plain: socket.socket, left: Callable[[], float]) -> None:
        self._plain, self._left = plain, left

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(self._left())
        self._plain.sendall(data)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._plain, self._left))

    def close(self) -> None:
        self._plain.close()


class _Reading(io.RawIOBase):
    def __init__(self, plain: socket.socket, left: Callable[[], float]) -> None:
        super().__init__()
        self._plain, self._left = plain, left
        self._inner = plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        self._plain.settimeout(self._left())
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


@dataclass(frozen=True)
class Fetched:
    """A file from the network: where it lies, its name, the address that gave it in the end, and its media type."""

    path: Path
    name: str
    url: str
    media_type: str
    size: int


def fetch_file(
    url: str, settings: NetworkSettings, into: Path, clock: Clock | None = None, resolve: Resolve = _resolve
) -> Fetched:
    """Fetch a file into a folder, under its own name without any path; raises SourceRefused with the reason."""
    name = re.sub(r"[^\w.+-]", "_", unquote(urlsplit(url).path.rpartition("/")[2])).lstrip(".")[:120] or "download"
    path = into / name
    try:
        received = Client(settings, clock, resolve).fetch(url, path, {"Accept": "*/*"})
    except NetworkFault as error:
        path.unlink(missing_ok=True)
        raise SourceRefused(
            url, "cannot be fetched ({outcome}): {detail}", outcome=error.outcome, detail=error.detail
        ) from error
    return Fetched(path, name, received.url, received.media_type, received.size)

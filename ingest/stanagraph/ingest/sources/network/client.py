"""Sending a request: again where that may help, on to where a redirect leads, and never past a limit."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import tenacity

from stanagraph.graph.deadlines import AGENT, Connection, Deadline, pieces
from stanagraph.graph.workspace import NetworkSettings

from .addresses import Address, checked
from .clock import Clock, SystemClock
from .faults import NetworkFault
from .resolving import Resolve, addresses_of, pinned

REDIRECTS = 3
_AGAIN = frozenset((408, 429, 500, 502, 503, 504))


@dataclass(frozen=True)
class Received:
    """An answer whose body has been written to a file."""

    url: str
    media_type: str
    size: int


class Client:
    """Sends requests under the rules of the settings."""

    def __init__(
        self,
        settings: NetworkSettings,
        clock: Clock | None = None,
        resolve: Resolve = addresses_of,
        total: float | None = None,
    ) -> None:
        self.settings, self.clock = settings, clock if clock is not None else SystemClock()
        self._resolve = resolve
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
        end = min(self.clock.monotonic() + self.settings.request_seconds, self.deadline)
        deadline = Deadline(end, self.clock.monotonic)
        try:
            for _ in range(REDIRECTS + 1):
                address = checked(url, self.settings.allow)
                at = self._pinned(address, end)
                scheme = address.scheme
                with Connection(address.host, address.port, scheme=scheme, deadline=deadline, at=at) as connection:
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
        left = max(0.0, deadline - self.clock.monotonic())
        return pinned(address, self.settings.allow, self._resolve, left)

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
        for piece in pieces(response):
            size += len(piece)
            self.received += len(piece)
            if self.received > self.settings.bytes:
                raise NetworkFault("broken-off", f"more than {self.settings.bytes} bytes")
            file.write(piece)
        return size

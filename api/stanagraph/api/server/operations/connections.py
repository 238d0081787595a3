"""Connections that cannot be held by who sends or reads slowly: uvicorn has a limit for idle ones only."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from .settings import LimitSettings


class GuardedConfig(Config):
    """The configuration of uvicorn with our limits."""

    def __init__(self, app: Any, limits: LimitSettings, each: int | None, **rest: Any) -> None:
        super().__init__(
            app,
            http=GuardedProtocol,
            ws="none",
            h11_max_incomplete_event_size=limits.header_bytes,
            timeout_keep_alive=limits.idle_seconds,
            limit_concurrency=limits.connections,
            **rest,
        )
        self.limits = limits
        # How many connections one address may have; None where all come from a proxy.
        self.each = each
        self.open: Counter[str] = Counter()


class GuardedProtocol(H11Protocol):
    """Ends a connection whose headers do not come, or whose answer is not read, within their time."""

    config: GuardedConfig
    _headers_due: asyncio.TimerHandle | None = None
    _reading_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_headers()
        if self.config.each is not None and self.client is not None:
            self.config.open[self.client[0]] += 1
            if self.config.open[self.client[0]] > self.config.each:
                transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        self._was_read()
        if self.config.each is not None and self.client is not None:
            self.config.open[self.client[0]] -= 1
            if not self.config.open[self.client[0]]:
                del self.config.open[self.client[0]]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        if self._headers_due is None and (before is None or before.response_complete):
            self._expect_headers()
        super().data_received(data)
        if self.cycle is not before:
            self._headers_came()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        self._was_read()
        super().resume_writing()

    def on_response_complete(self) -> None:
        if self.transport.get_write_buffer_size():
            # A connection that is closed waits for its last bytes to be read, for ever if it must.
            self._expect_reading()
        super().on_response_complete()

    def _expect_headers(self) -> None:
        self._headers_due = self.loop.call_later(self.config.limits.header_seconds, self.transport.abort)

    def _expect_reading(self) -> None:
        self._was_read()
        self._reading_due = self.loop.call_later(self.config.limits.stall_seconds, self._end_if_not_read)

    def _end_if_not_read(self) -> None:
        self._reading_due = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _headers_came(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _was_read(self) -> None:
        if self._reading_due is not None:
            self._reading_due.cancel()
            self._reading_due = None

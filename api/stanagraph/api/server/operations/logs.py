"""Logs as one line each: JSON for machines, text for people; without secrets, whoever wrote them."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from .redaction import clean
from .settings import LogSettings


def _cleaned(_: Any, __: str, event: EventDict) -> EventDict:
    return {name: clean(name, value) for name, value in event.items()}


def _extra(_: Any, __: str, event: EventDict) -> EventDict:
    """Fields that were given as `extra` of the standard library."""
    record: logging.LogRecord | None = event.get("_record")
    for name in ("audit", "fields"):
        found = getattr(record, name, None)
        if isinstance(found, dict):
            event.update(found if name == "fields" else {name: found})
    return event


_BEFORE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _NotTwice(logging.Filter):
    """Errors of the application are logged where their request is known; the server would do it again."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("Exception in ASGI application")


def install(settings: LogSettings) -> None:
    """Have everything that the process logs written so; also what libraries log."""
    text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    writer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_BEFORE,
        processors=[
            _extra,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            # After everything has become text: a secret may stand in a message of an exception, too.
            _cleaned,
            writer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    errors = logging.getLogger("uvicorn.error")
    errors.filters[:] = [_NotTwice()]
    # Requests are logged by the service itself, with what matters.
    logging.getLogger("uvicorn.access").handlers[:] = []
    logging.getLogger("uvicorn.access").propagate = False
    for chatty in ("httpx2", "httpcore2", "httpx", "httpcore", "filelock"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

"""Logs: one JSON object a line on standard output (CONTRACT 5)."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars, merge_contextvars
from ulid import ULID

_SECRETS = ("password", "token", "secret", "authorization", "cookie")


def configure(service: str, log_format: str, level: str) -> None:
    """Write what this process logs, its libraries' warnings too, in the one format."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_log_level,
        _named(service),
        _traced,
        _without_secrets,
    ]
    console = log_format == "console"
    last = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*shared], processors=[_event_last, last])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def get_logger() -> Any:
    """A logger; events are snake_case in the past tense."""
    return structlog.get_logger()


def bound(**fields: Any) -> AbstractContextManager[None]:
    """Fields on every line within."""
    return bound_contextvars(**fields)


def correlation_id() -> str:
    """The id that goes through every service with one message; a new one where none is bound."""
    return str(get_contextvars().get("correlation_id") or ULID())


def _named(service: str) -> Any:
    def named(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return named


def _traced(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as `error` (one line) and `traceback`."""
    found = event.pop("exc_info", None)
    found = sys.exc_info() if found is True else found
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event.setdefault("error", repr(error))
        event["traceback"] = "".join(traceback.format_exception(error))
    return event


def _without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in [name for name in event if any(secret in name.lower() for secret in _SECRETS)]:
        event[name] = "***"
    return event


def _event_last(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in ("_record", "_from_structlog"):
        event.pop(name, None)
    event["detail"], event["event"] = str(event.get("event", "")), "library_warned"
    return event

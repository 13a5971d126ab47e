"""Logs: one JSON object a line on standard output (CONTRACT 5)."""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog
from pydantic import ValidationError
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars, merge_contextvars
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger
from ulid import ULID

_SECRETS = ("password", "token", "secret", "authorization", "cookie")
_REPEAT_SECONDS = 60.0
_KINDS = 1000
_CLIENTS = frozenset({"aio_pika", "aiormq", "faststream", "motor", "opentelemetry", "pymongo", "urllib3"})


def configure(service: str, log_format: str, level: str, excused: Callable[[], bool] = lambda: False) -> None:
    """Write what this process and its libraries log in one format.

    While `excused()` is true, warnings of the servers' clients are logged as information: the loss has an event of its own.
    """
    shared: list[Processor] = [
        merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_log_level,
        _named(service),
        _with_error,
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
    handler.addFilter(_NotAgain())
    handler.addFilter(_clients_modest(excused))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*shared], processors=[_event_last, last])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)


def get_logger() -> FilteringBoundLogger:
    """A logger; events are snake_case in the past tense."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def bind_fields(**fields: object) -> AbstractContextManager[None]:
    """Put these fields on every line that is logged within."""
    return bound_contextvars(**fields)


def add_fields(**fields: object) -> None:
    """Put these fields on every further line of this task, such as the case that a request turned out to be about."""
    bind_contextvars(**fields)


def correlation_id() -> str:
    """The id that goes through every service with one message; a new one where none is bound."""
    return str(get_contextvars().get("correlation_id") or ULID())


def one_line(error: BaseException) -> str:
    """An error in one line; a failed validation says where and why, never which value: that may be personal data."""
    said = str(error)
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        said = ", ".join(f"{'.'.join(map(str, fault['loc']))} {fault['type']}" for fault in faults)
    return " ".join(f"{type(error).__name__}: {said}".split())


def _named(service: str) -> Processor:
    def named(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    return named


def _with_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception as `error` (one line) and `traceback`."""
    found = event.pop("exc_info", None)
    found = sys.exc_info() if found is True else found
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["error"] = one_line(error)
        event["traceback"] = _traceback(error)
    return event


def _traceback(error: BaseException) -> str:
    """The calls that led to an error, its cause first; each error in its one line, which names no values."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    own = "".join(traceback.format_tb(error.__traceback__)) + one_line(error)
    return f"{_traceback(before)}\n\n{own}" if before else own


def _without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    for name in [name for name in event if any(secret in name.lower() for secret in _SECRETS)]:
        event[name] = "***"
    return event


def _clients_modest(excused: Callable[[], bool]) -> Callable[[logging.LogRecord], bool]:
    """Log errors of the servers' clients as warnings at most: they try again, and alerts are made of our own events."""

    def modest(record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] in _CLIENTS and record.levelno >= logging.WARNING:
            level = logging.INFO if excused() else logging.WARNING
            record.levelno, record.levelname = level, logging.getLevelName(level)
        return True

    return modest


def _event_last(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    for name in ("_record", "_from_structlog"):
        event.pop(name, None)
    event["detail"], event["event"] = str(event.get("event", "")), "library_warned"
    return event


class _NotAgain(logging.Filter):
    """Lets each kind of a library's warning through once in _REPEAT_SECONDS: while a server is away they come every second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind, now = (record.name, str(record.msg)[:80]), time.monotonic()
        if now - self._said.get(kind, -_REPEAT_SECONDS) < _REPEAT_SECONDS:
            return False
        if len(self._said) > _KINDS:
            self._said.clear()
        self._said[kind] = now
        return True

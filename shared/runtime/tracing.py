"""Traces through every service that one message passes, by W3C's `traceparent` in AMQP and HTTP headers.

Off, and then nothing of OpenTelemetry is imported, unless trace_export.py finds a collector to send to (CONTRACT 6).
What is stored on the way (outbox, ledgers) keeps its `traceparent`, so that a trace goes on after a restart.
"""

from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from typing import Any, Protocol

TRACEPARENT = "traceparent"
KEPT = "trace"
"""The field of a stored entry."""


class SpanPart(Enum):
    """Which part of an exchange a span is."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Tracer(Protocol):
    """What makes spans, where traces are on."""

    def span(
        self, name: str, part: SpanPart, follows: str, attributes: dict[str, str]
    ) -> AbstractContextManager[object]:
        """A span that is current within; it follows what is current, or the `traceparent` that is given."""
        ...

    def traceparent(self) -> str:
        """The current span; '' where there is none."""
        ...

    def middlewares(self) -> list[Any]:
        """Those of FastStream that make a span of each message that is handled."""
        ...

    def close(self) -> None:
        """Send what was not sent yet, within two seconds."""
        ...


_tracers: list[Tracer] = []
"""The one of this process, where traces are on."""
_OFF = nullcontext()


def trace_with(tracer: Tracer) -> None:
    """Make spans from now on."""
    _tracers.append(tracer)


def trace_no_more() -> None:
    """Send what was not sent yet, within two seconds, and make no more spans."""
    while _tracers:
        _tracers.pop().close()


def span(
    name: str, part: SpanPart = SpanPart.INTERNAL, *, follows: str = "", **attributes: str | None
) -> AbstractContextManager[object]:
    """A span while within: part of the current one, or of the one with the `traceparent` that it `follows`."""
    if not _tracers:
        return _OFF
    return _tracers[0].span(name, part, follows, {key: value for key, value in attributes.items() if value})


def trace_headers() -> dict[str, str]:
    """What a message carries, so that its receiver goes on with the trace."""
    return _current(TRACEPARENT)


def kept_trace() -> dict[str, str]:
    """What a stored entry keeps, so that whoever works on it goes on with the trace: `span(…, follows=entry['trace'])`."""
    return _current(KEPT)


def tracing_middlewares() -> list[Any]:
    """The middlewares of a broker that trace what its subscribers handle; none where traces are off."""
    return _tracers[0].middlewares() if _tracers else []


def _current(name: str) -> dict[str, str]:
    current = _tracers[0].traceparent() if _tracers else ""
    return {name: current} if current else {}

"""The delivery that a handler works on: what a message has besides its body.

A handler parameter for it would cost a hop through a worker thread for every message (FastStream fills it from its
context), so the middleware puts it into a context variable.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aio_pika import IncomingMessage
from faststream.message import StreamMessage
from ulid import ULID


@dataclass(frozen=True, slots=True)
class Delivery:
    """One handing out of a message by the broker.

    `mark` stays the same however often the handler tries, and is another at the next handing out; `redelivered` says
    that the broker has handed the message out before, and that nobody acknowledged it.
    """

    mark: str
    redelivered: bool = False
    headers: Mapping[str, Any] = field(default_factory=dict)
    content_type: str | None = None


_current: ContextVar[Delivery] = ContextVar("delivery")


def delivery() -> Delivery:
    """The delivery that is being handled; a new one where none is (a test, a command line)."""
    return _current.get(None) or Delivery(str(ULID()))


@contextmanager
def handling(message: StreamMessage[IncomingMessage]) -> Iterator[None]:
    """Around everything that is done with a message of the broker (FastStream's)."""
    raw = message.raw_message
    made = Delivery(str(ULID()), bool(raw.redelivered), message.headers, raw.content_type)
    token = _current.set(made)
    try:
        yield
    finally:
        _current.reset(token)

"""The delivery that a handler works on: what a message has besides its body.

A handler parameter for it would cost a hop through a worker thread for every message (FastStream fills it from its
context), so the middleware puts it into a context variable.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ulid import ULID

_NAMES = ("case_no", "case_id", "stage", "message_id", "declaration_id", "command_id")
_LONGEST = 128


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
def handling(message: Any) -> Iterator[None]:
    """Around everything that is done with a message of the broker (FastStream's)."""
    raw = message.raw_message
    made = Delivery(str(ULID()), bool(raw.redelivered), message.headers, raw.content_type)
    token = _current.set(made)
    try:
        yield
    finally:
        _current.reset(token)


def names_in(body: bytes) -> dict[str, str]:
    """The ids by which a JSON message speaks of its case and of itself, for log lines (CONTRACT 5); none in other bytes."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: read[name][:_LONGEST] for name in _NAMES if isinstance(read.get(name), str)}

"""Declares exchanges and queues, idempotently; the only place that does."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import aio_pika
from aio_pika.abc import AbstractChannel

from shared.runtime.connection import connect

_QUORUM = {"x-queue-type": "quorum"}


class Declared(Protocol):
    """A queue to declare; `exchange` '' binds nothing."""

    @property
    def name(self) -> str: ...
    @property
    def exchange(self) -> str: ...
    @property
    def key(self) -> str: ...


async def declare_topology(
    url: str, exchanges: Mapping[str, str], queues: Iterable[Declared], dead: str, theirs: Iterable[str] = ()
) -> None:
    """Declare everything; waits for the broker. Queues named in `theirs` are read by others and have no dead letters."""
    connection = await connect(url, "topology")
    try:
        channel = await connection.channel()
        for name, kind in exchanges.items():
            await channel.declare_exchange(name, aio_pika.ExchangeType(kind), durable=True)
        await _queue(channel, dead, {})
        for each in queues:
            await _queue(channel, each.name, {} if each.name in theirs else _dead_letters(dead), each)
    finally:
        await connection.close()


def _dead_letters(dead: str) -> dict[str, Any]:
    return {
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead,
        "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
    }  # fmt: skip


async def _queue(
    channel: AbstractChannel, name: str, arguments: dict[str, Any], bound: Declared | None = None
) -> None:
    try:
        found = await channel.declare_queue(name, durable=True, arguments=_QUORUM | arguments)
    except aio_pika.exceptions.ChannelPreconditionFailed as error:
        raise SystemExit(
            f"The queue {name} is there with other arguments; empty and delete it, then start again. ({error})"
        ) from error
    if bound and bound.exchange:
        await found.bind(bound.exchange, bound.key)

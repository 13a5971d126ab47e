"""Declares exchanges and queues, idempotently; the only place that does."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel

from shared.runtime.connection import RECONNECT_SECONDS, connect, told_to_stop
from shared.runtime.dependencies import lost

_QUORUM = {"x-queue-type": "quorum"}
_DECLARE_SECONDS = 30.0
_AWAY = (
    aiormq.exceptions.AMQPError, aiormq.exceptions.ChannelInvalidStateError, OSError, TimeoutError,
)  # fmt: skip
_FINAL = (aiormq.exceptions.ChannelPreconditionFailed, aiormq.exceptions.ChannelAccessRefused)


class Declared(Protocol):
    """A queue to declare; `exchange` '' binds nothing."""

    @property
    def name(self) -> str: ...
    @property
    def exchange(self) -> str: ...
    @property
    def key(self) -> str: ...


class Misdeclared(Exception):
    """The broker has an exchange or a queue otherwise than we need it, or does not let us declare it."""


async def declare_topology(
    url: str, exchanges: Mapping[str, str], queues: Iterable[Declared], dead: str, theirs: Iterable[str] = ()
) -> None:
    """Declare everything; waits for the broker. Queues named in `theirs` are read by others and have no dead letters.

    Misdeclared names what stands in the way.
    """
    queues, theirs = tuple(queues), frozenset(theirs)
    while True:
        connection = await connect(url, "topology")
        try:
            async with asyncio.timeout(_DECLARE_SECONDS):
                await _declare(await connection.channel(), exchanges, queues, dead, theirs)
                return
        except _AWAY as error:
            lost("broker", error)
        except asyncio.CancelledError:
            if told_to_stop():
                raise
        finally:
            await connection.close()
        await asyncio.sleep(RECONNECT_SECONDS)


async def _declare(
    channel: AbstractChannel, exchanges: Mapping[str, str], queues: Iterable[Declared], dead: str,
    theirs: frozenset[str],
) -> None:  # fmt: skip
    for name, kind in exchanges.items():
        try:
            await channel.declare_exchange(name, aio_pika.ExchangeType(kind), durable=True)
        except _FINAL as error:
            raise _misdeclared("exchange", name, error) from error
    await _queue(channel, dead, {})
    for each in queues:
        await _queue(channel, each.name, {} if each.name in theirs else _dead_letters(dead), each)


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
        if bound and bound.exchange:
            await found.bind(bound.exchange, bound.key)
    except _FINAL as error:
        raise _misdeclared("queue", name, error) from error


def _misdeclared(what: str, name: str, error: Exception) -> Misdeclared:
    if isinstance(error, aiormq.exceptions.ChannelAccessRefused):
        return Misdeclared(f"The broker's user may not declare or bind the {what} {name}. ({error})")
    return Misdeclared(
        f"The {what} {name} is there with other properties; empty and delete it, then start again. ({error})"
    )

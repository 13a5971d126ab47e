"""How many messages stand in a queue, and how many read from it, as the broker says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiormq
from aio_pika.abc import AbstractRobustConnection

from shared.runtime.connection import AWAY
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.metrics import QUEUE_CONSUMERS, QUEUE_MESSAGES

LIMIT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class QueueStats:
    """One queue; `there` is False where the broker does not know it (then both numbers are 0)."""

    name: str
    there: bool
    messages: int = 0
    consumers: int = 0


async def read_queue_stats(connection: AbstractRobustConnection, names: Sequence[str]) -> list[QueueStats]:
    """The queues in the order of the names; DependencyUnavailable('broker') where it does not answer in time."""
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            transport = connection.transport
            if transport is None:
                raise ConnectionError("not connected")
            return await _asked(transport.connection, names)
    except AWAY as error:
        raise DependencyUnavailable(
            "broker", str(error) or f"no answer within {LIMIT_SECONDS:g} s"
        ) from error


def show_queue_stats(found: Sequence[QueueStats]) -> None:
    """Show these queues, and no others, to Prometheus; one that is not there has no messages and no consumers."""
    QUEUE_MESSAGES.show({(queue.name,): queue.messages for queue in found})
    QUEUE_CONSUMERS.show({(queue.name,): queue.consumers for queue in found})


async def _asked(connection: "aiormq.abc.AbstractConnection", names: Sequence[str]) -> list[QueueStats]:
    """Ask for the queues one after the other; an unknown one closes the channel, so the next gets a new one."""
    found: list[QueueStats] = []
    channel = await connection.channel()
    try:
        for name in names:
            if channel.is_closed:
                channel = await connection.channel()
            try:
                told = await channel.queue_declare(name, passive=True)
            except aiormq.exceptions.ChannelClosed:
                found.append(QueueStats(name, there=False))
            else:
                found.append(QueueStats(name, True, told.message_count or 0, told.consumer_count or 0))
    finally:
        if not channel.is_closed:
            await channel.close()
    return found

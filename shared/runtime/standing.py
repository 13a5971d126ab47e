"""How many messages stand in a queue, and how many read from it, as the broker says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiormq
from aio_pika.abc import AbstractRobustConnection

from shared.runtime.errors import Wait

LIMIT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Standing:
    """One queue; `there` is False where the broker does not know it (then both numbers are 0)."""

    name: str
    there: bool
    messages: int = 0
    consumers: int = 0


async def standings(connection: AbstractRobustConnection, names: Sequence[str]) -> list[Standing]:
    """The queues in the order of the names; Wait('broker') where it does not answer in time."""
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            transport = connection.transport
            if transport is None:
                raise ConnectionError("not connected")
            return list(await asyncio.gather(*(_standing(transport.connection, name) for name in names)))
    except (TimeoutError, OSError, aiormq.exceptions.AMQPError) as error:
        raise Wait("broker", str(error) or f"no answer within {LIMIT_SECONDS:g} s") from error


async def _standing(connection: "aiormq.abc.AbstractConnection", name: str) -> Standing:
    """On a channel of its own: the broker closes the one on which an unknown queue was asked for."""
    channel = await connection.channel()
    try:
        found = await channel.queue_declare(name, passive=True)
    except aiormq.exceptions.ChannelNotFoundEntity:
        return Standing(name, there=False)
    except aiormq.exceptions.AMQPError:
        if channel.is_closed and connection.is_closed:
            raise
        return Standing(name, there=False)
    else:
        return Standing(name, True, found.message_count or 0, found.consumer_count or 0)
    finally:
        if not channel.is_closed:
            await channel.close()

"""Declares exchanges and queues, idempotently; the only place that does.

The arguments of an existing queue can't be changed, so a queue is taken as it is wherever we can work with it; each
difference is reported once, with what to do about it (decision 0019).
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import aiormq
from aio_pika.abc import AbstractRobustConnection
from aiormq.abc import AbstractChannel

from shared.runtime.addresses import BrokerAddress
from shared.runtime.connection import AWAY, RECONNECT_SECONDS, connect, is_cancelled
from shared.runtime.dependencies import mark_down, mark_up
from shared.runtime.differences import Argument, difference_of
from shared.runtime.logs import get_logger

log = get_logger()
DELIVERY_LIMIT = 1_000_000
"""How often a message may come back before the broker gives it up: RabbitMQ 4 does so after 20 deliveries unless told. Not -1:
a policy of that value lets the log of a queue grow (rabbitmq-server #14202)."""
_QUORUM: dict[str, Argument] = {"x-queue-type": "quorum", "x-delivery-limit": DELIVERY_LIMIT}
_QUEUES = "queues"
"""What a service waits for where it may not declare what is missing."""
_DECLARE_SECONDS = 30.0
_LOOK_SECONDS = 5.0
_FINAL = (aiormq.exceptions.ChannelPreconditionFailed, aiormq.exceptions.ChannelAccessRefused)
_said: set[tuple[str, str]] = set()


class Declared(Protocol):
    """A queue to declare, and its binding."""

    @property
    def name(self) -> str:
        """Of the queue."""
        ...

    @property
    def exchange(self) -> str:
        """Which it is bound to; '' for none."""
        ...

    @property
    def key(self) -> str:
        """The routing key of the binding."""
        ...


@dataclass(frozen=True, slots=True)
class Topology:
    """The exchanges and queues that the broker must have. Those named in `theirs` are read by others, without dead letters."""

    exchanges: Mapping[str, str]
    queues: tuple[Declared, ...]
    dead: str = ""
    """Where messages go that can't be handled; '' where the broker is others' and has no such queue."""
    theirs: frozenset[str] = frozenset()
    retired: tuple[Declared, ...] = ()
    """Bindings of earlier versions that nobody wants any more; taken away by `unbind_retired` alone."""
    foreign: bool = False
    """Whether the broker is others': what is there is left alone, and only what is missing is declared."""

    @property
    def names(self) -> tuple[str, ...]:
        """All queues."""
        own = (each.name for each in self.queues)
        return (self.dead, *own) if self.dead else tuple(own)

    def arguments_of(self, queue: str) -> dict[str, Argument]:
        """What a queue is declared with: ours give what they can't deliver to the dead letters."""
        plain = not self.dead or queue in self.theirs or queue == self.dead
        return _QUORUM if plain else _QUORUM | _dead_letters(self.dead)


class Misdeclared(Exception):
    """The broker has an exchange or a queue that we can't work with, or does not let us declare it."""


class MayNotDeclare(Misdeclared):
    """The broker's user has no right to declare something."""


class NotPrepared(Exception):
    """Something is missing that our user may not declare: `fas prepare` does, as a user who may."""


async def declare_topology(address: BrokerAddress, topology: Topology) -> None:
    """See to it that everything is there; waits for the broker, and for who may declare what is missing.

    Misdeclared names what stands in the way.
    """
    while True:
        connection = await connect(address, "topology")
        try:
            await provide(connection, topology)
        except NotPrepared as error:
            mark_down(_QUEUES, error)
        except AWAY as error:
            mark_down(address.dependency, error)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
        else:
            mark_up(_QUEUES)
            return
        finally:
            await connection.close()
        await asyncio.sleep(RECONNECT_SECONDS)


async def provide(connection: AbstractRobustConnection, topology: Topology) -> None:
    """Declare everything; where the user may not, see that it is there. NotPrepared names what is missing then."""
    try:
        await declare(connection, topology)
    except MayNotDeclare as refusal:
        missing = await find_missing(connection, topology)
        if missing:
            raise NotPrepared(f"{', '.join(missing)}: not there; run `fas prepare`. {refusal}") from refusal


async def declare(connection: AbstractRobustConnection, topology: Topology) -> None:
    """Declare everything; Misdeclared names what stands in the way, any other error is the broker's."""
    async with asyncio.timeout(_DECLARE_SECONDS):
        channel = await _opened(connection)
        for name, kind in topology.exchanges.items():
            try:
                await channel.exchange_declare(exchange=name, exchange_type=kind, durable=True)
            except _FINAL as error:
                raise _misdeclared("exchange", name, error) from error
        for name in topology.names:
            channel = await _queue(connection, channel, name, topology.arguments_of(name))
        for each in topology.queues:
            await _bind(channel, each)
        await channel.close()


async def find_missing(connection: AbstractRobustConnection, topology: Topology) -> list[str]:
    """The exchanges and queues that the broker does not have; nothing is changed."""
    asked = [("exchange", name) for name in topology.exchanges] + [("queue", name) for name in topology.names]
    gone: list[str] = []
    async with asyncio.timeout(_LOOK_SECONDS):
        channel = await _opened(connection)
        for what, name in asked:
            if channel.is_closed:  # the broker closes the one on which an unknown name is asked for
                channel = await _opened(connection)
            ask = channel.exchange_declare if what == "exchange" else channel.queue_declare
            try:
                await ask(name, passive=True)
            except aiormq.exceptions.ChannelNotFoundEntity:
                gone.append(f"{what} {name}")
        if not channel.is_closed:
            await channel.close()
    return gone


async def find_differences(connection: AbstractRobustConnection, topology: Topology) -> list[str]:
    """How the exchanges and queues that are there differ from what we declare, a sentence for each; nothing is changed.

    Those that are missing are not looked at (`find_missing`).
    """
    missing = set(await find_missing(connection, topology))
    found: list[str] = []
    async with asyncio.timeout(_DECLARE_SECONDS):
        for name in (each for each in topology.names if f"queue {each}" not in missing):
            try:
                _, differs = await _adopted(
                    connection, await _opened(connection), name, topology.arguments_of(name)
                )
            except Misdeclared as error:
                found.append(str(error))
            else:
                found += [f"{name}: {difference}" for difference in differs.values()]
    return found


async def unbind_retired(connection: AbstractRobustConnection, retired: Iterable[Declared]) -> None:
    """Take away bindings of earlier versions; no matter if they are gone.

    A step of preparation, done when no service of the version that used them runs any more.
    """
    for each in retired:
        channel = await _opened(connection)
        try:
            await channel.queue_unbind(each.name, each.exchange, each.key)
        except aiormq.exceptions.ChannelNotFoundEntity:
            continue
        await channel.close()


def reported_differences() -> list[str]:
    """How existing queues differ from our declarations: each difference that was reported, in a sentence."""
    return [f"{name}: {difference}" for name, difference in sorted(_said)]


async def _opened(connection: AbstractRobustConnection) -> AbstractChannel:
    """A plain channel of aiormq: a robust one of aio-pika would declare again all it has seen, after every reconnection."""
    if connection.transport is None or connection.transport.connection.is_closed:
        raise ConnectionError("not connected")
    return await connection.transport.connection.channel()


def _dead_letters(dead: str) -> dict[str, Argument]:
    return {
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead,
        "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish",
    }  # fmt: skip


async def _queue(
    connection: AbstractRobustConnection, channel: AbstractChannel, name: str, wanted: Mapping[str, Argument]
) -> AbstractChannel:
    """Declare a durable queue, and say how the one that is there differs; an open channel."""
    channel, differs = await _adopted(connection, channel, name, wanted)
    _say(name, differs)
    return channel


async def _adopted(
    connection: AbstractRobustConnection, channel: AbstractChannel, name: str, wanted: Mapping[str, Argument]
) -> tuple[AbstractChannel, dict[str, str]]:
    """Declare a durable queue, taking over each argument in which the one that is there differs; these by their argument."""
    arguments, differs = dict(wanted), dict[str, str]()
    while True:
        try:
            await channel.queue_declare(name, durable=True, arguments=arguments)
        except aiormq.exceptions.ChannelPreconditionFailed as error:
            found = difference_of(str(error), arguments)
            if found is None or found.argument in differs:
                raise _misdeclared("queue", name, error) from error
            differs[found.argument] = found.said(wanted.get(found.argument))
            arguments = found.adopt_into(arguments)
            channel = await _opened(connection)
        except aiormq.exceptions.ChannelAccessRefused as error:
            raise _misdeclared("queue", name, error) from error
        else:
            return channel, differs


def _say(name: str, differs: Mapping[str, str]) -> None:
    for argument, difference in differs.items():
        if (name, difference) not in _said:
            _said.add((name, difference))
            log.warning(
                "topology_differs", queue=name, argument=argument, detail=difference,
                remedy="The queue is used as it is. Set a policy (docs/operations/queues.md), or delete it when it is empty and "
                "every service is stopped, and run `fas prepare`.",
            )  # fmt: skip


async def _bind(channel: AbstractChannel, bound: Declared) -> None:
    if not bound.exchange:
        return
    try:
        await channel.queue_bind(bound.name, bound.exchange, bound.key)
    except _FINAL as error:
        raise _misdeclared("queue", bound.name, error) from error


def _misdeclared(what: str, name: str, error: Exception) -> Misdeclared:
    if isinstance(error, aiormq.exceptions.ChannelAccessRefused):
        return MayNotDeclare(f"The broker's user may not declare or bind the {what} {name}. ({error})")
    return Misdeclared(
        f"The {what} {name} is there with other properties; empty and delete it, then start again. ({error})"
    )

"""Customs' side, as light as can be: receipts go out, and it is noted when each is told of."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from deploy.local.programs import Program
from tests.bench.contestants import Contestant
from tests.bench.receipts import Receipt

_TOLD = re.compile(rb'(?:"message_id": ?"|OriMessageId>)([^"<]+)')
_APPLIED = re.compile(rb">APPLIED<|\"received\"")
PATIENCE = 120.0


@dataclass(slots=True)
class Sending:
    """What was sent when, and told of when (seconds of the monotonic clock), by MessageId."""

    sent: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Receipts a second, from the first that was sent to the last that was told of."""
        return len(self.sent) / (max(self.told[each] for each in self.sent) - min(self.sent.values()))

    def milliseconds(self) -> list[float]:
        """From sending to telling, of each."""
        return [(self.told[each] - at) * 1000 for each, at in self.sent.items()]


class Load:
    """Sends receipts to a contestant and hears what becomes of them; use it as an async context."""

    def __init__(self, rabbit_url: str) -> None:
        self._url, self._told = rabbit_url, dict[str, float]()
        self._exchanges: dict[str, AbstractExchange] = {}
        self._news = asyncio.Event()
        self.refused: list[bytes] = []

    async def __aenter__(self) -> Self:
        self._connection: AbstractConnection = await aio_pika.connect(self._url)
        self._out: AbstractChannel = await self._connection.channel(publisher_confirms=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    async def prepare(self, contestant: Contestant) -> None:
        """Declare a reference's queues; call it before its programs start."""
        for queue in contestant.queues:
            await self._out.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})

    async def begin(self, contestant: Contestant, programs: Sequence[Program] = ()) -> None:
        """Listen to a contestant, and wait until it listens to its queue."""
        channel = await self._connection.channel()
        await channel.set_qos(prefetch_count=500)
        for queue in (contestant.outgoing, *contestant.told_also):
            await (await channel.get_queue(queue, ensure=False)).consume(
                self._on_told if queue == contestant.outgoing else _on_other, no_ack=True
            )
        self._exchanges[contestant.name] = (
            await self._out.get_exchange(contestant.incoming[0], ensure=False)
            if contestant.incoming[0]
            else self._out.default_exchange
        )
        if programs:
            await self._awaits(contestant, programs)

    async def send(
        self,
        contestant: Contestant,
        all_of: Sequence[Receipt],
        a_second: float = 0,
        *,
        all_apply: bool = True,
    ) -> Sending:
        """Send receipts, all at once or so many a second, and wait until each is told of.

        ValueError where one was not applied, unless that is expected.
        """
        sending = Sending(told=self._told)
        exchange, key = self._exchanges[contestant.name], contestant.incoming[1]
        messages = [(each.message_id, contestant.message(each.xml)) for each in all_of]
        begun = time.perf_counter()
        for number, (message_id, message) in enumerate(messages):
            if a_second:
                await asyncio.sleep(max(begun + number / a_second - time.perf_counter(), 0))
            sending.sent[message_id] = time.perf_counter()
            await exchange.publish(message, key)
        async with asyncio.timeout(PATIENCE):
            while not sending.sent.keys() <= self._told.keys():
                self._news.clear()
                await self._news.wait()
        if self.refused and all_apply:
            raise ValueError(f"{contestant.name}: {self.refused[0]!r}")
        return sending

    async def _on_told(self, message: AbstractIncomingMessage) -> None:
        found = _TOLD.search(message.body)
        if found is None or not _APPLIED.search(message.body):
            self.refused.append(message.body)
        if found is not None:
            self._told.setdefault(found[1].decode(), time.perf_counter())
        self._news.set()

    async def _awaits(self, contestant: Contestant, programs: Sequence[Program]) -> None:
        """Wait for a program's consumer."""
        async with asyncio.timeout(60):
            while not await self._consumed(contestant.incoming[1]):
                for program in programs:
                    if not program.is_running():
                        raise RuntimeError(f"{contestant.name} ended:\n{program.tail()}")
                await asyncio.sleep(0.1)

    async def _consumed(self, queue: str) -> bool:
        async with await aio_pika.connect(self._url) as connection:
            channel = await connection.channel()
            try:
                found = await channel.declare_queue(queue, passive=True)
            except ChannelNotFoundEntity:
                return False
            return bool(found.declaration_result.consumer_count)


async def _on_other(message: AbstractIncomingMessage) -> None:
    """Take it away."""

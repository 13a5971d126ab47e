"""Customs as the rig plays it: sends until the broker confirms, and writes down what it gets before it acknowledges."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, Self
from uuid import uuid4

import aio_pika
import aiormq
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from shared.contracts.times import CHINA
from simulator.customs import ACKS, DECLARATIONS, RECEIPT_KEY, RECEIPTS
from simulator.customs_xml import (
    ReceiptDraft,
    Value,
    element_name,
    read_ack,
    read_declaration,
    write_receipt,
)
from tests.faults.event_log import Witness

_AWAY = (aiormq.exceptions.AMQPError, aiormq.exceptions.ChannelInvalidStateError, OSError, TimeoutError)
_SEND_SECONDS = 8.0
_PAUSE = 0.2
_IDLE_SECONDS = 4.0
"""After which the reader begins anew: nothing tells it that its queue was deleted."""


class FaultyCustoms:
    """Customs' side of the three queues, straight at the broker; it outlives the broker's restarts."""

    def __init__(self, rabbit_url: str, witness: Witness) -> None:
        self._url, self._witness = rabbit_url, witness
        self._tasks: list[asyncio.Task[None]] = []
        self._sending: asyncio.Queue[tuple[bytes, asyncio.Future[None]]] = asyncio.Queue()
        self._acked: dict[str, asyncio.Future[str]] = defaultdict(_future)
        self._declared: dict[tuple[str, str, int], asyncio.Future[str]] = defaultdict(_future)
        self._paused = asyncio.Event()
        self._paused.set()
        self.on_ack: Callable[[str], None] = lambda _: None
        self.sent: dict[str, bytes] = {}
        self.sent_at: dict[str, float] = {}
        self.acked_at: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        work = (
            self._send_all(),
            self._read(DECLARATIONS, self._on_declaration),
            self._read(ACKS, self._on_ack),
        )
        self._tasks = [asyncio.create_task(each) for each in work]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(
        self, type: str, case_no: str, stage: str, *, in_reply_to: str | None = None, **body: Value
    ) -> str:
        """Send a receipt; its MessageId once the broker has confirmed."""
        message_id = f"R-{uuid4().hex}"
        named = {element_name(name): value for name, value in body.items()}
        receipt = ReceiptDraft(message_id, type, case_no, stage, datetime.now(CHINA), in_reply_to, named)
        self.sent[message_id] = write_receipt(receipt)
        await self._confirmed(self.sent[message_id])
        self.sent_at[message_id] = self._witness.seconds()
        self._witness.saw("customs", "sent", id=message_id, type=type, case=case_no, stage=stage)
        return message_id

    async def repeat(self, message_id: str) -> None:
        """Send the same bytes again."""
        await self._confirmed(self.sent[message_id])
        self._witness.saw("customs", "repeated", id=message_id)

    async def poison(self, body: bytes) -> None:
        """Send what nobody can read."""
        await self._confirmed(body)
        self._witness.saw("customs", "poisoned", sha256=sha256(body).hexdigest(), size=len(body))

    async def acked(self, message_id: str) -> str:
        """The outcome of a receipt, which is not that it is a duplicate."""
        return await self._acked[message_id]

    async def declared(self, case_no: str, stage: str, round: int = 1) -> str:
        """The MessageId of a declaration that came in."""
        return await self._declared[case_no, stage, round]

    async def rest(self, seconds: float) -> None:
        """Read nothing for a while, as a customs system under maintenance."""
        self._paused.clear()
        await asyncio.sleep(seconds)
        self._paused.set()

    async def _confirmed(self, body: bytes) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._sending.put((body, done))
        await done

    async def _send_all(self) -> None:
        """Many at a time."""
        sender = _Sender(self._url)
        async with asyncio.TaskGroup() as sends:
            while True:
                sends.create_task(sender.send(*await self._sending.get()))

    async def _read(self, queue: str, handler: Callable[[AbstractIncomingMessage], None]) -> None:
        while not _told_to_stop():  # also while a connection was being closed, which ends in any case
            connection: AbstractConnection | None = None
            try:
                async with asyncio.timeout(6):
                    connection = await aio_pika.connect(f"{self._url}?heartbeat=5", timeout=4)
                    channel = await connection.channel()
                    await channel.set_qos(prefetch_count=50)
                    source = await channel.get_queue(queue)
                async with source.iterator(timeout=_IDLE_SECONDS) as messages:
                    async for message in messages:
                        await self._paused.wait()
                        handler(message)
                        await message.ack()
            except (*_AWAY, StopAsyncIteration):
                pass
            except asyncio.CancelledError:
                if _told_to_stop():
                    raise
            finally:
                if connection is not None:
                    await _closed(connection)
            await asyncio.sleep(_PAUSE)

    def _on_declaration(self, message: AbstractIncomingMessage) -> None:
        found = read_declaration(message.body)
        files = [[file.key, file.sha256] for file in found.files]
        about: dict[str, Any] = {"case": found.case_no, "stage": found.stage, "round": found.round}
        self._witness.saw("customs", "declared", id=found.message_id, type=found.type, files=files, **about)
        _set(self._declared[found.case_no, found.stage, found.round], found.message_id)

    def _on_ack(self, message: AbstractIncomingMessage) -> None:
        ack = read_ack(message.body)
        self._witness.saw("customs", "acked", id=ack.message_id, outcome=ack.outcome, reason=ack.reason)
        if ack.message_id and ack.outcome != "DUPLICATE":
            self.acked_at.setdefault(ack.message_id, self._witness.seconds())
            _set(self._acked[ack.message_id], ack.outcome)
            self.on_ack(ack.message_id)


class _Sender:
    """Sends each body again and again until its confirm comes."""

    def __init__(self, url: str) -> None:
        self._url, self._opening = url, asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    async def send(self, body: bytes, done: "asyncio.Future[None]") -> None:
        """Send; `done` once the broker has it."""
        while not await self._confirmed(body):
            await asyncio.sleep(_PAUSE)
        done.set_result(None)

    async def _confirmed(self, body: bytes) -> bool:
        message = aio_pika.Message(
            body, content_type="application/xml", message_id=uuid4().hex,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                exchange = await (await self._opened()).get_exchange(RECEIPTS, ensure=False)
                return isinstance(
                    await exchange.publish(message, RECEIPT_KEY, mandatory=True), aiormq.spec.Basic.Ack
                )
        except _AWAY:
            self._channel = None
        except asyncio.CancelledError:
            if _told_to_stop():
                raise
            self._channel = None
        return False

    async def _opened(self) -> AbstractChannel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                if self._connection is not None:
                    await _closed(self._connection)
                self._connection = await aio_pika.connect(f"{self._url}?heartbeat=5", timeout=4)
                self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            return self._channel


def _future() -> "asyncio.Future[str]":
    return asyncio.get_running_loop().create_future()


def _set(future: "asyncio.Future[str]", value: str) -> None:
    if not future.done():
        future.set_result(value)


def _told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _closed(connection: AbstractConnection) -> None:
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(2):
            await connection.close()

"""The simulated customs: the other side, which knows only three queues, a bucket and XML (CONTRACT 2)."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractRobustConnection
from aio_pika.exceptions import DeliveryError
from ulid import ULID

from shared.contracts.times import CHINA
from shared.runtime.connection import AWAY, CONNECT_SECONDS, RECONNECT_SECONDS, is_cancelled
from shared.runtime.settings import Settings
from simulator.bucket import Bucket
from simulator.customs_xml import (
    Ack,
    Declaration,
    Enclosed,
    EnclosedItem,
    ReceiptDraft,
    Value,
    element_name,
    enveloped,
    media_type,
    read_ack,
    read_declaration,
    write_receipt,
)

RECEIPTS, RECEIPT_KEY = "customs.receipts", "receipt"
DECLARATIONS = "customs.declarations"
ACKS = "customs.receipt-acks"
INBOUND = "customs/inbound/"
INLINE_BYTES = 2048
PATIENCE = 30.0
CHECK = {
    "department": "进出口食品安全局", "contact_name": "王敏", "contact_title": "处长", "phone_country": "86",
    "phone_area": "10", "phone_number": "65194114", "email": "check@example.cn",
    "overview": "对已准入食品的安全管理体系开展回顾性检查。 Retrospective check of an approved system.",
}  # fmt: skip
Trace = dict[str, Any]
"""The headers of a message by which a trace goes on (W3C Trace Context)."""
UNREADABLE = (ValueError, KeyError, SyntaxError)  # XMLSyntaxError is a SyntaxError


class NothingCame(Exception):
    """Customs waited for something that did not come in time."""

    about = ("customs_gateway",)


class SimulatedCustoms:
    """Customs' side of the queues and the bucket; use it as an async context. A lost broker is waited for, PATIENCE seconds."""

    def __init__(self, rabbit_url: str, bucket: Bucket) -> None:
        self._rabbit_url, self._bucket = rabbit_url, bucket
        self._connection: AbstractRobustConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._news = asyncio.Condition()
        self._waiting: list[Declaration] = []
        self._known: set[str] = set()
        self._heard: set[str | None] = set()
        self._sent: dict[str, tuple[bytes, Trace | None]] = {}
        self._traces: dict[str, Trace] = {}
        self._fault: str | None = None
        self._told: asyncio.Future[None] | None = None
        self._gone: asyncio.TimerHandle | None = None
        self.acks: list[Ack] = []
        self.repeated = 0

    @classmethod
    def at(cls, settings: Settings) -> Self:
        """Where these settings say that customs' queues and the bucket are."""
        return cls(settings.customs_broker.url, Bucket(settings))

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect_robust(
            self._rabbit_url, reconnect_interval=RECONNECT_SECONDS, timeout=CONNECT_SECONDS
        )
        try:
            await self._open(self._connection)
        except BaseException:
            await self._connection.close()
            raise
        self._connection.close_callbacks.add(self._on_lost)
        self._connection.reconnect_callbacks.add(self._on_back)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close_callbacks.discard(self._on_lost)
            self._on_back()
            await self._connection.close()

    async def next_declaration(
        self,
        *,
        type: str | None = None,
        case_no: str | None = None,
        limit: float | None = PATIENCE,
    ) -> Declaration:
        """The oldest declaration not yet taken that fits; repeated ones were dropped by their MessageId."""

        def fitting() -> Declaration | None:
            for each in self._waiting:
                if type in (None, each.type) and case_no in (None, each.case_no):
                    return each
            return None

        wanted = f"a declaration {type or 'of any type'} of {case_no or 'any case'}"
        declaration = await self._awaited(fitting, wanted, limit)
        self._waiting.remove(declaration)
        return declaration

    async def ack_of(self, message_id: str, *, nth: int = 1, limit: float | None = PATIENCE) -> Ack:
        """The acknowledgement of a receipt; the nth of one that was sent more than once."""

        def known() -> Ack | None:
            found = [ack for ack in self.acks if ack.message_id == message_id]
            return found[nth - 1] if len(found) >= nth else None

        return await self._awaited(known, f"an acknowledgement of {message_id}", limit)

    async def ack_after(self, count: int, *, limit: float | None = PATIENCE) -> Ack:
        """The first acknowledgement after so many others, for receipts without a MessageId that can be read."""

        def known() -> Ack | None:
            return self.acks[count] if len(self.acks) > count else None

        return await self._awaited(known, f"acknowledgement number {count + 1}", limit)

    async def send(
        self, receipt_type: str, case_no: str, stage: str, *,
        in_reply_to: str | None = None, message_id: str | None = None,
        items: Sequence[tuple[str, str, str]] = (), attachments: Sequence[tuple[str, bytes]] = (),
        wrapped: bool = False, sent_at: datetime | None = None, trace: Trace | None = None, **body: Value,
    ) -> str:  # fmt: skip
        """Send a receipt with body elements by name (`opinion=`, `rectification_no=`…); its MessageId.

        Small files go in the XML itself, others into the bucket. `wrapped` puts it in the transport envelope; `sent_at` is
        its SendTime where that is not now. A reply to a declaration that carried a `trace` goes on with it.
        """
        message_id = message_id or f"R-{uuid4().hex}"
        files = [await self._enclosed(message_id, name, data) for name, data in attachments]
        receipt = ReceiptDraft(
            message_id, receipt_type, case_no, stage, sent_at or datetime.now(CHINA), in_reply_to,
            {element_name(name): value for name, value in body.items()},
            [EnclosedItem(*item) for item in items], files,
        )  # fmt: skip
        xml = write_receipt(receipt)
        self._sent[message_id] = (
            enveloped(xml) if wrapped else xml,
            trace or self._traces.get(in_reply_to or ""),
        )
        await self.resend(message_id)
        return message_id

    async def send_check(
        self, authority: str, category: str = "aquatic", specific: Sequence[str] = ("farmed",), *,
        case_no: str | None = None, attachments: Sequence[tuple[str, bytes]] = (),
    ) -> str:  # fmt: skip
        """Start a retrospective check of an authority; the receipt's MessageId."""
        body: dict[str, Value] = {
            **CHECK,
            "authority_code": authority,
            "category": category,
            "specific": specific,
        }
        number = case_no or str(ULID())
        return await self.send("CHECK_INITIATED", number, "acceptance", attachments=attachments, **body)  # type: ignore[arg-type]

    async def resend(self, message_id: str) -> None:
        """Send the same receipt again."""
        await self.send_bytes(*self._sent[message_id])

    async def send_bytes(self, body: bytes, trace: Trace | None = None) -> None:
        """Send anything at all to the receipts' queue until the broker confirms it; after a loss perhaps twice."""
        if self._exchange is None:
            raise RuntimeError("Use Customs as an async context.")
        message = aio_pika.Message(
            body, content_type="application/xml", message_id=uuid4().hex,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT, headers=trace,
        )  # fmt: skip
        async with asyncio.timeout(PATIENCE):
            while True:
                if await _confirmed(self._exchange, message):
                    return
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _open(self, connection: AbstractRobustConnection) -> None:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.set_qos(prefetch_count=16)
        self._exchange = await channel.get_exchange(RECEIPTS)
        for name, handler in ((DECLARATIONS, self._on_declaration), (ACKS, self._on_ack)):
            queue = await channel.get_queue(name)
            await queue.consume(handler)

    async def _awaited[Found](
        self, find: Callable[[], Found | None], wanted: str, limit: float | None
    ) -> Found:
        try:
            async with asyncio.timeout(limit), self._news:
                await self._news.wait_for(lambda: self._fault is not None or find() is not None)
        except TimeoutError:
            there = ", ".join(f"{each.type} of {each.case_no}" for each in self._waiting) or "nothing"
            raise NothingCame(f"customs waited {limit:g} s for {wanted}; there was {there}") from None
        found = find()
        if found is None:
            raise NothingCame(f"customs can't go on waiting for {wanted}: {self._fault}")
        return found

    async def _on_declaration(self, message: AbstractIncomingMessage) -> None:
        declaration = await self._understood(read_declaration, message.body)
        if declaration is None:
            return
        if declaration.message_id in self._known:
            self.repeated += 1
        else:
            self._known.add(declaration.message_id)
            self._traces[declaration.message_id] = _trace_of(message)
            faults = [await asyncio.to_thread(self._bucket.fault_of, file) for file in declaration.files]
            self._waiting.append(replace(declaration, faults=tuple(fault for fault in faults if fault)))
            await self._tell()
        await _done_with(message)

    async def _on_ack(self, message: AbstractIncomingMessage) -> None:
        ack = await self._understood(read_ack, message.body)
        if ack is None:
            return
        if message.message_id not in self._heard:
            self._heard.add(message.message_id)
            self.acks.append(ack)
            await self._tell()
        await _done_with(message)

    async def _understood[Read](self, read: Callable[[bytes], Read], body: bytes) -> Read | None:
        try:
            return read(body)
        except UNREADABLE as error:
            await self._tell(f"a message can't be read: {error!r}")
            return None

    async def _tell(self, fault: str | None = None) -> None:
        async with self._news:
            self._fault = self._fault or fault
            self._news.notify_all()

    def _on_lost(self, _: object, error: BaseException | None = None) -> None:
        if self._gone is None:
            self._gone = asyncio.get_running_loop().call_later(PATIENCE, self._give_up, error)

    def _on_back(self, *_: object) -> None:
        if self._gone is not None:
            self._gone.cancel()
            self._gone = None

    def _give_up(self, error: BaseException | None) -> None:
        self._told = asyncio.ensure_future(self._tell(f"the broker is gone: {error!r}"))

    async def _enclosed(self, message_id: str, name: str, data: bytes) -> Enclosed:
        if len(data) <= INLINE_BYTES:
            return Enclosed(name, data)
        key = f"{INBOUND}{message_id}/{uuid4().hex}"
        await asyncio.to_thread(self._bucket.put, key, data, media_type(name))
        return Enclosed(name, data, key)


async def _confirmed(exchange: AbstractExchange, message: aio_pika.Message) -> bool:
    """Whether the broker has it for certain; DeliveryError where no queue takes it."""
    try:
        await exchange.publish(message, RECEIPT_KEY, mandatory=True)
    except DeliveryError:
        raise
    except AWAY:
        return False
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        return False
    return True


async def _done_with(message: AbstractIncomingMessage) -> None:
    with suppress(*AWAY):  # it is delivered again
        await message.ack()


def _trace_of(message: AbstractIncomingMessage) -> Trace:
    return {name: value for name, value in message.headers.items() if name == "traceparent"}

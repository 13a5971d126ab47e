"""A customs gateway in the test's own process: a real database and object store, with services and brokers that are scripted."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from ulid import ULID

from services.customs_gateway.dead_letters.collector import DeadLetterCollector
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.receipts.files import Files
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from shared.contracts.commands import KeepAttachment
from shared.contracts.events import ReceiptSettled
from shared.contracts.facts import is_ours
from shared.contracts.parts import FileRef
from shared.contracts.replies import Refused, Reply
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, EVENTS
from shared.contracts.vocabulary import Outcome, Reason
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.objects import Objects
from shared.runtime.rpc import RpcClient
from shared.runtime.store import Collection, Document, Store

DELAYS = (0.05, 0.1)


class Queues(Publisher):
    """Keeps what is published; `ends` scripts how the next publishes to an exchange end, CONFIRMED after that."""

    def __init__(self) -> None:
        super().__init__(BrokerAddress("amqp://nowhere"), "test")
        self.sent: list[tuple[str, str, bytes]] = []
        self.ends: dict[str, list[Published]] = {}

    async def publish(self, exchange: str, key: str, body: bytes, **given: Any) -> Published:
        self.sent.append((exchange, key, body))
        ends = self.ends.get(exchange) or [Published.CONFIRMED]
        return ends.pop(0)

    def bodies(self, exchange: str) -> list[bytes]:
        """What was published to an exchange, whatever its end."""
        return [body for name, _, body in self.sent if name == exchange]


class Documents(RpcClient):
    """Answers for documents: keeps every file, or what `answers` scripts."""

    def __init__(self) -> None:
        super().__init__(BrokerAddress("amqp://nowhere"), "test")
        self.asked: list[KeepAttachment] = []
        self.answers: list[Refused | Exception] = []

    async def ask(
        self, queue: str, body: bytes, *, limit: float = 10.0, correlation_id: str | None = None
    ) -> bytes:
        command = KeepAttachment.model_validate_json(body)
        self.asked.append(command)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        file = FileRef(
            id=command.attachment_id, name=command.name, media_type=command.media_type or "", size=command.size or 0,
            sha256=command.sha256 or "",
        )  # fmt: skip
        reply = Reply(refused=answer) if answer else Reply(file=file)
        return reply.model_dump_json().encode()


@dataclass
class Gateway:
    """One replica. Nothing runs in the background: `sweep` does what is due, `settle` speaks for the services."""

    store: Store
    objects: Objects
    queues: Queues = field(default_factory=Queues)
    documents: Documents = field(default_factory=Documents)

    def __post_init__(self) -> None:
        files = Files(self.objects, self.documents)
        ledger, letters = DeclarationLedger(self.store), DeadLetterRepository(self.store)
        self.processor = ReceiptProcessor(ReceiptLedger(self.store), files, self.queues, self.queues, DELAYS)
        self.sender = DeclarationSender(ledger, self.objects, self.queues, self.queues)
        self.dead = DeadLetterCollector(letters, self.queues, self.processor, self.sender)

    @property
    def receipts(self) -> Collection:
        """The ledger of receipts."""
        return self.processor.ledger.collection

    async def receive(self, xml: bytes, delivery: Delivery | None = None) -> None:
        """What the handler does with a message, and what follows at once."""
        with suppress(DependencyUnavailable):
            await self.processor.store(xml, delivery or Delivery(str(ULID())))
        await self.idle()

    async def dies(self, body: bytes, queue: str, reason: str = "rejected") -> None:
        """A message that a service could not take comes by `fas.dead`."""
        headers = {"x-death": [{"queue": queue, "reason": reason, "count": 1}], "x-first-death-queue": queue}
        await self.dead.take(body, Delivery(str(ULID()), headers=headers, content_type="application/json"))
        await self.idle()

    async def settle(self, message_id: str, outcome: Outcome, reason: Reason | None = None) -> None:
        """A service's answer, as the handler takes it."""
        settled = ReceiptSettled(message_id=message_id, outcome=outcome, reason=reason)
        await (self.sender if is_ours(message_id) else self.processor).settle(settled)
        await self.idle()

    async def sweep(self) -> None:
        """Look once for what is due, and let it end."""
        for work in (self.processor.queue, self.sender.queue, self.dead.queue):
            await work.sweep()
        await self.idle()

    async def idle(self) -> None:
        """Wait until nothing is being worked on."""
        for work in (self.processor.queue, self.sender.queue, self.dead.queue):
            while work._busy:
                await asyncio.wait(work._busy.values())
                await asyncio.sleep(0)  # an ended task leaves `_busy` by its callback

    async def entry(self, message_id: str) -> Document:
        """A receipt in the ledger."""
        found = await self.processor.ledger.get(message_id)
        assert found is not None, f"{message_id} is not in the ledger"
        return dict(found.document)

    async def newest(self, state: str) -> list[Document]:
        """The last ten receipts in this state."""
        return [dict(each.document) for each in await self.processor.ledger.newest(state, None, 10)]

    async def dead_letters(self) -> list[Document]:
        """All dead letters, without their bodies."""
        return [dict(each.document) for each in await self.dead.letters.newest(None)]

    async def declaration(self, declaration_id: str) -> Document:
        """A declaration in its ledger."""
        found = await self.sender.ledger.get(declaration_id)
        assert found is not None, f"{declaration_id} is not in the ledger"
        return dict(found.document)

    def facts(self) -> list[dict[str, Any]]:
        """The facts that went out."""
        return [json.loads(body) for body in self.queues.bodies(EVENTS)]

    def acks(self) -> list[dict[str, str]]:
        """The acknowledgements that went out, by element name."""
        return [_fields(body) for body in self.queues.bodies(CUSTOMS_ACKS)]

    def outcomes(self) -> list[tuple[str, str | None]]:
        """What customs was told: the receipt and its outcome."""
        return [(ack["Outcome"], ack.get("Reason")) for ack in self.acks()]

    def declarations(self) -> list[dict[str, str]]:
        """The declarations that were sent, whatever became of them."""
        return [_fields(body) for body in self.queues.bodies(CUSTOMS_DECLARATIONS)]


async def make_due(collection: Collection, entry_id: str) -> None:
    """Let the time pass until something is to be done for an entry."""
    await collection.update_one({"_id": entry_id}, {"$set": {"next_at": now()}})


def _fields(xml: bytes) -> dict[str, str]:
    return {etree.QName(each).localname: each.text or "" for each in etree.fromstring(xml).iter()}


Make = Callable[[], Awaitable[Gateway]]

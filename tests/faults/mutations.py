"""Each protection taken out, one at a time: the rig must see it, or it proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aio_pika
from faststream import AckPolicy
from faststream.rabbit import RabbitBroker, RabbitQueue

from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.translation import read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.topology import RECEIPTS_QUEUE
from shared.lifecycle import advance
from shared.lifecycle.case import state_of
from shared.runtime import broker, topology
from shared.runtime.broker import Published, Publisher


def persist_off() -> None:
    """Messages in memory alone. A quorum queue writes every message down, so the queues become classic as well."""
    topology._QUORUM.clear()
    _replace(topology, "_dead_letters", lambda dead: {})
    original = aio_pika.Message.__init__

    def transient(self: Any, *given: Any, **named: Any) -> None:
        original(self, *given, **named | {"delivery_mode": aio_pika.DeliveryMode.NOT_PERSISTENT})

    _replace(aio_pika.Message, "__init__", transient)
    _replace(broker, "queue", lambda name: RabbitQueue(name, declare=False))


def inbox_off() -> None:
    """A case does not remember which messages it has seen."""
    _replace(advance, "state_of", lambda case: replace(state_of(case), inbox=frozenset()))


def acknowledged_first() -> None:
    """The broker forgets a receipt before anybody has stored it."""
    _acknowledge_receipts(AckPolicy.ACK_FIRST)


def truthy_confirm() -> None:
    """Whatever a publish returns counts as sent, and what nobody takes comes back unnoticed."""
    opened = Publisher.start

    async def start(self: Publisher) -> None:
        await opened(self)
        assert self._connection
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=False)

    async def publish(self: Publisher, exchange: str, key: str, body: bytes, **named: Any) -> Published:
        message = aio_pika.Message(
            body, content_type=named.get("content_type", "application/json"),
            correlation_id=named.get("correlation_id"), headers=named.get("headers") or {},
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )  # fmt: skip
        returned = await self._send(exchange, key, message, named.get("mandatory", True))
        return Published.CONFIRMED if returned else Published.REFUSED

    _replace(Publisher, "start", start)
    _replace(Publisher, "publish", publish)


def nack_with_requeue() -> None:
    """A receipt is read before it is stored, and one that can't be read is given back to the broker."""
    _acknowledge_receipts(AckPolicy.NACK_ON_ERROR)
    original = ReceiptLedger.store

    async def store(self: ReceiptLedger, entry: ReceiptEntry, *given: Any) -> Any:
        read_receipt(payload(entry.raw))
        return await original(self, entry, *given)

    _replace(ReceiptLedger, "store", store)


def _acknowledge_receipts(policy: AckPolicy) -> None:
    subscribe = RabbitBroker.subscriber

    def subscriber(self: Any, queue: Any, *given: Any, **named: Any) -> Any:
        if queue.name == RECEIPTS_QUEUE.name:
            named["ack_policy"] = policy
        return subscribe(self, queue, *given, **named)

    _replace(RabbitBroker, "subscriber", subscriber)


def _replace(where: Any, name: str, by: Any) -> None:
    setattr(where, name, by)


MUTATIONS: dict[str, Callable[[], None]] = {
    "persist_off": persist_off,
    "inbox_off": inbox_off,
    "acknowledged_first": acknowledged_first,
    "truthy_confirm": truthy_confirm,
    "nack_with_requeue": nack_with_requeue,
}

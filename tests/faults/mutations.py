"""Each protection taken out, one at a time: the rig must see it, or it proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aio_pika
from faststream import AckPolicy

from services.customs_gateway import inbound
from services.customs_gateway.ledger import Ledger
from shared.contracts import topology as names
from shared.lifecycle import advance
from shared.runtime import broker, topology
from shared.runtime.errors import Park


def persist_off() -> None:
    """Messages in memory alone. A quorum queue writes every message down, so the queues become classic as well."""
    topology._QUORUM.clear()
    topology._dead_letters = lambda dead: {}
    original = aio_pika.Message.__init__

    def transient(self: Any, *given: Any, **named: Any) -> None:
        original(self, *given, **named | {"delivery_mode": aio_pika.DeliveryMode.NOT_PERSISTENT})

    aio_pika.Message.__init__ = transient  # type: ignore[method-assign]
    broker.queue = lambda name: broker.RabbitQueue(name, declare=False)  # type: ignore[assignment]


def inbox_off() -> None:
    """A case does not remember which messages it has seen."""
    original = advance.state_of
    advance.state_of = lambda case: replace(original(case), inbox=frozenset())  # type: ignore[assignment]


def acknowledged_first() -> None:
    """The broker forgets a message before anybody has stored it."""
    _policy(AckPolicy.ACK_FIRST)


def truthy_confirm() -> None:
    """Whatever a publish returns counts as sent, and what nobody takes comes back unnoticed."""
    opened = broker.Publisher.start

    async def start(self: broker.Publisher) -> None:
        await opened(self)
        assert self._connection
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=False)

    async def publish(
        self: broker.Publisher, exchange: str, key: str, body: bytes, **named: Any
    ) -> broker.Published:
        message = aio_pika.Message(
            body, content_type=named.get("content_type", "application/json"),
            correlation_id=named.get("correlation_id"), headers=named.get("headers") or {},
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )  # fmt: skip
        returned = await self._send(exchange, key, message, named.get("mandatory", True))
        return broker.Published.CONFIRMED if returned else broker.Published.REFUSED

    broker.Publisher.start = start  # type: ignore[method-assign]
    broker.Publisher.publish = publish  # type: ignore[method-assign, assignment]


def nack_with_requeue() -> None:
    """A message that can't be read is given back to the broker instead of being stored."""
    _policy(AckPolicy.NACK_ON_ERROR)
    original = Ledger.store

    async def store(self: Ledger, raw: bytes, correlation_id: str) -> Any:
        entry = inbound.read_receipt(inbound.payload(raw))
        assert entry, Park
        return await original(self, raw, correlation_id)

    Ledger.store = store  # type: ignore[method-assign]


def _policy(policy: AckPolicy) -> None:
    """Of customs' receipts alone."""
    subscribe = broker.RabbitBroker.subscriber

    def subscriber(self: Any, queue: Any, *given: Any, **named: Any) -> Any:
        if queue.name == names.RECEIPTS_QUEUE.name:
            named["ack_policy"] = policy
        return subscribe(self, queue, *given, **named)

    broker.RabbitBroker.subscriber = subscriber  # type: ignore[method-assign]


MUTATIONS: dict[str, Callable[[], None]] = {
    "persist_off": persist_off,
    "inbox_off": inbox_off,
    "acknowledged_first": acknowledged_first,
    "truthy_confirm": truthy_confirm,
    "nack_with_requeue": nack_with_requeue,
}

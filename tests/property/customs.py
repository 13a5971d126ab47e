"""What is outside the gateway, as simple models: customs' queues, our broker's queues, and the services that own cases."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from shared.contracts.events import ReceiptSettled
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, EVENTS
from shared.contracts.vocabulary import Outcome, Reason
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import Published, Publisher
from tests.property.scheduler import Room, no_confirm


@dataclass(frozen=True, slots=True)
class Truth:
    """What the services will say of a receipt: `verdict`, and not_yet before the case has come to `level`."""

    verdict: Outcome
    case_no: str = ""
    level: int = 0


@dataclass
class Services:
    """The services that own cases: each fact is applied once, whatever is sent; its answers are for the gateway.

    A case comes to the next of its `levels` with every receipt applied, and by what its officer does.
    """

    facts: list[dict[str, Any]] = field(default_factory=list)
    truths: dict[str, Truth] = field(default_factory=dict)
    levels: Counter[str] = field(default_factory=Counter)
    applied: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)

    def take(self, *, comes_again: bool) -> ReceiptSettled | None:
        """Look at the oldest fact, and answer it; one that was not acknowledged comes again, last."""
        if not self.facts:
            return None
        fact = self.facts.pop(0)
        if comes_again:
            self.facts.append(fact)
        message_id = fact["message_id"]
        self.heard.add(message_id)
        outcome = self._outcome(message_id)
        reasons = {Outcome.NOT_YET: Reason.NOT_YET, Outcome.INVALID: Reason.WRONG_STAGE}
        return ReceiptSettled(message_id=message_id, outcome=outcome, reason=reasons.get(outcome))

    def _outcome(self, message_id: str) -> Outcome:
        truth = self.truths.get(message_id, Truth(Outcome.APPLIED))
        if message_id in self.applied:
            return Outcome.DUPLICATE
        if self.levels[truth.case_no] < truth.level:
            return Outcome.NOT_YET
        if truth.verdict is Outcome.APPLIED:
            self.applied.add(message_id)
            self.levels[truth.case_no] += 1
        return truth.verdict


@dataclass(frozen=True, slots=True)
class ToldFact:
    """An acknowledgement in customs' queue."""

    message_id: str
    about: str | None
    outcome: str
    reason: str | None


@dataclass(eq=False, slots=True)
class FactAttempt:
    """One attempt to send a declaration."""

    declaration: str
    begun: float
    troubles: int
    open: bool = True
    confirmed: bool = False


@dataclass
class Broker:
    """What the queues hold; an exchange in `closed` has no queue that takes anything.

    `doubled` are declarations that were sent again within `lease` seconds of an attempt that was under way or confirmed,
    though no call failed and no process died since: the second sender was not entitled to it.
    """

    room: Room
    services: Services
    lease: float
    closed: set[str] = field(default_factory=set)
    declarations: list[str] = field(default_factory=list)
    told: list[ToldFact] = field(default_factory=list)
    attempts: list[FactAttempt] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def begin(self, xml: bytes) -> FactAttempt:
        """Somebody begins to send a declaration."""
        room, declaration = self.room, fields(xml)["MessageId"]
        for earlier in self.attempts:
            entitled = earlier.troubles != room.troubles or room.seconds - earlier.begun >= self.lease
            if earlier.declaration == declaration and (earlier.open or earlier.confirmed) and not entitled:
                self.doubled.append(declaration)
        self.attempts.append(FactAttempt(declaration, room.seconds, room.troubles))
        return self.attempts[-1]

    def take(self, exchange: str, body: bytes, attempt: FactAttempt | None) -> Published:
        """A queue takes a message, or there is none."""
        taken = exchange not in self.closed
        if attempt:
            attempt.open, attempt.confirmed = False, taken
        if taken and exchange == EVENTS:
            self.services.facts.append(json.loads(body))
        elif taken and exchange == CUSTOMS_DECLARATIONS:
            self.declarations.append(fields(body)["MessageId"])
        elif taken and exchange == CUSTOMS_ACKS:
            ack = fields(body)
            told = ToldFact(ack["MessageId"], ack.get("OriMessageId"), ack["Outcome"], ack.get("Reason"))
            self.told.append(told)
        return Published.CONFIRMED if taken else Published.REFUSED


class Publishing(Publisher):
    """A process's way to the broker."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(BrokerAddress("amqp://nowhere"), "test")
        self._broker = broker

    async def publish(self, exchange: str, key: str, body: bytes, **given: Any) -> Published:
        attempt = self._broker.begin(body) if exchange == CUSTOMS_DECLARATIONS else None
        end = await self._broker.room.call(lambda: self._broker.take(exchange, body, attempt), no_confirm)
        return Published(end)


def fields(xml: bytes) -> dict[str, str]:
    """The elements of a message by name."""
    return {etree.QName(each).localname: each.text or "" for each in etree.fromstring(xml).iter()}

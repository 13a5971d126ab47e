"""An answer of the database that was lost makes no duplicate, and hides no end (FOUND S16)."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.contracts.topology import (
    facts_of,
)
from shared.contracts.vocabulary import Outcome
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Document
from tests.gateway import Gateway, make_due
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryCollection, MemoryStore
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.scheduler import Loop, Room

FACTS = facts_of("intake").name


@pytest.fixture
def gateway() -> Gateway:
    """One replica at a ledger in memory."""
    return Gateway(MemoryStore(Room(Loop())), NoObjects())


def unanswered_once(collection: MemoryCollection, call: str) -> None:
    """The next such call is made, and its answer is lost."""
    made = getattr(collection, call)

    async def lost(*given: Any, **named: Any) -> Any:
        setattr(collection, call, made)
        await made(*given, **named)
        raise DependencyUnavailable("database")

    setattr(collection, call, lost)


async def test_a_receipt_sent_once_is_stored_once_though_the_databases_answer_was_lost(
    gateway: Gateway,
) -> None:
    unanswered_once(gateway.receipts, "insert_one")  # type: ignore[arg-type]
    once = Delivery("d-1")
    with capture_logs() as lines:
        with pytest.raises(DependencyUnavailable):
            await gateway.processor.store(a_receipt("R-1", CASES[0]), once)
        await gateway.processor.store(a_receipt("R-1", CASES[0]), once)
        await gateway.idle()
    await gateway.settle("R-1", Outcome.APPLIED)

    events = [line["event"] for line in lines]
    assert (events.count("receipt_stored"), events.count("receipt_duplicate")) == (1, 0)
    assert gateway.outcomes() == [("APPLIED", None)]
    assert (await gateway.entry("R-1"))["duplicates"] == 0


async def test_a_reused_message_id_whose_storing_was_not_answered_is_no_duplicate_of_itself(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    other, once = a_receipt("R-1", CASES[1]), Delivery("d-2")
    made, calls = gateway.receipts.insert_one, []

    async def insert(document: Document) -> None:
        calls.append(document["_id"])
        await made(document)
        if calls[-1].startswith("R-1#"):
            gateway.receipts.insert_one = made  # type: ignore[method-assign]
            raise DependencyUnavailable("database")

    gateway.receipts.insert_one = insert  # type: ignore[method-assign]
    await gateway.receive(other, once)
    await gateway.receive(other, once)

    assert gateway.outcomes() == [("PARKED", "message_id_reused")]


async def test_a_message_that_is_handed_out_again_is_no_duplicate(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]), Delivery("d-1"))
    await gateway.receive(a_receipt("R-1", CASES[0]), Delivery("d-2", redelivered=True))
    await gateway.settle("R-1", Outcome.APPLIED)
    assert gateway.outcomes() == [("APPLIED", None)]

    await gateway.receive(a_receipt("R-1", CASES[0]), Delivery("d-3", redelivered=True))
    await gateway.receive(a_receipt("R-1", CASES[0]), Delivery("d-4"))

    first, again, duplicate = gateway.acks()
    assert again["MessageId"] == first["MessageId"], "the same acknowledgement: customs may have missed it"
    assert duplicate["Outcome"] == "DUPLICATE"
    assert (await gateway.entry("R-1"))["duplicates"] == 1


async def test_what_became_of_a_receipt_is_told_though_the_databases_answer_to_it_was_lost(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    unanswered_once(gateway.receipts, "update_one")  # type: ignore[arg-type]
    with capture_logs() as lines:
        with pytest.raises(DependencyUnavailable):
            await gateway.settle("R-1", Outcome.APPLIED)
        await gateway.settle("R-1", Outcome.APPLIED)
        await make_due(gateway.receipts, "R-1")
        await gateway.sweep()

    assert [line["event"] for line in lines].count("receipt_applied") == 1
    assert gateway.outcomes() == [("APPLIED", None)]


async def test_a_refused_acknowledgement_does_not_repeat_what_operators_are_told(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    gateway.queues.ends["customs.receipt-acks"] = [Published.REFUSED] * 2
    with capture_logs() as lines:
        await gateway.settle("R-1", Outcome.APPLIED)
        for _ in range(2):
            await make_due(gateway.receipts, "R-1")
            await gateway.sweep()

    assert [line["event"] for line in lines].count("receipt_applied") == 1
    assert len(gateway.acks()) == 3


async def test_a_submission_whose_keeping_was_not_answered_is_sent_at_once(gateway: Gateway) -> None:
    unanswered_once(gateway.sender.ledger.collection, "insert_one")  # type: ignore[arg-type]
    declared, once = a_declaration(CASES[0], 1), Delivery("d-1")
    with pytest.raises(DependencyUnavailable):
        await gateway.sender.keep(declared, once)
    await gateway.sender.keep(declared, once)
    await gateway.idle()

    assert len(gateway.declarations()) == 1

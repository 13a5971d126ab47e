"""What a service can't take is counted in the ledger and parked, and has a way back (FOUND S12)."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from faststream import ContextRepo
from structlog.testing import capture_logs
from ulid import ULID

from services.customs_gateway.limits import FAILURES
from services.customs_gateway.operators.actions import replay_dead, replay_receipt
from shared.contracts.events import ReceiptSettled
from shared.contracts.facts import DeclarationSent
from shared.contracts.topology import (
    EVENTS,
    SETTLED_QUEUE,
    facts_of,
)
from shared.contracts.vocabulary import Outcome
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery, delivery
from shared.runtime.rests import Rests
from shared.runtime.retry import RetryMiddleware
from shared.runtime.store import Document
from tests.gateway import Gateway, make_due
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryStore
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.scheduler import Loop, Room

FACTS = facts_of("intake").name


@pytest.fixture
def gateway() -> Gateway:
    """One replica at a ledger in memory."""
    return Gateway(MemoryStore(Room(Loop())), NoObjects())


async def fails(gateway: Gateway, message_id: str = "R-1", queue: str = FACTS) -> None:
    """The newest fact about a message dies in a service, and the time of the next one comes."""
    fact = [body for body in gateway.queues.bodies(EVENTS) if json.loads(body)["message_id"] == message_id][
        -1
    ]
    await gateway.dies(fact, queue)
    ledger = gateway.receipts if ":" not in message_id else gateway.sender.ledger.collection
    entry_id = message_id.partition(":")[0]
    if ((await ledger.find_one({"_id": entry_id})) or {})["next_at"]:
        await make_due(ledger, entry_id)
    await gateway.sweep()


async def letters(gateway: Gateway) -> list[Document]:
    """All dead letters."""
    return await gateway.dead_letters()


async def test_a_receipt_on_whose_fact_a_service_fails_each_time_is_parked_as_internal(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    with capture_logs() as lines:
        for number in range(FAILURES):
            assert (await gateway.entry("R-1"))["failures"] == number
            await fails(gateway)

    entry = await gateway.entry("R-1")
    assert (entry["state"], entry["reason"], entry["failures"]) == ("parked", "internal", FAILURES)
    assert FACTS in entry["detail"]
    assert gateway.outcomes() == [("PARKED", "internal")]
    assert len(gateway.facts()) == FAILURES, "and it is published no more"
    dead = [line for line in lines if line["event"] == "message_dead"]
    assert {(line["message_id"], line["case_no"], line["queue"]) for line in dead} == {
        ("R-1", CASES[0], FACTS)
    }
    assert [line["event"] for line in lines].count("receipt_parked") == 1
    assert await letters(gateway) == [], "its ledger has it"


async def test_the_log_line_of_a_message_that_failed_names_its_case_and_itself() -> None:
    made = []

    async def handler(message: Any) -> None:
        made.append(delivery())
        raise RuntimeError("a bug")

    raw = SimpleNamespace(redelivered=True, content_type="application/json", timestamp=None)
    message: Any = SimpleNamespace(
        headers={}, correlation_id="c-1", message_id="D-1", raw_message=raw,
        body=b'{"case_no": "2026", "message_id": "R-1", "opinion": "x"}',
    )  # fmt: skip
    context = ContextRepo()
    context.set_local("handler_", SimpleNamespace(queue=SimpleNamespace(name="intake.facts")))
    with capture_logs() as lines, pytest.raises(RuntimeError):
        await RetryMiddleware(Rests(), None, context=context).consume_scope(handler, message)

    (line,) = lines
    named = {name: line[name] for name in ("event", "queue", "case_no", "message_id")}
    assert named == {
        "event": "message_failed",
        "queue": "intake.facts",
        "case_no": "2026",
        "message_id": "R-1",
    }
    assert "opinion" not in line
    assert made[0].redelivered


async def test_a_receipt_that_was_parked_for_a_bug_is_applied_after_a_replay(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for _ in range(FAILURES):
        await fails(gateway)

    await replay_receipt(gateway.store, "R-1", "op")
    await gateway.sweep()
    assert (await gateway.entry("R-1"))["failures"] == 0
    await gateway.settle("R-1", Outcome.APPLIED)

    assert gateway.outcomes() == [("PARKED", "internal"), ("APPLIED", None)]


async def test_a_receipt_whose_service_is_only_away_is_never_parked(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for _ in range(3 * FAILURES):
        await make_due(gateway.receipts, "R-1")
        await gateway.sweep()

    entry = await gateway.entry("R-1")
    assert (entry["state"], entry["failures"]) == ("published", 0)
    assert len(gateway.facts()) == 3 * FAILURES + 1


async def test_copies_of_one_publishing_that_die_are_one_failure(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for _ in range(2 * FAILURES):
        await gateway.dies(gateway.queues.bodies(EVENTS)[0], FACTS)

    assert (await gateway.entry("R-1"))["failures"] == 1


async def test_a_service_that_answers_in_between_has_not_failed(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for _ in range(FAILURES - 1):
        await fails(gateway)
    await gateway.settle("R-1", Outcome.NOT_YET)
    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()

    await fails(gateway)

    entry = await gateway.entry("R-1")
    assert (entry["state"], entry["failures"]) == ("published", 1)


async def test_an_answer_that_we_fail_on_ourselves_counts_the_same(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    answer = ReceiptSettled(message_id="R-1", outcome=Outcome.APPLIED).model_dump_json().encode()
    for _ in range(FAILURES):
        await gateway.dies(answer, SETTLED_QUEUE.name)
        await make_due(gateway.receipts, "R-1")
        await gateway.sweep()

    assert (await gateway.entry("R-1"))["reason"] == "internal"
    await gateway.settle("R-1", Outcome.APPLIED)
    assert (await gateway.entry("R-1"))["state"] == "applied", "the case has it, and says so at last"


async def test_a_fact_that_can_not_be_published_at_all_parks_its_receipt(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def publish(*given: Any, **named: Any) -> Published:
        raise RuntimeError("a bug")

    monkeypatch.setattr(gateway.processor._publisher, "publish", publish)
    await gateway.receive(a_receipt("R-1", CASES[0]))

    assert (await gateway.entry("R-1"))["reason"] == "internal"


async def test_a_case_that_fails_on_hearing_that_it_was_sent_is_told_no_more_and_an_operator_can_have_it_told(
    gateway: Gateway,
) -> None:
    declared = a_declaration(CASES[0], 1)
    declaration = declared.declaration_id
    fact = DeclarationSent(
        message_id=f"{declaration}:sent", case_no=CASES[0], stage=declared.stage, in_reply_to=declaration,
        at=declared.at,
    )  # fmt: skip
    await gateway.sender.keep(declared, Delivery(str(ULID())))
    await gateway.idle()
    for _ in range(FAILURES):
        await fails(gateway, fact.message_id)

    told = len(gateway.facts())
    assert (await gateway.declaration(declaration))["next_at"] is None
    (letter,) = await letters(gateway)
    assert (letter["message_id"], letter["count"]) == (fact.message_id, 1)

    await replay_dead(gateway.store, letter["_id"], "op", "mended")
    await gateway.sweep()
    await fails(gateway, fact.message_id)
    (again,) = await letters(gateway)
    assert (again["state"], again["count"], len(gateway.facts())) == ("open", 2, told)

    await replay_dead(gateway.store, letter["_id"], "op", "mended indeed")
    await gateway.sweep()
    await gateway.settle(fact.message_id, Outcome.APPLIED)
    assert (await gateway.declaration(declaration))["told"] is True

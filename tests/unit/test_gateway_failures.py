"""What a service can't take is counted, seen and kept, and has a way back (FOUND S12); a lost answer makes no duplicate (S16)."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs
from ulid import ULID

from services.customs_gateway.dead import dismiss_dead, list_dead, replay_dead
from services.customs_gateway.ledger import replay
from services.customs_gateway.outcomes import FAILURES
from shared.contracts.events import ReceiptSettled
from shared.contracts.facts import DeclarationSent
from shared.contracts.topology import (
    CUSTOMS_RECEIPTS,
    EVENTS,
    SETTLED_QUEUE,
    SUBMISSIONS_QUEUE,
    commands_of,
    facts_of,
)
from shared.contracts.vocabulary import Outcome
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery
from shared.runtime.errors import Refuse, Wait
from shared.runtime.store import Document
from tests.gateway import Gateway, make_due
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryCollection, MemoryStore
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.room import Loop, Room

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
    ledger = gateway.receipts if ":" not in message_id else gateway.outbound.collection
    entry_id = message_id.partition(":")[0]
    if ((await ledger.find_one({"_id": entry_id})) or {})["next_at"]:
        await make_due(ledger, entry_id)
    await gateway.sweep()


async def letters(gateway: Gateway) -> list[Document]:
    """All dead letters."""
    return await list_dead(gateway.store, None)


def unanswered_once(collection: MemoryCollection, call: str) -> None:
    """The next such call is made, and its answer is lost."""
    made = getattr(collection, call)

    async def lost(*given: Any, **named: Any) -> Any:
        setattr(collection, call, made)
        await made(*given, **named)
        raise Wait("database")

    setattr(collection, call, lost)


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


async def test_a_receipt_that_was_parked_for_a_bug_is_applied_after_a_replay(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1", CASES[0]))
    for _ in range(FAILURES):
        await fails(gateway)

    await replay(gateway.store, "R-1", "op")
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

    monkeypatch.setattr(gateway.inbound._publisher, "publish", publish)
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
    await gateway.outbound.keep(declared)
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


async def test_a_submission_that_died_is_kept_until_the_broker_confirms_that_its_queue_has_it_again(
    gateway: Gateway,
) -> None:
    body = a_declaration(CASES[0], 1).model_dump_json().encode()
    await gateway.dies(body, SUBMISSIONS_QUEUE.name)
    (letter,) = await letters(gateway)
    assert (letter["state"], letter["queue"], letter["case_no"]) == ("open", SUBMISSIONS_QUEUE.name, CASES[0])

    gateway.queues.ends[""] = [Published.UNKNOWN, Published.CONFIRMED]
    await replay_dead(gateway.store, letter["_id"], "op", "mended")
    await gateway.sweep()
    assert (await letters(gateway))[0]["state"] == "replaying"
    await make_due(gateway.dead.collection, letter["_id"])
    await gateway.sweep()

    assert [sent for sent in gateway.queues.sent if sent[0] == ""] == [("", SUBMISSIONS_QUEUE.name, body)] * 2
    (replayed,) = await letters(gateway)
    assert (replayed["state"], replayed["next_at"], replayed["headers"]) == ("replayed", None, {})
    assert [(each["by"], each["what"], each["why"]) for each in replayed["audit"]] == [
        ("op", "replay", "mended")
    ]


async def test_a_letter_whose_queue_does_not_take_it_stays_with_the_operator(gateway: Gateway) -> None:
    await gateway.dies(b"{}", "a.queue.that.is.gone")
    (letter,) = await letters(gateway)
    gateway.queues.ends[""] = [Published.REFUSED]

    await replay_dead(gateway.store, letter["_id"], "op", "")
    await gateway.sweep()

    (open_,) = await letters(gateway)
    assert (open_["state"], open_["next_at"]) == ("open", None)
    assert "did not take it" in open_["detail"]


async def test_what_was_dismissed_is_left_alone_and_comes_back_when_it_dies_again(gateway: Gateway) -> None:
    await gateway.dies(b"{}", SUBMISSIONS_QUEUE.name)
    (letter,) = await letters(gateway)
    await dismiss_dead(gateway.store, letter["_id"], "op", "a test of ours")
    with pytest.raises(Refuse, match="dismissed"):
        await replay_dead(gateway.store, letter["_id"], "op", "")

    await gateway.dies(b"{}", SUBMISSIONS_QUEUE.name)

    (again,) = await letters(gateway)
    assert (again["state"], again["count"], len(again["audit"])) == ("open", 2, 1)


async def test_a_command_that_expired_is_not_kept_and_one_that_can_not_be_read_is_not_replayed(
    gateway: Gateway,
) -> None:
    queue = commands_of("intake").name
    await gateway.dies(b'{"command_id":"C-1"}', queue, reason="expired")
    assert await letters(gateway) == []

    await gateway.dies(b'{"command_id":"C-1"}', queue)

    (letter,) = await letters(gateway)
    with pytest.raises(Refuse, match="was told that it was not done"):
        await replay_dead(gateway.store, letter["_id"], "op", "")


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"[" * 100_000, b'{"message_id": 1, "case_no": null}', b"1" * 10_000, b"<MessageId>R-1</MessageId>"],
    ids=range(6),
)  # fmt: skip
@pytest.mark.parametrize("queue", [FACTS, CUSTOMS_RECEIPTS, SETTLED_QUEUE.name, "", "x"])
async def test_any_message_that_died_is_kept_as_it_was(gateway: Gateway, body: bytes, queue: str) -> None:
    odd = {"x-death": "none", "x\0": 1, "list": [1], "own": "kept"}
    await gateway.dies(body, queue)
    await gateway.dead.take(body, Delivery(str(ULID()), headers=odd))

    kept = {letter["queue"]: letter for letter in await letters(gateway)}
    letter = await gateway.dead.collection.find_one({"_id": kept[queue]["_id"]})
    assert letter is not None
    assert bytes(letter["body"]) == body
    assert kept[""]["headers"] in ({"own": "kept"}, {})


async def test_a_letter_that_the_database_does_not_take_waits_in_its_queue(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(document: Document) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(gateway.dead.collection, "insert_one", full)

    with pytest.raises(Wait):
        await gateway.dies(b"{}", "x")


async def test_a_receipt_sent_once_is_stored_once_though_the_databases_answer_was_lost(
    gateway: Gateway,
) -> None:
    unanswered_once(gateway.receipts, "insert_one")  # type: ignore[arg-type]
    once = Delivery("d-1")
    with capture_logs() as lines:
        with pytest.raises(Wait):
            await gateway.inbound.store(a_receipt("R-1", CASES[0]), once)
        await gateway.inbound.store(a_receipt("R-1", CASES[0]), once)
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
            raise Wait("database")

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
        with pytest.raises(Wait):
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
    unanswered_once(gateway.outbound.collection, "insert_one")  # type: ignore[arg-type]
    declared = a_declaration(CASES[0], 1)
    with pytest.raises(Wait):
        await gateway.outbound.keep(declared)
    await gateway.outbound.keep(declared)
    await gateway.idle()

    assert len(gateway.declarations()) == 1

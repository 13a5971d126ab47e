"""Dead letters at the gateway: any message is kept as it was, and goes back only with the broker's confirm (FOUND S12)."""

import pytest
from ulid import ULID

from services.customs_gateway.operators.actions import dismiss_dead, replay_dead
from shared.contracts.topology import (
    CUSTOMS_RECEIPTS,
    SETTLED_QUEUE,
    SUBMISSIONS_QUEUE,
    commands_of,
    facts_of,
)
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.store import Document
from tests.gateway import Gateway, make_due
from tests.property.gateways import NoObjects
from tests.property.memory import MemoryStore
from tests.property.messages import CASES, a_declaration
from tests.property.scheduler import Loop, Room

FACTS = facts_of("intake").name


@pytest.fixture
def gateway() -> Gateway:
    """One replica at a ledger in memory."""
    return Gateway(MemoryStore(Room(Loop())), NoObjects())


async def letters(gateway: Gateway) -> list[Document]:
    """All dead letters."""
    return await gateway.dead_letters()


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
    await make_due(gateway.dead.letters.collection, letter["_id"])
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
    with pytest.raises(RequestRejected, match="dismissed"):
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
    with pytest.raises(RequestRejected, match="was told that it was not done"):
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
    letter = await gateway.dead.letters.collection.find_one({"_id": kept[queue]["_id"]})
    assert letter is not None
    assert bytes(letter["body"]) == body
    assert kept[""]["headers"] in ({"own": "kept"}, {})


async def test_a_letter_that_the_database_does_not_take_waits_in_its_queue(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(document: Document) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(gateway.dead.letters.collection, "insert_one", full)

    with pytest.raises(DependencyUnavailable):
        await gateway.dies(b"{}", "x")


async def test_a_letter_that_is_handed_out_again_before_it_was_acknowledged_died_once(
    gateway: Gateway,
) -> None:
    body = a_declaration(CASES[0], 1).model_dump_json().encode()
    deaths = {"x-death": [{"queue": SUBMISSIONS_QUEUE.name, "reason": "rejected"}]}

    await gateway.dead.take(body, Delivery("1", redelivered=False, headers=deaths))
    await gateway.dead.take(body, Delivery("2", redelivered=True, headers=deaths))

    (letter,) = await letters(gateway)
    assert letter["count"] == 1


async def test_a_receipt_that_can_not_be_stored_by_a_fault_of_ours_is_a_dead_letter_and_is_stored_when_replayed(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customs' own broker may know no dead letters, and would drop what is rejected."""
    raw, store = b"<Receipt/>", gateway.processor.store

    async def fails(raw: bytes, delivery: Delivery) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(gateway.processor, "store", fails)
    await gateway.dead.receive(raw, Delivery("1"))
    (letter,) = await letters(gateway)
    assert (letter["state"], letter["queue"], letter["reason"]) == ("open", CUSTOMS_RECEIPTS, "rejected")

    await replay_dead(gateway.store, letter["_id"], "op", "not yet mended")
    await gateway.sweep()
    (again,) = await letters(gateway)
    assert (again["state"], again["count"]) == ("open", 2)

    monkeypatch.setattr(gateway.processor, "store", store)
    await replay_dead(gateway.store, letter["_id"], "op", "mended")
    await gateway.sweep()
    (replayed,) = await letters(gateway)
    assert replayed["state"] == "replayed"
    assert gateway.outcomes() == [("PARKED", "schema")]

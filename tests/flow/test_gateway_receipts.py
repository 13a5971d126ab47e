"""A receipt that reached us comes to its end once, whatever stops or answers late: the ledger, against a real database."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from services.customs_gateway.operators.actions import dismiss_receipt, replay_receipt
from services.customs_gateway.receipts.ledger import new_entry
from services.customs_gateway.receipts.translation import read_message
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.replies import Refused
from shared.contracts.topology import CUSTOMS_ACKS, EVENTS
from shared.contracts.vocabulary import Outcome, Reason
from shared.ledgers.work_queue import LEASE
from shared.runtime.broker import Published
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.objects import Objects
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from tests.gateway import DELAYS, Gateway, make_due

CASE = "202511000000025267"
FILE = """<Attachments><Attachment><FileName>a.pdf</FileName><MediaType>application/pdf</MediaType><Size>3</Size>
<Sha256>ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad</Sha256>{}</Attachment></Attachments>"""
INLINE = FILE.format("<Content>YWJj</Content>")
IN_BUCKET = FILE.format("<ObjectKey>customs/inbound/x/1</ObjectKey>")


def a_receipt(message_id: str, type: str = "ACCEPTED", case_no: str = CASE, body: str = "") -> bytes:
    """A receipt about the application."""
    return f"""<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>{message_id}</MessageId>
<ReceiptType>{type}</ReceiptType><CaseNo>{case_no}</CaseNo><Stage>application</Stage><SenderID>GACC</SenderID>
<ReceiverID>FAS</ReceiverID><SendTime>2026-11-03T15:12:35+08:00</SendTime></Head><Body>{body}</Body></Receipt>""".encode()


@pytest.fixture
async def replica(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[Gateway]]]:
    """Makes gateways that share one new ledger."""
    store = open_store(settings.model_copy(update={"mongo_database": f"gateway-{secrets.token_hex(4)}"}))
    objects = Objects(settings)
    await objects.ensure_bucket()

    async def make() -> Gateway:
        return Gateway(store, objects)

    yield make
    objects.close()
    await store.close()


@pytest.fixture
async def gateway(replica: Callable[[], Awaitable[Gateway]]) -> Gateway:
    """One gateway with a new ledger."""
    return await replica()


async def test_a_receipt_becomes_a_fact_and_is_acknowledged_when_the_case_took_it(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1"))
    assert gateway.outcomes() == []

    await gateway.settle("R-1", Outcome.APPLIED)

    assert [(fact["message_id"], fact["cause"]) for fact in gateway.facts()] == [("R-1", "ACCEPTED")]
    assert gateway.queues.sent[0][1] == "fact.intake"
    assert gateway.acks()[0]["OriMessageId"] == "R-1"
    assert gateway.outcomes() == [("APPLIED", None)]
    entry = await gateway.entry("R-1")
    assert (entry["state"], entry["next_at"]) == ("applied", None)


def _stored(message_id: str) -> ReceiptEntry:
    """A receipt as a gateway that dies at once has stored it."""
    return new_entry(read_message(a_receipt(message_id)), "c-1", now(), "d-1")


async def test_what_a_crash_left_after_storing_is_done_by_the_sweep(gateway: Gateway) -> None:
    await gateway.processor.ledger.store(_stored("R-1"), Delivery("d-1"))

    await gateway.sweep()
    assert gateway.facts() == [], "it still belongs to whoever stored it"
    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()

    assert [fact["message_id"] for fact in gateway.facts()] == ["R-1"]


async def test_a_fact_that_no_service_settles_is_published_again(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1"))

    first = (await gateway.entry("R-1"))["next_at"] - now()
    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()
    second = (await gateway.entry("R-1"))["next_at"] - now()
    await gateway.settle("R-1", Outcome.APPLIED)
    await gateway.settle("R-1", Outcome.DUPLICATE)

    assert timedelta(seconds=25) < first < timedelta(seconds=31) < second
    assert len(gateway.facts()) == 2
    assert gateway.outcomes() == [("APPLIED", None)]


@pytest.mark.parametrize("end", [Published.REFUSED, Published.UNKNOWN])
async def test_a_fact_that_the_broker_did_not_take_is_published_again_soon(
    gateway: Gateway, end: Published
) -> None:
    gateway.queues.ends[EVENTS] = [end]

    await gateway.receive(a_receipt("R-1"))

    entry = await gateway.entry("R-1")
    assert entry["next_at"] < now() + timedelta(seconds=5)
    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()
    assert len(gateway.facts()) == 2


@pytest.mark.parametrize("end", [Published.REFUSED, Published.UNKNOWN])
async def test_an_acknowledgement_is_owed_until_it_is_confirmed_and_stays_the_same_message(
    gateway: Gateway, end: Published
) -> None:
    gateway.queues.ends[CUSTOMS_ACKS] = [end, end]
    await gateway.receive(a_receipt("R-1"))
    await gateway.settle("R-1", Outcome.APPLIED)

    for _ in range(3):
        await make_due(gateway.receipts, "R-1") if (await gateway.entry("R-1"))["next_at"] else None
        await gateway.sweep()

    assert gateway.outcomes() == [("APPLIED", None)] * 3
    assert len({ack["MessageId"] for ack in gateway.acks()}) == 1
    assert (await gateway.entry("R-1"))["next_at"] is None


async def test_a_duplicate_changes_nothing_and_is_told_what_became_of_the_first(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1"))
    await gateway.settle("R-1", Outcome.STALE)

    await gateway.receive(a_receipt("R-1"))
    await gateway.receive(a_receipt("R-1"))

    assert len(gateway.facts()) == 1
    assert gateway.outcomes() == [("STALE", None), ("DUPLICATE", None), ("DUPLICATE", None)]
    assert "STALE" in gateway.acks()[1]["Detail"]
    assert (await gateway.entry("R-1"))["duplicates"] == 2


async def test_other_bytes_under_a_known_message_id_are_kept_beside_the_first_and_can_not_be_replayed(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1"))
    await gateway.receive(a_receipt("R-1", body="<Opinion>other</Opinion>"))

    parked = await gateway.newest("parked")
    assert [(each["message_id"], each["reason"]) for each in parked] == [("R-1", "message_id_reused")]
    assert parked[0]["_id"].startswith("R-1#")
    assert gateway.outcomes() == [("PARKED", "message_id_reused")]
    with pytest.raises(RequestRejected, match="never applied"):
        await replay_receipt(gateway.store, parked[0]["_id"], "op")
    assert (await gateway.entry("R-1"))["state"] == "published"
    assert len(gateway.facts()) == 1


async def test_an_early_receipt_waits_for_each_delay_and_is_parked_after_the_last(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1"))
    for delay in DELAYS:
        await gateway.settle("R-1", Outcome.NOT_YET, Reason.UNKNOWN_CASE)
        entry = await gateway.entry("R-1")
        assert entry["state"] == "deferred"
        await asyncio.sleep(delay + 0.01)
        await gateway.sweep()
    assert gateway.outcomes() == []

    await gateway.settle("R-1", Outcome.NOT_YET, Reason.UNKNOWN_CASE)

    assert len(gateway.facts()) == 1 + len(DELAYS)
    assert gateway.outcomes() == [("PARKED", "unknown_case")]


async def test_a_late_answer_to_a_fact_that_was_published_twice_does_not_use_up_a_delay(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1"))
    await gateway.settle("R-1", Outcome.NOT_YET)
    first = await gateway.entry("R-1")

    await gateway.settle("R-1", Outcome.NOT_YET)

    assert await gateway.entry("R-1") == first


async def test_an_applied_receipt_wakes_the_waiting_ones_of_its_case_and_no_others(gateway: Gateway) -> None:
    for message_id, case in (("R-2", CASE), ("R-3", CASE), ("OTHER", "202511000000000001")):
        await gateway.receive(a_receipt(message_id, case_no=case))
        await gateway.settle(message_id, Outcome.NOT_YET)
    waits = (await gateway.entry("R-2"))["resume_at"]
    await gateway.receive(a_receipt("R-1"))
    gateway.queues.sent.clear()

    await gateway.settle("R-1", Outcome.APPLIED)
    assert sorted(fact["message_id"] for fact in gateway.facts()) == ["R-2", "R-3"]
    await gateway.settle("R-2", Outcome.NOT_YET)

    entry = await gateway.entry("R-2")
    assert (entry["state"], entry["attempts"], entry["resume_at"]) == ("deferred", 1, waits)


async def test_a_receipt_that_was_being_looked_at_when_another_was_applied_is_tried_once_more_at_once(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-2"))
    await gateway.receive(a_receipt("R-1"))

    await gateway.settle("R-1", Outcome.APPLIED)
    gateway.queues.sent.clear()
    await gateway.settle("R-2", Outcome.NOT_YET)

    assert [fact["message_id"] for fact in gateway.facts()] == ["R-2"]
    await gateway.settle("R-2", Outcome.APPLIED)
    assert gateway.outcomes() == [("APPLIED", None)]


async def test_an_invalid_receipt_is_parked_with_the_reason_of_the_service(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1"))

    await gateway.settle("R-1", Outcome.INVALID, Reason.UNKNOWN_AUTHORITY)

    assert gateway.outcomes() == [("PARKED", "unknown_authority")]


@pytest.mark.parametrize("message_id", ["R-1", ".."])
@pytest.mark.parametrize(("attachments", "key"), [(INLINE, ""), (IN_BUCKET, "customs/inbound/x/1")])
async def test_files_are_handed_to_documents_as_announced_and_the_same_at_every_try(
    gateway: Gateway, attachments: str, key: str, message_id: str
) -> None:
    await gateway.receive(a_receipt(message_id, "REJECTED", body=f"<Opinion>no</Opinion>{attachments}"))
    await make_due(gateway.receipts, message_id)
    await gateway.sweep()

    first, second = gateway.documents.asked
    assert first == second
    key = key or f"customs/inline/{first.attachment_id}"
    assert (first.key, first.name, first.size, first.case_no, first.authority) == (key, "a.pdf", 3, CASE, "")
    assert [file["id"] for file in gateway.facts()[0]["attachments"]] == [first.attachment_id]
    if "inline" in key:
        assert await gateway.processor._files._objects.get(key) == b"abc"


@pytest.mark.parametrize("reason", ["attachment_missing", "attachment_mismatch", "attachment_type"])
async def test_a_file_that_documents_refuses_parks_the_receipt(gateway: Gateway, reason: str) -> None:
    gateway.documents.answers = [Refused(code=reason, detail="no")]

    await gateway.receive(a_receipt("R-1", "REJECTED", body=f"<Opinion>no</Opinion>{IN_BUCKET}"))

    assert gateway.facts() == []
    assert gateway.outcomes() == [("PARKED", reason)]


async def test_while_documents_is_away_the_receipt_waits_and_is_not_parked(gateway: Gateway) -> None:
    gateway.documents.answers = [
        DependencyUnavailable("documents"),
        Refused(code="unavailable", detail="object store", status=503),
    ]
    await gateway.receive(a_receipt("R-1", "REJECTED", body=f"<Opinion>no</Opinion>{IN_BUCKET}"))
    pauses = [(await gateway.entry("R-1"))["next_at"] - now()]
    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()
    pauses.append((await gateway.entry("R-1"))["next_at"] - now())
    assert pauses[0] < pauses[1] < LEASE

    await make_due(gateway.receipts, "R-1")
    await gateway.sweep()

    assert [fact["message_id"] for fact in gateway.facts()] == ["R-1"]


async def test_a_fault_of_ours_parks_the_receipt_as_internal_and_it_can_be_replayed(gateway: Gateway) -> None:
    gateway.documents.answers = [RuntimeError("a bug")]
    await gateway.receive(a_receipt("R-1", "REJECTED", body=f"<Opinion>no</Opinion>{IN_BUCKET}"))
    assert gateway.outcomes() == [("PARKED", "internal")]

    await replay_receipt(gateway.store, "R-1", "op")
    await gateway.sweep()
    await gateway.settle("R-1", Outcome.APPLIED)

    assert gateway.outcomes() == [("PARKED", "internal"), ("APPLIED", None)]
    entry = await gateway.entry("R-1")
    assert (entry["replays"], [(each["by"], each["what"]) for each in entry["audit"]]) == (
        1,
        [("op", "replay")],
    )


async def test_only_a_parked_receipt_can_be_replayed_or_dismissed_and_a_dismissed_one_is_left_alone(
    gateway: Gateway,
) -> None:
    await gateway.receive(a_receipt("R-1"))
    for refused in (
        replay_receipt(gateway.store, "R-1", "op"),
        dismiss_receipt(gateway.store, "R-1", "op", "why"),
    ):
        with pytest.raises(RequestRejected, match="only parked"):
            await refused
    await gateway.settle("R-1", Outcome.INVALID, Reason.WRONG_STAGE)

    await dismiss_receipt(gateway.store, "R-1", "op", "sent by mistake")
    await gateway.settle("R-1", Outcome.APPLIED)
    await gateway.sweep()

    entry = await gateway.entry("R-1")
    assert (entry["state"], entry["audit"][0]["why"]) == ("dismissed", "sent by mistake")
    assert gateway.outcomes() == [("PARKED", "wrong_stage")]


async def test_of_two_gateways_one_sweeps_and_customs_is_told_once(
    replica: Callable[[], Awaitable[Gateway]],
) -> None:
    first, second = await replica(), await replica()
    await asyncio.gather(first.receive(a_receipt("R-1")), second.receive(a_receipt("R-1")))
    await asyncio.gather(*(each.settle("R-1", Outcome.APPLIED) for each in (first, second)))
    assert sorted(first.outcomes() + second.outcomes()) == [("APPLIED", None), ("DUPLICATE", None)]

    await first.receive(a_receipt("R-2"))
    await make_due(first.receipts, "R-2")
    before = len(first.facts() + second.facts())
    await asyncio.gather(first.sweep(), second.sweep())

    assert len(first.facts() + second.facts()) == before + 1


async def test_of_two_gateways_one_sends_an_acknowledgement_that_is_owed(
    replica: Callable[[], Awaitable[Gateway]],
) -> None:
    first, second = await replica(), await replica()
    first.queues.ends[CUSTOMS_ACKS] = [Published.REFUSED]
    await first.receive(a_receipt("R-1"))
    await first.settle("R-1", Outcome.APPLIED)
    first.queues.sent.clear()

    await make_due(first.receipts, "R-1")
    await asyncio.gather(first.sweep(), second.sweep())

    assert first.outcomes() + second.outcomes() == [("APPLIED", None)]


async def test_what_another_gateway_took_meanwhile_is_left_to_it(
    replica: Callable[[], Awaitable[Gateway]],
) -> None:
    first, second = await replica(), await replica()
    entry = _stored("R-1")
    await first.processor.ledger.store(entry, Delivery("d-1"))

    second.processor.queue.enqueue(entry.changed(next_at=now()))
    await second.idle()

    assert second.facts() == []


async def test_a_message_of_sixteen_megabytes_is_parked_and_its_beginning_kept(gateway: Gateway) -> None:
    await gateway.receive(a_receipt("R-1") + b" " * 16 * 1024 * 1024)

    (parked,) = await gateway.newest("parked")
    assert (parked["reason"], parked["truncated"], parked["size"] > 16 * 1024 * 1024) == (
        "too_large",
        True,
        True,
    )
    assert gateway.acks()[0]["OriMessageId"] == "R-1"

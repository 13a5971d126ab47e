"""What an officer submitted reaches customs' queue once in effect, and the case is told the truth about it."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from ulid import ULID

from shared.contracts.events import ReplySubmission, SignatoriesSubmission, Submission, SubmissionDeclared
from shared.contracts.parts import FileRef, ThreeTexts
from shared.contracts.topology import CUSTOMS_DECLARATIONS, EVENTS
from shared.contracts.vocabulary import Outcome, Stage
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery
from shared.runtime.objects import Objects
from shared.runtime.settings import Settings
from shared.runtime.store import open_store
from tests.gateway import Gateway, make_due

REPLY = ReplySubmission(texts=ThreeTexts(text_en="We agree."))


def declared(declaration_id: str, submission: Submission = REPLY, round: int = 1) -> SubmissionDeclared:
    """A submission of the protocol consultation."""
    return SubmissionDeclared(
        declaration_id=declaration_id, case_id="C", case_no="202511000000025267", authority="AW-01",
        stage=Stage.PROTOCOL_CONSULTATION, round=round, at=datetime(2026, 11, 3, tzinfo=UTC), submission=submission,
    )  # fmt: skip


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """A gateway with new ledgers."""
    store = open_store(settings.model_copy(update={"mongo_database": f"gateway-{secrets.token_hex(4)}"}))
    objects = Objects(settings)
    await objects.ensure_bucket()
    yield Gateway(store, objects)
    objects.close()
    await store.close()


async def kept(gateway: Gateway, *submissions: SubmissionDeclared) -> None:
    """What the handler does with submissions, and what follows at once."""
    for each in submissions:
        await gateway.sender.keep(each, Delivery(str(ULID())))
    await gateway.idle()


async def tried_again(gateway: Gateway, declaration_id: str) -> None:
    """The pause is over."""
    await make_due(gateway.sender.ledger.collection, declaration_id)
    await gateway.sweep()


def told(gateway: Gateway) -> list[tuple[str, str]]:
    """What the case was told."""
    return [(fact["cause"], fact["message_id"]) for fact in gateway.facts()]


async def test_a_confirmed_declaration_is_sent_and_the_case_is_told_until_it_knows(gateway: Gateway) -> None:
    await kept(gateway, declared("D-1"))
    await tried_again(gateway, "D-1")
    await gateway.settle("D-1:sent", Outcome.DUPLICATE)
    await gateway.sweep()

    assert [each["MessageId"] for each in gateway.declarations()] == ["D-1"]
    assert told(gateway) == [("declaration_sent", "D-1:sent")] * 2
    assert gateway.facts()[0]["in_reply_to"] == "D-1"
    entry = await gateway.declaration("D-1")
    assert (entry["state"], entry["told"], entry["next_at"], entry["attempts"]) == ("sent", True, None, 1)
    assert entry["sent_at"] is not None


async def test_a_refused_declaration_fails_once_for_the_case_and_is_sent_later(gateway: Gateway) -> None:
    gateway.queues.ends[CUSTOMS_DECLARATIONS] = [Published.REFUSED, Published.REFUSED]
    await kept(gateway, declared("D-1"))
    failed = await gateway.declaration("D-1")
    assert (failed["state"], failed["attempts"], failed["sent_at"]) == ("failed", 1, None)
    assert "did not take it" in failed["last_error"]
    await gateway.settle("D-1:failed", Outcome.APPLIED)

    await tried_again(gateway, "D-1")
    await tried_again(gateway, "D-1")

    assert told(gateway) == [("declaration_failed", "D-1:failed"), ("declaration_sent", "D-1:sent")]
    assert {each["MessageId"] for each in gateway.declarations()} == {"D-1"}
    sent = await gateway.declaration("D-1")
    assert (sent["state"], sent["attempts"], sent["last_error"]) == ("sent", 3, None)


async def test_while_nobody_knows_whether_it_was_taken_the_case_is_told_nothing(gateway: Gateway) -> None:
    gateway.queues.ends[CUSTOMS_DECLARATIONS] = [Published.UNKNOWN, Published.UNKNOWN]
    await kept(gateway, declared("D-1"))
    await tried_again(gateway, "D-1")
    assert told(gateway) == []
    assert (await gateway.declaration("D-1"))["state"] == "queued"

    await tried_again(gateway, "D-1")

    assert told(gateway) == [("declaration_sent", "D-1:sent")]
    assert len(set(gateway.queues.bodies(CUSTOMS_DECLARATIONS))) == 1


async def test_a_fact_that_the_broker_lost_is_told_again(gateway: Gateway) -> None:
    gateway.queues.ends[EVENTS] = [Published.UNKNOWN]
    await kept(gateway, declared("D-1"))

    await tried_again(gateway, "D-1")

    assert told(gateway) == [("declaration_sent", "D-1:sent")] * 2


async def test_a_submission_that_is_heard_twice_is_sent_once(gateway: Gateway) -> None:
    await kept(gateway, declared("D-1"), declared("D-1"))

    assert len(gateway.declarations()) == 1


async def test_files_are_handed_out_before_the_declaration_names_them(gateway: Gateway) -> None:
    data = secrets.token_bytes(32)
    digest = sha256(data).hexdigest()
    file = FileRef(id="F", name="a.pdf", media_type="application/pdf", size=32, sha256=digest)
    await kept(gateway, declared("D-1", SignatoriesSubmission(attachments=(file,))))
    assert gateway.declarations() == [], "the file is not there yet"
    assert told(gateway) == []

    await gateway.sender._objects.put(f"files/{digest}", data, "application/pdf")
    await tried_again(gateway, "D-1")

    assert [each["ObjectKey"] for each in gateway.declarations()] == [f"customs/outbound/{digest}"]
    assert await gateway.sender._objects.get(f"customs/outbound/{digest}") == data


async def test_what_customs_would_not_take_fails_visibly_and_goes_nowhere(gateway: Gateway) -> None:
    await kept(gateway, declared("D-1", SignatoriesSubmission(attachments=())))

    entry = await gateway.declaration("D-1")
    assert (entry["state"], gateway.declarations()) == ("failed", [])
    assert "Attachments" in entry["last_error"]
    assert told(gateway) == [("declaration_failed", "D-1:failed")]


async def test_rounds_of_a_stage_go_out_in_their_order(gateway: Gateway) -> None:
    gateway.queues.ends[CUSTOMS_DECLARATIONS] = [Published.UNKNOWN]
    await kept(gateway, declared("D-1"))
    gateway.queues.sent.clear()

    await kept(gateway, declared("D-2", round=2))
    assert gateway.declarations() == []
    await tried_again(gateway, "D-1")
    await tried_again(gateway, "D-2")

    assert [each["MessageId"] for each in gateway.declarations()] == ["D-1", "D-2"]


async def test_a_receipt_of_customs_that_is_named_like_a_fact_of_ours_is_settled_as_a_receipt(
    gateway: Gateway,
) -> None:
    xml = """<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>2026.sent</MessageId>
<ReceiptType>ACCEPTED</ReceiptType><CaseNo>1</CaseNo><Stage>application</Stage><SenderID>GACC</SenderID>
<ReceiverID>FAS</ReceiverID><SendTime>2026-11-03T15:12:35+08:00</SendTime></Head><Body/></Receipt>"""
    await gateway.receive(xml.encode())

    await gateway.settle("2026.sent", Outcome.APPLIED)

    assert gateway.outcomes() == [("APPLIED", None)]

"""What customs can send that can't be applied: it is kept, answered, and changes nothing."""

import asyncio

import pytest
from ulid import ULID

from simulator.customs import SimulatedCustoms
from simulator.customs_xml import Ack
from tests.api_client import World, a_check

NS = 'xmlns="urn:fas:customs:1"'


def receipt_xml(message_id: str, type: str = "ACCEPTED", case_no: str = "202511000000025267", stage: str = "application",
                head: str = "", body: str = "", before: str = "") -> bytes:  # fmt: skip
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}<Receipt {NS} version="1.0"><Head><MessageId>{message_id}</MessageId>
<ReceiptType>{type}</ReceiptType><CaseNo>{case_no}</CaseNo><Stage>{stage}</Stage>{head}<SenderID>GACC</SenderID>
<ReceiverID>FAS</ReceiverID><SendTime>2026-11-03T15:12:35+08:00</SendTime></Head><Body>{body}</Body></Receipt>""".encode()


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
PARKED = {
    "broken-1": (b"<Receipt><Head>", "not_xml"),
    "namespace-1": (receipt_xml("namespace-1").replace(b"urn:fas:customs:1", b"urn:other:1"), "schema"),
    "type-1": (receipt_xml("type-1", type="GOOD_NEWS"), "unknown_type"),
    "bomb-1": (receipt_xml("bomb-1", before=BOMB, body="<Opinion>&b;</Opinion>"), "doctype_forbidden"),
    "stage-1": (receipt_xml("stage-1", type="CONSULTATION_COMPLETED", stage="application"), "wrong_stage"),
    "stage-2": (receipt_xml("stage-2", type="APPROVED", stage="announcement"), "wrong_stage"),
    "reply-1": (receipt_xml("reply-1", type="RECEIVED"), "schema"),
    "large-1": (receipt_xml("large-1", body="<Opinion>" + "x" * 2 * 1024 * 1024 + "</Opinion>"), "too_large"),
}


async def next_ack(customs: SimulatedCustoms, before: int) -> Ack:
    """The first acknowledgement after the ones that were there before; it may name no message."""
    async with asyncio.timeout(20):
        while len(customs.acks) <= before:
            await asyncio.sleep(0.02)
    return customs.acks[before]


@pytest.mark.parametrize("name", PARKED)
async def test_a_receipt_that_can_not_be_understood_is_parked_with_its_reason(
    world: World, name: str
) -> None:
    xml, reason = PARKED[name]
    parked = (await world.operator.ask("GET", "/ops/receipts", params={"state": "parked"}))["total"]
    before = len(world.customs.acks)

    await world.customs.send_bytes(xml)

    ack = await next_ack(world.customs, before)
    assert (ack.outcome, ack.reason) == ("PARKED", reason)
    listed = await world.operator.ask("GET", "/ops/receipts", params={"state": "parked", "size": 100})
    assert listed["total"] == parked + 1
    newest = await world.operator.ask("GET", f"/ops/receipts/{listed['items'][0]['id']}")
    assert newest["reason"] == reason
    assert newest["raw"][:60] == xml.decode()[:60]


async def test_an_early_receipt_waits_and_is_applied_when_its_turn_comes(world: World) -> None:
    number, declaration = await world.submitted()

    early = await world.customs.send("ANNOUNCEMENT_PUBLISHED", number, "announcement", announcement_no="1", title="t",
                                     published_on="2026-11-01")  # fmt: skip
    opened = await world.customs.send("QUESTIONNAIRE_OPENED", number, "questionnaire")
    assert (await world.customs.ack_of(opened)).outcome == "APPLIED"

    ack = await world.customs.ack_of(early)
    assert (ack.outcome, ack.reason) == ("PARKED", "not_yet")
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration, outcome="STALE")


async def test_a_receipt_for_an_unknown_case_is_parked_after_waiting_and_can_be_replayed_later(
    world: World,
) -> None:
    message_id = await world.receipt("ACCEPTED", "209901000000000001", "application", outcome="PARKED")
    shown = await world.operator.ask("GET", f"/ops/receipts/{message_id}")
    assert (shown["state"], shown["reason"]) == ("parked", "unknown_case")

    await world.operator.ask("POST", f"/ops/receipts/{message_id}/replay", 202)
    again = await world.customs.ack_of(message_id, nth=2)
    assert (again.outcome, again.reason) == ("PARKED", "unknown_case")

    await world.operator.ask(
        "POST", f"/ops/receipts/{message_id}/dismiss", 202, json={"why": "sent by mistake"}
    )
    assert (await world.operator.ask("GET", f"/ops/receipts/{message_id}"))["state"] == "dismissed"


async def test_a_repeated_receipt_changes_nothing_and_is_answered_again(world: World) -> None:
    number, declaration = await world.submitted()
    message_id = await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    timeline = await world.officer.ask("GET", f"/cases/{number}/timeline")

    await world.customs.resend(message_id)

    assert (await world.customs.ack_of(message_id, nth=2)).outcome == "DUPLICATE"
    assert await world.officer.ask("GET", f"/cases/{number}/timeline") == timeline


@pytest.mark.parametrize("named", ["{}.sent", "{}.failed", "{}"])
async def test_a_receipt_that_is_named_like_a_message_of_ours_is_applied_as_any_other(
    world: World, named: str
) -> None:
    number, declaration = await world.submitted()
    message_id = named.format(declaration)

    await world.customs.send_bytes(receipt_xml(message_id, case_no=number))

    assert (await world.customs.ack_of(message_id)).outcome == "APPLIED"
    await world.officer.stands(number, "application", "accepted")
    timeline = await world.officer.ask("GET", f"/cases/{number}/timeline")
    assert [each["cause"] for each in timeline][-2:] == ["declaration_sent", "ACCEPTED"]


async def test_a_known_message_id_with_other_bytes_is_kept_beside_the_first_and_never_applied(
    world: World,
) -> None:
    number, declaration = await world.submitted()
    message_id = await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)

    await world.customs.send_bytes(
        receipt_xml(message_id, type="REJECTED", case_no=number, body="<Opinion>no</Opinion>")
    )

    ack = await world.customs.ack_of(message_id, nth=2)
    assert (ack.outcome, ack.reason) == ("PARKED", "message_id_reused")
    await world.officer.stands(number, "application", "received")


async def test_a_check_for_an_unknown_authority_is_parked(world: World) -> None:
    message_id = await world.customs.send("CHECK_INITIATED", str(ULID()), "acceptance", **a_check("NOBODY-9"))

    ack = await world.customs.ack_of(message_id)

    assert (ack.outcome, ack.reason) == ("PARKED", "unknown_authority")
    assert ack.detail == "There is no authority with the code NOBODY-9 here."


async def test_a_file_that_does_not_match_its_digest_parks_the_receipt(world: World) -> None:
    number, declaration = await world.submitted()

    message_id = await world.customs.send(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="x",
        attachments=[("not-a.pdf", b"plain text")],
    )  # fmt: skip

    ack = await world.customs.ack_of(message_id)
    assert (ack.outcome, ack.reason) == ("PARKED", "attachment_type")
    await world.officer.stands(number, "application", "sent")


async def test_an_enveloped_receipt_is_read_like_a_plain_one(world: World) -> None:
    number, declaration = await world.submitted()

    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration, wrapped=True)

    await world.officer.stands(number, "application", "received")

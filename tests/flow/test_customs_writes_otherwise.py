"""Customs' system is JAXB, its namespace has a prefix: whole cases with every type of receipt, each of them applied."""

import pytest

from shared.contracts.vocabulary import RECEIPTS
from simulator.files import pdf
from tests.api_client import FORM, World
from tests.spellings import as_jaxb

APPLICATION, CERTIFICATE = "application", "certificate_consultation"


@pytest.fixture
def written(world: World, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every receipt that customs sends is written as JAXB writes; these are they."""
    sent, send = list[bytes](), world.customs.send_bytes

    async def send_otherwise(body: bytes, trace: object = None) -> None:
        sent.append(as_jaxb(body))
        await send(sent[-1])

    monkeypatch.setattr(world.customs, "send_bytes", send_otherwise)
    return sent


async def submitted_again(world: World, number: str) -> str:
    """The corrected application, submitted; its declaration's MessageId."""
    await world.officer.ask("POST", f"/assessments/{number}/submit", 202)
    declared = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    await world.officer.stands(number, APPLICATION, "sent")
    return declared.message_id


async def an_assessment(world: World) -> None:
    """From the application, sent back twice, to the certificates and the end."""
    number, first = await world.submitted()
    await world.receipt("RECEIVE_FAILED", number, APPLICATION, in_reply_to=first, opinion="请重发")
    second = await submitted_again(world, number)
    await world.receipt("RECEIVED", number, APPLICATION, in_reply_to=second)
    await world.receipt(
        "SUPPLEMENT", number, APPLICATION, opinion="请补正 Café <&>",
        items=[("field:overview", "INCOMPLETE", "拉丁学名")], attachments=[("list.pdf", pdf("list"))],
    )  # fmt: skip
    await submitted_again(world, number)
    await world.receipt("ACCEPTED", number, APPLICATION)
    await world.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire", opinion="请填写")
    await world.answered(number)
    await world.receipt("APPROVED", number, "questionnaire")
    await world.receipt(
        "RECTIFICATION_REQUIRED", number, "evaluation", rectification_no="QH1", issued_on="2026-11-01", requirement="整改"
    )  # fmt: skip
    path, evidence = f"/cases/{number}/stages/evaluation", await world.officer.upload("evidence.pdf")
    await world.officer.ask("PUT", path, json={"statement": "done", "attachments": [evidence]})
    await world.officer.ask("POST", f"{path}/submit", 202)
    await world.customs.next_declaration(type="RECTIFICATION", case_no=number)
    await world.receipt("APPROVED", number, "evaluation")
    await world.signed(number)
    await world.replied(number, CERTIFICATE)
    await world.receipt("CONSULTATION_COMPLETED", number, CERTIFICATE)
    files = [("certificate.pdf", pdf("c" * 3000))]
    await world.receipt("CERTIFICATE_CONFIRMED", number, "certificate_confirmation", attachments=files)
    await world.receipt("CASE_CLOSED", number, "completed", result="APPROVED")
    await world.officer.stands(number, "completed", "approved")
    replies = await world.officer.ask("GET", f"/cases/{number}/replies")
    assert "请补正 Café <&>" in [each["opinion"] for each in replies]


async def a_check(world: World) -> None:
    """Initiated, agreed to, not passed."""
    number = await world.check_initiated()
    answer = {"contact": FORM["contact"]}
    await world.officer.ask("POST", f"/cases/{number}/stages/acceptance/agree", 202, json=answer)
    declared = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    await world.receipt("RECEIVED", number, "acceptance", in_reply_to=declared.message_id)
    await world.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire", materials_only="true")
    await world.receipt("NOT_APPROVED", number, "questionnaire", opinion="不符合要求")
    await world.officer.stands(number, "completed", "not_approved")


async def test_every_type_of_receipt_is_applied_as_jaxb_writes_it(world: World, written: list[bytes]) -> None:
    await an_assessment(world)
    await a_check(world)
    number, _ = await world.submitted()
    await world.receipt("REJECTED", number, APPLICATION, opinion="不予受理")

    of_a_type = {kind: [xml for xml in written if f">{kind}<".encode() in xml] for kind in RECEIPTS}
    assert all(of_a_type.values()), "every type was sent"
    assert all(
        xml.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ns2:Receipt')
        for xml in written
    )


async def test_two_hundred_small_files_in_one_receipt_are_kept_in_their_order(world: World) -> None:
    number, _ = await world.submitted()
    files = [(f"{each:03}.pdf", pdf(f"file {each}")) for each in range(200)]

    await world.receipt("SUPPLEMENT", number, APPLICATION, opinion="200", attachments=files)

    replies = await world.officer.ask("GET", f"/cases/{number}/replies")
    assert [file["name"] for file in replies[0]["attachments"]] == [name for name, _ in files]

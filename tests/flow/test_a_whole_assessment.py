"""The later stages of an assessment: rectification, consultations, signing, certificates, the end."""

from hashlib import sha256

from simulator.files import pdf
from tests.api_client import World


async def test_rectification_goes_in_rounds_that_all_stay_readable(world: World) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    path = f"/cases/{number}/stages/evaluation"
    for turn in (1, 2):
        await world.receipt(
            "RECTIFICATION_REQUIRED", number, "evaluation", rectification_no=f"QH{turn}", issued_on=f"2026-11-0{turn}",
            requirement="整改", opinion="意见", attachments=[("requirement.pdf", pdf("requirement"))],
        )  # fmt: skip
        refused = await world.officer.ask("POST", f"{path}/submit", 422)
        assert {error["field"] for error in refused["errors"]} == {"statement", "attachments"}
        evidence = await world.officer.upload("evidence.pdf")
        await world.officer.ask("PUT", path, json={"statement": f"done {turn}", "attachments": [evidence]})
        await world.officer.stands(number, "evaluation", "draft")
        await world.officer.ask("POST", f"{path}/submit", 202)
        sent = await world.customs.next_declaration(type="RECTIFICATION", case_no=number)
        assert sent.round == turn

    rounds = (await world.officer.ask("GET", path))["rounds"]
    assert [(each["rectification_no"], each["statement"]) for each in rounds] == [
        ("QH1", "done 1"),
        ("QH2", "done 2"),
    ]
    assert rounds[1]["materials"][0]["name"] == "requirement.pdf"
    await world.receipt("APPROVED", number, "evaluation")


async def test_a_consultation_keeps_every_contribution_of_both_sides(world: World) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    stage = "protocol_consultation"
    await world.receipt("CONSULTATION_OPENED", number, stage, text_zh="第一稿")
    assert (await world.officer.ask("POST", f"/cases/{number}/stages/{stage}/reply", 422))[
        "code"
    ] == "validation_error"
    await world.replied(number, stage, text_en="First answer")
    await world.receipt(
        "CONSULTATION_OPENED", number, stage, text_zh="第二稿", attachments=[("draft.pdf", pdf("2"))]
    )
    await world.replied(number, stage, text_en="Second answer")
    await world.receipt("CONSULTATION_COMPLETED", number, stage)

    shown = await world.officer.ask("GET", f"/cases/{number}/stages/{stage}")

    told = [
        (entry["party"], entry["text_zh"] or entry["text_en"], entry["state"]) for entry in shown["history"]
    ]
    assert told == [
        ("foreign", "Second answer", "processed"), ("china", "第二稿", "processed"),
        ("foreign", "First answer", "processed"), ("china", "第一稿", "processed"),
    ]  # fmt: skip
    assert shown["sentence"]["zh"] == "当前为议定书磋商完成状态"
    header = await world.officer.ask("GET", f"/cases/{number}")
    assert {step["stage"]: step["state"] for step in header["stages"]}["evaluation"] == "skipped"


async def test_an_assessment_ends_with_the_signed_protocol_and_the_certificates_in_hand(world: World) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    certificate = "certificate_consultation"
    await world.replied(number, certificate)
    refused = await world.officer.ask(
        "POST", f"/cases/{number}/stages/{certificate}/signatories", 409, json={"attachments": []}
    )
    assert refused["code"] == "not_editable"
    await world.receipt("CONSULTATION_COMPLETED", number, certificate)
    seal = await world.officer.upload("seals.pdf", purpose="signatories")
    await world.officer.ask(
        "POST", f"/cases/{number}/stages/{certificate}/signatories", 202, json={"attachments": [seal]}
    )
    declared = await world.customs.next_declaration(type="SIGNATORIES", case_no=number)
    await world.receipt("RECEIVED", number, certificate, in_reply_to=declared.message_id)
    files = [("certificate-1.pdf", pdf("c1")), ("certificate-2.pdf", pdf("c2" * 3000))]
    await world.receipt("CERTIFICATE_CONFIRMED", number, "certificate_confirmation", attachments=files)
    await world.receipt("CASE_CLOSED", number, "completed", result="APPROVED")

    header = await world.officer.stands(number, "completed", "approved")
    assert header["turn"]["who"] == "nobody"
    confirmed = await world.officer.ask("GET", f"/cases/{number}/stages/certificate_confirmation")
    assert [file["name"] for file in confirmed["attachments"]] == ["certificate-1.pdf", "certificate-2.pdf"]
    for file, (_, data) in zip(confirmed["attachments"], files, strict=True):
        downloaded = await world.officer.client.get(f"/attachments/{file['id']}")
        assert sha256(downloaded.content).hexdigest() == file["sha256"] == sha256(data).hexdigest()
    announcement = await world.officer.ask("GET", f"/cases/{number}/stages/announcement")
    assert (announcement["announcement_no"], announcement["published_on"]) == ("2026-1", "2026-11-01")
    await world.receipt("SUPPLEMENT", number, "questionnaire", opinion="late", outcome="STALE")


async def test_a_not_approved_case_ends_at_once_and_says_why(world: World) -> None:
    number = await world.questionnaire_opened()

    await world.receipt("NOT_APPROVED", number, "questionnaire", opinion="不符合要求")

    header = await world.officer.stands(number, "completed", "not_approved")
    states = {step["stage"]: step["state"] for step in header["stages"]}
    assert (states["questionnaire"], states["evaluation"], states["completed"]) == (
        "done",
        "future",
        "current",
    )
    assert (await world.officer.ask("GET", f"/cases/{number}/replies"))[0]["opinion"] == "不符合要求"

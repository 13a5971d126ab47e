"""The three cases: an assessment to its end, a check that ends without revision, a check that is refused."""

from typing import Any

from deploy.demo.moves import Played, fill_questionnaire, same
from deploy.demo.officer import OfficerClient
from deploy.demo.timeline import Timeline
from simulator.autoresponder import numbers
from simulator.customs import SimulatedCustoms
from simulator.files import pdf, png

CONTACT = {
    "name": "M. Croes",
    "title": "Chief Veterinary Officer",
    "phone": {"country": "297", "area": "", "number": "5850400"},
    "email": "cvo@example.aw",
}
APPLICATION = {
    "category": "aquatic", "specific": ["farmed"], "department": "Fisheries", "contact": CONTACT,
    "overview": "养殖南美白对虾 Farmed whiteleg shrimp (Litopenaeus vannamei)",
}  # fmt: skip
PROTOCOL, CERTIFICATE = "protocol_consultation", "certificate_consultation"


async def assessment(play: Played) -> None:
    """An assessment of farmed aquatic products, with the common detours, from the draft to the end."""
    await _apply(play)
    await _answer_questionnaire(play)
    await _rectify(play)
    await _consult_on_protocol(play)
    await _sign_and_announce(play)
    await _consult_on_certificate(play)
    await _confirm_and_close(play)


async def check_without_revision(play: Played, authority: str, number: str) -> None:
    """A retrospective check that is agreed to, answered with supplementary material alone, and ends well."""
    await _initiate(play, authority, number)
    declared = await play.submit(
        f"/cases/{number}/stages/acceptance/agree", "acceptance", "CHECK_ANSWER", {"contact": CONTACT}
    )
    same("the answer to the check", "AGREE", declared.body.get("Answer"), "customs_gateway")
    await play.customs_replies("RECEIVED", "acceptance", "received")
    opinion = "请提交最新的残留监控计划。 Please submit the latest residue monitoring plan."
    await play.customs_sends(
        "QUESTIONNAIRE_OPENED", "questionnaire", "pending", opinion=opinion, materials_only="true"
    )
    await fill_questionnaire(play)
    await play.submit(
        f"/cases/{number}/stages/questionnaire/submit", "questionnaire", "QUESTIONNAIRE_ANSWERS"
    )
    await play.accepted("questionnaire")
    await play.customs_sends("CASE_CLOSED", "completed", "approved", result="APPROVED")


async def refused_check(play: Played, authority: str, number: str) -> None:
    """A retrospective check that the authority refuses: it ends when customs has received the answer."""
    await _initiate(play, authority, number)
    declared = await play.submit(
        f"/cases/{number}/stages/acceptance/refuse", "acceptance", "CHECK_ANSWER", {"contact": CONTACT}
    )
    same("the answer to the check", "REFUSE", declared.body.get("Answer"), "customs_gateway")
    received = await play.customs.send("RECEIVED", number, "acceptance", in_reply_to=play.last.message_id)
    await play.acknowledged("RECEIVED", received)
    await play.stands("completed", "not_approved")
    same("the refused stage's own status", "received", (await play.stage("acceptance"))["status"], "intake")


async def _apply(play: Played) -> None:
    letter = await play.letter(
        "申请书 application letter.pdf", "application_letter", "Formal application", "(seal)"
    )
    draft = await play.officer.post(
        "/assessments", {"category": "aquatic", "specific": ["farmed"]}, status=201
    )
    same("the number of a draft", None, draft["case_no"], "portal", "intake")
    play.id = draft["id"]
    await play.stands("application", "draft")
    form = {**APPLICATION, "attachments": [letter]}
    await play.officer.put(f"/assessments/{play.id}", form)
    submit = f"/assessments/{play.id}/submit"
    await play.submit(submit, "application", "APPLICATION")

    failed = "附件无法入库，请重新提交。 The attachment could not be stored."
    await play.customs_replies("RECEIVE_FAILED", "application", "receive_failed", opinion=failed)
    await play.submit(submit, "application", "APPLICATION")
    await play.accepted("application")

    await _asked_to_correct(play)
    corrected = {**form, "overview": f"{form['overview']}; Santa Cruz, Savaneta"}
    await play.officer.put(f"/assessments/{play.id}", corrected)
    declared = await play.submit(submit, "application", "APPLICATION")
    same("the corrected overview", corrected["overview"], declared.body["Overview"], "customs_gateway")
    await play.accepted("application")
    await play.customs_replies("APPROVED", "application", "approved", opinion="同意开展评估。")


async def _asked_to_correct(play: Played) -> None:
    items = [("field:overview", "INCOMPLETE", "请补充养殖区域。 Please name the farming areas.")]
    opinion = "申请情况概述不完整。 The overview is incomplete."
    supplement = await play.customs_replies(
        "SUPPLEMENT", "application", "supplement", opinion=opinion, items=items, wrapped=True
    )
    shown = await play.stage("application")
    same("the opinion", opinion, shown["opinion"], "intake", "portal")
    same("the corrected things", ["field:overview"], [each["target"] for each in shown["items"]], "intake")
    await play.repeated("SUPPLEMENT", "application", supplement, "supplement")


async def _answer_questionnaire(play: Played) -> None:
    await play.customs_sends("QUESTIONNAIRE_OPENED", "questionnaire", "pending", opinion="请填写水产品问卷。")
    answers = await fill_questionnaire(play)
    path = f"/cases/{play.id}/stages/questionnaire/submit"
    declared = await play.submit(path, "questionnaire", "QUESTIONNAIRE_ANSWERS")
    same("the answers that customs got", [*answers], [*declared.answers], "customs_gateway", "questionnaire")
    files = sum(len(answer["attachments"]) for answer in answers.values())
    same("the files of the answers that customs got", files, len(declared.files), "customs_gateway")
    await play.accepted("questionnaire")


async def _rectify(play: Played) -> None:
    for round_no, requirement in enumerate(("完善实验室能力验证。", "补充第二次整改的证据。"), 1):
        plan = [(f"requirement-{round_no}.pdf", pdf("Rectification", f"Round {round_no}"))]
        body: Any = {**numbers("RECTIFICATION_REQUIRED"), "requirement": requirement}
        await play.customs_sends(
            "RECTIFICATION_REQUIRED", "evaluation", "pending", **body, opinion="见附件。", attachments=plan
        )
        evidence = await play.letter(f"evidence-{round_no}.pdf", "evidence", "Evidence", f"Round {round_no}")
        statement = f"整改已完成（第{round_no}次）。 Corrected; the evidence is attached."
        saved = {"statement": statement, "attachments": [evidence]}
        await play.officer.put(f"/cases/{play.id}/stages/evaluation", saved)
        await play.stands("evaluation", "draft")
        declared = await play.submit(
            f"/cases/{play.id}/stages/evaluation/submit", "evaluation", "RECTIFICATION"
        )
        same("the rectification's number", body["rectification_no"], declared.body["RectificationNo"])
        await play.accepted("evaluation")
    rounds = (await play.stage("evaluation"))["rounds"]
    same("the rounds of rectification", 2, len(rounds), "questionnaire")
    await play.customs_replies("APPROVED", "evaluation", "approved")


async def _consult(play: Played, stage: str, text: str, files: list[tuple[str, bytes]]) -> None:
    await play.customs_sends(
        "CONSULTATION_OPENED", stage, "pending", text_zh=text, text_en="Please confirm.", attachments=files
    )
    comment = await play.letter("comments.pdf", "consultation", "Comments of the competent authority")
    reply = {"text_en": f"We have no objection to «{text}».", "attachments": [comment]}
    await play.officer.put(f"/cases/{play.id}/stages/{stage}", reply)
    await play.stands(stage, "draft")
    await play.submit(f"/cases/{play.id}/stages/{stage}/reply", stage, "CONSULTATION_REPLY")


async def _consult_on_protocol(play: Played) -> None:
    for round_no in (1, 2):
        draft = [(f"protocol-draft-{round_no}.pdf", pdf("Draft protocol", f"Round {round_no}", *["-"] * 200))]
        await _consult(play, PROTOCOL, f"议定书草案第{round_no}稿", draft)
        await play.customs_replies("RECEIVED", PROTOCOL, "received")
    history = (await play.stage(PROTOCOL))["history"]
    parties = ["foreign", "china", "foreign", "china"]
    same("the consultation's history, newest first", parties, [entry["party"] for entry in history])
    await play.customs_sends("CONSULTATION_COMPLETED", PROTOCOL, "approved")


async def _sign_and_announce(play: Played) -> None:
    signed = {
        "议定书 signed protocol.pdf": pdf("Protocol", "signed by both sides", *["-"] * 300),
        "seal.png": png(),
    }
    await play.customs_sends("PROTOCOL_SIGNED", "protocol_signing", "approved", attachments=[*signed.items()])
    await play.downloaded("protocol_signing", signed)
    published: Any = numbers("ANNOUNCEMENT_PUBLISHED")
    await play.customs_sends("ANNOUNCEMENT_PUBLISHED", "announcement", "approved", **published)
    shown = await play.stage("announcement")
    same("the announcement", published, {name: shown[name] for name in published}, "documents")


async def _consult_on_certificate(play: Played) -> None:
    await _consult(play, CERTIFICATE, "卫生证书样本", [("certificate-draft.png", png(colour=(0, 90, 160)))])
    await play.customs_replies("RECEIVED", CERTIFICATE, "received")
    await play.customs_sends("CONSULTATION_COMPLETED", CERTIFICATE, "approved")
    specimens = await play.officer.upload("签字官 signatories.png", png(), "signatories")
    await play.officer.post(
        f"/cases/{play.id}/stages/{CERTIFICATE}/signatories", {"attachments": [specimens]}
    )
    declared = await play.declared("SIGNATORIES", CERTIFICATE)
    same("the signatories' files", 1, len(declared.files), "customs_gateway")
    await play.customs_replies("RECEIVED", CERTIFICATE, "approved")


async def _confirm_and_close(play: Played) -> None:
    certificates = {f"certificate-{number}.pdf": pdf("Certificate", f"No. {number}") for number in (1, 2)}
    await play.customs_sends(
        "CERTIFICATE_CONFIRMED", "certificate_confirmation", "approved", attachments=[*certificates.items()]
    )
    await play.downloaded("certificate_confirmation", certificates)
    await play.customs_sends("CASE_CLOSED", "completed", "approved", result="APPROVED", opinion="准予办结。")


async def _initiate(play: Played, authority: str, number: str) -> None:
    play.case_no = number
    plan = [("check-plan.pdf", pdf("Retrospective check", number))]
    message_id = await play.customs.send_check(authority, case_no=number, attachments=plan)
    await play.acknowledged("CHECK_INITIATED", message_id)
    play.id = (await play.officer.get(f"/cases/{number}"))["id"]
    await play.stands("acceptance", "pending")


def played(officer: OfficerClient, customs: SimulatedCustoms, timeline: Timeline) -> Played:
    """A case to play."""
    return Played(officer, customs, timeline)

"""Every kind of page, and the cases that they show: one where each has most to show."""

from simulator.files import pdf
from tests.api_client import FORM, World

QUERY = "?q=sardine"
_FILTERED = "?status=pending&sort=turn_began_at&size=50"


def officers_lists(page: int) -> dict[str, str]:
    """The lists; `page` is one deep in them."""
    return {
        "start page": "/", "list": "/assessments", "list of checks": "/checks", "list, filtered": f"/assessments{_FILTERED}",
        "list, searched": f"/assessments{QUERY}", "list, a deep page": f"/assessments?page={page}",
    }  # fmt: skip


def api_lists(page: int) -> dict[str, str]:
    """The same at the API."""
    return {
        "API: list": "/cases", "API: list, filtered": f"/cases{_FILTERED}", "API: list, searched": f"/cases{QUERY}",
        "API: list, a deep page": f"/cases?page={page}",
    }  # fmt: skip


def officers_pages(*, check: str, draft: str, rectified: str, consulted: str, ended: str) -> dict[str, str]:
    """What an officer opens, by name."""
    return {
        "apply": "/assessments/new", "application": f"/cases/{draft}/application", "case": f"/cases/{draft}/overview",
        "acceptance": f"/cases/{check}/acceptance", "opinion": f"/cases/{rectified}/opinion",
        "questionnaire": f"/cases/{check}/questionnaire", "questionnaire offline": f"/cases/{check}/questionnaire/offline",
        "questionnaire answered": f"/cases/{rectified}/questionnaire",
        "submissions": f"/cases/{rectified}/questionnaire/submissions", "rectification": f"/cases/{rectified}/evaluation",
        "consultation": f"/cases/{consulted}/protocol_consultation",
        "comparison": f"/cases/{consulted}/protocol_consultation/compare",
        "round": f"/cases/{consulted}/protocol_consultation/history/1",
        "signatories": f"/cases/{ended}/certificate_consultation", "signing": f"/cases/{ended}/protocol_signing",
        "certificates": f"/cases/{ended}/certificate_confirmation",
    }  # fmt: skip


def operators_pages(case: str, parked: str) -> dict[str, str]:
    """What an operator opens, by name."""
    names = ("receipts", "reconciliation", "cases", "authorities", "accounts", "audit")
    of_one = {"ops: ledger of a case": f"/ops/cases/{case}", "ops: receipt": f"/ops/receipts/{parked}"}
    return {"ops": "/ops", **of_one} | {f"ops: {name}": f"/ops/{name}" for name in names}


async def cases_at_every_stage(world: World) -> dict[str, str]:
    """Cases, by number or id, that stand where the pages have most to show."""
    check = await world.check_initiated()
    contact = {**FORM["contact"], "phone": {"country": "297", "area": "", "number": "5850400"}}
    await world.officer.ask("POST", f"/cases/{check}/stages/acceptance/agree", 202, json={"contact": contact})
    declared = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=check)
    await world.receipt("RECEIVED", check, "acceptance", in_reply_to=declared.message_id)
    await world.receipt("QUESTIONNAIRE_OPENED", check, "questionnaire")
    rectified, consulted, ended = [await world.questionnaire_opened() for _ in range(3)]
    for number in (rectified, consulted, ended):
        await world.answered(number)
    required = {"rectification_no": "ZG1", "issued_on": "2026-11-01", "requirement": "请整改 Rectify."}
    await world.receipt("RECTIFICATION_REQUIRED", rectified, "evaluation", **required)
    for text in ("议定书草案一", "议定书草案二"):
        await world.receipt("CONSULTATION_OPENED", consulted, "protocol_consultation", text_zh=text)
        if text.endswith("一"):
            await world.replied(consulted, "protocol_consultation")
    await world.signed(ended)
    await world.replied(ended, "certificate_consultation")
    await world.receipt("CONSULTATION_COMPLETED", ended, "certificate_consultation")
    files = [("certificate.pdf", pdf("certificate"))]
    await world.receipt("CERTIFICATE_CONFIRMED", ended, "certificate_confirmation", attachments=files)
    return {
        "check": check, "draft": await world.draft(), "rectified": rectified, "consulted": consulted, "ended": ended,
    }  # fmt: skip


async def a_parked_receipt(world: World) -> str:
    """A receipt that can't be applied, once it is parked."""
    return await world.receipt(
        "CONSULTATION_COMPLETED", "202611000000999999", "application", outcome="PARKED"
    )

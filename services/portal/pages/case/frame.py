"""What stands around every stage of a case; a stage's page extends `case/base.html` and fills in `stage`."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.portal.api.context import Portal
from services.portal.clock import spent
from services.portal.pages.case.words import CAUSES
from services.portal.pages.kit import page
from services.portal.views import header, last_declaration
from shared.contracts.catalogue import CATEGORY, SPECIFIC, country_names
from shared.contracts.vocabulary import Cause, Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.clock import now
from shared.lifecycle.stages import NOT_ENTERED, STAGE_LABELS, STATUS_LABELS, sentence
from shared.runtime.errors import Refuse

_ASKING = (
    Status.REJECTED,
    Status.SUPPLEMENT,
    Status.RECEIVE_FAILED,
    Status.NOT_APPROVED,
    Status.PENDING,
    Status.DRAFT,
)
_OTHERS = ("customs", "system")


async def case_page(
    request: Request, portal: Portal, case: Document, stage: Stage, template: str, context: Mapping[str, Any],
    status: int = 200,
) -> Response:  # fmt: skip
    """The page of an entered stage; 409 with the manual's sentence for one that was not entered (DOMAIN D10)."""
    if stage not in case["stages"]:
        raise Refuse("stage_not_entered", f"{NOT_ENTERED.zh} {NOT_ENTERED.en}")
    return await page(request, template, {**await around(portal, case, stage), **context}, status)


async def around(portal: Portal, case: Document, stage: Stage) -> dict[str, Any]:
    """What the frame of a case shows.

    `case` (the header of CONTRACT 3), `stage`, `stage_label`, `sentence` (of the shown stage), names of `authority`,
    `country`, `category`, `specific`, `spent` (time by side), `opinion` (where customs asks for something), `history`,
    `announcement`.
    """
    declaration = last_declaration(case)
    sent = (
        await portal.store.collection("declarations").find_one({"_id": declaration}) if declaration else None
    )
    authority = await portal.store.collection("authorities").find_one({"_id": case["authority"]}) or {}
    zh, en = country_names(case["country"]) or (case["country"], case["country"])
    closed = case["stage"] == Stage.COMPLETED
    return {
        "case": header(case, sent), "stage": stage, "stage_label": STAGE_LABELS[stage],
        "sentence": sentence(stage, Status(case["stages"][stage]["status"])),
        "authority": {"zh": authority.get("name_zh", ""), "en": authority.get("name_en", "")},
        "country": {"zh": f"{zh}-{en}", "en": f"{zh}-{en}"},
        "category": CATEGORY.get(case["category"]),
        "specific": [SPECIFIC[code] for code in case["specific"] if code in SPECIFIC],
        "spent": spent(case["timeline"], case["moved_at"] if closed else now()),
        "waited": now() - case["moved_at"],
        "opinion": asking(case, stage), "history": history(case),
        "announcement": case["stages"].get(Stage.ANNOUNCEMENT),
    }  # fmt: skip


def asking(case: Document, stage: Stage) -> Document | None:
    """Customs' last opinion on a stage, where its status asks for something or says why it ended (DOMAIN D8, E3.6)."""
    if Status(case["stages"][stage]["status"]) not in _ASKING and case["status"] != Status.NOT_APPROVED:
        return None
    found = next((reply for reply in reversed(case["replies"]) if reply["stage"] == stage), None)
    return found if found and (found["opinion"] or found["attachments"]) else None


def history(case: Document) -> list[dict[str, Any]]:
    """Every movement, newest first, in words."""
    return [
        {
            "at": entry["at"], "stage": STAGE_LABELS[Stage(entry["stage"])], "status": STATUS_LABELS[Status(entry["status"])],
            "code": entry["status"], "cause": CAUSES[Cause(entry["cause"])], "by": entry["by"],
            "ours": entry["by"] not in _OTHERS,
        }
        for entry in reversed(case["timeline"])
    ]  # fmt: skip

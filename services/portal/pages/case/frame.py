"""What stands around every stage of a case; a stage's page extends `case/base.html` and fills in `stage`."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.portal.api.context import Portal
from services.portal.pages.kit import page
from services.portal.views import header, last_declaration
from shared.contracts.catalogue import CATEGORY, SPECIFIC, country_names
from shared.contracts.vocabulary import Stage
from shared.lifecycle.case import Document
from shared.lifecycle.stages import NOT_ENTERED
from shared.runtime.errors import Refuse


async def case_page(
    request: Request, portal: Portal, case: Document, stage: Stage, template: str, context: Mapping[str, Any],
    status: int = 200,
) -> Response:  # fmt: skip
    """The page of an entered stage; 409 with the manual's sentence for one that was not entered (DOMAIN D10)."""
    if stage not in case["stages"]:
        raise Refuse("stage_not_entered", f"{NOT_ENTERED.zh} {NOT_ENTERED.en}")
    return await page(request, template, {**await around(portal, case), "stage": stage, **context}, status)


async def around(portal: Portal, case: Document) -> dict[str, Any]:
    """What the frame of a case shows: `case` (the header of CONTRACT 3), names of authority, country and foods."""
    declaration = last_declaration(case)
    sent = (
        await portal.store.collection("declarations").find_one({"_id": declaration}) if declaration else None
    )
    authority = await portal.store.collection("authorities").find_one({"_id": case["authority"]}) or {}
    zh, en = country_names(case["country"]) or (case["country"], case["country"])
    return {
        "case": header(case, sent),
        "authority": {"zh": authority.get("name_zh", ""), "en": authority.get("name_en", "")},
        "country": {"zh": zh, "en": en},
        "category": CATEGORY.get(case["category"]),
        "specific": [SPECIFIC[code] for code in case["specific"] if code in SPECIFIC],
    }

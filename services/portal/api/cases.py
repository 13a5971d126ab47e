"""Queries: the list, the header, a stage, customs' replies, the timeline."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.portal.api.context import OfficerDep, PortalDep, UserDep, case_of, entered, questionnaires_of
from services.portal.sessions import User
from services.portal.stage_views import stage_data
from services.portal.views import header, last_declaration, listed, replies, timeline
from shared.contracts.vocabulary import Kind, Role, Stage, Status
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse

router = APIRouter(prefix="/cases", tags=["cases"])
_SORTED = {"applied_at", "updated_at", "case_no", "category", "stage", "status", "moved_at"}
_ROW = dict.fromkeys(
    (
        "case_no",
        "kind",
        "category",
        "specific",
        "overview",
        "applied_at",
        "stage",
        "status",
        "has_reply",
        "updated_at",
    ),
    1,
)


class Wanted(BaseModel):
    """The filters of the query list (DOMAIN D1 to D3); an empty one filters nothing."""

    kind: Kind | None = None
    category: str | None = None
    stage: Stage | None = None
    status: Status | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    sort: str = "-applied_at"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 10


@router.get("")
async def cases(portal: PortalDep, user: UserDep, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """One's own cases, newest first; an operator's list holds every authority's."""
    field = wanted.sort.removeprefix("-")
    if field not in _SORTED:
        raise Refuse(
            "validation_error",
            f"sort is one of {', '.join(sorted(_SORTED))}, with - for descending.",
            status=422,
        )
    found, collection = _filter(user, wanted), portal.store.collection("cases")
    order = -1 if wanted.sort.startswith("-") else 1
    rows = await collection.find(
        found, sort=[(field, order), ("_id", order)], skip=(wanted.page - 1) * wanted.size, limit=wanted.size,
        projection=_ROW,
    )  # fmt: skip
    total = await collection.count(found)
    return {"items": [listed(row) for row in rows], "total": total, "page": wanted.page, "size": wanted.size}


@router.get("/{case}")
async def case_header(case: str, portal: PortalDep, user: UserDep) -> dict[str, Any]:
    """Where the case stands, its steps, whose turn it is, and how its last submission travels."""
    found = await case_of(portal, user, case)
    declaration = last_declaration(found)
    sent = (
        await portal.store.collection("declarations").find_one({"_id": declaration}) if declaration else None
    )
    return header(found, sent)


@router.get("/{case}/stages/{stage}")
async def case_stage(case: str, stage: Stage, portal: PortalDep, user: OfficerDep) -> Any:
    """What was filled in and received in a stage; 409 with the manual's sentence where it was not entered (DOMAIN D10)."""
    found = await entered(portal, user, case, stage)
    asked = await questionnaires_of(portal, found) if stage is Stage.QUESTIONNAIRE else ()
    return stage_data(found, stage, asked)


@router.get("/{case}/replies")
async def case_replies(case: str, portal: PortalDep, user: UserDep) -> list[Any]:
    """Customs' opinions, newest first."""
    return replies(await case_of(portal, user, case))


@router.get("/{case}/timeline")
async def case_timeline(case: str, portal: PortalDep, user: UserDep) -> list[Any]:
    """Every movement, oldest first."""
    return timeline(await case_of(portal, user, case))


def _filter(user: User, wanted: Wanted) -> Document:
    own: Document = {} if user.role is Role.OPERATOR else {"authority": user.authority}
    chosen = {
        "kind": wanted.kind,
        "category": wanted.category,
        "stage": wanted.stage,
        "status": wanted.status,
    }
    own |= {name: str(value) for name, value in chosen.items() if value}
    if wanted.q:
        words = {"$regex": re.escape(wanted.q), "$options": "i"}
        own["$or"] = [{"case_no": words}, {"overview": words}]
    return own

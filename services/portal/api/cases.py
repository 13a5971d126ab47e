"""Queries: the list, the header, a stage, customs' replies, the timeline."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, field_validator

from services.portal.api.context import (
    OfficerDep,
    Portal,
    PortalDep,
    UserDep,
    case_of,
    entered,
    questionnaires_of,
)
from services.portal.clock import whose_turn
from services.portal.sessions import User
from services.portal.stage_views import stage_data
from services.portal.views import header, last_declaration, listed, replies, timeline
from shared.contracts.vocabulary import Kind, Role, Stage, Status
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse

router = APIRouter(prefix="/cases", tags=["cases"])
NO_NUL = r"^[^\x00]*$"  # the database takes no such search
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
        "moved_at",
        "created_at",
    ),
    1,
)


class Wanted(BaseModel):
    """The filters of the query list (DOMAIN D1 to D3); an empty one filters nothing."""

    kind: Kind | None = None
    category: str | None = None
    stage: Stage | None = None
    status: Status | None = None
    turn: Literal["authority", "customs", "system", "nobody"] | None = None
    q: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    sort: str = "-applied_at"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 10

    @field_validator("kind", "stage", "status", "turn", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        return value or None


def _standing(who: str) -> list[Document]:
    """Where a case stands when somebody has the turn."""
    return [
        {"stage": stage.value, "status": status.value}
        for stage in Stage for status in Status if whose_turn(stage, status) == who
    ]  # fmt: skip


_TURNS = {who: _standing(who) for who in ("authority", "customs", "system")} | {
    "nobody": [{"stage": Stage.COMPLETED.value}]
}


@router.get("")
async def cases(portal: PortalDep, user: UserDep, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """One's own cases, newest first; an operator's list holds every authority's."""
    rows, total = await found_cases(portal, user, wanted)
    return {
        "items": [listed(row) for row in rows], "total": total, "page": wanted.page, "size": wanted.size,
    }  # fmt: skip


async def found_cases(portal: Portal, user: User, wanted: Wanted) -> tuple[list[Document], int]:
    """A page of the list as documents without their stages, and how many there are in all."""
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
    return rows, await collection.count(found)


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
    if wanted.turn:
        own["$and"] = [{"$or": _TURNS[wanted.turn]}]
    if wanted.q:
        words = {"$regex": re.escape(wanted.q), "$options": "i"}
        own["$or"] = [{"case_no": words}, {"overview": words}]
    return own

"""The query list: which cases an authority (or an operator) asked for, in which order, page by page (DOMAIN D1 to D3, F3)."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator

from services.portal.clock import SIDES, whose_turn
from services.portal.sessions import User
from shared.contracts.vocabulary import Kind, Role, Stage, Status
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse
from shared.runtime.store import Collection

NO_NUL = r"^[^\x00]*$"  # the database takes no such search
_SORTED = {"applied_at", "updated_at", "case_no", "category", "stage", "status", "moved_at"}
_ROW = dict.fromkeys(
    (
        "authority", "case_no", "kind", "category", "specific", "overview", "applied_at", "stage", "status", "has_reply",
        "updated_at", "moved_at", "timeline.at", "timeline.stage", "timeline.status",
    ),
    1,
)  # fmt: skip
_CLOSED = Stage.COMPLETED.value
_IN_TWO: dict[str, tuple[Document, Document]] = {
    "-applied_at": ({"applied_at": None}, {"applied_at": {"$ne": None}}),
    "moved_at": ({"stage": {"$ne": _CLOSED}}, {"stage": _CLOSED}),
}
"""What comes before the rest: newest first begins with what is not submitted yet, waiting longest with what still waits."""
_TURNS: dict[str, Document] = {
    who: {
        "$or": [
            {"stage": stage.value, "status": status.value}
            for stage in Stage for status in Status if whose_turn(stage, status) == who
        ]
    }
    for who in SIDES
} | {"nobody": {"stage": _CLOSED}}  # fmt: skip


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


async def found_cases(cases: Collection, user: User, wanted: Wanted) -> tuple[list[Document], int]:
    """A page of the list, as documents without their stages, and how many cases fit in all; Refuse (422) for an unknown sort."""
    fitting, order = _filter(user, wanted), _order(wanted.sort)
    rows: list[Document] = []
    total = 0
    for part in _IN_TWO.get(wanted.sort, ({},)):
        these = {"$and": [fitting, part]} if part else fitting
        there, skip = await cases.count(these), max((wanted.page - 1) * wanted.size - total, 0)
        if len(rows) < wanted.size and skip < there:
            limit = wanted.size - len(rows)
            rows += await cases.find(these, sort=order, skip=skip, limit=limit, projection=_ROW)
        total += there
    return rows, total


def _order(sort: str) -> list[tuple[str, int]]:
    name, direction = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    if name not in _SORTED:
        detail = f"sort is one of {', '.join(sorted(_SORTED))}, with - for descending."
        raise Refuse("validation_error", detail, status=422)
    return [(name, direction), ("_id", direction)]


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
        own["$and"] = [_TURNS[wanted.turn]]
    if wanted.q:
        words = {"$regex": re.escape(wanted.q), "$options": "i"}
        own["$or"] = [{"case_no": words}, {"overview": words}]
    return own

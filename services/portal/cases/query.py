"""The query list: which cases an authority (or an operator) asked for, in which order, page by page (DOMAIN D1 to D3, F3)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator

from services.portal.identity.sessions import User
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.texts import is_blank, searched
from shared.contracts.vocabulary import Kind, Role, Stage, Status, Turn
from shared.lifecycle.case import Document
from shared.lifecycle.stages import Label
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Collection

NO_NUL = r"^[^\x00]*$"  # the database takes no such search
_SORTED = {"applied_at", "updated_at", "case_no", "category", "stage", "status", "moved_at", "turn_began_at"}
SORT_NAMES = (
    ("-applied_at", Label("申请时间，由新到旧", "Date, newest first")),
    ("applied_at", Label("申请时间，由旧到新", "Date, oldest first")),
    ("turn_began_at", Label("等待最久", "Waiting longest")),
    ("-moved_at", Label("最近有变动", "Moved last")),
    ("case_no", Label("申请统一编号", "Application number")),
    ("category", Label("食品类别", "Food category")),
    ("stage", Label("阶段", "Stage")),
    ("status", Label("状态", "Status")),
)
SORTS = tuple(code for code, _name in SORT_NAMES)
"""The orders that pages offer; `SORTS[0]` where none is asked for."""
ROW = dict.fromkeys(
    (
        "authority", "case_no", "kind", "category", "specific", "overview", "applied_at", "stage", "status", "has_reply",
        "updated_at", "turn", "turn_began_at",
    ),
    1,
)  # fmt: skip
"""What a list needs of a case."""
_CLOSED: Document = {"turn": Turn.NOBODY.value}
_DRAFT: Document = {"stage": Stage.APPLICATION.value, "status": Status.DRAFT.value}


class CaseQuery(BaseModel):
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


def given(wanted: BaseModel, *left_out: str) -> dict[str, Any]:
    """What the address of another page of the same list says: every filter that is set, neither page nor size."""
    named = wanted.model_dump(mode="json", exclude={"page", "size", *left_out})
    return {name: value for name, value in named.items() if value}


async def find_cases(cases: Collection, user: User, wanted: CaseQuery) -> tuple[list[Document], int]:
    """A page of the list, as documents without their stages, and how many cases fit in all.

    RequestRejected (422) for an unknown sort.
    """
    fitting, order = _filter(user, wanted), _order(wanted.sort)
    total = await cases.count(fitting)
    rows: list[Document] = []
    skip = (wanted.page - 1) * wanted.size
    for part, there in await _parts(cases, fitting, wanted, total):
        limit = min(wanted.size - len(rows), there - skip)
        if limit > 0:
            rows += await cases.find(part, sort=order, skip=skip, limit=limit, projection=ROW)
        skip = max(skip - there, 0)
    return rows, total


async def _parts(
    cases: Collection, fitting: Document, wanted: CaseQuery, total: int
) -> list[tuple[Document, int]]:
    """What comes one after the other, and how many: newest first begins with drafts, waiting longest ends with what is closed.

    Drafts have no date, and what has none stands last in falling order: the rest needs no filter, only its number.
    """
    may_be_drafts = wanted.kind is not Kind.RETROSPECTIVE
    if (
        wanted.sort == "-applied_at"
        and may_be_drafts
        and (drafts := await cases.count({"$and": [fitting, _DRAFT]}))
    ):
        return [({"$and": [fitting, _DRAFT]}, drafts), (fitting, total - drafts)]
    if (
        wanted.sort == "turn_began_at"
        and not wanted.turn
        and (closed := await cases.count({"$and": [fitting, _CLOSED]}))
    ):
        still = {"turn": {"$ne": Turn.NOBODY.value}}
        return [({"$and": [fitting, still]}, total - closed), ({"$and": [fitting, _CLOSED]}, closed)]
    return [(fitting, total)]


async def foods_of(cases: Collection, user: User) -> frozenset[str]:
    """The specific categories that a user finds in filters: the authority's scope, and what it was checked for beyond it.

    An operator finds all (DOMAIN 1.4, B10).
    """
    if user.role is Role.OPERATOR:
        return frozenset(SPECIFIC)
    beyond = {"authority": user.authority, "outside_scope": {"$gt": ""}}
    checks = await cases.find(beyond, projection={"outside_scope": 1})
    return frozenset(user.scope).union(*(check["outside_scope"] for check in checks))


def _order(sort: str) -> list[tuple[str, int]]:
    name, direction = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    if name not in _SORTED:
        detail = f"sort is one of {', '.join(sorted(_SORTED))}, with - for descending."
        raise RequestRejected("validation_error", detail, status=422)
    return [(name, direction), ("_id", direction)]


def _filter(user: User, wanted: CaseQuery) -> Document:
    own: Document = {} if user.role is Role.OPERATOR else {"authority": user.authority}
    chosen = {
        "kind": wanted.kind,
        "category": wanted.category,
        "stage": wanted.stage,
        "status": wanted.status,
        "turn": wanted.turn,
    }
    own |= {name: str(value) for name, value in chosen.items() if value}
    if not is_blank(wanted.q):
        words = {"$regex": searched(wanted.q), "$options": "i"}
        own["$or"] = [{"case_no": words}, {"overview": words}]
    return own

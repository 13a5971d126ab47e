"""The query list: which cases an authority (or an operator) asked for, in which order, page by page (DOMAIN D1 to D3, F3)."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.texts import is_blank, searched
from shared.contracts.vocabulary import Kind, Role, Stage, Status
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document

NO_NUL = r"^[^\x00]*$"  # the database takes no such search
_SORTED = {"applied_at", "updated_at", "case_no", "category", "stage", "status", "moved_at", "turn_began_at"}
SORT_NAMES = (
    ("-applied_at", Bilingual("申请时间，由新到旧", "Date, newest first")),
    ("applied_at", Bilingual("申请时间，由旧到新", "Date, oldest first")),
    ("turn_began_at", Bilingual("等待最久", "Waiting longest")),
    ("-moved_at", Bilingual("最近有变动", "Moved last")),
    ("case_no", Bilingual("申请统一编号", "Application number")),
    ("category", Bilingual("食品类别", "Food category")),
    ("stage", Bilingual("阶段", "Stage")),
    ("status", Bilingual("状态", "Status")),
)
SORTS = tuple(code for code, _name in SORT_NAMES)
"""The orders that pages offer; `SORTS[0]` where none is asked for."""


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
    def _empty_is_none(cls, value: object) -> object:
        return value or None


def given(wanted: BaseModel, *left_out: str) -> dict[str, object]:
    """What the address of another page of the same list says: every filter that is set, neither page nor size."""
    named = wanted.model_dump(mode="json", exclude={"page", "size", *left_out})
    return {name: value for name, value in named.items() if value}


def order_of(sort: str) -> list[tuple[str, int]]:
    """In which order the database gives the cases; RequestRejected (422) for an unknown one."""
    name, direction = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    if name not in _SORTED:
        names = ", ".join(sorted(_SORTED))
        text = Bilingual(
            f"sort须为{names}之一，降序前加-。", f"sort is one of {names}, with - for descending."
        )
        raise RequestRejected("validation_error", text, status=422)
    return [(name, direction), ("_id", direction)]


def filter_of(user: User, wanted: CaseQuery) -> Document:
    """Which cases the database is asked for: of those that the user may see, those that fit."""
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

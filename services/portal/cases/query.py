"""The query list: which cases an authority (or an operator) asked for, in which order, page by page (DOMAIN D1 to D3, F3)."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, field_validator

from services.portal.cases.paging import Order, Paged
from services.portal.identity.sessions import User
from shared.bilingual import Bilingual
from shared.contracts.faults import FieldFault
from shared.contracts.vocabulary import Kind, Role, Stage, Status, Turn
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document

NO_NUL = r"^[^\x00]*$"  # the database takes no such search
_LAST_FIRST: Order = (("applied_at", -1), ("_id", -1))
_ORDERS: dict[str, Order] = {
    "applied_at": (("applied_at", 1), ("_id", 1)),
    "updated_at": (("updated_at", 1), ("_id", 1)),
    "moved_at": (("moved_at", 1), ("_id", 1)),
    "turn_began_at": (("turn_began_at", 1), ("_id", 1)),
    "case_no": (("case_no", 1), ("_id", 1)),
    "category": (("category", 1), *_LAST_FIRST),
    "stage": (("stage", 1), ("status", 1), *_LAST_FIRST),
    "status": (("status", 1), *_LAST_FIRST),
}
"""Each ends in what tells every case apart."""
SORT_NAMES = (
    ("-applied_at", Bilingual("日期，由新到旧", "Date, newest first")),
    ("applied_at", Bilingual("日期，由旧到新", "Date, oldest first")),
    ("turn_began_at", Bilingual("等待最久", "Waiting longest")),
    ("-moved_at", Bilingual("最近有变动", "Moved last")),
    ("case_no", Bilingual("申请统一编号", "Application number")),
    ("category", Bilingual("食品类别", "Food category")),
    ("stage", Bilingual("阶段", "Stage")),
    ("status", Bilingual("状态", "Status")),
)
SORTS = tuple(code for code, _name in SORT_NAMES)
"""The orders that pages offer; `SORTS[0]` where none is asked for."""


class CaseQuery(Paged):
    """The filters of the query list (DOMAIN D1 to D3); an empty one filters nothing."""

    kind: Kind | None = None
    category: str | None = None
    stage: Stage | None = None
    status: Status | None = None
    turn: Literal["authority", "customs", "system", "nobody"] | None = None
    q: Annotated[str, Field(max_length=200, pattern=NO_NUL)] = ""
    sort: str = "-applied_at"

    def of_kind(self, kind: Kind) -> Self:
        """The same in the list of one kind of case, in the first of the orders that pages offer where another is asked for."""
        return self.model_copy(update={"kind": kind, "sort": self.sort if self.sort in SORTS else SORTS[0]})

    @field_validator("kind", "stage", "status", "turn", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None


def given(wanted: BaseModel, *left_out: str) -> dict[str, object]:
    """What the address of another page of the same list says: every filter that is set, not which page."""
    named = wanted.model_dump(mode="json", exclude={*Paged.model_fields, *left_out})
    return {name: value for name, value in named.items() if value}


def order_of(sort: str) -> Order:
    """In which order the database gives the cases; RequestRejected (422) for an unknown one."""
    name, direction = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    if name not in _ORDERS:
        names = ", ".join(sorted(_ORDERS))
        text = Bilingual(
            f"sort须为{names}之一，降序前加-。", f"sort is one of {names}, with - for descending."
        )
        fault = FieldFault("sort", "unknown", text.zh, text.en)
        raise RequestRejected("validation_error", text, [fault], status=422)
    return [(field, each * direction) for field, each in _ORDERS[name]]


def parts_of(fitting: Document, wanted: CaseQuery) -> list[Document]:
    """What comes one after the other: drafts, which have no date, before the newest; the closed after who waits longest."""
    if wanted.sort == "-applied_at" and wanted.kind is not Kind.RETROSPECTIVE:
        return [fitting | {"applied_at": None}, fitting | {"applied_at": {"$ne": None}}]
    if wanted.sort == "turn_began_at" and not wanted.turn:
        open_ones = [turn.value for turn in Turn if turn is not Turn.NOBODY]
        return [fitting | {"turn": {"$in": open_ones}}, fitting | {"turn": Turn.NOBODY.value}]
    if wanted.sort == "-turn_began_at" and not wanted.turn:
        return [fitting | {"turn": {"$in": [turn.value for turn in Turn]}}]
    return [fitting]


def filter_of(user: User, wanted: CaseQuery) -> Document:
    """Which cases the database is asked for: of those that the user may see, those that fit, whatever words are looked for.

    An officer's cases of every kind, and a stage's in every status, are asked for by these values: so an index that has them
    before a date gives them by date.
    """
    chosen = {
        "kind": wanted.kind, "category": wanted.category, "stage": wanted.stage, "status": wanted.status, "turn": wanted.turn,
    }  # fmt: skip
    own: Document = {name: str(value) for name, value in chosen.items() if value}
    if wanted.stage and not wanted.status:
        own |= {"status": {"$in": [each.value for each in Status]}}
    if user.role is not Role.OPERATOR:
        own = {"authority": user.authority, "kind": {"$in": [each.value for each in Kind]}} | own
    return own

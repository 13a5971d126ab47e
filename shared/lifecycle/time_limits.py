"""How long an authority has for what it was asked, by calendar months in Beijing, and what that makes of a case. Pure.

The clock runs on the authority's turn alone and begins anew with each turn (docs/decisions/0042): what is asked once more is
due once more. No limit closes anything.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Kind, Stage, Status, Turn
from shared.lifecycle.rules import EDITABLE
from shared.lifecycle.stages import STAGES_OF

MOST_MONTHS = 120
SOON = timedelta(days=7)
_LAST_SECOND = time(23, 59, 59, tzinfo=CHINA)


class Asked(StrEnum):
    """What is asked in a stage: its first content, or that it be supplemented and corrected (补齐补正)."""

    ANSWER = "answer"
    SUPPLEMENT = "supplement"


class Urgency(StrEnum):
    """How near the day is on which something is due; what has no such day is `later`, what nobody asked for a `draft`."""

    OVERDUE = "overdue"
    WEEK = "week"
    LATER = "later"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Demand:
    """What an authority may be asked for, with a time limit of its own."""

    kind: Kind
    stage: Stage
    asked: Asked

    @property
    def code(self) -> str:
        """As it is stored, and as fields of forms are called."""
        return f"{self.kind}:{self.stage}:{self.asked}"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses of the stage in which this is asked."""
        return tuple(each for each in EDITABLE[self.stage] if _asked(each) is self.asked)


def _asked(status: Status) -> Asked:
    return Asked.SUPPLEMENT if status is Status.SUPPLEMENT else Asked.ANSWER


def _demands(kind: Kind) -> list[Demand]:
    asked = [(stage, each) for stage in STAGES_OF[kind] if stage in EDITABLE for each in Asked]
    found = (Demand(kind, stage, each) for stage, each in asked if (stage, each) not in _OWN_WISH)
    return [demand for demand in found if demand.statuses]


_OWN_WISH = ((Stage.APPLICATION, Asked.ANSWER),)
"""An authority applies when it likes."""
DEMANDS = tuple(demand for kind in Kind for demand in _demands(kind))
DEFAULT_MONTHS: Mapping[str, int] = {
    **{demand.code: 3 for demand in DEMANDS if demand.asked is Asked.SUPPLEMENT},
    **{Demand(kind, Stage.QUESTIONNAIRE, Asked.ANSWER).code: 12 for kind in Kind},
}
"""Months by the code of a demand; one that is not named has no limit."""
DEFAULT_LIMITS = TimeLimits({"_id": "limits", "version": 0, "months": dict(DEFAULT_MONTHS)})
"""The limits as long as no operator has set any."""
_DEMAND_AT = {
    (each.kind, each.stage, status): each for each in DEMANDS for status in each.statuses
}  # fmt: skip


def demand_of(case: Case) -> Demand | None:
    """What the authority is asked for where a case stands; None where it is not its turn, or nobody asked."""
    return _DEMAND_AT.get((case.kind, case.stage, case.status)) if case.turn is Turn.AUTHORITY else None


def due_at(case: Case, limits: TimeLimits) -> datetime | None:
    """The last second, in Beijing, in which a case's turn is in time; None where no limit is set for it."""
    demand = demand_of(case)
    months = limits.months.get(demand.code) if demand else None
    return end_of_turn(case.turn_began_at, months) if months else None


def end_of_turn(began: datetime, months: int) -> datetime:
    """The end of the day in Beijing that is so many months after the one on which a turn began.

    The 31st of a month that has none is its last day.
    """
    return datetime.combine(_later(began.astimezone(CHINA).date(), months), _LAST_SECOND)


def began_before(moment: datetime, months: int) -> datetime:
    """Turns that began before this are overdue at `moment`; those that began then or later are not."""
    yesterday = moment.astimezone(CHINA).date() - timedelta(days=1)
    year, month = _month_after(yesterday, -months)
    days = monthrange(year, month)[1]
    is_last = yesterday.day == monthrange(yesterday.year, yesterday.month)[1]
    last = date(year, month, days if is_last else min(yesterday.day, days))
    return datetime.combine(last + timedelta(days=1), time(tzinfo=CHINA))


def urgency_of(due: datetime | None, moment: datetime) -> Urgency:
    """How near it is: overdue, within seven days, or later."""
    if due is None or due - moment > SOON:
        return Urgency.LATER
    return Urgency.OVERDUE if due < moment else Urgency.WEEK


def _later(day: date, months: int) -> date:
    year, month = _month_after(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_after(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1

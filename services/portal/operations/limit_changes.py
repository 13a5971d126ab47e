"""Other time limits: what they would do to the cases that wait for authorities now, and how they are set."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.repository import CaseRepository
from services.portal.operations.audit import audited
from shared.bilingual import Bilingual
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.states import Action
from shared.lifecycle.kept_limits import keep_limits
from shared.lifecycle.time_limits import DEMANDS, Demand, began_before
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

CHANGED = Bilingual(
    "另一位管理员刚刚更改了时限。请核对后重新填写。",
    "Another operator changed the limits meanwhile. These are the present ones; please make your change again.",
)


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A changed limit: months before and after (None: no limit), and in how many cases authorities are asked for this now.

    `overdue` of these would be past their limit at once, as `overdue_before` are now. None is counted beyond 10,001.
    """

    demand: Demand
    before: int | None
    after: int | None
    waiting: int
    overdue_before: int
    overdue: int


async def effects_of(
    cases: CaseRepository, before: Mapping[str, int], after: Mapping[str, int]
) -> list[LimitChange]:
    """What other limits would do."""
    moment = now()
    return list(
        await asyncio.gather(
            *(
                _effect(cases, each, before.get(each.code), after.get(each.code), moment)
                for each in changed(before, after)
            )
        )
    )


def changed(before: Mapping[str, int], after: Mapping[str, int]) -> list[Demand]:
    """The demands that have another limit then."""
    return [each for each in DEMANDS if before.get(each.code) != after.get(each.code)]


async def set_limits(store: Store, before: TimeLimits, months: Mapping[str, int], by: str, why: str) -> None:
    """Set the limits, on the audit trail; RequestRejected (409) where another operator was faster."""
    subject = "; ".join(
        f"{each.code} {before.months.get(each.code, '-')} > {months.get(each.code, '-')}"
        for each in changed(before.months, months)
    )
    async with audited(store, by, Action.SET_LIMITS, subject, why):
        if not await keep_limits(store, before, months, by):
            raise RequestRejected("version_conflict", CHANGED)


async def _effect(
    cases: CaseRepository, demand: Demand, before: int | None, after: int | None, moment: datetime
) -> LimitChange:
    async def overdue(months: int | None) -> int:
        return await cases.count_asked(demand, began_before(moment, months)) if months else 0

    waiting, overdue_before, overdue_after = await asyncio.gather(
        cases.count_asked(demand), overdue(before), overdue(after)
    )
    return LimitChange(demand, before, after, waiting, overdue_before, overdue_after)

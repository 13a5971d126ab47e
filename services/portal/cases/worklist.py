"""The work list of an authority: every task, by when it is due (CONTRACT 3, `GET /worklist`)."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.progress import progress
from services.portal.cases.repository import CaseRepository
from services.portal.cases.tasks import Task, label_of, last_by, task_of
from services.portal.cases.views import Json, label, plain_fields
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.contracts.vocabulary import Stage, Turn
from shared.lifecycle.time_limits import Urgency, due_at, urgency_of
from shared.questionnaires.relevance import asked_now
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.clock import now

MOST_TASKS = 1000
"""So many cases are looked at, those that wait longest; what is beyond is counted as later."""
_ORDER = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One task, in words, with since when it waits, until when it is to be done, and who of the authority was there last."""

    case: Case
    task: Task
    label: Bilingual
    waiting_since: datetime
    due: datetime | None
    urgency: Urgency
    last_by: str | None

    def told(self) -> Json:
        """As it stands in the API."""
        case = self.case
        return plain_fields(
            id=case.id, case_no=case.case_no, kind=case.kind, category=case.category, specific=case.specific,
            task=self.task, label=label(self.label), waiting_since=self.waiting_since, due=self.due,
            urgency=self.urgency, last_by=self.last_by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkList:
    """The tasks: overdue ones first, then those of this week, of later, and drafts; in each group what is due first."""

    items: tuple[WorkItem, ...]
    counts: Mapping[Urgency, int]

    def of(self, urgency: Urgency) -> list[WorkItem]:
        """The tasks of a group."""
        return [item for item in self.items if item.urgency is urgency]


async def work_list(
    cases: CaseRepository, library: QuestionnaireRepository, limits: TimeLimits, authority: str
) -> WorkList:
    """Everything that waits for an authority."""
    found, beyond = await _found(cases, authority)
    moment = now()
    items = [await _item(case, library, limits, moment) for case in found]
    items.sort(
        key=lambda item: (_ORDER.index(item.urgency), _due_first(item), item.waiting_since, item.case.id)
    )
    return WorkList(tuple(items), _counted((item.urgency for item in items), beyond))


async def work_counts(cases: CaseRepository, limits: TimeLimits, authority: str) -> Mapping[Urgency, int]:
    """How many tasks there are, by urgency: as in the work list, from less of each case."""
    found, beyond = await _found(cases, authority, heads=True)
    moment = now()
    return _counted((_urgency(case, due_at(case, limits), moment) for case in found), beyond)


async def _found(cases: CaseRepository, authority: str, *, heads: bool = False) -> tuple[list[Case], int]:
    """The cases with a task, at most 1000 of each sort, and how many there are beyond."""
    (turns, total), unsigned = await asyncio.gather(
        cases.waiting(authority, MOST_TASKS, heads=heads),
        cases.without_signatories(authority, MOST_TASKS, heads=heads),
    )
    return [case for case in (*turns, *unsigned) if task_of(case)], total - len(turns)


async def _item(
    case: Case, library: QuestionnaireRepository, limits: TimeLimits, moment: datetime
) -> WorkItem:
    task, due = task_of(case), due_at(case, limits)
    assert task is not None  # noqa: S101  (only such cases come here)
    return WorkItem(
        case=case, task=task, label=label_of(case, task, await _required(case, task, library)),
        waiting_since=case.turn_began_at if case.turn is Turn.AUTHORITY else case.moved_at, due=due,
        urgency=_urgency(case, due, moment), last_by=last_by(case),
    )  # fmt: skip


async def _required(case: Case, task: Task, library: QuestionnaireRepository) -> int:
    """How many questions must be answered, where that is the task."""
    if task is not Task.ANSWER_QUESTIONNAIRE:
        return 0
    record = case.stages[Stage.QUESTIONNAIRE]
    opened = [(each.code, each.version) for each in record.questionnaires]
    asked = await library.of_case(opened, case.specific, case.kind)
    relevant = asked_now(asked, record.answers)
    return sum(part.required for part in progress(relevant, record.open_required))


def _urgency(case: Case, due: datetime | None, moment: datetime) -> Urgency:
    return Urgency.DRAFT if task_of(case) is Task.SUBMIT_APPLICATION else urgency_of(due, moment)


def _due_first(item: WorkItem) -> float:
    return item.due.timestamp() if item.due else float("inf")


def _counted(urgencies: Iterable[Urgency], beyond: int) -> Mapping[Urgency, int]:
    found = Counter(urgencies)
    return {each: found[each] + beyond * (each is Urgency.LATER) for each in Urgency}

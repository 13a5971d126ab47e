"""The decision: what one message does to one case. Pure; reads the table of rules.py and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.contracts.vocabulary import Cause, CheckAnswer, Kind, Outcome, Reason, Result, Stage, Status
from shared.lifecycle.rules import ANSWERS, IGNORED, ROWS, refused
from shared.lifecycle.stages import IN_FLIGHT, POSITION, STAGES_OF
from shared.lifecycle.table import Row


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the decision needs to know of a case.

    `entered` holds the status of every entered stage, `submissions` the declarations of each stage, oldest first,
    `signatories` the declarations that move nothing, `inbox` every message that was applied.
    """

    kind: Kind
    stage: Stage
    status: Status
    entered: Mapping[Stage, Status]
    answer: CheckAnswer | None = None
    submissions: Mapping[Stage, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    signatories: frozenset[str] = frozenset()
    inbox: frozenset[str] = frozenset()

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self.stage is Stage.COMPLETED


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a message asks of a case: to take the step of `cause`, in or towards `stage`.

    `in_reply_to` is the declaration that a fact answers, where it names one; `result` how customs closes the case.
    """

    message_id: str
    cause: Cause
    stage: Stage
    in_reply_to: str | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """The case takes the step of `row`; `statuses` is every stage whose status changes, the header becomes stage/status."""

    row: Row
    stage: Stage
    status: Status
    statuses: Mapping[Stage, Status]


@dataclass(frozen=True, slots=True)
class Noted:
    """A fact about a SIGNATORIES declaration: applied, but moves nothing."""

    declaration_id: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A fact that changes nothing, by its named outcome; `why` where more is to be told of it."""

    outcome: Outcome
    reason: Reason | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A command that is refused: `not_editable` or `stage_not_entered` (DOMAIN 1.2, 1.5)."""

    code: str


_Key = tuple[Cause, Stage, Stage, Status, Result | None]
_WRONG_STAGE = Ignored(Outcome.INVALID, Reason.WRONG_STAGE)
_STALE = Ignored(Outcome.STALE)
_NOT_YET = Ignored(Outcome.NOT_YET, Reason.NOT_YET)
_WITHOUT_ROW = {Outcome.STALE: _STALE, Outcome.NOT_YET: _NOT_YET}


def _rows_by_key() -> Mapping[_Key, tuple[Row, ...]]:
    found: dict[_Key, tuple[Row, ...]] = {}
    for row in ROWS:
        key = (row.message, row.subject, row.current_stage, row.current_status, row.result)
        found[key] = (*found.get(key, ()), row)
    return found


_ROWS_BY_KEY = _rows_by_key()


def decide(case: CaseState, trigger: Trigger) -> Movement | Noted | Ignored:
    """What a fact does to the case. Each outcome of DOMAIN 1.4 is one of the returned forms; applied is Movement or Noted."""
    if trigger.message_id in case.inbox:
        return Ignored(Outcome.DUPLICATE)
    if trigger.stage not in STAGES_OF[case.kind]:
        return _WRONG_STAGE
    if trigger.in_reply_to in case.signatories:
        return Noted(str(trigger.in_reply_to))
    if case.closed:
        return _STALE
    decision = _ignored_reply(case, trigger) or _movement_or_ignored(case, trigger)
    return _STALE if decision == _NOT_YET and refused(case.status) else decision


def permit(case: CaseState, trigger: Trigger) -> Movement | NotAllowed:
    """What an officer's command does to the case; NotAllowed changes nothing."""
    if not case.closed:
        row = _find_row(case, trigger)
        if row is not None:
            return _movement(case, row)
    return NotAllowed("not_editable" if trigger.stage in case.entered else "stage_not_entered")


def _ignored_reply(case: CaseState, trigger: Trigger) -> Ignored | None:
    """Why a fact that answers another declaration than the last one of its stage is ignored.

    An earlier one of the stage: stale. One of another stage: invalid. One that the case does not have: not yet.
    """
    submitted = case.submissions.get(trigger.stage, ())
    if trigger.in_reply_to is None or trigger.in_reply_to == (submitted[-1] if submitted else None):
        return None
    if trigger.in_reply_to in submitted:
        return _STALE
    of_another_stage = any(trigger.in_reply_to in declarations for declarations in case.submissions.values())
    return _WRONG_STAGE if of_another_stage else _NOT_YET


def _movement_or_ignored(case: CaseState, trigger: Trigger) -> Movement | Ignored:
    """The step of the row that fits. Without one, a stage that is past is stale, and one that is ahead not yet."""
    row = _find_row(case, trigger)
    if row is not None:
        return _movement(case, row)
    stages_ahead = POSITION[trigger.stage] - POSITION[case.stage]
    if stages_ahead < 0:
        return _STALE
    never_submitted = trigger.cause in ANSWERS and not case.submissions.get(trigger.stage)
    if stages_ahead > 0 or never_submitted:
        return _NOT_YET
    return _WITHOUT_ROW[IGNORED[trigger.cause, case.status]]


def _find_row(case: CaseState, trigger: Trigger) -> Row | None:
    key = (trigger.cause, trigger.stage, case.stage, case.status, trigger.result)
    rows = _ROWS_BY_KEY.get(key, ())
    return next(
        (row for row in rows if row.kind in (None, case.kind) and row.answer in (None, case.answer)), None
    )


def _movement(case: CaseState, row: Row) -> Movement:
    """The step of a row: a stage that opens approves those in flight, an end completes the case, no case goes back."""
    statuses = {row.subject: row.becomes}
    if row.opens:
        passed = {
            stage: Status.APPROVED
            for stage, status in case.entered.items()
            if status in IN_FLIGHT and stage is not row.subject
        }
        statuses = passed | statuses
    if row.closes:
        return Movement(row, Stage.COMPLETED, row.closes, statuses | {Stage.COMPLETED: row.closes})
    stage = max(case.stage, row.subject, key=POSITION.__getitem__)
    return Movement(row, stage, row.becomes, statuses)

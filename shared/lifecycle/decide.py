"""The decision: what one message does to one case. Pure; reads the table of rules.py and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.contracts.vocabulary import Cause, CheckAnswer, Kind, Outcome, Reason, Result, Stage, Status
from shared.lifecycle.rules import IGNORED, LADDER, ROWS, Row, refused
from shared.lifecycle.stages import IN_FLIGHT, POSITION, STAGES_OF


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
    """What a message asks of a case."""

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
    """A fact that changes nothing, by its named outcome."""

    outcome: Outcome
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A command that is refused: `not_editable` or `stage_not_entered` (DOMAIN 1.2, 1.5)."""

    code: str


_TABLE: dict[tuple[Cause, Stage, Stage, Status, Result | None], tuple[Row, ...]] = {}
for _row in ROWS:
    _key = (_row.message, _row.stage, _row.at, _row.status, _row.result)
    _TABLE[_key] = (*_TABLE.get(_key, ()), _row)


def decide(case: CaseState, asked: Trigger) -> Movement | Noted | Ignored:
    """What becomes of a fact; every outcome of DOMAIN 1.4 is one of the returned forms."""
    if asked.message_id in case.inbox:
        return Ignored(Outcome.DUPLICATE)
    if asked.stage not in STAGES_OF[case.kind]:
        return Ignored(Outcome.INVALID, Reason.WRONG_STAGE)
    if asked.in_reply_to in case.signatories:
        return Noted(str(asked.in_reply_to))
    if case.closed:
        return Ignored(Outcome.STALE)
    decision = _answer(case, asked) or _row_or_reason(case, asked)
    waits = isinstance(decision, Ignored) and decision.outcome is Outcome.NOT_YET
    return Ignored(Outcome.STALE) if waits and refused(case.status) else decision


def permit(case: CaseState, asked: Trigger) -> Movement | NotAllowed:
    """What becomes of an officer's command."""
    if not case.closed:
        row = _find(case, asked)
        if row is not None:
            return _movement(case, row)
    return NotAllowed("not_editable" if asked.stage in case.entered else "stage_not_entered")


def _answer(case: CaseState, asked: Trigger) -> Ignored | None:
    """Whether a fact answers another submission than the last one of its stage."""
    made = case.submissions.get(asked.stage, ())
    if asked.in_reply_to is None or asked.in_reply_to == (made[-1] if made else None):
        return None
    if asked.in_reply_to in made:
        return Ignored(Outcome.STALE)
    elsewhere = any(asked.in_reply_to in ids for ids in case.submissions.values())
    return (
        Ignored(Outcome.INVALID, Reason.WRONG_STAGE)
        if elsewhere
        else Ignored(Outcome.NOT_YET, Reason.NOT_YET)
    )


def _row_or_reason(case: CaseState, asked: Trigger) -> Movement | Ignored:
    row = _find(case, asked)
    if row is not None:
        return _movement(case, row)
    distance = POSITION[asked.stage] - POSITION[case.stage]
    if distance < 0:
        return Ignored(Outcome.STALE)
    never_submitted = asked.cause in LADDER and not case.submissions.get(asked.stage)
    if distance > 0 or never_submitted:
        return Ignored(Outcome.NOT_YET, Reason.NOT_YET)
    outcome = IGNORED[asked.cause, case.status]
    return Ignored(outcome, Reason.NOT_YET if outcome is Outcome.NOT_YET else None)


def _find(case: CaseState, asked: Trigger) -> Row | None:
    rows = _TABLE.get((asked.cause, asked.stage, case.stage, case.status, asked.result), ())
    return next(
        (row for row in rows if row.kind in (None, case.kind) and row.answer in (None, case.answer)), None
    )


def _movement(case: CaseState, row: Row) -> Movement:
    statuses = {row.stage: row.becomes}
    if row.opens:
        passed = {
            stage: Status.APPROVED
            for stage, status in case.entered.items()
            if status in IN_FLIGHT and stage is not row.stage
        }
        statuses = passed | statuses
    if row.closes:
        return Movement(row, Stage.COMPLETED, row.closes, statuses | {Stage.COMPLETED: row.closes})
    stage = case.stage if POSITION[row.stage] < POSITION[case.stage] else row.stage
    return Movement(row, stage, row.becomes, statuses)

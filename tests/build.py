"""Builders for tests: a case that is moved purely, by the table alone."""

from dataclasses import dataclass, field, replace
from itertools import count

from shared.contracts.vocabulary import COMMANDS, Cause, CheckAnswer, Kind, Outcome, Result, Stage, Status
from shared.lifecycle.decide import (
    CaseState,
    Ignored,
    Movement,
    NotAllowed,
    Noted,
    Trigger,
    decide,
    permit,
)
from shared.lifecycle.rules import EDITABLE, ROWS
from shared.lifecycle.stages import FIRST_STAGE

SUBMITTED_BY = {
    stage: tuple(
        dict.fromkeys(row.message for row in ROWS if (row.subject, row.becomes) == (stage, Status.DECLARED))
    )
    for stage in EDITABLE
}
"""The commands that submit each stage."""
SUBMITTING = frozenset({Cause.SUBMIT, Cause.AGREE, Cause.REFUSE, Cause.REPLY})
_BEGINS = {Kind.ASSESSMENT: Status.DRAFT, Kind.RETROSPECTIVE: Status.PENDING}


def a_case(kind: Kind = Kind.ASSESSMENT) -> CaseState:
    """A case that has just begun: a draft, or a check to be answered."""
    stage = FIRST_STAGE[kind]
    return CaseState(kind=kind, stage=stage, status=_BEGINS[kind], entered={stage: _BEGINS[kind]})


def moved(case: CaseState, asked: Trigger, movement: Movement, declared: str = "") -> CaseState:
    """The case after a movement, as the one update writes it; `declared` is the id of what the movement submits."""
    submissions, answer, declared = dict(case.submissions), case.answer, declared or f"D-{asked.message_id}"
    if asked.cause in SUBMITTING:
        submissions[asked.stage] = (*submissions.get(asked.stage, ()), declared)
    if asked.cause in (Cause.AGREE, Cause.REFUSE):
        answer = CheckAnswer(asked.cause.value)
    signatories = case.signatories | ({declared} if asked.cause is Cause.ADD_SIGNATORIES else set())
    return replace(
        case, stage=movement.stage, status=movement.status, entered={**case.entered, **movement.statuses},
        submissions=submissions, answer=answer, signatories=signatories, inbox=case.inbox | {asked.message_id},
    )  # fmt: skip


@dataclass
class Walk:
    """A case on its way: each step is a command or a fact by name; `outcomes` tells what became of each."""

    case: CaseState = field(default_factory=a_case)
    outcomes: list[str] = field(default_factory=list)
    _ids: count = field(default_factory=count)  # type: ignore[type-arg]

    def take(self, cause: Cause, stage: Stage, *, in_reply_to: str | None = None, result: Result | None = None,
             message_id: str | None = None) -> str:  # fmt: skip
        """Do one step; its outcome by name."""
        asked = Trigger(message_id or f"M{next(self._ids)}", cause, stage, in_reply_to, result)
        decision = permit(self.case, asked) if cause in COMMANDS else decide(self.case, asked)
        match decision:
            case Movement():
                self.case = moved(self.case, asked, decision)
                outcome = Outcome.APPLIED.value
            case Noted():
                self.case = replace(self.case, inbox=self.case.inbox | {asked.message_id})
                outcome = Outcome.APPLIED.value
            case Ignored():
                outcome = decision.outcome.value
            case NotAllowed():
                outcome = decision.code
        self.outcomes.append(outcome)
        return outcome

    def sent(self, stage: Stage, cause: Cause = Cause.SUBMIT) -> None:
        """Submit, and customs' broker takes it, and customs receives it."""
        assert self.take(cause, stage) == "applied"
        assert self.take(Cause.DECLARATION_SENT, stage, in_reply_to=self.last(stage)) == "applied"
        assert self.take(Cause.RECEIVED, stage, in_reply_to=self.last(stage)) == "applied"

    def last(self, stage: Stage) -> str:
        """The id of the stage's last declaration."""
        return self.case.submissions[stage][-1]

    @property
    def stands(self) -> tuple[Stage, Status]:
        """Where the case is."""
        return self.case.stage, self.case.status


def check_walk() -> Walk:
    """A walk of a retrospective check."""
    return Walk(a_case(Kind.RETROSPECTIVE))

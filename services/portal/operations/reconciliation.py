"""What we sent against what customs confirmed, and what is missing on either side. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from shared.contracts.documents.cases import Case, SubmissionMade, TimelineEntry
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.states import FINAL, DeclarationState, ReceiptState
from shared.contracts.vocabulary import TRANSPORT, Cause, DeclarationType, Stage, Status

UNCONFIRMED = (Status.DECLARED, Status.SENT, Status.SEND_FAILED)
"""Statuses in which the stage's last submission is not confirmed by customs (DOMAIN 1.3)."""
CASE_FIELDS = {
    "case_no": 1, "stage": 1, "status": 1, "submissions": 1, "inbox": 1, "timeline.message_id": 1, "timeline.by": 1,
    "timeline.cause": 1, "timeline.at": 1, **{f"stages.{stage}.status": 1 for stage in Stage},
}  # fmt: skip
DECLARATION_FIELDS = {
    "state": 1, "case_no": 1, "case_id": 1, "type": 1, "stage": 1, "at": 1, "sent_at": 1, "attempts": 1, "next_at": 1,
    "last_error": 1,
}  # fmt: skip
RECEIPT_FIELDS = {
    "state": 1, "case_no": 1, "message_id": 1, "receipt_type": 1, "received_at": 1, "reason": 1, "next_at": 1, "settled_at": 1,
}  # fmt: skip
UNSETTLED = (ReceiptState.STORED, ReceiptState.PUBLISHED, ReceiptState.DEFERRED, ReceiptState.PARKED)
"""States of a receipt that is not at its end, or that waits for an operator."""
_COMPARED = frozenset({"submissions", "inbox", "timeline", "stages"})
"""What every case has; one without was not written by us."""
_CUSTOMS = "customs"


class _Place(Enum):
    """Where a submission stands on its way to customs."""

    UNDECLARED = auto()
    UNSENT = auto()
    UNCONFIRMED = auto()
    CONFIRMED = auto()


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission of a case, and how its declaration travels as far as there is one."""

    id: str
    case_id: str
    case_no: str | None
    type: DeclarationType
    stage: Stage
    at: datetime
    attempts: int = 0
    last_error: str | None = None
    next_at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement of a case that customs made."""

    case_id: str
    case_no: str | None
    at: datetime
    cause: Cause
    message_id: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The two ledgers and the cases against each other.

    `confirmed` counts submissions of which customs said something; `unconfirmed` are with customs' queue and unanswered;
    `unsent` wait on our side. `undeclared` are submissions of cases that no declaration stands for, `unsubmitted`
    declarations that no case knows; `unapplied` receipts that the ledger calls applied and the case does not have;
    `unledgered` receipts in a case that the ledger does not have; `unsettled` receipts that are not at their end, `owed`
    those at their end whose acknowledgement is not sent. `incomplete` are the ids of cases that lack what a case has, and
    were not compared.
    """

    submissions: int
    confirmed: int
    unsent: list[SubmissionRow]
    unconfirmed: list[SubmissionRow]
    undeclared: list[SubmissionRow]
    unsubmitted: list[DeclarationEntry]
    unapplied: list[ReceiptEntry]
    unledgered: list[MovementRow]
    unsettled: list[ReceiptEntry]
    owed: list[ReceiptEntry]
    incomplete: list[str]

    @property
    def missing(self) -> int:
        """How much stands on one side alone: it should be none, and is never made good by waiting."""
        return len(self.undeclared) + len(self.unsubmitted) + len(self.unapplied) + len(self.unledgered)


def reconcile(
    cases: Sequence[Case],
    declarations: Sequence[DeclarationEntry],
    receipts: Sequence[ReceiptEntry],
    before: datetime,
) -> Reconciled:
    """Compare; what happened after `before` may still be on its way from one to the other, and is not called missing."""
    incomplete = [case.id for case in cases if not case.document.keys() >= _COMPARED]
    cases = [case for case in cases if case.document.keys() >= _COMPARED]
    known = {entry.id: entry for entry in declarations}
    placed: dict[_Place, list[SubmissionRow]] = {place: [] for place in _Place}
    for case in cases:
        for place, row in _submissions(case, known, before):
            placed[place].append(row)
    return Reconciled(
        submissions=sum(map(len, placed.values())),
        confirmed=len(placed[_Place.CONFIRMED]),
        unsent=placed[_Place.UNSENT],
        unconfirmed=placed[_Place.UNCONFIRMED],
        undeclared=placed[_Place.UNDECLARED],
        unsubmitted=_unsubmitted(cases, declarations, placed.values(), before),
        unapplied=_unapplied(cases, receipts, before),
        unledgered=_unledgered(cases, receipts, before),
        unsettled=[entry for entry in receipts if entry.state in UNSETTLED],
        owed=[entry for entry in receipts if entry.state in FINAL and entry.next_at is not None],
        incomplete=incomplete,
    )


def _submissions(
    case: Case, known: Mapping[str, DeclarationEntry], before: datetime
) -> Iterator[tuple[_Place, SubmissionRow]]:
    """Every submission of a case, and where it stands."""
    submissions = case.submissions
    last = {made.stage: made.id for made in submissions if made.type is not DeclarationType.SIGNATORIES}
    for made in submissions:
        declaration = known.get(made.id)
        row = SubmissionRow(made.id, case.id, case.case_no, made.type, made.stage, made.at)
        if declaration is None:
            yield _Place.UNDECLARED if made.at < before else _Place.UNSENT, row
        elif declaration.state is not DeclarationState.SENT:
            yield _Place.UNSENT, _with_transport(row, declaration)
        else:
            confirmed = _is_confirmed(case, made, last)
            place = _Place.CONFIRMED if confirmed else _Place.UNCONFIRMED
            yield place, _with_transport(row, declaration)


def _with_transport(row: SubmissionRow, declaration: DeclarationEntry) -> SubmissionRow:
    return SubmissionRow(
        row.id, row.case_id, row.case_no, row.type, row.stage, row.at, declaration.attempts, declaration.last_error,
        declaration.next_at, declaration.sent_at,
    )  # fmt: skip


def _is_confirmed(case: Case, made: SubmissionMade, last: Mapping[Stage, str]) -> bool:
    """Whether customs said anything to a submission: an earlier one of its stage was answered before the next was made."""
    if made.type is DeclarationType.SIGNATORIES:
        return any(note.cause not in TRANSPORT for note in made.notes)
    return last[made.stage] != made.id or case.stages[made.stage].status not in UNCONFIRMED


def _unsubmitted(
    cases: Sequence[Case], declarations: Sequence[DeclarationEntry], rows: Iterable[Sequence[SubmissionRow]],
    before: datetime,
) -> list[DeclarationEntry]:  # fmt: skip
    """Declarations of these cases that they don't know."""
    submitted = {row.id for part in rows for row in part}
    numbers = {case.case_no for case in cases}
    return [
        entry
        for entry in declarations
        if entry.id not in submitted and entry.case_no in numbers and entry.at < before
    ]


def _unapplied(
    cases: Sequence[Case], receipts: Sequence[ReceiptEntry], before: datetime
) -> list[ReceiptEntry]:
    """Receipts that the ledger calls applied and their case has not heard."""
    inboxes = {case.case_no: frozenset(case.inbox) for case in cases}
    return [
        entry
        for entry in receipts
        if _was_applied(entry, before) and entry.message_id not in inboxes.get(entry.case_no, frozenset())
    ]


def _was_applied(entry: ReceiptEntry, before: datetime) -> bool:
    settled_at = entry.settled_at if entry.state is ReceiptState.APPLIED else None
    return settled_at is not None and settled_at < before


def _unledgered(
    cases: Sequence[Case], receipts: Sequence[ReceiptEntry], before: datetime
) -> list[MovementRow]:
    """What customs moved without a receipt in the ledger."""
    ledger = {entry.message_id for entry in receipts}

    def unknown(moved: TimelineEntry) -> bool:
        return moved.by == _CUSTOMS and moved.message_id not in ledger and moved.at < before

    return [
        MovementRow(case.id, case.case_no, moved.at, moved.cause, moved.message_id)
        for case in cases for moved in case.timeline if unknown(moved)
    ]  # fmt: skip

"""The tables of DOMAIN 1.4 and 1.5 as data: which message finds which row, and what the stage becomes.

A row speaks of `stage`, is found when the case stands at `at` in `status`, and sets `stage` to `becomes`.
Where `stage` is another one than `at`, or `opens` is set, the row opens the stage and every earlier stage in flight
becomes approved. `closes` ends the case with that status. `kind` and `answer`, where set, must equal the case's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.contracts.vocabulary import Cause, CheckAnswer, Kind, Outcome, Result, Stage, Status
from shared.lifecycle.stages import IN_FLIGHT

EDITABLE = {
    Stage.APPLICATION: (Status.DRAFT, Status.RECEIVE_FAILED, Status.SUPPLEMENT),
    Stage.ACCEPTANCE: (Status.PENDING, Status.RECEIVE_FAILED),
    Stage.QUESTIONNAIRE: (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED, Status.SUPPLEMENT),
    Stage.EVALUATION: (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED, Status.SUPPLEMENT),
    Stage.PROTOCOL_CONSULTATION: (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED),
    Stage.CERTIFICATE_CONSULTATION: (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED),
}
"""Where the officer may edit and submit (DOMAIN 1.5)."""

SUBMITTED = tuple(EDITABLE)
CONSULTATIONS = (Stage.PROTOCOL_CONSULTATION, Stage.CERTIFICATE_CONSULTATION)
UNANSWERED = (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED)
"""Customs asked for something and has no answer: it may ask otherwise, or end it without one (DOMAIN 1.4)."""
FILLED_IN = (Stage.APPLICATION, Stage.QUESTIONNAIRE, Stage.EVALUATION)
SUBMITTED_BY = {
    Stage.APPLICATION: (Cause.SUBMIT,),
    Stage.ACCEPTANCE: (Cause.AGREE, Cause.REFUSE),
    Stage.QUESTIONNAIRE: (Cause.SUBMIT,),
    Stage.EVALUATION: (Cause.SUBMIT,),
    Stage.PROTOCOL_CONSULTATION: (Cause.REPLY,),
    Stage.CERTIFICATE_CONSULTATION: (Cause.REPLY,),
}
SPEAKS_OF = {
    Cause.RECEIVED: SUBMITTED,
    Cause.RECEIVE_FAILED: SUBMITTED,
    Cause.ACCEPTED: (*FILLED_IN, *CONSULTATIONS),
    Cause.REJECTED: (Stage.APPLICATION, Stage.QUESTIONNAIRE),
    Cause.SUPPLEMENT: FILLED_IN,
    Cause.APPROVED: FILLED_IN,
    Cause.NOT_APPROVED: tuple(stage for stage in Stage if stage is not Stage.COMPLETED),
    Cause.QUESTIONNAIRE_OPENED: (Stage.QUESTIONNAIRE,),
    Cause.RECTIFICATION_REQUIRED: (Stage.EVALUATION,),
    Cause.CONSULTATION_OPENED: CONSULTATIONS,
    Cause.CONSULTATION_COMPLETED: CONSULTATIONS,
    Cause.PROTOCOL_SIGNED: (Stage.PROTOCOL_SIGNING,),
    Cause.ANNOUNCEMENT_PUBLISHED: (Stage.ANNOUNCEMENT,),
    Cause.CERTIFICATE_CONFIRMED: (Stage.CERTIFICATE_CONFIRMATION,),
    Cause.CASE_CLOSED: (Stage.COMPLETED,),
    Cause.CHECK_INITIATED: (Stage.ACCEPTANCE,),
    Cause.DECLARATION_SENT: SUBMITTED,
    Cause.DECLARATION_FAILED: SUBMITTED,
}
"""The stages that each fact may speak of (DOMAIN 1.4)."""

LADDER = (
    Cause.DECLARATION_SENT,
    Cause.DECLARATION_FAILED,
    Cause.RECEIVED,
    Cause.RECEIVE_FAILED,
    Cause.ACCEPTED,
    Cause.REJECTED,
    Cause.SUPPLEMENT,
    Cause.APPROVED,
)
"""Facts that answer one submission of a stage."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    message: Cause
    stage: Stage
    at: Stage
    status: Status
    becomes: Status
    opens: bool = False
    closes: Status | None = None
    kind: Kind | None = None
    answer: CheckAnswer | None = None
    result: Result | None = None


_WAITING = (Status.DECLARED, Status.SENT, Status.SEND_FAILED)
_LADDER = (
    (Cause.DECLARATION_SENT, (Status.DECLARED, Status.SEND_FAILED), Status.SENT),
    (Cause.DECLARATION_FAILED, (Status.DECLARED,), Status.SEND_FAILED),
    (Cause.RECEIVED, _WAITING, Status.RECEIVED),
    (Cause.RECEIVE_FAILED, (*_WAITING, Status.RECEIVED), Status.RECEIVE_FAILED),
    (Cause.ACCEPTED, (*_WAITING, Status.RECEIVED), Status.ACCEPTED),
    (Cause.REJECTED, IN_FLIGHT, Status.REJECTED),
    (Cause.SUPPLEMENT, IN_FLIGHT, Status.SUPPLEMENT),
    (Cause.APPROVED, IN_FLIGHT, Status.APPROVED),
)
_IN_FLIGHT_OR_APPROVED = (*IN_FLIGHT, Status.APPROVED)
_IN_FLIGHT_OR_UNANSWERED = (*IN_FLIGHT, *UNANSWERED)
_APPROVED = (Status.APPROVED,)


def _commands() -> Iterator[Row]:
    for stage, statuses in EDITABLE.items():
        for status in statuses:
            for command in SUBMITTED_BY[stage]:
                yield Row(command, stage, stage, status, Status.DECLARED)
            if stage is not Stage.ACCEPTANCE:
                saved = Status.DRAFT if status is Status.PENDING else status
                yield Row(Cause.SAVE, stage, stage, status, saved)
    yield Row(Cause.DISCARD, Stage.APPLICATION, Stage.APPLICATION, Status.DRAFT, Status.DRAFT)
    for stage in (Stage.CERTIFICATE_CONSULTATION, Stage.CERTIFICATE_CONFIRMATION):
        yield Row(
            Cause.ADD_SIGNATORIES, Stage.CERTIFICATE_CONSULTATION, stage, Status.APPROVED, Status.APPROVED
        )


def _ladder() -> Iterator[Row]:
    refused = CheckAnswer.REFUSE
    for message, statuses, becomes in _LADDER:
        for stage in SPEAKS_OF[message]:
            for status in statuses:
                if (message, stage) == (Cause.RECEIVED, Stage.ACCEPTANCE):
                    yield Row(message, stage, stage, status, becomes, answer=CheckAnswer.AGREE)
                    yield Row(
                        message, stage, stage, status, becomes, closes=Status.NOT_APPROVED, answer=refused
                    )
                else:
                    yield Row(message, stage, stage, status, becomes)


_OPENINGS: tuple[tuple[Cause, Stage, Stage, Iterable[Status], Status, CheckAnswer | None], ...] = (
    (Cause.QUESTIONNAIRE_OPENED, Stage.QUESTIONNAIRE, Stage.APPLICATION, _IN_FLIGHT_OR_APPROVED, Status.PENDING, None),
    (Cause.QUESTIONNAIRE_OPENED, Stage.QUESTIONNAIRE, Stage.ACCEPTANCE, _IN_FLIGHT_OR_APPROVED, Status.PENDING,
     CheckAnswer.AGREE),
    (Cause.RECTIFICATION_REQUIRED, Stage.EVALUATION, Stage.QUESTIONNAIRE, _IN_FLIGHT_OR_APPROVED, Status.PENDING, None),
    (Cause.RECTIFICATION_REQUIRED, Stage.EVALUATION, Stage.EVALUATION, (*_IN_FLIGHT_OR_APPROVED, *UNANSWERED),
     Status.PENDING, None),
    (Cause.APPROVED, Stage.EVALUATION, Stage.QUESTIONNAIRE, _APPROVED, Status.APPROVED, None),
    (Cause.CONSULTATION_OPENED, Stage.PROTOCOL_CONSULTATION, Stage.QUESTIONNAIRE, _IN_FLIGHT_OR_APPROVED,
     Status.PENDING, None),
    (Cause.CONSULTATION_OPENED, Stage.PROTOCOL_CONSULTATION, Stage.EVALUATION, _IN_FLIGHT_OR_APPROVED,
     Status.PENDING, None),
    (Cause.CONSULTATION_OPENED, Stage.PROTOCOL_CONSULTATION, Stage.PROTOCOL_CONSULTATION, _IN_FLIGHT_OR_UNANSWERED,
     Status.PENDING, None),
    (Cause.CONSULTATION_COMPLETED, Stage.PROTOCOL_CONSULTATION, Stage.PROTOCOL_CONSULTATION, _IN_FLIGHT_OR_UNANSWERED,
     Status.APPROVED, None),
    (Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING, Stage.PROTOCOL_CONSULTATION, _APPROVED, Status.APPROVED, None),
    (Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT, Stage.PROTOCOL_SIGNING, _APPROVED, Status.APPROVED, None),
    (Cause.CONSULTATION_OPENED, Stage.CERTIFICATE_CONSULTATION, Stage.ANNOUNCEMENT, _APPROVED, Status.PENDING, None),
    (Cause.CONSULTATION_OPENED, Stage.CERTIFICATE_CONSULTATION, Stage.CERTIFICATE_CONSULTATION, _IN_FLIGHT_OR_UNANSWERED,
     Status.PENDING, None),
    (Cause.CONSULTATION_COMPLETED, Stage.CERTIFICATE_CONSULTATION, Stage.CERTIFICATE_CONSULTATION, _IN_FLIGHT_OR_UNANSWERED,
     Status.APPROVED, None),
    (Cause.CERTIFICATE_CONFIRMED, Stage.CERTIFICATE_CONFIRMATION, Stage.CERTIFICATE_CONSULTATION, _APPROVED,
     Status.APPROVED, None),
)  # fmt: skip


def _openings() -> Iterator[Row]:
    for message, stage, at, statuses, becomes, answer in _OPENINGS:
        for status in statuses:
            yield Row(message, stage, at, status, becomes, opens=becomes is Status.PENDING or stage is not at,
                      answer=answer)  # fmt: skip


def _endings() -> Iterator[Row]:
    closed, ended = Cause.CASE_CLOSED, Status.NOT_APPROVED
    for stage in SPEAKS_OF[Cause.NOT_APPROVED]:
        for status in Status:
            yield Row(Cause.NOT_APPROVED, stage, stage, status, ended, closes=ended)
            yield Row(closed, Stage.COMPLETED, stage, status, ended, opens=True, result=Result.NOT_APPROVED)
    for status in _IN_FLIGHT_OR_APPROVED:
        yield Row(
            Cause.NOT_APPROVED, Stage.EVALUATION, Stage.QUESTIONNAIRE, status, ended, opens=True, closes=ended
        )
        for stage in (Stage.QUESTIONNAIRE, Stage.EVALUATION):
            yield Row(closed, Stage.COMPLETED, stage, status, Status.APPROVED, opens=True,
                      kind=Kind.RETROSPECTIVE, result=Result.APPROVED)  # fmt: skip
    yield Row(closed, Stage.COMPLETED, Stage.CERTIFICATE_CONFIRMATION, Status.APPROVED, Status.APPROVED, opens=True,
              result=Result.APPROVED)  # fmt: skip


ROWS = (*_commands(), *_ladder(), *_openings(), *_endings())

IGNORED: dict[tuple[Cause, Status], Outcome] = {
    **{(message, status): Outcome.STALE for message in LADDER for status in Status},
    **{(Cause.QUESTIONNAIRE_OPENED, status): Outcome.STALE for status in Status},
    **{
        (message, status): Outcome.NOT_YET
        for message in (Cause.RECTIFICATION_REQUIRED, Cause.CONSULTATION_OPENED, Cause.CONSULTATION_COMPLETED)
        for status in Status
    },
    **{(Cause.CHECK_INITIATED, status): Outcome.STALE for status in Status},
    (Cause.CONSULTATION_OPENED, Status.APPROVED): Outcome.STALE,
    (Cause.CONSULTATION_COMPLETED, Status.APPROVED): Outcome.STALE,
    (Cause.PROTOCOL_SIGNED, Status.APPROVED): Outcome.STALE,
    (Cause.ANNOUNCEMENT_PUBLISHED, Status.APPROVED): Outcome.STALE,
    (Cause.CERTIFICATE_CONFIRMED, Status.APPROVED): Outcome.STALE,
}
"""Facts about the stage the case is in that find no row: already past (stale), or possible later (not_yet)."""


def refused(status: Status) -> bool:
    """不予受理 ends the authority's part: nothing can be done in the case, and customs may only end it (DOMAIN 1.4)."""
    return status is Status.REJECTED


def editable(stage: Stage, status: Status) -> bool:
    """Whether the officer may edit and submit this stage in this status (DOMAIN 1.5)."""
    return status in EDITABLE.get(stage, ())

"""The rules of DOMAIN 1.4 and 1.5 as tables. During a status of a stage, when a message comes, the stage becomes.

What finds no row changes nothing and is `IGNORED` by name. Who may edit what, and which stages a message may speak of,
follows from the rows.
"""

from shared.contracts.vocabulary import COMMANDS, Cause, CheckAnswer, Kind, Outcome, Result, Stage, Status
from shared.lifecycle.stages import IN_FLIGHT
from shared.lifecycle.table import During, When, all_rows

FILLED_IN = (Stage.APPLICATION, Stage.QUESTIONNAIRE, Stage.EVALUATION)
CONSULTATIONS = (Stage.PROTOCOL_CONSULTATION, Stage.CERTIFICATE_CONSULTATION)
REVIEWED = (*FILLED_IN, *CONSULTATIONS)
SUBMITTED = (Stage.ACCEPTANCE, *REVIEWED)
OPEN = tuple(stage for stage in Stage if stage is not Stage.COMPLETED)

EVERY_STATUS = tuple(Status)
WAITING = (Status.DECLARED, Status.SENT, Status.SEND_FAILED)
"""Customs has not said yet that it has the submission."""
IN_FLIGHT_OR_APPROVED = (*IN_FLIGHT, Status.APPROVED)
BEFORE_APPROVED = tuple(status for status in Status if status is not Status.APPROVED)
UNANSWERED = (Status.PENDING, Status.DRAFT, Status.RECEIVE_FAILED)
"""Customs asked for something and has no answer: it may ask otherwise, or end it without one (DOMAIN 1.4)."""

COMMANDED = (
    During(Stage.APPLICATION, Status.DRAFT,
           When(Cause.SUBMIT, Status.DECLARED), When(Cause.SAVE, Status.DRAFT), When(Cause.DISCARD, Status.DRAFT)),
    During(Stage.ACCEPTANCE, (Status.PENDING, Status.RECEIVE_FAILED),
           When(Cause.AGREE, Status.DECLARED), When(Cause.REFUSE, Status.DECLARED)),
    During((Stage.QUESTIONNAIRE, Stage.EVALUATION), (Status.PENDING, Status.DRAFT),
           When(Cause.SUBMIT, Status.DECLARED), When(Cause.SAVE, Status.DRAFT)),
    During(FILLED_IN, Status.RECEIVE_FAILED,
           When(Cause.SUBMIT, Status.DECLARED), When(Cause.SAVE, Status.RECEIVE_FAILED)),
    During(FILLED_IN, Status.SUPPLEMENT,
           When(Cause.SUBMIT, Status.DECLARED), When(Cause.SAVE, Status.SUPPLEMENT)),
    During(CONSULTATIONS, (Status.PENDING, Status.DRAFT),
           When(Cause.REPLY, Status.DECLARED), When(Cause.SAVE, Status.DRAFT)),
    During(CONSULTATIONS, Status.RECEIVE_FAILED,
           When(Cause.REPLY, Status.DECLARED), When(Cause.SAVE, Status.RECEIVE_FAILED)),
    During((Stage.CERTIFICATE_CONSULTATION, Stage.CERTIFICATE_CONFIRMATION), Status.APPROVED,
           When(Cause.ADD_SIGNATORIES, Status.APPROVED, Stage.CERTIFICATE_CONSULTATION)),
)  # fmt: skip
"""What an officer does (DOMAIN 1.5)."""

LADDER = (
    During(SUBMITTED, Status.DECLARED,
           When(Cause.DECLARATION_SENT, Status.SENT), When(Cause.DECLARATION_FAILED, Status.SEND_FAILED)),
    During(SUBMITTED, Status.SEND_FAILED, When(Cause.DECLARATION_SENT, Status.SENT)),
    During(REVIEWED, WAITING, When(Cause.RECEIVED, Status.RECEIVED)),
    During(Stage.ACCEPTANCE, WAITING,
           When(Cause.RECEIVED, Status.RECEIVED, answer=CheckAnswer.AGREE),
           When(Cause.RECEIVED, Status.RECEIVED, answer=CheckAnswer.REFUSE, closes=Status.NOT_APPROVED)),
    During(SUBMITTED, (*WAITING, Status.RECEIVED), When(Cause.RECEIVE_FAILED, Status.RECEIVE_FAILED)),
    During(REVIEWED, (*WAITING, Status.RECEIVED), When(Cause.ACCEPTED, Status.ACCEPTED)),
    During((Stage.APPLICATION, Stage.QUESTIONNAIRE), IN_FLIGHT, When(Cause.REJECTED, Status.REJECTED)),
    During(FILLED_IN, IN_FLIGHT,
           When(Cause.SUPPLEMENT, Status.SUPPLEMENT), When(Cause.APPROVED, Status.APPROVED)),
)  # fmt: skip
"""What becomes of one submission of a stage (DOMAIN 1.4, «The submission ladder»)."""

ONWARD = (
    During(Stage.APPLICATION, IN_FLIGHT_OR_APPROVED,
           When(Cause.QUESTIONNAIRE_OPENED, Status.PENDING, Stage.QUESTIONNAIRE)),
    During(Stage.ACCEPTANCE, IN_FLIGHT_OR_APPROVED,
           When(Cause.QUESTIONNAIRE_OPENED, Status.PENDING, Stage.QUESTIONNAIRE, answer=CheckAnswer.AGREE)),
    During(Stage.QUESTIONNAIRE, IN_FLIGHT_OR_APPROVED,
           When(Cause.RECTIFICATION_REQUIRED, Status.PENDING, Stage.EVALUATION),
           When(Cause.CONSULTATION_OPENED, Status.PENDING, Stage.PROTOCOL_CONSULTATION)),
    During(Stage.QUESTIONNAIRE, Status.APPROVED, When(Cause.APPROVED, Status.APPROVED, Stage.EVALUATION)),
    During(Stage.EVALUATION, IN_FLIGHT_OR_APPROVED,
           When(Cause.CONSULTATION_OPENED, Status.PENDING, Stage.PROTOCOL_CONSULTATION)),
    During(Stage.EVALUATION, (*IN_FLIGHT_OR_APPROVED, *UNANSWERED),
           When(Cause.RECTIFICATION_REQUIRED, Status.PENDING)),
    During(CONSULTATIONS, (*IN_FLIGHT, *UNANSWERED),
           When(Cause.CONSULTATION_OPENED, Status.PENDING), When(Cause.CONSULTATION_COMPLETED, Status.APPROVED)),
    During(Stage.PROTOCOL_CONSULTATION, Status.APPROVED,
           When(Cause.PROTOCOL_SIGNED, Status.APPROVED, Stage.PROTOCOL_SIGNING)),
    During(Stage.PROTOCOL_SIGNING, Status.APPROVED,
           When(Cause.ANNOUNCEMENT_PUBLISHED, Status.APPROVED, Stage.ANNOUNCEMENT)),
    During(Stage.ANNOUNCEMENT, Status.APPROVED,
           When(Cause.CONSULTATION_OPENED, Status.PENDING, Stage.CERTIFICATE_CONSULTATION)),
    During(Stage.CERTIFICATE_CONSULTATION, Status.APPROVED,
           When(Cause.CERTIFICATE_CONFIRMED, Status.APPROVED, Stage.CERTIFICATE_CONFIRMATION)),
    During(OPEN, EVERY_STATUS,
           When(Cause.NOT_APPROVED, Status.NOT_APPROVED, closes=Status.NOT_APPROVED),
           When(Cause.CASE_CLOSED, Status.NOT_APPROVED, Stage.COMPLETED, result=Result.NOT_APPROVED)),
    During(Stage.QUESTIONNAIRE, IN_FLIGHT_OR_APPROVED,
           When(Cause.NOT_APPROVED, Status.NOT_APPROVED, Stage.EVALUATION, closes=Status.NOT_APPROVED)),
    During((Stage.QUESTIONNAIRE, Stage.EVALUATION), IN_FLIGHT_OR_APPROVED,
           When(Cause.CASE_CLOSED, Status.APPROVED, Stage.COMPLETED,
                kind=Kind.RETROSPECTIVE, result=Result.APPROVED)),
    During(Stage.CERTIFICATE_CONFIRMATION, Status.APPROVED,
           When(Cause.CASE_CLOSED, Status.APPROVED, Stage.COMPLETED, result=Result.APPROVED)),
)  # fmt: skip
"""What leads to another stage, to a new round of one, or to the end (DOMAIN 1.4, «Opening a stage»)."""

ROWS = all_rows((*COMMANDED, *LADDER, *ONWARD))
ANSWERS = tuple(dict.fromkeys(when.message for block in LADDER for when in block.whens))
"""The facts that answer one submission of a stage."""

_UNLISTED = (
    (Outcome.STALE, EVERY_STATUS, ANSWERS),
    (Outcome.STALE, EVERY_STATUS, (Cause.QUESTIONNAIRE_OPENED, Cause.CHECK_INITIATED)),
    (Outcome.STALE, (Status.APPROVED,), (Cause.CONSULTATION_OPENED, Cause.CONSULTATION_COMPLETED)),
    (Outcome.STALE, (Status.APPROVED,), (Cause.PROTOCOL_SIGNED, Cause.ANNOUNCEMENT_PUBLISHED)),
    (Outcome.STALE, (Status.APPROVED,), (Cause.CERTIFICATE_CONFIRMED,)),
    (Outcome.NOT_YET, EVERY_STATUS, (Cause.RECTIFICATION_REQUIRED,)),
    (Outcome.NOT_YET, BEFORE_APPROVED, (Cause.CONSULTATION_OPENED, Cause.CONSULTATION_COMPLETED)),
)
IGNORED = {
    (message, status): outcome
    for outcome, statuses, messages in _UNLISTED
    for message in messages
    for status in statuses
}
"""Facts about the stage the case is in that find no row: already past (stale), or possible later (not_yet)."""

_BEGINS = {Cause.CHECK_INITIATED: (Stage.ACCEPTANCE,)}
"""No row: there is no case yet."""
_SUBJECTS = {(row.message, row.subject) for row in ROWS}
SPEAKS_OF = _BEGINS | {
    fact: tuple(stage for stage in Stage if (fact, stage) in _SUBJECTS)
    for fact in Cause
    if fact not in {*COMMANDS, *_BEGINS}
}
"""The stages that each fact may speak of (DOMAIN 1.4)."""

_SUBMITTABLE = {(row.subject, row.current_status) for row in ROWS if row.becomes is Status.DECLARED}
EDITABLE = {
    stage: tuple(status for status in Status if (stage, status) in _SUBMITTABLE) for stage in SUBMITTED
}
"""What may be submitted may be edited: the statuses in which an officer may do both (DOMAIN 1.5)."""


def refused(status: Status) -> bool:
    """不予受理 ends the authority's part: nothing can be done in the case, and customs may only end it (DOMAIN 1.4)."""
    return status is Status.REJECTED


def editable(stage: Stage, status: Status) -> bool:
    """Whether the officer may edit and submit this stage in this status (DOMAIN 1.5)."""
    return status in EDITABLE.get(stage, ())

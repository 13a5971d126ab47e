"""What services tell each other besides facts: movements, submissions, and what became of a receipt."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.parts import ApplicationForm, CheckForm, FileRef, Message, ThreeTexts, WholeMessage
from shared.contracts.questionnaires import Answer, QuestionKind
from shared.contracts.texts import Text
from shared.contracts.vocabulary import Cause, CheckAnswer, Kind, Outcome, Reason, Stage, Status


class CaseMoved(WholeMessage):
    """A case took a step (or was created); the portal shows it to the officer at once.

    An event may come twice, and after later ones: the higher `version` tells how the case stands (0: not said).
    """

    case_id: str
    case_no: str | None
    authority: str
    kind: Kind
    stage: Stage
    status: Status
    status_from: Status | None
    cause: Cause
    message_id: str
    at: datetime
    version: int = 0


class ReceiptSettled(WholeMessage):
    """What became of one fact, for the gateway's ledger (DOMAIN 1.4).

    `waits` says that other receipts may wait for what this one has moved; senders that do not know leave it true.
    """

    message_id: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""
    waits: bool = True


class ApplicationSubmission(Message):
    """APPLICATION."""

    type: Literal["APPLICATION"] = "APPLICATION"
    authority: str
    country: str
    form: ApplicationForm
    attachments: tuple[FileRef, ...]


class CheckAnswerSubmission(Message):
    """CHECK_ANSWER."""

    type: Literal["CHECK_ANSWER"] = "CHECK_ANSWER"
    answer: CheckAnswer
    form: CheckForm
    attachments: tuple[FileRef, ...] = ()


class AnsweredQuestion(Message):
    """One answer with what is needed to read it alone: questionnaire, its version, question and kind.

    `statement` is what customs is told of it before its note: whether it is what was approved last.
    """

    questionnaire: str
    version: int
    question: str
    kind: QuestionKind
    answer: Answer
    attachments: tuple[FileRef, ...] = ()
    statement: str = ""


class AnswersSubmission(Message):
    """QUESTIONNAIRE_ANSWERS."""

    type: Literal["QUESTIONNAIRE_ANSWERS"] = "QUESTIONNAIRE_ANSWERS"
    answers: tuple[AnsweredQuestion, ...]


class RectificationSubmission(Message):
    """RECTIFICATION."""

    type: Literal["RECTIFICATION"] = "RECTIFICATION"
    rectification_no: str
    issued_on: date
    statement: Text
    attachments: tuple[FileRef, ...]


class ReplySubmission(Message):
    """CONSULTATION_REPLY."""

    type: Literal["CONSULTATION_REPLY"] = "CONSULTATION_REPLY"
    texts: ThreeTexts
    attachments: tuple[FileRef, ...] = ()


class SignatoriesSubmission(Message):
    """SIGNATORIES."""

    type: Literal["SIGNATORIES"] = "SIGNATORIES"
    attachments: tuple[FileRef, ...]


Submission = Annotated[
    ApplicationSubmission
    | CheckAnswerSubmission
    | AnswersSubmission
    | RectificationSubmission
    | ReplySubmission
    | SignatoriesSubmission,
    Field(discriminator="type"),
]


class SubmissionDeclared(WholeMessage):
    """An officer submitted something; the gateway sends it to customs under `declaration_id`, its MessageId.

    `round` counts the submissions of the stage from 1.
    """

    declaration_id: str
    case_id: str
    case_no: str
    authority: str
    stage: Stage
    round: int
    at: datetime
    submission: Submission

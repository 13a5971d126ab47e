"""What an officer asks a service to do (CONTRACT 3). Requests are imperative."""

from typing import Annotated, ClassVar, Literal, Self, override

from pydantic import Field, model_validator

from shared.contracts.parts import (
    AnswerSource,
    ApplicationForm,
    ApprovedAnswer,
    CheckForm,
    Message,
    Sha256,
    ThreeTexts,
    WholeMessage,
)
from shared.contracts.questionnaires import Answer
from shared.contracts.texts import Text
from shared.contracts.vocabulary import Cause, Purpose, Stage


class Command(WholeMessage):
    """The head of every command.

    `command_id` is the key for duplicates (derived from Idempotency-Key where one was sent); `authority` and `by`
    come from the session, never from the body of a request.
    """

    command_id: str
    authority: str
    by: str


class FileChange(Message):
    """Which files come to a draft and which go; all others stay as they are. Empty: the files are left alone."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class CaseCommand(Command):
    """A command to one case: its internal id, the stage it speaks of, and `cause`, the step it asks for (DOMAIN 1.4).

    A save names all `attachments` of its draft, or says in `files` how they change: so that a form that is saved while a
    file goes up loses none. With `version` it is refused (`version_conflict`) where the case is not that one any more.
    """

    cause: ClassVar[Cause]
    case_id: str
    stage: Stage
    version: int | None = None
    attachments: tuple[str, ...] = ()
    files: FileChange | None = None

    @property
    def file_ids(self) -> tuple[str, ...]:
        """Every attachment that the command brings."""
        return self.files.add if self.files else self.attachments


class SaveApplication(CaseCommand):
    """Save the application as it stands; a new one is created as a draft when `country` is given.

    Without a form the form stays as it is.
    """

    cause: ClassVar = Cause.SAVE
    type: Literal["save_application"] = "save_application"
    stage: Stage = Stage.APPLICATION
    form: ApplicationForm | None
    scope: tuple[str, ...]
    country: str | None = None


class SubmitApplication(CaseCommand):
    """Submit the application to customs; the first time it gets its number (DOMAIN C8)."""

    cause: ClassVar = Cause.SUBMIT
    type: Literal["submit_application"] = "submit_application"
    stage: Stage = Stage.APPLICATION
    scope: tuple[str, ...]


class DiscardDraft(CaseCommand):
    """Discard an application that was never submitted."""

    cause: ClassVar = Cause.DISCARD
    type: Literal["discard_draft"] = "discard_draft"
    stage: Stage = Stage.APPLICATION


class AgreeToCheck(CaseCommand):
    """同意检查."""

    cause: ClassVar = Cause.AGREE
    type: Literal["agree_to_check"] = "agree_to_check"
    stage: Stage = Stage.ACCEPTANCE
    form: CheckForm


class RefuseCheck(CaseCommand):
    """拒绝检查."""

    cause: ClassVar = Cause.REFUSE
    type: Literal["refuse_check"] = "refuse_check"
    stage: Stage = Stage.ACCEPTANCE
    form: CheckForm


class AnswersCommand(CaseCommand):
    """Any subset of answers; each carries the version it was edited from (CONTRACT 3)."""

    cause: ClassVar = Cause.SAVE
    stage: Stage = Stage.QUESTIONNAIRE
    answers: dict[str, Answer]

    @property
    @override
    def file_ids(self) -> tuple[str, ...]:
        return tuple(file for answer in self.answers.values() for file in answer.attachments)


class SaveAnswers(AnswersCommand):
    """Merge the answers."""

    type: Literal["save_answers"] = "save_answers"


class TakeAnswers(AnswersCommand):
    """Take answers of earlier cases, each with its source; the version is that of the answer that stands there now.

    They are to be confirmed, unless the officer said of each that it still holds (`confirmed`). A message of its own: a service
    of an earlier version, which ignores a field that it does not know, would save them as typed.
    """

    type: Literal["take_answers"] = "take_answers"
    sources: dict[str, AnswerSource]
    confirmed: bool = False

    @model_validator(mode="after")
    def _each_with_its_source(self) -> Self:
        if self.sources.keys() != self.answers.keys():
            raise ValueError("every answer that is taken names its source")
        return self


class ConfirmAnswers(CaseCommand):
    """Say of taken answers that they hold in this case; by question the version that the officer saw."""

    cause: ClassVar = Cause.SAVE
    type: Literal["confirm_answers"] = "confirm_answers"
    stage: Stage = Stage.QUESTIONNAIRE
    answers: dict[str, int]


class PutBackAnswers(CaseCommand):
    """Give up taken answers that nobody confirmed: what stood there before stands there again."""

    cause: ClassVar = Cause.SAVE
    type: Literal["put_back_answers"] = "put_back_answers"
    stage: Stage = Stage.QUESTIONNAIRE
    answers: dict[str, int]


class SubmitQuestionnaire(CaseCommand):
    """Submit all answers.

    `approved`, in a retrospective check: what customs approved last of each question, so that each answer says whether it is
    still the same.
    """

    cause: ClassVar = Cause.SUBMIT
    type: Literal["submit_questionnaire"] = "submit_questionnaire"
    stage: Stage = Stage.QUESTIONNAIRE
    approved: dict[str, ApprovedAnswer] = Field(default_factory=dict)


class SaveRectification(CaseCommand):
    """Save the statement and evidence of the current round; without a statement it stays as it is."""

    cause: ClassVar = Cause.SAVE
    type: Literal["save_rectification"] = "save_rectification"
    stage: Stage = Stage.EVALUATION
    statement: Text | None


class SubmitRectification(CaseCommand):
    """Submit the current round."""

    cause: ClassVar = Cause.SUBMIT
    type: Literal["submit_rectification"] = "submit_rectification"
    stage: Stage = Stage.EVALUATION


class SaveReply(CaseCommand):
    """Save the draft of a consultation reply; without texts they stay as they are."""

    cause: ClassVar = Cause.SAVE
    type: Literal["save_reply"] = "save_reply"
    texts: ThreeTexts | None


class SubmitReply(CaseCommand):
    """提交磋商: send the saved reply."""

    cause: ClassVar = Cause.REPLY
    type: Literal["submit_reply"] = "submit_reply"


class AddSignatories(CaseCommand):
    """Declare certifying officers, signature specimens and seals (DOMAIN E8.3)."""

    cause: ClassVar = Cause.ADD_SIGNATORIES
    type: Literal["add_signatories"] = "add_signatories"
    stage: Stage = Stage.CERTIFICATE_CONSULTATION


class KeepAttachment(Command):
    """Inspect the object under `key`, keep it by its content, and register it; `case_no` is set for files of customs.

    `attachment_id` is given by the asker, so that asking twice keeps one. `size` and `sha256` are what the sender said.
    """

    type: Literal["keep_attachment"] = "keep_attachment"
    attachment_id: str
    key: str
    name: str
    purpose: Purpose | None = None
    case_no: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: Sha256 | None = None


SubmitCommand = Annotated[
    SubmitApplication | AgreeToCheck | RefuseCheck | SubmitQuestionnaire | SubmitRectification | SubmitReply,
    Field(discriminator="type"),
]
"""The commands that hand a stage over to customs, and can't be taken back."""


class Rehearsal(WholeMessage):
    """Whether a submission would be taken as its case stands, and what it would be warned of; nothing is stored.

    A message of its own and no field of the submission: a service of an earlier version, which ignores a field that it does
    not know, would submit.
    """

    type: Literal["rehearsal"] = "rehearsal"
    submission: SubmitCommand


IntakeCommand = Annotated[
    SaveApplication | SubmitApplication | DiscardDraft | AgreeToCheck | RefuseCheck | Rehearsal,
    Field(discriminator="type"),
]
QuestionnaireCommand = Annotated[
    SaveAnswers
    | TakeAnswers
    | ConfirmAnswers
    | PutBackAnswers
    | SubmitQuestionnaire
    | SaveRectification
    | SubmitRectification
    | Rehearsal,
    Field(discriminator="type"),
]
ConsultationCommand = Annotated[
    SaveReply | SubmitReply | AddSignatories | Rehearsal, Field(discriminator="type")
]

"""What a service answers to a command (CONTRACT 3)."""

from typing import Literal, Self

from pydantic import Field

from shared.bilingual import Bilingual
from shared.contracts.parts import FileRef, Message, PresentAnswer, WholeMessage
from shared.contracts.vocabulary import Outcome, Reason, Stage, Status


class OpenCaseWarning(Message):
    """A second open application for the same country and specific category (DOMAIN 1.7)."""

    code: Literal["duplicate_open"] = "duplicate_open"
    case_no: str


class Prompt(Message):
    """A FieldFault on the wire; `present` is the answer that somebody else changed meanwhile (version_conflict).

    `row` (from 1, as the table is shown) and `column` are the cell of a table that is meant.
    """

    field: str
    code: str
    message_zh: str
    message_en: str
    present: PresentAnswer | None = None
    row: int | None = None
    column: str = ""


class CaseAnswer(Message):
    """What a case command did: where the case stands, the new versions of saved answers, what is still open.

    `prompts` are the faults of what is filled in so far: a draft is saved with them, and not submitted (DOMAIN 1.8).
    """

    id: str
    case_no: str | None
    stage: Stage
    status: Status
    warnings: tuple[OpenCaseWarning, ...] = ()
    versions: dict[str, int] = Field(default_factory=dict)
    open_required: tuple[str, ...] = ()
    prompts: tuple[Prompt, ...] = ()


class Preview(Message):
    """What a receipt would do to its case now: the outcome, where the case stands, and where it would stand.

    Files that it announces are not looked at. Without a stage there is no such case, or nothing would move.
    """

    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""
    stage_from: Stage | None = None
    status_from: Status | None = None
    stage_to: Stage | None = None
    status_to: Status | None = None


class Reply(WholeMessage):
    """The answer to any command: at most one of the four is set."""

    case: CaseAnswer | None = None
    file: FileRef | None = None
    preview: Preview | None = None
    refused: "Refused | None" = None


class Refused(Message):
    """A refusal: a code of CONTRACT 3, a sentence, the HTTP status that says it, and every field at once."""

    code: str
    detail: str
    status: int = 409
    errors: tuple[Prompt, ...] = ()
    text: Bilingual | None = None
    """The sentence by language; a service of an earlier version sends `detail` alone."""

    @property
    def sentence(self) -> Bilingual:
        """What a visitor reads; both languages at once where they came as one."""
        return self.text or Bilingual(self.detail, self.detail)

    @classmethod
    def of(cls, code: str, text: Bilingual, status: int = 409, errors: tuple[Prompt, ...] = ()) -> Self:
        """A refusal that a portal of an earlier version understands, too."""
        return cls(code=code, detail=str(text), status=status, errors=errors, text=text)

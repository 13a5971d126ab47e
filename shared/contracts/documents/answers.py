"""What a case holds of its questionnaires and of the answer to each question."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.record import Field, Record, many, maybe
from shared.contracts.questionnaires import Value


class AskedQuestionnaire(Record):
    """A questionnaire that a case was opened with."""

    code = Field[str]("code")
    version = Field[int]("version")


def _value(stored: object) -> Value:
    value: Value = tuple(stored) if isinstance(stored, list) else stored  # type: ignore[assignment]
    return value


class TakenAnswer(Record):
    """Where an answer was taken from (`AnswerSource`), and who confirmed it when; `replaced` is what stood there before.

    It is there as long as nobody writes another value or note; `replaced` goes with the confirmation.
    """

    case_id = Field[str]("case_id")
    case_no = Field[str]("case_no")
    specific = Field[tuple[str, ...]]("specific", tuple)
    question = Field[str]("question")
    version = Field[int]("version")
    submitted_at = Field[datetime]("submitted_at")
    approved = Field[bool]("approved")
    confirmed_at = Field[datetime | None]("confirmed_at", absent=None)
    confirmed_by = Field[str]("confirmed_by", absent="")
    replaced = Field[Mapping[str, object] | None]("replaced", absent=None)


class StoredAnswer(Record):
    """The answer to one question; a list is a tuple here, as in `Answer`. `taken` where it comes from an earlier case.

    `statement` is what customs was told beside the answer in a submission; in a case there is none.
    """

    value = Field("value", _value)
    note = Field[str]("note")
    attachments = Field("attachments", many(StoredFile))
    version = Field[int]("version")
    at = Field[datetime | None]("at", absent=None)
    by = Field[str]("by", absent="")
    taken = Field("taken", maybe(TakenAnswer), absent=None)
    statement = Field[str]("statement", absent="")

    @property
    def to_be_confirmed(self) -> bool:
        """Whether it was taken from an earlier case, and nobody has said yet that it holds here."""
        return self.taken is not None and self.taken.confirmed_at is None


def field_of(question: str) -> str:
    """The field of a question's answer within `answers`; a dot would nest in a document."""
    return question.replace(".", ":")


def question_of(field: str) -> str:
    """The question whose answer stands in this field."""
    return field.replace(":", ".")

"""Questionnaires (问卷) as data: what is asked, and one answer to it."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StrictInt,
    StrictStr,
    StringConstraints,
    model_validator,
)

from shared.contracts.texts import normalize_typed

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=64)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PartNumber = Literal["1", "2", "3", "4", "5", "supplementary"]
YesOrNo = Literal["yes", "no"]
Number = StrictInt | Annotated[float, Strict(), AllowInfNan(False)]
Text = Annotated[StrictStr, AfterValidator(normalize_typed)]
"""What somebody typed, as it is stored, shown and declared (DOMAIN 1.8)."""
Value = Text | tuple[Text, ...] | tuple[dict[str, Text], ...] | Number | None


class QuestionKind(StrEnum):
    """What an answer's value is (CONTRACT 3, «Question kinds»)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    TABLE = "table"
    FILE = "file"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Model):
    """One of the answers that a question offers."""

    code: Code
    zh: Said
    en: Said


class Column(_Model):
    """A column of a question that is answered with a table."""

    code: Code
    zh: Said
    en: Said


class Question(_Model):
    """One question. Any question may have attachments; `attachment_required` is 附件上传（必填）.

    `attachment_suffices`: a file answers it as well as a value does. `describe_if`: the yes or no that needs a note.
    `only_for`: the specific categories that are asked; empty: all of them. `unit`: one for both languages (`%`), or in Chinese
    and English with ` / ` between.
    """

    id: QuestionId
    kind: QuestionKind
    required: bool = False
    attachment_required: bool = False
    attachment_suffices: bool = False
    text_zh: Said
    text_en: Said
    help_zh: Said
    help_en: Said
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    unit: str = ""
    describe_if: YesOrNo | None = None
    only_for: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        offers = self.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES)
        for name, given, belongs in (
            ("choices", bool(self.choices), offers),
            ("columns", bool(self.columns), self.kind is QuestionKind.TABLE),
        ):
            if given is not belongs:
                raise ValueError(f"a question of kind {self.kind} {'needs' if belongs else 'has no'} {name}")
        if self.unit and self.kind is not QuestionKind.NUMBER:
            raise ValueError(f"a question of kind {self.kind} has no unit")
        if self.describe_if and self.kind is not QuestionKind.YES_NO:
            raise ValueError(f"a question of kind {self.kind} has no describe_if")
        if self.kind is QuestionKind.FILE and self.required is not self.attachment_required:
            raise ValueError("a file question that is required says attachment_required too")
        _once("choice", [choice.code for choice in self.choices])
        _once("column", [column.code for column in self.columns])
        return self


class Part(_Model):
    """第1部分 to 第5部分, or 补充材料 (DOMAIN B12)."""

    number: PartNumber
    title_zh: Said
    title_en: Said
    questions: tuple[Question, ...]


class Questionnaire(_Model):
    """One version of a questionnaire; every id begins with its code."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    title_zh: Said
    title_en: Said
    parts: tuple[Part, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        _once("part", [part.number for part in self.parts])
        ids = [question.id for question in all_questions([self])]
        _once("question", ids)
        foreign = [name for name in ids if not name.startswith(f"{self.code}.")]
        if foreign:
            raise ValueError(f"not a question of {self.code}: {', '.join(foreign)}")
        return self


class Answer(_Model):
    """One answer: a value of the question's kind, a note, attachment ids, and the version it was edited from.

    A number is kept as JSON gave it (whole or binary floating point, finite); a table is a tuple of rows by column code.
    """

    value: Value = None
    note: Text = ""
    attachments: tuple[StrictStr, ...] = ()
    version: Annotated[StrictInt, Field(ge=0)] = 0


NO_ANSWER = Answer()
"""What stands where a question was not answered yet."""


def unit_in(unit: str, language: str) -> str:
    """The unit in Chinese (`zh`) or English: of `家 / establishments` one half, `%` as it is."""
    zh, _, en = unit.partition(" / ")
    return zh if language == "zh" or not en else en


def all_parts(questionnaires: Iterable[Questionnaire]) -> Iterator[tuple[Questionnaire, Part]]:
    """Every part with the questionnaire it belongs to, in the order in which a case is asked them."""
    return ((each, part) for each in questionnaires for part in each.parts)


def placed_questions(
    questionnaires: Iterable[Questionnaire],
) -> Iterator[tuple[Questionnaire, Part, Question]]:
    """Every question with the questionnaire and the part it stands in, in order."""
    return ((each, part, question) for each, part in all_parts(questionnaires) for question in part.questions)


def all_questions(questionnaires: Iterable[Questionnaire]) -> Iterator[Question]:
    """Every question, in order."""
    return (question for _, _, question in placed_questions(questionnaires))


def _once(what: str, names: Collection[str]) -> None:
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ValueError(f"{what} named twice: {', '.join(twice)}")

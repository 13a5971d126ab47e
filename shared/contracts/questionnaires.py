"""Questionnaires (问卷) as data: what is asked, and one answer to it."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictInt, StrictStr, model_validator

from shared.contracts.question_rules import (
    NO_LIMITS,
    AnswerLimits,
    Calculation,
    CellCondition,
    Code,
    Condition,
    FormatModel,
    Number,
    QuestionId,
    Said,
)
from shared.contracts.texts import normalize_typed

PartNumber = Literal["1", "2", "3", "4", "5", "6", "supplementary"]
YesOrNo = Literal["yes", "no"]
ColumnKind = Literal["text", "number", "date", "choice", "yes_no"]
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


class Choice(FormatModel):
    """One of the answers that a question offers.

    `exclusive`: chosen alone («none»). `note`, `file`: whoever chooses it writes a note, attaches a file.
    """

    code: Code
    zh: Said
    en: Said
    exclusive: bool = False
    note: bool = False
    file: bool = False


class Column(FormatModel):
    """A column of a question that is answered with a table.

    Every cell is a text, and is read as its `kind` when the questionnaire is submitted: a number, a date, yes or no, the code of
    a choice. A calculated one is filled in by the system. `required_where`: required in the rows of which this holds.
    """

    code: Code
    zh: Said
    en: Said
    kind: ColumnKind = "text"
    required: bool = False
    required_where: CellCondition | None = None
    choices: tuple[Choice, ...] = ()
    limits: AnswerLimits = NO_LIMITS
    calculated: Calculation | None = None


class Question(FormatModel):
    """One question. Any question may have attachments; `attachment_required` is 附件上传（必填）.

    `attachment_suffices`: a file answers it as well as a value does. `describe_if`: the yes or no that needs a note.
    `attachment_if`: the yes or no that needs a file. `only_for`: the specific categories that are asked; empty: all of them.
    `relevant`: asked where all of it holds. `not_applicable`: a note without a value answers it, and says why it does not apply.
    `unit`: one for both languages (`%`), or in Chinese and English with ` / ` between. `rows_of`: the number is that of
    the filled rows of this table. `prepared`: the rows that a table begins with, by the code in its first column;
    `only_prepared`: it takes no others.
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
    attachment_if: YesOrNo | None = None
    relevant: tuple[Condition, ...] = ()
    not_applicable: bool = False
    limits: AnswerLimits = NO_LIMITS
    rows_of: QuestionId | None = None
    min_rows: Annotated[int, Field(ge=0)] = 0
    prepared: tuple[Choice, ...] = ()
    only_prepared: bool = False

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

    def column(self, code: str) -> Column:
        """The column of its table with this code; ValueError where there is none."""
        (found,) = (each for each in self.columns if each.code == code)
        return found


class Part(FormatModel):
    """第1部分 to 第5部分, or 补充材料 (DOMAIN B12); 第6部分 is that of retrospective checks."""

    number: PartNumber
    title_zh: Said
    title_en: Said
    questions: tuple[Question, ...]


class PreamblePoint(FormatModel):
    """One sentence or more that a preamble says, in both languages."""

    zh: Said
    en: Said


class PreambleSection(FormatModel):
    """What stands before the questions under one title: the legal basis, definitions, language, confidentiality."""

    code: Code
    title_zh: Said
    title_en: Said
    points: Annotated[tuple[PreamblePoint, ...], Field(min_length=1)]


class Questionnaire(FormatModel):
    """One version of a questionnaire; every id begins with its code.

    `preamble` is what the reader is told before the questions. `check_part` is asked of retrospective checks alone, before the
    last part; it stands apart so that a release that does not know it reads the rest.
    """

    code: Code
    version: Annotated[int, Field(ge=1)]
    title_zh: Said
    title_en: Said
    preamble: tuple[PreambleSection, ...] = ()
    parts: tuple[Part, ...]
    check_part: Part | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        parts = parts_of_check(self)
        _once("part", [part.number for part in parts])
        _once("section of the preamble", [section.code for section in self.preamble])
        ids = [question.id for part in parts for question in part.questions]
        _once("question", ids)
        foreign = [name for name in ids if not name.startswith(f"{self.code}.")]
        if foreign:
            raise ValueError(f"not a question of {self.code}: {', '.join(foreign)}")
        return self


class Answer(FormatModel):
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


def parts_of_check(questionnaire: Questionnaire) -> tuple[Part, ...]:
    """The parts that a retrospective check is asked: the check's own stands before the last one, 补充材料."""
    check_part = (questionnaire.check_part,) if questionnaire.check_part else ()
    return (*questionnaire.parts[:-1], *check_part, *questionnaire.parts[-1:])


def with_check_part(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire with every part it has, the check's own among them: what its authors look at."""
    return questionnaire.model_copy(update={"parts": parts_of_check(questionnaire), "check_part": None})


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

"""Which rows and cells a question has in a workbook: the writer fills them, the reader insists on them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from services.portal.cases.part_names import part_name
from services.portal.workbook.words import (
    BELOW,
    ELSEWHERE,
    FILES_ONLY,
    HEADINGS,
    column_heading,
    how_to_answer,
    question_text,
    when_asked,
)
from shared.contracts.questionnaires import Part, Question, QuestionKind, Questionnaire, all_parts


class SheetColumn(IntEnum):
    """The columns of a part's sheet; a table's own columns begin at ANSWER and may run beyond the last."""

    KEY = 1
    NUMBER = 2
    QUESTION = 3
    GUIDANCE = 4
    ANSWER = 5
    HOW = 6
    NOTE = 7
    FILES = 8


class CellRole(StrEnum):
    """What a row is for; ELSEWHERE is an answer that no cell can hold, which only the portal shows."""

    TITLE = "title"
    HEADINGS = "headings"
    ANSWER = "answer"
    ELSEWHERE = "elsewhere"
    HEAD = "head"
    CHOICE = "choice"
    COLUMNS = "columns"
    ROW = "row"


WITH_FILES = (CellRole.ANSWER, CellRole.ELSEWHERE, CellRole.HEAD)
"""The rows that show what is attached to an answer."""


class Slot(StrEnum):
    """What an open cell takes."""

    VALUE = "value"
    NOTE = "note"
    CHOSEN = "chosen"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Open:
    """A cell to be filled in; `code` is the choice or the column of the table that it speaks of."""

    slot: Slot
    code: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the key in its hidden cell, texts that stay as they are, and cells to be filled in, by column.

    `calculated` are the columns that the system fills in, by their code; nothing of them stands on the sheet. `index` counts the
    rows of a table; all of them have one key, so that a copied row is one more row.
    """

    role: CellRole
    question: Question | None = None
    code: str = ""
    fixed: dict[int, str] = field(default_factory=dict)
    open: dict[int, Open] = field(default_factory=dict)
    calculated: dict[int, str] = field(default_factory=dict)
    index: int = 0

    @property
    def key(self) -> str:
        """The row's name in the hidden column, the same in every export."""
        return "|".join((self.question.id if self.question else "", self.role, self.code))


@dataclass(frozen=True, slots=True)
class PartSheet:
    """The sheet of one part of one questionnaire."""

    name: str
    questionnaire: Questionnaire
    part: Part
    asked_if: Mapping[str, str] = field(default_factory=dict)

    def rows_of(
        self, number: str, question: Question, *, table_rows: int = 1, elsewhere: bool = False
    ) -> Iterator[SheetRow]:
        """The rows of a question, which say when it is asked."""
        asked_if = self.asked_if.get(question.id, "")
        return rows_of(question, number, table_rows=table_rows, elsewhere=elsewhere, asked_if=asked_if)


def sheets_of(asked: Sequence[Questionnaire]) -> tuple[PartSheet, ...]:
    """A sheet for each part, in order, named in at most 31 characters; the code stands first where there are several."""
    several, hints = len(asked) > 1, {each.code: when_asked(each) for each in asked}
    return tuple(
        PartSheet(_sheet_name(each.code if several else "", part), each, part, hints[each.code])
        for each, part in all_parts(asked)
    )


def title_row(sheet: PartSheet) -> SheetRow:
    """The first row of a sheet."""
    each, part = sheet.questionnaire, sheet.part
    name = part_name(part)
    title = f"{each.title_zh} · {name.zh}\n{each.title_en} · {name.en}"
    return SheetRow(CellRole.TITLE, fixed={SheetColumn.QUESTION: title})


def rows_of(
    question: Question, number: str, *, table_rows: int = 1, elsewhere: bool = False, asked_if: str = ""
) -> Iterator[SheetRow]:
    """The rows of a question, without the names of its files: these may change while the workbook is out."""
    fixed = _fixed(question, number, asked_if)
    note: dict[int, Open] = {SheetColumn.NOTE: Open(Slot.NOTE)}
    if elsewhere:
        yield SheetRow(
            CellRole.ELSEWHERE,
            question,
            fixed=fixed | {SheetColumn.ANSWER: ELSEWHERE, SheetColumn.NOTE: ELSEWHERE},
        )
    elif question.kind not in _BLOCKS:
        yield SheetRow(
            CellRole.ANSWER, question, fixed=fixed, open=note | {SheetColumn.ANSWER: Open(Slot.VALUE)}
        )
    else:
        yield SheetRow(
            CellRole.HEAD, question, fixed=fixed | {SheetColumn.ANSWER: _BLOCKS[question.kind]}, open=note
        )
    if not elsewhere:
        yield from _below(question, table_rows)


def _below(question: Question, table_rows: int) -> Iterator[SheetRow]:
    for choice in question.choices if question.kind is QuestionKind.CHOICES else ():
        chosen: dict[int, Open] = {SheetColumn.ANSWER: Open(Slot.CHOSEN, choice.code)}
        yield SheetRow(
            CellRole.CHOICE,
            question,
            choice.code,
            {SheetColumn.QUESTION: f"{choice.zh}\n{choice.en}"},
            chosen,
        )
    if question.kind is QuestionKind.TABLE:
        columns = dict(enumerate(question.columns, int(SheetColumn.ANSWER)))
        yield SheetRow(
            CellRole.COLUMNS,
            question,
            fixed={at: column_heading(question, each) for at, each in columns.items()},
        )
        cells = {at: Open(Slot.CELL, each.code) for at, each in columns.items() if not each.calculated}
        left = {at: each.code for at, each in columns.items() if each.calculated}
        for index in range(table_rows):
            yield SheetRow(CellRole.ROW, question, open=cells, calculated=left, index=index)


def _fixed(question: Question, number: str, asked_if: str) -> dict[int, str]:
    return {
        SheetColumn.NUMBER: number,
        SheetColumn.QUESTION: question_text(question),
        SheetColumn.GUIDANCE: f"{question.help_zh}\n{question.help_en}",
        SheetColumn.HOW: how_to_answer(question, asked_if),
    }


def _sheet_name(code: str, part: Part) -> str:
    name = f"{code[:15]} {part_name(part).zh}".lstrip()
    return "".join(" " if character in "[]:*?/\\" else character for character in name)[:31]


_BLOCKS = {
    QuestionKind.CHOICES: BELOW,
    QuestionKind.TABLE: BELOW,
    QuestionKind.FILE: FILES_ONLY,
}
HEADINGS_ROW = SheetRow(CellRole.HEADINGS, fixed=dict(zip(list(SheetColumn)[1:], HEADINGS, strict=True)))

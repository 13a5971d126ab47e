"""Which rows of a table are missing, stand twice, or have no place in it, and where a cell is. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.contracts.questionnaires import Answer, Column, Question
from shared.contracts.texts import is_blank
from shared.questionnaires.tables import Row, cell_text, filled_rows, is_prepared


class AnswerProblem(NamedTuple):
    """A code and a sentence in Chinese and English, without the question's name.

    Of a cell also its row as the table is shown, counted from 1, and its column.
    """

    code: str
    zh: str
    en: str
    row: int | None = None
    column: str = ""


_REQUIRED = AnswerProblem("cell_required", "必须填写。", "must be filled in.")


def incomplete_rows(question: Question, answer: Answer) -> Iterator[AnswerProblem]:
    """What a table that was begun still lacks: prepared rows, cells that are required, rows."""
    filled = [*filled_rows(question, answer.value)]
    given = {row.get(question.columns[0].code) for _, row in filled if is_prepared(question, row)}
    for number, row in enumerate(question.prepared, 1):
        if row.code not in given:
            yield AnswerProblem(
                "prepared_row_open",
                f"“{row.zh}”一行未填写。",
                f"The row “{row.en}” is not filled in.",
                number,
                question.columns[-1 if len(question.columns) == 1 else 1].code,
            )
    for number, cells in filled:
        for column in question.columns:
            if is_blank(cells.get(column.code, "")) and (why := _required(question, column, cells)):
                yield of_cell(why, number, column)
    if len(filled) < question.min_rows:
        yield AnswerProblem(
            "too_few_rows",
            f"至少填写{question.min_rows}行，现有{len(filled)}行。",
            f"At least {rows_counted(question.min_rows)} must be filled in; the table has {len(filled)}.",
        )


def _required(question: Question, column: Column, cells: Row) -> AnswerProblem | None:
    """Why a cell must be filled in: always, or for what another cell of its row says; None where it need not."""
    if column.required:
        return None if column.calculated else _REQUIRED
    where = column.required_where
    if where is None or cells.get(where.column, "").strip() not in where.any_of:
        return None
    deciding = question.column(where.column)
    said = cell_text(question, deciding, cells[where.column])
    return AnswerProblem(
        "cell_required",
        f"“{deciding.zh}”为“{said.zh}”时必须填写。",
        f"must be filled in, since “{deciding.en}” is “{said.en}”.",
    )


def misplaced_rows(question: Question, answer: Answer) -> Iterator[AnswerProblem]:
    """Rows that stand twice, and rows beside the prepared ones where the table takes no others."""
    yield from _prepared_twice(question, answer)
    yield from _beside_prepared(question, answer)


def of_cell(problem: AnswerProblem, number: int, column: Column) -> AnswerProblem:
    """What is wrong in a cell, with its row and its column before it."""
    zh, en = f"第{number}行“{column.zh}”：{problem.zh}", f"row {number}, “{column.en}”: {problem.en}"
    return AnswerProblem(problem.code, zh, en, number, column.code)


def rows_counted(count: int) -> str:
    """How many rows, in English."""
    return "1 row" if count == 1 else f"{count} rows"


def _prepared_twice(question: Question, answer: Answer) -> Iterator[AnswerProblem]:
    first = question.columns[0].code
    given = [row.get(first, "") for _, row in filled_rows(question, answer.value)]
    for row in question.prepared:
        if given.count(row.code) > 1:
            yield AnswerProblem("row_twice", f"“{row.zh}”填写了多行。", f"“{row.en}” has more than one row.")


def _beside_prepared(question: Question, answer: Answer) -> Iterator[AnswerProblem]:
    for number, row in filled_rows(question, answer.value) if question.only_prepared else ():
        if not is_prepared(question, row):
            yield AnswerProblem(
                "row_not_prepared",
                f"第{number}行不是表中预设的行，请清空。",
                f"Row {number} is none of the given rows; empty it.",
                number,
                question.columns[0].code,
            )

"""The value of one cell, by the kind of its question; what is ambiguous is refused, never guessed. Pure."""

import re
from collections.abc import Callable
from datetime import datetime

from services.portal.workbook.content import plain_number, unescape_cell
from services.portal.workbook.formats import shows_what_is_stored
from services.portal.workbook.sheets import Cell
from services.portal.workbook.words import cell_code, code_of, is_yes
from shared.contracts.limits import CELL_CHARACTERS
from shared.contracts.numbers import SIGNIFICANT_DIGITS, number_of, number_text
from shared.contracts.questionnaires import Question, QuestionKind, Value
from shared.contracts.reading import date_of
from shared.contracts.text_checks import NAMED
from shared.contracts.texts import forbidden_in

_OTHER_TEXT = re.compile(r"(?<![.0#?,+-])00|\[dbnum", re.IGNORECASE)
"""Formats that show a number otherwise than its digits: `00000` zeros in front, `[DBNum1]` Chinese figures."""


class Unclear(Exception):
    """A cell that can't be taken; `code` says why, `named` what its sentence names."""

    def __init__(self, code: str, **named: object) -> None:
        super().__init__(code)
        self.code, self.named = code, named


def value_of(question: Question, cell: Cell) -> Value:
    """The value of a filled cell; None for white space alone; Unclear where it is not of the question's kind."""
    return _VALUES[question.kind](question, cell)


def text_of(cell: Cell) -> str:
    """The text of a cell; of a plain number or a date what the cell shows."""
    if cell.kind == "number":
        number = _plain(cell)
        if _OTHER_TEXT.search(cell.shown):
            raise Unclear("formatted_number")
        return _digits(number)
    if cell.kind == "date":
        moment = datetime.fromisoformat(str(cell.value))
        return moment.date().isoformat() if moment == _midnight(moment) else moment.isoformat(" ")
    return unescape_cell(_insist(cell, "text"))


def text_of_table(cell: Cell) -> str:
    """The text of a cell of a table; Unclear for more than CELL_CHARACTERS, or a character that no message can carry."""
    text = text_of(cell)
    if len(text) > CELL_CHARACTERS:
        raise Unclear("cell_too_long", most=CELL_CHARACTERS, present=len(text))
    if found := forbidden_in(text):
        raise Unclear("forbidden_character", characters=", ".join(found[:NAMED]))
    return text


def cell_of(question: Question, code: str, cell: Cell) -> str:
    """The text of a cell of this column: an option by its code where the text names one, else as `text_of_table`."""
    column = question.column(code)
    text = str(cell.value) if column.kind == "yes_no" and cell.kind == "boolean" else text_of_table(cell)
    return cell_code(question, column, text)


def is_result(cell: Cell, result: str) -> bool:
    """Whether a cell says nothing, or the number that the system calculated."""
    try:
        text = text_of(cell)
    except Unclear:
        return False
    return not text or (number_of(text) is not None and number_of(text) == number_of(result))


def is_chosen(cell: Cell) -> bool:
    """Whether one of several choices applies."""
    text = _said(cell)
    said = is_yes(text) if text else False
    if said is None:
        raise Unclear("unknown_choice")
    return said


def _text(question: Question, cell: Cell) -> Value:
    return text_of(cell) or None


def _choice(question: Question, cell: Cell) -> Value:
    text = _said(cell) if question.kind is QuestionKind.YES_NO else text_of(cell)
    code = code_of(question, text) if text else None
    if text and code is None:
        raise Unclear("unknown_choice")
    return code


def _number(question: Question, cell: Cell) -> Value:
    if cell.kind != "text":
        return plain_number(_plain(cell))
    text = text_of(cell)
    number = number_of(text)
    if text and number is None:
        raise Unclear("not_a_number")
    return None if number is None else plain_number(number)


def _date(question: Question, cell: Cell) -> Value:
    if cell.kind == "number":
        raise Unclear("not_a_date")
    text = text_of(cell)
    day = date_of(text)
    if text and day is None:
        raise Unclear("not_a_date")
    return day


def _plain(cell: Cell) -> float:
    _insist(cell, "number")
    number = float(cell.value)
    if not shows_what_is_stored(cell.shown, number):
        raise Unclear("formatted_number")
    return number


def _digits(number: float) -> str:
    """All digits of a number; Unclear where it may have had more than a spreadsheet keeps."""
    if abs(number) >= 10**SIGNIFICANT_DIGITS:
        raise Unclear("too_many_digits")
    return number_text(plain_number(number))


def _said(cell: Cell) -> str:
    """The text of a cell for yes or no; a typed TRUE, which Excel stores as a boolean, is a yes."""
    return str(cell.value) if cell.kind == "boolean" else text_of(cell)


def _insist(cell: Cell, kind: str) -> str:
    if cell.kind != kind:
        raise Unclear({"formula": "formula", "error": "error_value"}.get(cell.kind, "wrong_type"))
    return str(cell.value)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


_VALUES: dict[QuestionKind, Callable[[Question, Cell], Value]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.YES_NO: _choice,
    QuestionKind.CHOICE: _choice,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
}

"""From one cell to what it answers, by the kind of its question; what is unclear is refused, never guessed. Pure."""

import re
from collections.abc import Callable
from datetime import datetime

from services.portal.workbook.content import plain_number, text_of_cell
from services.portal.workbook.opening import Cell
from services.portal.workbook.words import code_of, is_yes
from shared.contracts.questionnaires import Question, QuestionKind, Value

_PLAIN = re.compile(r"(\[\$-[0-9A-Fa-f]+\])?(General|@|(#,##)?0(\.0+)?(E\+00)?)")
"""Number formats that show what is stored, in any number of decimals."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_DAY = 10


class Unclear(Exception):
    """A cell that can't be taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def value_of(question: Question, cell: Cell) -> Value:
    """What a filled cell answers; None for one of white space alone; Unclear where it is not of the question's kind."""
    return _VALUES[question.kind](question, cell)


def text_of(cell: Cell) -> str:
    """The text of a cell; a plain number or a date is taken as it reads."""
    if cell.kind == "number":
        return str(plain_number(_plain(cell)))
    if cell.kind == "date":
        moment = datetime.fromisoformat(str(cell.value))
        return moment.date().isoformat() if moment == _midnight(moment) else moment.isoformat(" ")
    return text_of_cell(_insist(cell, "text"))


def chosen(cell: Cell) -> bool:
    """Whether one of several choices applies."""
    text = text_of(cell)
    said = is_yes(text) if text else False
    if said is None:
        raise Unclear("unknown_choice")
    return said


def _text(question: Question, cell: Cell) -> Value:
    return text_of(cell) or None


def _choice(question: Question, cell: Cell) -> Value:
    text = text_of(cell)
    code = code_of(question, text) if text else None
    if text and code is None:
        raise Unclear("unknown_choice")
    return code


def _number(question: Question, cell: Cell) -> Value:
    if cell.kind != "text":
        return plain_number(_plain(cell))
    text = text_of(cell).strip()
    if text and not _NUMBER.fullmatch(text):
        raise Unclear("not_a_number")
    return plain_number(float(text)) if text else None


def _date(question: Question, cell: Cell) -> Value:
    if cell.kind == "number":
        raise Unclear("not_a_date")
    text = text_of(cell).strip()
    try:
        if text and (len(text) != _DAY or datetime.fromisoformat(text).date().isoformat() != text):
            raise Unclear("not_a_date")
    except ValueError:
        raise Unclear("not_a_date") from None
    return text or None


def _plain(cell: Cell) -> float:
    _insist(cell, "number")
    if not _PLAIN.fullmatch(cell.shown):
        raise Unclear("formatted_number")
    return float(cell.value) if isinstance(cell.value, str) else cell.value


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

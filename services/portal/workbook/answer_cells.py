"""The cells for answers: their values, drop-downs and rules, and the format by which a typed text stays a text."""

from datetime import date

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.cells import cell_at, fix
from services.portal.workbook.layout import Open, Slot
from services.portal.workbook.words import YES, cell_labels, labels_of
from shared.contracts.limits import LARGEST_NUMBER
from shared.contracts.numbers import number_of, number_text
from shared.contracts.question_rules import NO_LIMITS, AnswerLimits
from shared.contracts.questionnaires import Column, Question, QuestionKind, Value
from shared.contracts.reading import date_of

FIRST_DATE = date(1900, 3, 1)
_DAY_0 = date(1899, 12, 30)
"""From FIRST_DATE on every spreadsheet has the same number for a date; an earlier date is written as text."""
_GENERAL_CHARACTERS = 10
_MOST_DECIMALS = 30
"""Digits that Excel's general format shows, and decimals that any of its formats shows, at most."""
_WRONG = "请按列表或“填写方式”栏填写。 Use the list, or see the column “How”."


class Lists:
    """The drop-downs' texts on a hidden sheet, a column each, and the validations that point there."""

    def __init__(self, page: Worksheet) -> None:
        self._page = page
        self._columns: dict[tuple[str, ...], str] = {}
        self._rules: dict[tuple[str, str], DataValidation] = {}

    def offer(self, cell: Cell, labels: tuple[str, ...]) -> None:
        """Let a cell be filled from a list."""
        self._insist(
            cell, DataValidation(type="list", formula1=self._columns.get(labels) or self._write(labels))
        )

    def number(self, cell: Cell, limits: AnswerLimits = NO_LIMITS) -> None:
        """Let a cell hold numbers alone, of those that the question or the column takes."""
        low = -LARGEST_NUMBER if limits.minimum is None else limits.minimum
        high = number_text(LARGEST_NUMBER if limits.maximum is None else limits.maximum)
        self._insist(cell, DataValidation(
            type="whole" if limits.whole else "decimal", operator="between", formula1=number_text(low),
            formula2=f"MIN({high},YEAR(TODAY()))" if limits.not_in_future else high,
        ))  # fmt: skip

    def date(self, cell: Cell, limits: AnswerLimits = NO_LIMITS) -> None:
        """Let a cell hold dates alone, of those that the question or the column takes."""
        low, latest = max(limits.earliest or FIRST_DATE, FIRST_DATE), limits.latest or date.max
        high = (latest - _DAY_0).days
        self._insist(cell, DataValidation(
            type="date", operator="between", formula1=str((low - _DAY_0).days),
            formula2=f"MIN({high},TODAY())" if limits.not_in_future else str(high),
        ))  # fmt: skip

    def _insist(self, cell: Cell, rule: DataValidation) -> None:
        page = cell.parent
        assert isinstance(page, Worksheet)  # noqa: S101 - the cell was just written there
        name = page.title, f"{rule.type} {rule.formula1} {rule.formula2}"
        known = self._rules.get(name)
        if known is None:
            rule.allow_blank, rule.showErrorMessage, rule.error = True, True, _WRONG
            known = self._rules[name] = rule
            page.add_data_validation(rule)
        known.add(cell)

    def _write(self, labels: tuple[str, ...]) -> str:
        column = len(self._columns) + 1
        for number, label in enumerate(labels, 1):
            fix(cell_at(self._page, number, column), label)
        letter = get_column_letter(column)
        self._columns[labels] = f"'{self._page.title}'!${letter}$1:${letter}${len(labels)}"
        return self._columns[labels]


def fill(cell: Cell, question: Question, opened: Open, value: Value, lists: Lists) -> None:
    """Write what an officer may change, with the drop-down or rule that the answer has."""
    slot, kind = opened.slot, question.kind if opened.slot is Slot.VALUE else None
    if slot is Slot.CELL:
        column = question.column(opened.code)
        _fill_cell(cell, question, column, str(value or ""), lists)
        return
    look = {QuestionKind.NUMBER: "number", QuestionKind.DATE: "date"}.get(kind, "text") if kind else "text"
    cell.style = f"{'required' if question.required and slot is not Slot.NOTE else 'optional'} {look}"
    if kind is QuestionKind.NUMBER:
        lists.number(cell, question.limits)
    elif kind is QuestionKind.DATE:
        lists.date(cell, question.limits)
    elif slot is Slot.CHOSEN:
        lists.offer(cell, (YES,))
    elif kind in (QuestionKind.YES_NO, QuestionKind.CHOICE):
        lists.offer(cell, tuple(labels_of(question).values()))
    _write(cell, _shown(question, slot, value))


def _fill_cell(cell: Cell, question: Question, column: Column, text: str, lists: Lists) -> None:
    """Write a cell of a table: a number or a date as such where it reads back as the same text."""
    look = column.kind if column.kind in ("number", "date") else "text"
    cell.style = f"{'required' if question.required and column.required else 'optional'} {look}"
    labels, number, day = cell_labels(question, column), number_of(text), date_of(text)
    if column.kind == "number":
        lists.number(cell, column.limits)
        _write(cell, number if number is not None and number_text(number) == text else text or None)
    elif column.kind == "date":
        lists.date(cell, column.limits)
        there = day == text and date.fromisoformat(text) >= FIRST_DATE
        _write(cell, date.fromisoformat(text) if there else text or None)
    else:
        if column.kind in ("choice", "yes_no"):
            lists.offer(cell, tuple(labels.values()))
        _write(cell, labels.get(text, text) or None)


def _shown(question: Question, slot: Slot, value: Value) -> str | float | date | None:
    """The value as it stands in a cell."""
    if slot is Slot.CHOSEN:
        return YES if value else None
    if isinstance(value, str) and slot is Slot.VALUE:
        if question.kind in (QuestionKind.YES_NO, QuestionKind.CHOICE):
            return labels_of(question).get(value, value)
        if question.kind is QuestionKind.DATE and date.fromisoformat(value) >= FIRST_DATE:
            return date.fromisoformat(value)
    return value if isinstance(value, str | int | float) else None


def _write(cell: Cell, shown: str | float | date | None) -> None:
    if isinstance(shown, date):
        look = cell.style
        cell.value = shown  # openpyxl gives a date a format of its own
        cell.style = look
    elif isinstance(shown, str):
        fix(cell, shown)
    elif shown is not None:
        cell.value = shown
        _show_all_digits(cell, number_text(shown))


def _show_all_digits(cell: Cell, digits: str) -> None:
    """Set a format that shows every digit: the general one turns a number with many of them to `1E+12`."""
    if len(digits) > _GENERAL_CHARACTERS:
        decimals = len(digits.partition(".")[2])
        cell.number_format = f"0.{'0' * min(decimals, _MOST_DECIMALS)}" if decimals else "0"

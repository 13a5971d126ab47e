"""The cells for answers: their values, drop-downs and rules, and the format by which a typed text stays a text."""

from datetime import date

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.cells import cell_at, fix
from services.portal.workbook.layout import Slot
from services.portal.workbook.words import YES, labels_of
from shared.contracts.limits import LARGEST_NUMBER
from shared.contracts.numbers import number_text
from shared.contracts.questionnaires import Question, QuestionKind, Value

FIRST_DATE = date(1900, 3, 1)
"""From this day on every spreadsheet has the same number for a date; an earlier date is written as text."""
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

    def number(self, cell: Cell) -> None:
        """Let a cell hold numbers alone."""
        most = str(LARGEST_NUMBER)
        rule = DataValidation(type="decimal", operator="between", formula1=f"-{most}", formula2=most)
        self._insist(cell, rule)

    def date(self, cell: Cell) -> None:
        """Let a cell hold dates alone."""
        self._insist(cell, DataValidation(type="date", operator="between", formula1="61", formula2="2958465"))

    def _insist(self, cell: Cell, rule: DataValidation) -> None:
        page = cell.parent
        assert isinstance(page, Worksheet)  # noqa: S101 - the cell was just written there
        known = self._rules.get((page.title, str(rule.formula1)))
        if known is None:
            rule.allow_blank, rule.showErrorMessage, rule.error = True, True, _WRONG
            known = self._rules[page.title, str(rule.formula1)] = rule
            page.add_data_validation(rule)
        known.add(cell)

    def _write(self, labels: tuple[str, ...]) -> str:
        column = len(self._columns) + 1
        for number, label in enumerate(labels, 1):
            fix(cell_at(self._page, number, column), label)
        letter = get_column_letter(column)
        self._columns[labels] = f"'{self._page.title}'!${letter}$1:${letter}${len(labels)}"
        return self._columns[labels]


def fill(cell: Cell, question: Question, slot: Slot, value: Value, lists: Lists) -> None:
    """Write what an officer may change, with the drop-down or rule that the answer has."""
    kind = question.kind if slot is Slot.VALUE else None
    look = {QuestionKind.NUMBER: "number", QuestionKind.DATE: "date"}.get(kind, "text") if kind else "text"
    cell.style = f"{'required' if question.required and slot is not Slot.NOTE else 'optional'} {look}"
    if kind is QuestionKind.NUMBER:
        lists.number(cell)
    elif kind is QuestionKind.DATE:
        lists.date(cell)
    elif slot is Slot.CHOSEN:
        lists.offer(cell, (YES,))
    elif kind in (QuestionKind.YES_NO, QuestionKind.CHOICE):
        lists.offer(cell, tuple(labels_of(question).values()))
    _write(cell, _shown(question, slot, value))


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

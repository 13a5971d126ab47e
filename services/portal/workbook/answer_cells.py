"""The cells for answers: what stands in them, their drop-downs and rules, and the number format that keeps text text."""

from datetime import date

from openpyxl.cell.cell import Cell
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.cells import TEXT_FORMAT, cell_at, fix, look
from services.portal.workbook.layout import Slot
from services.portal.workbook.words import YES, labels_of
from shared.contracts.questionnaires import Question, QuestionKind, Value

REQUIRED, OPTIONAL = "FFF2CC", "E2F0D9"
DATE_FORMAT = "yyyy-mm-dd"
FIRST_DATE = date(1900, 3, 1)
"""From here on every spreadsheet counts days alike; an earlier date is written as text."""
LARGEST = 10**15
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
        most = str(LARGEST)
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
    cell.number_format = TEXT_FORMAT
    if slot is Slot.VALUE and question.kind is QuestionKind.NUMBER:
        _number(cell, value, lists)
    elif slot is Slot.VALUE and question.kind is QuestionKind.DATE:
        _date(cell, value, lists)
    elif slot is Slot.CHOSEN:
        lists.offer(cell, (YES,))
        _text(cell, YES if value else None)
    elif slot is Slot.VALUE and question.kind in (QuestionKind.YES_NO, QuestionKind.CHOICE):
        labels = labels_of(question)
        lists.offer(cell, tuple(labels.values()))
        _text(cell, labels.get(str(value), value) if value else None)
    else:
        _text(cell, value)
    look(cell, REQUIRED if question.required and slot is not Slot.NOTE else OPTIONAL)
    cell.protection = Protection(locked=False)


def _text(cell: Cell, value: Value) -> None:
    if value is not None:
        fix(cell, str(value))


def _number(cell: Cell, value: Value, lists: Lists) -> None:
    cell.number_format = "General"
    lists.number(cell)
    if isinstance(value, int | float):
        cell.value = value


def _date(cell: Cell, value: Value, lists: Lists) -> None:
    lists.date(cell)
    cell.number_format = DATE_FORMAT
    if isinstance(value, str):
        day = date.fromisoformat(value)
        if day >= FIRST_DATE:
            cell.value = day
            cell.number_format = DATE_FORMAT
        else:
            _text(cell, value)

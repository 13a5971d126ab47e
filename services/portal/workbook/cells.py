"""How a cell is written: its text (never a formula), colour and frame."""

from collections.abc import Mapping
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.content import cell_text
from services.portal.workbook.layout import Column, Role, Row

WIDTHS: Final[Mapping[int, float]] = {
    Column.NUMBER: 7, Column.QUESTION: 52, Column.GUIDANCE: 46, Column.ANSWER: 50, Column.HOW: 24, Column.NOTE: 36,
    Column.FILES: 30, Column.FILES + 1: 24, Column.FILES + 2: 24, Column.FILES + 3: 24,
}  # fmt: skip
LOCKED, FILES, HEAD = "F2F2F2", "DDEBF7", "D9D9D9"
TEXT_FORMAT = "@"
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LINE = Side(style="thin", color="BFBFBF")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LOOKS_LIKE_A_FORMULA = tuple("=+-@\t\r")
_WRONG = "请按列表或“填写方式”填写。 Use the list, or see “How”."


def cell_at(page: Worksheet, row: int, column: int) -> Cell:
    """A cell of a sheet that has no merged ones."""
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged
    return cell


def fix(cell: Cell, text: str) -> None:
    """Write a text as a text, whatever it begins with: openpyxl would make a formula of `=…`."""
    cell.value = cell_text(text)
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    cell.quotePrefix = text.startswith(_LOOKS_LIKE_A_FORMULA)


def show(cell: Cell, text: str, row: Row) -> None:
    """Write a text that stays as it is."""
    if text:
        fix(cell, text)
    head = row.role in (Role.TITLE, Role.HEADINGS, Role.COLUMNS)
    colour = HEAD if head else FILES if cell.column == Column.FILES else LOCKED
    look(cell, colour)
    cell.font = Font(bold=head or cell.column == Column.QUESTION, size=14 if row.role is Role.TITLE else 11)


def look(cell: Cell, colour: str) -> None:
    """Give a cell its colour and frame; long texts wrap."""
    cell.fill = PatternFill("solid", start_color=colour)
    cell.alignment, cell.border = _WRAPPED, _FRAME

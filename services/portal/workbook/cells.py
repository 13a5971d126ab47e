"""How a cell is written: its text (never a formula), and its look, which says what it is for."""

from collections.abc import Mapping
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.content import escape_for_cell
from services.portal.workbook.layout import CellRole, SheetColumn, SheetRow

WIDTHS: Final[Mapping[int, float]] = {
    SheetColumn.NUMBER: 7, SheetColumn.QUESTION: 52, SheetColumn.GUIDANCE: 46, SheetColumn.ANSWER: 50,
    SheetColumn.HOW: 24, SheetColumn.NOTE: 36, SheetColumn.FILES: 30,
}  # fmt: skip
TABLE_COLUMN_WIDTH = 24
"""Of the columns beyond, which only tables have."""
COLOURS: Final[Mapping[str, str]] = {
    "title": "D9D9D9", "heading": "D9D9D9", "question": "F2F2F2", "locked": "F2F2F2", "files": "DDEBF7",
    "required": "FFF2CC", "optional": "E2F0D9",
}  # fmt: skip
FORMATS: Final[Mapping[str, str]] = {"text": "@", "number": "General", "date": "yyyy-mm-dd"}
"""The text format keeps what is typed as it is: neither `=1` nor `- item` becomes a formula."""
_LOOK_OF_ROLE = {CellRole.TITLE: "title", CellRole.HEADINGS: "heading", CellRole.COLUMNS: "heading"}
_LOOK_OF_COLUMN: Final[Mapping[int, str]] = {SheetColumn.QUESTION: "question", SheetColumn.FILES: "files"}
_OPEN = ("required", "optional")
_LINE = Side(style="thin", color="BFBFBF")
_LOOKS_LIKE_A_FORMULA = tuple("=+-@\t\r")


def add_looks(book: Workbook) -> None:
    """Give a workbook the looks of its cells as named styles; set one by one, they are most of the time of an export."""
    for name, colour in COLOURS.items():
        for kind, number_format in FORMATS.items() if name in _OPEN else {"text": "@"}.items():
            book.add_named_style(
                NamedStyle(
                    name=f"{name} {kind}", number_format=number_format, fill=PatternFill("solid", start_color=colour),
                    font=Font(bold=name in ("title", "heading", "question"), size=14 if name == "title" else 11),
                    alignment=Alignment(wrap_text=True, vertical="top"), protection=Protection(locked=name not in _OPEN),
                    border=Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE),
                )
            )  # fmt: skip


def cell_at(page: Worksheet, row: int, column: int) -> Cell:
    """A cell of a sheet that has no merged ones."""
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged
    return cell


def fix(cell: Cell, text: str) -> None:
    """Write a text as a text, whatever it begins with: openpyxl would make a formula of `=…`."""
    cell.value = escape_for_cell(text)
    cell.data_type = "s"
    if text.startswith(_LOOKS_LIKE_A_FORMULA):
        cell.quotePrefix = True


def show(cell: Cell, text: str, row: SheetRow) -> None:
    """Write a text that stays as it is."""
    by_column = _LOOK_OF_COLUMN.get(cell.column, "locked")
    cell.style = f"{_LOOK_OF_ROLE.get(row.role, by_column)} text"
    if text:
        fix(cell, text)

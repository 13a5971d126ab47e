"""A row as it came back: its key, and whether its fixed texts are as they were exported. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.workbook.content import unescape_cell
from services.portal.workbook.layout import WITH_FILES, SheetColumn, SheetRow
from services.portal.workbook.sheets import Cell
from services.portal.workbook.words import same_text


@dataclass(frozen=True, slots=True)
class Line:
    """The filled cells of one row of a sheet, by column."""

    sheet: str
    number: int
    cells: Mapping[int, Cell]


def is_empty(cells: Mapping[int, Cell]) -> bool:
    """Whether nothing but white space stands in a row."""
    return all(cell.kind == "text" and not _text(cell) for cell in cells.values())


def key_of(line: Line) -> str:
    """The row's key; `?` where its hidden cell holds something that is not a text, and "" where it is empty."""
    cell = line.cells.get(SheetColumn.KEY)
    if cell is None:
        return ""
    return _text(cell).strip() if cell.kind == "text" else "?"


def is_as_laid_out(line: Line, row: SheetRow) -> bool:
    """Whether the fixed texts of a row are as exported; beside other texts an answer can't be attributed."""
    return all(
        (cell := line.cells.get(column)) is not None and same_text(_text(cell), text)
        for column, text in row.fixed.items()
    )


def is_outside(line: Line, row: SheetRow) -> bool:
    """Whether something stands where the row has no cell for it."""
    known = {SheetColumn.KEY, *row.fixed, *row.open, *row.calculated} | (
        {SheetColumn.FILES} if row.role in WITH_FILES else set()
    )
    return bool({column for column in line.cells if column not in known})


def _text(cell: Cell) -> str:
    return unescape_cell(str(cell.value))

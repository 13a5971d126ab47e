"""A row as it came back: its key, and whether what is fixed in it still stands there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.workbook.content import text_of_cell
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
    """What the hidden cell says the row is; what is no text is no key of ours, but is one."""
    cell = line.cells.get(SheetColumn.KEY)
    if cell is None:
        return ""
    return _text(cell).strip() if cell.kind == "text" else "?"


def as_laid_out(line: Line, row: SheetRow) -> bool:
    """Whether the fixed texts of a row are as exported: an answer beside another question's text is nobody's."""
    return all(
        (cell := line.cells.get(column)) is not None and same_text(_text(cell), text)
        for column, text in row.fixed.items()
    )


def is_outside(line: Line, row: SheetRow) -> bool:
    """Whether something stands where the row has no cell for it."""
    known = {SheetColumn.KEY, *row.fixed, *row.open} | (
        {SheetColumn.FILES} if row.role in WITH_FILES else set()
    )
    return bool({column for column in line.cells if column not in known})


def _text(cell: Cell) -> str:
    return text_of_cell(str(cell.value))

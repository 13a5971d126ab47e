"""Opens a spreadsheet and gives its rows as texts, each with its number; what can't be a text is refused."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA, Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cli.questionnaires.xlsform.columns import CHOICES, COLUMNS, SETTINGS, SURVEY, NotImported
from services.portal.workbook.content import unescape_cell

AnyCell = Cell | MergedCell
LARGEST_FILE, LARGEST_UNPACKED = 4 * 1024 * 1024, 64 * 1024 * 1024
"""Bytes; the largest questionnaire takes a hundredth of it."""
MOST_ROWS = 10_000
_REMARK = "#"
"""A column whose name begins with it is the author's own, and is not read."""
_NEEDED = {
    SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SETTINGS: COLUMNS[SETTINGS][:-1],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row that says something: its number, and its cells by the names of their columns."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell's text; "" where it is empty."""
        return self.cells.get(column, "")

    def refused(self, why: str) -> NotImported:
        """Why this row can't be taken."""
        return NotImported(self.sheet, self.number, why)


def read_sheets(path: Path) -> dict[str, list[FormRow]]:
    """The rows of the three sheets; NotImported names what can't be read, and where."""
    book = _opened(path)
    missing = [name for name in COLUMNS if name not in book.sheetnames]
    if missing:
        raise NotImported(
            "",
            None,
            f"{path.name} has no sheet {', '.join(missing)}; `fas questionnaire export` writes all three",
        )
    try:
        return {name: [*_rows(name, book[name])] for name in COLUMNS}
    except (KeyError, ValueError, TypeError, AttributeError, BadZipFile) as error:
        raise NotImported("", None, f"{path.name} is damaged ({error}); save it again as .xlsx") from error


def _opened(path: Path) -> Workbook:
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
        if data is None:
            raise NotImported(
                "",
                None,
                f"{path.name} is larger than {LARGEST_FILE:,} bytes; take pictures and other sheets out of it",
            )
        with ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise NotImported(
                "", None, f"{path.name} is larger than {LARGEST_UNPACKED:,} bytes when it is unpacked"
            )
        return load_workbook(io.BytesIO(data), keep_links=False)
    except OSError as error:
        raise NotImported("", None, f"{path.name} can't be read: {error.strerror or error}") from error
    except NotImported:
        raise
    except Exception as error:
        raise NotImported(
            "", None, f"{path.name} is no spreadsheet (.xlsx) that can be read; save it as .xlsx"
        ) from error


def _rows(name: str, sheet: Worksheet) -> Iterator[FormRow]:
    if sheet.max_row > MOST_ROWS:
        raise NotImported(
            name, None, f"has {sheet.max_row:,} rows, {MOST_ROWS:,} at most; delete the empty ones at its end"
        )
    lines = sheet.iter_rows()
    columns = _columns(name, next(lines, ()))
    for number, line in enumerate(lines, 2):
        cells = {
            column: text for place, cell in enumerate(line)
            if (column := columns.get(place, "?")) and (text := _text(name, number, place, cell))
        }  # fmt: skip
        if "?" in cells:
            raise NotImported(name, number, f"«{cells['?'][:40]}» stands in a column without a heading")
        if cells:
            yield FormRow(name, number, cells)


def _columns(sheet: str, head: Iterable[AnyCell]) -> dict[int, str]:
    """The columns by their place; "" for one of the author's own, which is not read."""
    found: dict[int, str] = {}
    for place, cell in enumerate(head):
        name = _text(sheet, 1, place, cell)
        if name.startswith(_REMARK):
            found[place] = ""
        elif name and name not in COLUMNS[sheet]:
            why = f"there is no column «{name}»{_nearest(name, COLUMNS[sheet])}"
            raise NotImported(sheet, 1, f"{why}; begin the name of a column of your own with {_REMARK}")
        elif name in found.values():
            raise NotImported(sheet, 1, f"the column «{name}» stands twice")
        elif name:
            found[place] = name
    if missing := [name for name in _NEEDED[sheet] if name not in found.values()]:
        raise NotImported(sheet, 1, f"there is no column {', '.join(missing)}")
    return found


def _text(sheet: str, row: int, place: int, cell: AnyCell) -> str:
    value, where = cell.value, f"column {get_column_letter(place + 1)}"
    if value is None:
        return ""
    if cell.data_type == TYPE_FORMULA:
        why = f"{where} holds a formula; put its result there as text (paste special, values)"
        raise NotImported(sheet, row, why)
    if cell.data_type == TYPE_ERROR:
        raise NotImported(sheet, row, f"{where} holds an error ({value}); put a text there")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(int(value) if float(value).is_integer() else value)
    if not isinstance(value, str):
        why = f"{where} holds a date or a time; format the cell as text and type it again"
        raise NotImported(sheet, row, why)
    return unescape_cell(value).strip()


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; is «{near[0]}» meant?" if near else ""

"""Writes the workbook: a sheet with instructions, one for each part, and two hidden ones."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.cases.part_names import number_questions
from services.portal.workbook.answer_cells import Lists, fill
from services.portal.workbook.cells import TABLE_COLUMN_WIDTH, WIDTHS, add_looks, cell_at, fix, show
from services.portal.workbook.content import Content, fits_a_cell
from services.portal.workbook.identity import LISTS, SHEET, Identity
from services.portal.workbook.instructions import Heading, write_instructions
from services.portal.workbook.layout import (
    HEADINGS_ROW,
    WITH_FILES,
    PartSheet,
    SheetColumn,
    SheetRow,
    Slot,
    sheets_of,
    title_row,
)
from services.portal.workbook.words import to_be_confirmed_mark
from shared.contracts.questionnaires import Question, Questionnaire, Value
from shared.questionnaires.tables import laid_out_rows

SPARE_ROWS = 10
"""Empty rows below those of a table; more can be inserted."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is written of an answer: its content, its files' names, and while it is to be confirmed the case it was taken from."""

    content: Content
    files: Sequence[str] = ()
    taken_from: str = ""


def workbook_of(
    heading: Heading, identity: Identity, asked: Sequence[Questionnaire], answers: Mapping[str, Answered]
) -> bytes:
    """The .xlsx. Everything is locked but the cells for answers, and nothing in it is a formula."""
    book = Workbook()
    add_looks(book)
    sheets = sheets_of(asked)
    front = book.active
    assert isinstance(front, Worksheet)  # noqa: S101 - a new workbook has one
    write_instructions(front, heading, sheets)
    lists = Lists(book.create_sheet(LISTS))
    for sheet in sheets:
        _part(book.create_sheet(sheet.name), sheet, answers, lists)
    hidden = book.create_sheet(SHEET)
    for number, text in enumerate(identity.rows(), 1):
        fix(cell_at(hidden, number, 1), text)
    book.move_sheet(LISTS, offset=len(sheets))
    for name in (LISTS, SHEET):
        book[name].sheet_state = "veryHidden"
    book.security = WorkbookProtection(lockStructure=True)
    for each in book.worksheets:
        _protect(each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _part(page: Worksheet, sheet: PartSheet, answers: Mapping[str, Answered], lists: Lists) -> None:
    for number, (row, answered) in enumerate(_rows(sheet, answers), 1):
        _row(page, number, row, answered, lists)
    for column in range(SheetColumn.NUMBER, page.max_column + 1):
        page.column_dimensions[get_column_letter(column)].width = WIDTHS.get(column, TABLE_COLUMN_WIDTH)
    page.column_dimensions[get_column_letter(SheetColumn.KEY)].hidden = True
    page.freeze_panes = f"{get_column_letter(SheetColumn.GUIDANCE)}3"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "2:2"


def _rows(sheet: PartSheet, answers: Mapping[str, Answered]) -> Iterator[tuple[SheetRow, Answered]]:
    nothing = Answered(Content())
    yield title_row(sheet), nothing
    yield HEADINGS_ROW, nothing
    for number, question in number_questions(sheet.part):
        answered = answers.get(question.id, nothing)
        too_long = not all(fits_a_cell(text) for text in _texts(answered.content))
        laid_out = _with_prepared_rows(question, answered)
        rows = len(laid_out.content.value) if isinstance(laid_out.content.value, tuple) else 0
        spare = 0 if question.only_prepared else SPARE_ROWS
        for row in sheet.rows_of(number, question, table_rows=rows + spare, elsewhere=too_long):
            yield row, laid_out


def _with_prepared_rows(question: Question, answered: Answered) -> Answered:
    """A table as the sheet shows it: prepared rows stand there before anything is filled in."""
    if not question.prepared:
        return answered
    rows = tuple(dict(row) for row in laid_out_rows(question, answered.content.value))
    return replace(answered, content=replace(answered.content, value=rows))


def _row(page: Worksheet, number: int, row: SheetRow, answered: Answered, lists: Lists) -> None:
    fix(cell_at(page, number, SheetColumn.KEY), row.key)
    for column, text in row.fixed.items():
        show(cell_at(page, number, column), text, row)
    if row.role in WITH_FILES and row.question:
        beside = [to_be_confirmed_mark(answered.taken_from)] if answered.taken_from else []
        show(cell_at(page, number, SheetColumn.FILES), "\n".join([*beside, *answered.files]), row)
    for column, open_ in row.open.items():
        assert row.question  # noqa: S101 - only questions are answered
        fill(
            cell_at(page, number, column),
            row.question,
            open_,
            _value(row, answered.content, column),
            lists,
        )


def _value(row: SheetRow, content: Content, column: int) -> Value:
    """The value for an open cell; a choice is its code, of which `fill` writes the label."""
    slot, code, value = row.open[column].slot, row.open[column].code, content.value
    if slot is Slot.NOTE:
        return content.note or None
    if slot is Slot.CHOSEN:
        return code if isinstance(value, tuple) and code in value else None
    if slot is Slot.CELL:
        held = value[row.index] if isinstance(value, tuple) and row.index < len(value) else {}
        return held.get(code) if isinstance(held, dict) else None
    return value


def _texts(content: Content) -> Iterator[str]:
    parts = content.value if isinstance(content.value, tuple) else (content.value,)
    for part in parts:
        yield from (str(each) for each in (part.values() if isinstance(part, dict) else (part,)))
    yield content.note


def _protect(page: Worksheet) -> None:
    """Lock a sheet without a password, against slips; rows may still be inserted and resized."""
    page.protection.sheet = True
    page.protection.insertRows = page.protection.formatRows = page.protection.formatColumns = False
    page.protection.deleteRows = False

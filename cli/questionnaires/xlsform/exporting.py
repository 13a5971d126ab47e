"""Writes a questionnaire as an XLSForm."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from cli.questionnaires.xlsform.columns import CHOICES, COLUMNS, SETTINGS, SURVEY, WIDE
from cli.questionnaires.xlsform.rows import Row, rows_of
from services.portal.workbook.content import escape_for_cell, fits_a_cell
from services.questionnaire.catalogue.product_words import ProductWords
from shared.contracts.questionnaires import Questionnaire

_NARROW_WIDTH, _WIDE_WIDTH = 16, 48


class NotExported(Exception):
    """A text of the questionnaire fits into no cell; says which."""


def xlsform_of(questionnaire: Questionnaire, product: ProductWords) -> bytes:
    """The .xlsx, without a formula in it; NotExported where a cell can't carry a text and give it back."""
    rows = rows_of(questionnaire, product)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, told in ((SURVEY, rows.survey), (CHOICES, rows.choices), (SETTINGS, rows.settings)):
        _write(book.create_sheet(name), COLUMNS[name], told)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, columns: tuple[str, ...], rows: list[Row]) -> None:
    for at, name in enumerate(columns, 1):
        cell = sheet.cell(1, at, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDE_WIDTH if name in WIDE else _NARROW_WIDTH
    for number, row in enumerate(rows, 2):
        for at, name in enumerate(columns, 1):
            if name in row:
                _fill(sheet, number, at, row[name])
    sheet.freeze_panes = "C2"


def _fill(sheet: Worksheet, number: int, at: int, value: str | int) -> None:
    """A text stays one, also where it begins with `=` or looks like a number."""
    if isinstance(value, int):
        sheet.cell(number, at, value)
        return
    if not fits_a_cell(value):
        raise NotExported(
            f"sheet {sheet.title}, row {number}: no cell carries «{value[:60]}…» and gives it back"
        )
    cell = sheet.cell(number, at)
    try:
        cell.value = escape_for_cell(value)
    except IllegalCharacterError as error:
        raise NotExported(
            f"sheet {sheet.title}, row {number}: a control character is in «{value[:60]}»"
        ) from error
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=len(value) > _NARROW_WIDTH)

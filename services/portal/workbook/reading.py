"""Reads the cells of a workbook back as answers; every row that can't be relied on is refused by name. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.portal.cases.part_names import number_questions
from services.portal.workbook.content import Content, unescape_cell
from services.portal.workbook.gathering import Gathered, Place
from services.portal.workbook.holes import Hole
from services.portal.workbook.identity import LISTS, SHEET, Identity
from services.portal.workbook.layout import (
    HEADINGS_ROW,
    CellRole,
    SheetRow,
    sheets_of,
)
from services.portal.workbook.lines import Line, is_as_laid_out, is_empty, key_of
from services.portal.workbook.refusals import Refusal, refusal, workbook_refusal
from services.portal.workbook.sheets import Sheet
from shared.contracts.questionnaires import Questionnaire

MOST_REFUSED = 1_000
"""A workbook with more refused rows is not one that an officer filled in."""
MOST_HOLES = 10_000
_HEADS = {SheetRow(CellRole.TITLE).key, HEADINGS_ROW.key}
_OF_TABLE = (CellRole.COLUMNS, CellRole.ROW)


@dataclass(frozen=True, slots=True)
class Found:
    """The answers of a workbook by question, empty ones too, and what was refused.

    A question is in one of the two, unless its answer is one that no cell holds. `places` are the rows at which questions
    begin, `holes` the cells of tables that were not taken.
    """

    contents: dict[str, Content]
    refused: list[Refusal]
    places: dict[str, Place]
    holes: dict[str, list[Hole]]


def identity_of(sheets: Sequence[Sheet]) -> Identity:
    """What the workbook was exported from; RequestRejected (422) where its hidden sheet is missing or damaged."""
    cells = [cell for sheet in sheets if sheet.name == SHEET for cell in sheet.cells]
    return Identity.of_rows([unescape_cell(str(cell.value)) for cell in cells if cell.column == 1])


def answers_in(sheets: Sequence[Sheet], asked: Sequence[Questionnaire]) -> Found:
    """Every answer in the workbook; RequestRejected (422) for more than MOST_REFUSED refusals or MOST_HOLES holes."""
    reading = _Reading(asked)
    for sheet in sheets:
        if sheet.name not in (SHEET, LISTS):
            reading.take(sheet.name, [line for line in _lines(sheet) if not is_empty(line.cells)])
    return reading.found()


def _lines(sheet: Sheet) -> Iterator[Line]:
    for number, cells in groupby(sheet.cells, lambda cell: cell.row):
        yield Line(sheet.name, number, {cell.column: cell for cell in cells})


class _Reading:
    """Finds rows by their keys, wherever they stand; a row without a key belongs to the table that it was inserted into."""

    def __init__(self, asked: Sequence[Questionnaire]) -> None:
        self._rows = dict(_expected(asked))
        self._order = {key: place for place, key in enumerate(self._rows)}
        self._gathered = {
            row.question.id: Gathered(row.question) for row in self._rows.values() if row.question
        }
        self._strays: list[Refusal] = []

    def take(self, sheet: str, lines: Sequence[Line]) -> None:
        """Read one sheet; one without any row of a part (the instructions, a sheet that an officer added) holds no answers."""
        known = [key for line in lines if (key := key_of(line)) in self._rows]
        if not known:
            return
        if not any(key_of(line) == HEADINGS_ROW.key and is_as_laid_out(line, HEADINGS_ROW) for line in lines):
            for key in known:
                self._of(self._rows[key]).refuse("sheet_changed", sheet)
            return
        places = [self._order[key] for key in known]
        self._follow(lines, in_order=places == sorted(places))

    def found(self) -> Found:
        """Everything that was read, once all sheets are."""
        contents, refused = {}, self._strays
        for name, gathered in self._gathered.items():
            expected = {
                (row.role, row.code) for row in self._rows.values() if row.question is gathered.question
            }
            faults = gathered.faults(expected)
            refused += [*faults, *gathered.typed_over]
            if not faults and not gathered.elsewhere:
                contents[name] = gathered.content()
        places = {name: gathered.place for name, gathered in self._gathered.items()}
        holes = {name: gathered.holes for name, gathered in self._gathered.items()}
        if len(refused) > MOST_REFUSED or sum(map(len, holes.values())) > MOST_HOLES:
            raise workbook_refusal("workbook_damaged")
        return Found(contents, refused, places, holes)

    def _follow(self, lines: Sequence[Line], in_order: bool) -> None:
        """Attribute rows without a key to the table above them; not in a sheet that was sorted, where that is uncertain."""
        table: SheetRow | None = None
        for line in lines:
            key = key_of(line)
            row = self._rows.get(key)
            if row:
                table = self._table_of(row) if row.role in _OF_TABLE and in_order else None
                self._of(row).take(row, line)
            elif not key and table:
                self._of(table).take(table, line)
            elif key not in _HEADS:
                self._strays.append(refusal("row_unknown", sheet=line.sheet, row=line.number))

    def _of(self, row: SheetRow) -> Gathered:
        assert row.question  # noqa: S101 - rows of the layout below the headings all have one
        return self._gathered[row.question.id]

    def _table_of(self, row: SheetRow) -> SheetRow:
        return self._rows[SheetRow(CellRole.ROW, row.question).key]


def _expected(asked: Sequence[Questionnaire]) -> Iterator[tuple[str, SheetRow]]:
    """Every row that a workbook of these questionnaires may have, by key, in order."""
    for sheet in sheets_of(asked):
        for number, question in number_questions(sheet.part):
            for row in (*sheet.rows_of(number, question, elsewhere=True), *sheet.rows_of(number, question)):
                yield row.key, row

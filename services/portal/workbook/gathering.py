"""Puts the rows of one question together to its answer, or says why they make none. Pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from services.portal.workbook.content import Content
from services.portal.workbook.holes import Hole
from services.portal.workbook.layout import CellRole, SheetRow, Slot
from services.portal.workbook.lines import Line, is_as_laid_out, is_outside
from services.portal.workbook.refusals import Refusal, calculated_refusal, refusal
from services.portal.workbook.values import Unclear, cell_of, is_chosen, is_result, text_of, value_of
from shared.contracts.questionnaires import Question, Value
from shared.questionnaires.tables import says_something, understood_row

Place = tuple[str, int | None]
"""A sheet's name and a row's number."""
_NOT_ALWAYS = {(CellRole.ELSEWHERE, ""), (CellRole.ROW, "")}


@dataclass(slots=True)
class Gathered:
    """What the rows of one question hold so far; `typed_over` are cells that the system calculates otherwise."""

    question: Question
    value: Value = None
    note: str = ""
    chosen: set[str] = field(default_factory=set)
    rows: list[dict[str, str]] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    typed_over: list[Refusal] = field(default_factory=list)
    seen: list[tuple[CellRole, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    place: Place = ("", None)

    @property
    def elsewhere(self) -> bool:
        """Whether the answer is one that no cell holds: the workbook does not change it."""
        return self.seen == [(CellRole.ELSEWHERE, "")]

    def take(self, row: SheetRow, line: Line) -> None:
        """Read one row, as the layout has it."""
        self.place = self.place if self.seen else (line.sheet, line.number)
        self.seen.append((row.role, row.code))
        if not is_as_laid_out(line, row):
            self.refuse("row_changed", line.sheet, line.number)
        elif is_outside(line, row):
            self.refuse("cell_outside", line.sheet, line.number)
        else:
            self._fill(row, line)

    def refuse(self, code: str, sheet: str, number: int | None = None, **named: object) -> None:
        """Refuse the question for what stands in a row; a fault of the whole sheet is named once."""
        fault = refusal(code, self.question.id, sheet, number, **named)
        if fault not in self.refused[-1:]:
            self.refused.append(fault)

    def faults(self, expected: Set[tuple[CellRole, str]]) -> list[Refusal]:
        """Why there is no answer: what was refused, or rows that are missing or stand twice."""
        if self.refused or self.elsewhere:
            holes = (
                refusal(each.code, self.question.id, each.sheet, each.row, **each.named)
                for each in self.holes
            )
            return [*self.refused, *holes]
        once = [each for each in self.seen if each[0] is not CellRole.ROW]
        if expected - _NOT_ALWAYS - set(once):
            return [refusal("row_missing", self.question.id, *self.place)]
        twice = len(set(once)) < len(once) or (CellRole.ELSEWHERE, "") in once
        return [refusal("row_twice", self.question.id, *self.place)] if twice else []

    def content(self) -> Content:
        """The answer that the rows make; a row of which no cell could be taken is an empty one in it."""
        codes = tuple(choice.code for choice in self.question.choices if choice.code in self.chosen)
        several: Value = codes or tuple(self.rows) or None
        value = several if self.value is None else self.value
        return Content(value, self.note)

    def _fill(self, row: SheetRow, line: Line) -> None:
        cells = {column: line.cells[column] for column in row.open if column in line.cells}
        entry: dict[str, str] = {}
        for column, cell in cells.items():
            slot, code = row.open[column].slot, row.open[column].code
            try:
                if slot is Slot.VALUE:
                    self.value = value_of(self.question, cell)
                elif slot is Slot.NOTE:
                    self.note = text_of(cell)
                elif slot is Slot.CHOSEN:
                    self.chosen |= {code} if is_chosen(cell) else set()
                elif text := cell_of(self.question, code, cell):
                    entry[code] = text
            except Unclear as unclear:
                if slot is Slot.CELL:
                    self._leave_open(code, line, unclear)
                else:
                    self.refuse(unclear.code, line.sheet, line.number, **unclear.named)
        self._compare(row, line, understood_row(self.question, entry))
        holes = bool(self.holes) and self.holes[-1].index == len(self.rows)
        self.rows += [entry] if says_something(self.question, entry) or holes else []

    def _compare(self, row: SheetRow, line: Line, entry: Mapping[str, str]) -> None:
        """Note what was typed where the system calculates; nothing where it is the same number."""
        for at, code in row.calculated.items():
            if (cell := line.cells.get(at)) and not is_result(cell, entry.get(code, "")):
                column = self.question.column(code)
                self.typed_over.append(calculated_refusal(self.question.id, line.sheet, line.number, column))

    def _leave_open(self, column: str, line: Line, unclear: Unclear) -> None:
        hole = Hole(len(self.rows), column, line.sheet, line.number, unclear.code, unclear.named)
        self.holes.append(hole)

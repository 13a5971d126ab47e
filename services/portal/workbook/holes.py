"""Cells of a table that could not be taken: what stands there instead, and what the officer is told. Pure.

The rest of the table is taken. Such a cell keeps its former value where its former row is certain: exactly one former row is the
same in all other columns; or the row has no other column filled in, and the table as many rows as before. Otherwise it is left
empty. A table of which no cell could be taken stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.portal.workbook.content import Content
from services.portal.workbook.refusals import Refusal, cell_refusal
from shared.contracts.questionnaires import Question, Value

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hole:
    """One such cell: its row's position among those that were read, its column, its sheet and row, and why it is not taken."""

    index: int
    column: str
    sheet: str
    row: int
    code: str
    named: Mapping[str, object] = field(default_factory=dict)


def fill_holes(
    question: Question, content: Content, holes: Sequence[Hole], before: Value
) -> tuple[Content, list[Refusal]]:
    """The table with its holes filled from `before`, the rows of the answer as it stands now; and a refusal for each hole."""
    rows, former = _rows(content.value), _rows(before)
    if not any(rows):
        return Content(before, content.note), [_told(question, hole, kept=True) for hole in holes]
    columns: dict[int, set[str]] = {}
    for hole in holes:
        columns.setdefault(hole.index, set()).add(hole.column)
    was = {index: _same_row(rows, index, names, former) for index, names in columns.items()}
    kept = {
        index: {name: was[index][name] for name in names if name in was[index]}
        for index, names in columns.items()
    }
    order = [column.code for column in question.columns]
    whole = [_in_order({**row, **kept.get(index, {})}, order) for index, row in enumerate(rows)]
    told = [_told(question, hole, kept=hole.column in kept[hole.index]) for hole in holes]
    return Content(tuple(row for row in whole if row) or None, content.note), told


def _same_row(rows: Sequence[Cells], index: int, names: set[str], former: Sequence[Cells]) -> Cells:
    """The former row of a row; an empty one where that is not certain."""
    rest = _without(rows[index], names)
    if not rest:
        same = [former[index]] if len(former) == len(rows) and not _without(former[index], names) else []
    else:
        same = [row for row in former if _without(row, names) == rest]
    alike = sum(_without(row, names) == rest for row in rows) if rest else 1
    return same[0] if len(same) == alike == 1 else {}


def _without(row: Cells, names: set[str]) -> Cells:
    return {column: text for column, text in row.items() if column not in names}


def _rows(value: Value) -> list[Cells]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, tuple) else []


def _in_order(row: Cells, order: Iterable[str]) -> dict[str, str]:
    return {column: row[column] for column in order if row.get(column)}


def _told(question: Question, hole: Hole, *, kept: bool) -> Refusal:
    column = question.column(hole.column)
    return cell_refusal(hole.code, question.id, hole.sheet, hole.row, column, kept=kept, named=hole.named)

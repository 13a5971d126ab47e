"""What an uploaded workbook has in it: its sheets with their filled cells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: row and column from 1, its type, value and number format.

    The types are text, number, boolean, date, formula, error, other.
    """

    row: int
    column: int
    kind: str
    value: str | float = ""
    shown: str = "General"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's cells, row by row."""

    name: str
    cells: tuple[Cell, ...]

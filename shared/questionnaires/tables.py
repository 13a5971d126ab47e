"""The rows of a table as its columns mean them: which say something, what is calculated, how a cell is read. Pure."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from shared.bilingual import Bilingual
from shared.contracts.numbers import digits_of, number_of
from shared.contracts.question_rules import Calculation
from shared.contracts.questionnaires import Column, Question
from shared.contracts.reading import date_of
from shared.contracts.texts import is_blank

_ROUNDED = Context(prec=60, rounding=ROUND_HALF_UP)
"""With room for the rate of any two numbers that a cell takes."""
Row = Mapping[str, str]
YES_NO = {"yes": Bilingual("是", "Yes"), "no": Bilingual("否", "No")}
DECIMALS = 2
"""Of a rate, in percent, a half upwards as spreadsheets do; a rate below 0.1 has two digits that are not zero, since 2 of
800,000 are not none."""


def rows_of(value: object) -> tuple[Row, ...]:
    """The rows of a table's value; none for any other."""
    return tuple(row for row in value if isinstance(row, dict)) if isinstance(value, tuple) else ()


def filled_rows(question: Question, value: object) -> Iterator[tuple[int, Row]]:
    """The rows that say something, each with its number from 1 as the table is shown: the prepared rows stand first."""
    for number, row in enumerate(laid_out_rows(question, value), 1):
        if says_something(question, row):
            yield number, row


def says_something(question: Question, row: Row) -> bool:
    """Whether an officer filled in any cell of a row."""
    calculated = {column.code for column in question.columns if column.calculated}
    own = {code for code, text in row.items() if code not in calculated and not is_blank(text)}
    return bool(own - {question.columns[0].code} if is_prepared(question, row) else own)


def is_prepared(question: Question, row: Row) -> bool:
    """Whether a row is one that the table began with."""
    return bool(question.prepared) and row.get(question.columns[0].code) in prepared_codes(question)


def prepared_codes(question: Question) -> frozenset[str]:
    """What stands in the first cell of the prepared rows."""
    return frozenset(each.code for each in question.prepared)


def understood_row(question: Question, row: Row) -> dict[str, str]:
    """A row as it is kept: a date whose year stands first is a day, a number its digits; empty cells are none.

    What is calculated is calculated anew.
    """
    kept = {
        code: _understood(column, row[code])
        for column in question.columns if row.get(code := column.code, "").strip()
    }  # fmt: skip
    known = {column.code for column in question.columns}
    strangers = {code: text for code, text in row.items() if code not in known}
    for column in question.columns:
        if column.calculated:
            kept.pop(column.code, None)
            if result := _calculated(column.calculated, kept):
                kept[column.code] = result
    return kept | strangers


def options_of(question: Question, column: Column) -> dict[str, Bilingual]:
    """What a cell may be called by its code: its choices, yes and no, and the prepared rows in the first column."""
    prepared = question.prepared if column == question.columns[0] else ()
    named = {each.code: Bilingual(each.zh, each.en) for each in (*column.choices, *prepared)}
    return named | (YES_NO if column.kind == "yes_no" else {})


def _understood(column: Column, text: str) -> str:
    match column.kind:
        case "date":
            return date_of(text) or text
        case "number":
            return digits_of(text) or text
    return text


def _calculated(calculation: Calculation, row: Row) -> str:
    """The result as a text; nothing where a number that it needs is missing, or the whole is zero."""
    numbers = [number_of(row.get(code, "")) for code in calculation.uses]
    exact = [Decimal(repr(each)) for each in numbers if each is not None]
    if len(exact) < len(numbers):
        return ""
    if calculation.rate_of is None:
        return _digits(sum(exact, Decimal()))
    part, whole = exact
    if not whole:
        return ""
    rate = 100 * part / whole
    places = max(DECIMALS, 1 - rate.adjusted()) if rate else 0
    return _digits(rate.quantize(Decimal(1).scaleb(-places), context=_ROUNDED))


def _digits(number: Decimal) -> str:
    return format(number.normalize(), "f")


def laid_out_rows(question: Question, value: object) -> list[Row]:
    """The rows as they are shown: the prepared ones first, filled in or not, then the others.

    Of these, too, an empty one keeps its place in a form; what is stored has none.
    """
    rows = [row for row in rows_of(value) if says_something(question, row) or not is_prepared(question, row)]
    begun = [_begun(question, prepared.code, rows) for prepared in question.prepared]
    return [*begun, *(row for row in rows if not any(row is each for each in begun))]


def cell_text(question: Question, column: Column, text: str) -> Bilingual:
    """What a cell says to people: the name of an option instead of its code."""
    return options_of(question, column).get(text.strip(), Bilingual(text, text))


def _begun(question: Question, code: str, rows: list[Row]) -> Row:
    first = question.columns[0].code
    return next((row for row in rows if row.get(first) == code), {first: code})

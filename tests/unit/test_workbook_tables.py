"""A cell of a table that can't be taken keeps none of the others back, and loses nothing without a word."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from services.portal.workbook.importing import Changes
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.sheets import Cell
from services.portal.workbook.values import Unclear, text_of_table
from services.portal.workbook.words import column_heading
from shared.contracts.questionnaires import Answer
from tests.workbooks import a_question, a_questionnaire, edited, exported, fill_in, place_of, read_back

TABLE = "aquatic.table"
Rows = list[dict[str, str]]
WAS: Rows = [{"year": "2022", "output": "10"}, {"year": "2023", "output": "20"}]


def after(typed: list[list[Any]], was: Rows | None = None) -> tuple[Changes, list[dict[str, str]]]:
    """What a table that was filled in again would be, and the changes."""
    before = {TABLE: Answer(value=tuple(was), version=1)} if was else {}

    def type_in(book: Workbook) -> None:
        sheet, row = place_of(book, TABLE, "row")
        for offset in range(len(was or [])):
            sheet.cell(row + offset, SheetColumn.ANSWER).value = sheet.cell(
                row + offset, SheetColumn.ANSWER + 1
            ).value = None
        fill_in(book, "table", typed)

    changes = read_back(edited(exported(before), type_in), before)
    value = (
        changes.answers[TABLE].value if TABLE in changes.answers else before[TABLE].value if before else ()
    )
    return changes, [row for row in value if isinstance(row, dict)] if isinstance(value, tuple) else []


def told(changes: Changes) -> list[tuple[str, str, str]]:
    return [(each.question, each.column, each.code) for each in changes.refused]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "formula"), ("#N/A", "error_value"), (True, "wrong_type"), (1e21, "too_many_digits"),
        ("x" * 2_001, "cell_too_long"), ("a_x001F_b", "forbidden_character"),
    ],
)  # fmt: skip
def test_the_rest_of_the_table_is_taken_and_the_cell_named(cell: Any, code: str) -> None:
    changes, rows = after([["2022", "10"], ["2023", cell], ["2024", "30"]])

    assert rows == [{"year": "2022", "output": "10"}, {"year": "2023"}, {"year": "2024", "output": "30"}]
    (fault,) = changes.refused
    sheet, first = place_of(_book(exported()), TABLE, "row")
    assert (fault.question, fault.column, fault.code) == (TABLE, "output", code)
    assert (fault.sheet, fault.row) == (sheet.title, first + 1)
    assert f"第{first + 1}行“产量”" in fault.message_zh
    assert "留空" in fault.message_zh
    assert f"Row {first + 1}, “Output”" in fault.message_en
    assert "left empty" in fault.message_en
    if code == "forbidden_character":
        assert "U+001F" in fault.message_en


def test_a_cell_keeps_what_it_was_where_its_row_is_the_same_but_for_it() -> None:
    changes, rows = after([["2021", "5"], ["2022", "=1+1"], ["2023", "25"]], WAS)

    assert rows == [
        {"year": "2021", "output": "5"},
        {"year": "2022", "output": "10"},
        {"year": "2023", "output": "25"},
    ]
    assert told(changes) == [(TABLE, "output", "formula")]
    assert "keeps what it was" in changes.refused[0].message_en


@pytest.mark.parametrize(
    ("typed", "was"),
    [
        ([["2024", "=1+1"]], WAS),
        ([["2022", "=1+1"]], [{"year": "2022", "output": "1"}, {"year": "2022", "output": "2"}]),
        ([["2022", "=1+1"], ["2022", "=1+2"]], [{"year": "2022", "output": "1"}]),
        ([["=A1", "=A2"], ["2022", "10"]], [{"year": "2021", "output": "9"}]),
    ],
)  # fmt: skip
def test_a_row_that_can_not_be_told_for_certain_is_not_guessed(typed: list[list[Any]], was: Rows) -> None:
    changes, rows = after(typed, was)

    assert all("left empty" in each.message_en for each in changes.refused)
    assert rows == [{"year": cells[0]} if cells[1].startswith("=") else dict(zip(("year", "output"), cells, strict=True))
                    for cells in typed if not cells[0].startswith("=")]  # fmt: skip


def test_a_row_that_is_refused_whole_stays_in_a_table_of_as_many_rows() -> None:
    changes, rows = after([["=A1", "=A2"], ["2023", "25"]], WAS)

    assert rows == [{"year": "2022", "output": "10"}, {"year": "2023", "output": "25"}]
    assert told(changes) == [(TABLE, "year", "formula"), (TABLE, "output", "formula")]


def test_the_heading_of_a_column_says_where_it_is_required() -> None:
    columns = [{"code": "free", "zh": "无疫", "en": "Free", "kind": "yes_no", "required": True},
               {"code": "why", "zh": "说明", "en": "Why", "required_where": {"column": "free", "any_of": ["no"]}}]  # fmt: skip
    asked = a_question("table", columns=columns)
    assert [column_heading(asked, each).splitlines() for each in asked.columns] == [
        ["* 无疫", "Free", "是/否 yes/no"],
        ["说明", "Why", "“无疫”为“否”时必填", "required where “Free” is “No”"],
    ]


def test_a_table_of_which_nothing_can_be_taken_stays_as_it_was() -> None:
    changes, rows = after([["=A1", "=A2"]], WAS)

    assert (changes.answers, rows) == ({}, WAS)
    assert [each.column for each in changes.refused] == ["year", "output"]


def test_a_table_whose_rows_were_changed_too_is_refused_whole_with_every_cell() -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, "table", [["2024", "=1+1"]])
        sheet, row = place_of(book, TABLE, "columns")
        sheet.cell(row, SheetColumn.ANSWER).value = "Output"

    changes = read_back(edited(exported(), type_in))
    assert changes.answers == {}
    assert [each.code for each in changes.refused] == ["row_changed", "formula"]


def test_five_hundred_pasted_formulas_leave_the_other_column_in_place() -> None:
    years = [str(year) for year in range(1500, 2000)]

    def paste(book: Workbook) -> None:
        sheet, row = place_of(book, TABLE, "row")
        sheet.insert_rows(row + 1, len(years))
        fill_in(book, "table", [[year, "=1+1"] for year in years])

    changes = read_back(edited(exported(), paste))
    assert changes.answers[TABLE].value == tuple({"year": year} for year in years)
    assert [each.code for each in changes.refused] == ["formula"] * len(years)


CALCULATED = a_questionnaire(a_question("text"), a_question("table", columns=[
    {"code": "item", "zh": "项目", "en": "Item"},
    {"code": "failed", "zh": "不合格", "en": "Failed", "kind": "number"},
    {"code": "tested", "zh": "检测", "en": "Tested", "kind": "number"},
    {"code": "rate", "zh": "不合格率", "en": "Rate", "kind": "number", "calculated": {"rate_of": ["failed", "tested"]}},
]))  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "is_said"),
    [
        (99, True),
        ("about 50", True),
        ("=B5/C5", True),
        (50, False),
        ("50.00", False),
        (" ", False),
        (None, False),
    ],
)
def test_what_was_typed_where_the_system_calculates_is_said_and_the_table_is_taken(
    typed: Any, is_said: bool
) -> None:
    asked = (CALCULATED,)

    def type_in(book: Workbook) -> None:
        fill_in(book, "table", [["Residues", 1, 2, typed]])

    changes = read_back(edited(exported(asked=asked), type_in), asked=asked)

    assert changes.answers[TABLE].value == ({"item": "Residues", "failed": "1", "tested": "2"},)
    sheet, row = place_of(_book(exported(asked=asked)), TABLE, "row")
    assert [(each.question, each.column, each.code, each.sheet, each.row) for each in changes.refused] == [
        (TABLE, "rate", "calculated", sheet.title, row)
    ] * is_said
    if is_said:
        assert changes.refused[0].message_zh.startswith(f"第{row}行“不合格率”：此列由系统自动计算")
        assert changes.refused[0].message_en.startswith(f"Row {row}, “Rate”: is calculated")


def test_a_table_of_its_prepared_rows_alone_has_no_row_to_spare() -> None:
    prepared = [
        {"code": "last", "zh": "去年", "en": "Last year"},
        {"code": "before", "zh": "前年", "en": "Before"},
    ]
    asked = (a_questionnaire(a_question("table", prepared=prepared, only_prepared=True)),)
    sheet, row = place_of(_book(exported(asked=asked)), TABLE, "row")
    assert [sheet.cell(row + offset, SheetColumn.ANSWER).value for offset in range(3)] == [
        "去年 Last year", "前年 Before", None
    ]  # fmt: skip
    assert [cell.value for (cell,) in sheet.iter_rows(max_col=1)].count(f"{TABLE}|row|") == 2
    how = sheet.cell(place_of(_book(exported(asked=asked)), TABLE, "head")[1], SheetColumn.HOW).value
    assert "no others" in str(how)


@pytest.mark.parametrize(
    ("number", "read"),
    [(31, "2024-03-05"), (57, "2024-03-05"), (14, "2024-03-05"), (27, "2024-03-05")],
)
def test_a_date_in_a_format_that_chinese_excel_only_numbers_is_a_date(number: int, read: str) -> None:
    """Format 31 is 2024年3月5日 there; it is not written out in the file."""

    def type_in(book: Workbook) -> None:
        fill_in(book, "table", [[None, 45356]])
        fill_in(book, "date", 45356)
        for cell in (_table_cell(book), _answer_cell(book, "date")):
            cell.number_format = "General"
            cell._style.numFmtId = number

    changes = read_back(edited(exported(), type_in))
    assert changes.refused == []
    assert changes.answers["aquatic.date"].value == read
    assert changes.answers[TABLE].value == ({"output": read},)


@pytest.mark.parametrize(
    "shown",
    [
        "yyyy/m/d", 'yyyy"年"m"月"d"日";@', "[$-804]yyyy/m/d", "mm-dd-yy", "d-mmm-yy", "[$-F800]dddd, mmmm dd, yyyy",
    ],
)  # fmt: skip
def test_a_date_cell_of_any_format_is_its_day(shown: str) -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, "date", date(2024, 3, 5))
        _answer_cell(book, "date").number_format = shown

    assert read_back(edited(exported(), type_in)).answers["aquatic.date"].value == "2024-03-05"


@pytest.mark.parametrize("kind", ["number", "text", "table"])
@pytest.mark.parametrize(
    "shown",
    ["0.00_ ", "#,##0.00_);(#,##0.00)", r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)', "0.0#"],
)
def test_a_number_in_a_format_of_excel_or_wps_is_taken_anywhere(kind: str, shown: str) -> None:
    def type_in(book: Workbook) -> None:
        fill_in(book, kind, [[None, 0.00005]] if kind == "table" else 0.00005)
        (_table_cell(book) if kind == "table" else _answer_cell(book, kind)).number_format = shown

    changes = read_back(edited(exported(), type_in))
    value = changes.answers[f"aquatic.{kind}"].value
    assert changes.refused == []
    assert value == {"number": 0.00005, "text": "0.00005", "table": ({"output": "0.00005"},)}[kind]


def _answer_cell(book: Workbook, kind: str) -> Any:
    sheet, row = place_of(book, f"aquatic.{kind}")
    return sheet.cell(row, SheetColumn.ANSWER)


def _table_cell(book: Workbook) -> Any:
    sheet, row = place_of(book, TABLE, "row")
    return sheet.cell(row, SheetColumn.ANSWER + 1)


def _book(data: bytes) -> Workbook:
    found: list[Workbook] = []
    keep: Callable[[Workbook], object] = found.append
    edited(data, keep)
    return found[0]


@pytest.mark.parametrize("shown", ["00000", "00.0", "[DBNum1]General", "[DBNum2][$-804]0"])
def test_a_number_that_reads_otherwise_than_it_is_stored_is_no_text(shown: str) -> None:
    with pytest.raises(Unclear) as refused:
        text_of_table(Cell(1, 1, "number", 123, shown))

    assert refused.value.code == "formatted_number"

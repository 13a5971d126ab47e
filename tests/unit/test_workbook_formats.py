"""A workbook follows the format: prepared rows stand in it, cells are as their columns, it says when a question is asked."""

import io
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook

from services.portal.workbook.layout import SheetColumn
from shared.contracts.questionnaires import Answer
from tests.workbooks import a_question, a_questionnaire, edited, exported, fill_in, place_of, read_back

COUNT = {"minimum": 0, "whole": True}
COLUMNS = [
    {"code": "disease", "zh": "疫病", "en": "Disease"},
    {"code": "tested", "zh": "检测数", "en": "Tested", "kind": "number", "required": True, "limits": COUNT},
    {"code": "positive", "zh": "阳性数", "en": "Positive", "kind": "number"},
    {"code": "rate", "zh": "阳性率", "en": "Rate", "kind": "number", "calculated": {"rate_of": ["positive", "tested"]}},
    {"code": "last", "zh": "最近日期", "en": "Last", "kind": "date", "limits": {"not_in_future": True}},
    {"code": "free", "zh": "无疫", "en": "Free", "kind": "yes_no"},
]  # fmt: skip
PREPARED = [
    {"code": "fmd", "zh": "口蹄疫", "en": "Foot and mouth disease"},
    {"code": "bse", "zh": "疯牛病", "en": "BSE"},
]
TABLE = a_question("table", columns=COLUMNS, prepared=PREPARED, required=True)
THEN = a_question("text", relevant=[{"question": "aquatic.yes_no", "is": "yes"}])
ASKED = (a_questionnaire(a_question("yes_no"), THEN, TABLE),)
ROWS = (
    {"disease": "bse", "tested": "12", "positive": "3", "rate": "25", "last": "2024-03-05", "free": "no"},
)


def opened(answers: dict[str, Answer] | None = None) -> Workbook:
    return load_workbook(io.BytesIO(exported(answers, ASKED)))


def cells(book: Workbook, row: int) -> list[Any]:
    sheet, first = place_of(book, "aquatic.table", "row")
    return [sheet.cell(first + row, SheetColumn.ANSWER + at).value for at in range(len(COLUMNS))]


def test_prepared_rows_stand_in_the_sheet_with_the_values_as_what_they_are() -> None:
    book = opened({"aquatic.table": Answer(value=ROWS, version=1)})
    assert cells(book, 0)[:2] == ["口蹄疫 Foot and mouth disease", None]
    (name, tested, positive, rate, last, free) = cells(book, 1)
    assert (name, tested, positive, rate, free) == ("疯牛病 BSE", 12, 3, None, "否 No")
    assert isinstance(last, datetime)
    assert last.date() == date(2024, 3, 5)


def test_cells_have_the_rules_of_their_columns() -> None:
    sheet, first = place_of(opened(), "aquatic.table", "row")
    rules = {rule.type: (rule.formula1, rule.formula2) for rule in sheet.data_validations.dataValidation}
    assert rules["whole"] == ("0", "1000000000000000")
    assert rules["date"] == ("61", "MIN(2958465,TODAY())")
    assert {"list", "decimal"} <= {*rules}
    heading = sheet.cell(first - 1, SheetColumn.ANSWER + 1).value
    assert heading == "* 检测数\nTested\n数字 number"


def test_a_year_is_this_one_at_the_latest() -> None:
    limits = {"minimum": 1990, "whole": True, "not_in_future": True}
    sheet, _ = place_of(load_workbook(io.BytesIO(exported(None, (
        a_questionnaire(a_question("number", limits=limits)),
    )))), "aquatic.number")  # fmt: skip
    (rule,) = [each for each in sheet.data_validations.dataValidation if each.type == "whole"]
    assert (rule.formula1, rule.formula2) == ("1990", "MIN(1000000000000000,YEAR(TODAY()))")


def test_an_untouched_workbook_changes_nothing() -> None:
    answers = {"aquatic.table": Answer(value=ROWS, version=1)}
    assert read_back(exported(answers, ASKED), answers, ASKED).answers == {}
    assert read_back(exported(None, ASKED), None, ASKED).answers == {}


def test_prepared_rows_come_back_by_their_code_and_only_where_something_was_filled_in() -> None:
    typed = [
        ["口蹄疫 Foot and mouth disease", 40, 0, None, date(2020, 1, 2), "Yes"],
        ["疯牛病 BSE"],
        ["蓝舌病 Bluetongue", "x"],
    ]
    changes = read_back(
        edited(exported(None, ASKED), lambda book: fill_in(book, "table", typed)), None, ASKED
    )
    assert not changes.refused
    assert changes.answers["aquatic.table"].value == (
        {"disease": "fmd", "tested": "40", "positive": "0", "last": "2020-01-02", "free": "yes"},
        {
            "disease": "蓝舌病 Bluetongue",
            "tested": "x",
        },  # a draft may hold anything: submitting names the cell
    )


def test_the_sheet_says_when_a_question_is_asked() -> None:
    sheet, row = place_of(opened(), "aquatic.text")
    told = str(sheet.cell(row, SheetColumn.HOW).value)
    assert told.endswith("仅在以下情况填写：\nOnly to be answered if:\n1.1 = 是 Yes")

"""What an officer sees in the workbook: no formula, locked words, open answers, lists, formats, and both languages."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.workbook.identity import LISTS, SHEET
from services.portal.workbook.instructions import TITLE
from services.portal.workbook.layout import SheetColumn
from services.portal.workbook.words import code_of, labels_of
from services.questionnaire.catalogue import for_case, load
from shared.contracts.questionnaires import Answer, Choice, Questionnaire, all_questions
from tests.workbooks import (
    CASE_NO,
    KINDS,
    QUESTIONS,
    a_question,
    a_questionnaire,
    exported,
    part_sheet,
    place_of,
)

DANGEROUS = ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")']


def a_book(
    answers: dict[str, Answer] | None = None, asked: tuple[Questionnaire, ...] | None = None
) -> Workbook:
    data = exported(answers, asked) if asked else exported(answers)
    return load_workbook(io.BytesIO(data))


def cell_of(
    book: Workbook, kind: str, role: str = "answer", code: str = "", column: int = SheetColumn.ANSWER
) -> Cell:
    sheet, row = place_of(book, f"aquatic.{kind}", role, code)
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def offered(sheet: Worksheet, cell: Cell) -> list[Any]:
    """What the cell's drop-down offers."""
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref]
    assert rule.type == "list"
    column, last = re.fullmatch(rf"'{LISTS}'!\$([A-Z]+)\$1:\$[A-Z]+\$(\d+)", str(rule.formula1)).groups()  # type: ignore[union-attr]
    assert isinstance(sheet.parent, Workbook)
    return [sheet.parent[LISTS][f"{column}{row}"].value for row in range(1, int(last) + 1)]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_that_was_typed_leaves_as_a_formula(text: str) -> None:
    answers = {
        "aquatic.text": Answer(value=text, note=text, attachments=(text,), version=1),
        "aquatic.table": Answer(value=({"year": text, "output": text},), note=text, version=1),
    }
    data = exported(answers)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    book = load_workbook(io.BytesIO(data))
    for cell in (
        cell_of(book, "text"), cell_of(book, "text", column=SheetColumn.NOTE), cell_of(book, "table", "row"),
        cell_of(book, "table", "head", column=SheetColumn.NOTE),
    ):  # fmt: skip
        assert (cell.data_type, cell.value, cell.number_format, cell.quotePrefix) == ("s", text, "@", True)


def test_only_the_cells_for_answers_are_open() -> None:
    book = a_book()
    sheet = part_sheet(book)
    open_cells = {
        (str(sheet.cell(cell.row, SheetColumn.KEY).value), cell.column)
        for row in sheet.iter_rows() for cell in row
        if isinstance(cell, Cell) and not cell.protection.locked
    }  # fmt: skip
    simple = {
        (f"aquatic.{kind}|answer|", column)
        for kind in KINDS
        for column in (SheetColumn.ANSWER, SheetColumn.NOTE)
    }
    blocks = ("choices", "table", "file")
    simple -= {
        (f"aquatic.{kind}|answer|", column)
        for kind in blocks
        for column in (SheetColumn.ANSWER, SheetColumn.NOTE)
    }
    heads = {(f"aquatic.{kind}|head|", SheetColumn.NOTE) for kind in blocks}
    choices = {(f"aquatic.choices|choice|{code}", SheetColumn.ANSWER) for code in ("farmed", "wild", "both")}
    rows = {("aquatic.table|row|", column) for column in (SheetColumn.ANSWER, SheetColumn.ANSWER + 1)}
    assert open_cells == simple | heads | choices | rows
    assert all(each.protection.sheet and not each.protection.password for each in book.worksheets)
    assert book.security is not None
    assert book.security.lockStructure


def test_the_hidden_sheets_and_the_keys_are_out_of_sight() -> None:
    book = a_book()
    assert [each.title for each in book.worksheets] == [TITLE, "第1部分 基本信息", LISTS, SHEET]
    assert [each.sheet_state for each in book.worksheets] == [
        "visible",
        "visible",
        "veryHidden",
        "veryHidden",
    ]
    assert part_sheet(book).column_dimensions["A"].hidden


def test_every_column_of_a_wide_table_has_the_width_of_a_table() -> None:
    columns = [{"code": f"c{at}", "zh": "列", "en": "Column"} for at in range(12)]
    book = a_book(asked=(a_questionnaire(a_question("table", columns=columns)),))
    page, _ = place_of(book, "aquatic.table", "row")
    assert {page.column_dimensions[letter].width for letter in "IJKLMNOP"} == {24}
    assert page.max_column == 16


@pytest.mark.parametrize(
    ("kind", "role", "code", "labels"),
    [
        ("yes_no", "answer", "", ["是 Yes", "否 No"]),
        ("choice", "answer", "", ["养殖 Farmed", "野生 Wild", "养殖, 野生 Farmed, wild"]),
        ("choices", "choice", "wild", ["是 Yes"]),
    ],
)  # fmt: skip
def test_choices_are_drop_downs(kind: str, role: str, code: str, labels: list[str]) -> None:
    book = a_book()
    assert offered(part_sheet(book), cell_of(book, kind, role, code)) == labels


@pytest.mark.parametrize(("kind", "rule"), [("number", "decimal"), ("date", "date")])
def test_numbers_and_dates_are_checked_as_they_are_typed(kind: str, rule: str) -> None:
    book = a_book()
    cell = cell_of(book, kind)
    (found,) = [
        each for each in part_sheet(book).data_validations.dataValidation if cell.coordinate in each.sqref
    ]
    assert (found.type, found.operator, found.allow_blank, found.showErrorMessage) == (
        rule,
        "between",
        True,
        True,
    )


def test_an_answer_stands_there_in_the_type_of_its_kind() -> None:
    answers = {
        "aquatic.number": Answer(value=12.5, version=1),
        "aquatic.date": Answer(value="2024-02-29", version=1),
        "aquatic.yes_no": Answer(value="no", note="2019", version=1),
        "aquatic.choices": Answer(value=("wild",), version=1),
    }
    book = a_book(answers)
    assert cell_of(book, "number").value == 12.5
    assert (cell_of(book, "date").value, cell_of(book, "date").number_format) == (
        datetime.fromisoformat("2024-02-29"),
        "yyyy-mm-dd",
    )
    assert cell_of(book, "yes_no").value == "否 No"
    assert cell_of(book, "yes_no", column=SheetColumn.NOTE).value == "2019"
    assert cell_of(book, "choices", "choice", "wild").value == "是 Yes"
    assert cell_of(book, "choices", "choice", "farmed").value is None


def test_a_question_shows_both_languages_its_marks_its_unit_and_its_files() -> None:
    question = a_question(
        "number", id="aquatic.text", required=True, attachment_required=True, unit="吨 / t", text_zh="问题？", text_en="What?"
    )  # fmt: skip
    book = a_book(
        {"aquatic.text": Answer(attachments=("a", "b"), version=1)}, asked=(a_questionnaire(question),)
    )
    shown = [str(cell_of(book, "text", column=column).value) for column in (3, 4, 6, 8)]
    assert shown[0] == "* 必填 Required · 附件上传（必填） Attachment required\n问题？\nWhat?"
    assert shown[1:] == ["请说明。\nExplain.", "数字\nNumber\n吨 / t", "a.pdf\nb.pdf"]


def test_the_first_sheet_says_what_this_is() -> None:
    told = "\n".join(str(cell.value) for row in a_book()[TITLE].iter_rows() for cell in row if cell.value)
    for said in (
        CASE_NO,
        "version 1",
        "第1版",
        "2026-11-23 12:20:00 UTC+8",
        "必填的答案",
        "Answer, required",
        "第1部分 基本信息",
    ):
        assert said in told


def test_long_texts_wrap_and_tables_have_room() -> None:
    answers = {"aquatic.table": Answer(value=({"year": "2024"},) * 3, version=1)}
    book = a_book(answers)
    assert cell_of(book, "long_text").alignment.wrap_text
    keys = [cell.value for (cell,) in part_sheet(book).iter_rows(max_col=1)]
    assert keys.count("aquatic.table|row|") == 13


def test_two_questionnaires_have_sheets_of_their_own() -> None:
    malt = a_question("text", "malt")
    book = a_book(asked=(a_questionnaire(a_question("text")), a_questionnaire(malt, code="malt")))
    assert book.sheetnames[1:3] == ["aquatic 第1部分 基本信息", "malt 第1部分 基本信息"]


@pytest.mark.parametrize("code", sorted(load()))
def test_a_whole_questionnaire_keeps_to_excels_limits(code: str) -> None:
    book = a_book(asked=(load()[code],))
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    for sheet in book.worksheets:
        assert all(len(str(rule.error or "")) <= 225 for rule in sheet.data_validations.dataValidation)


def test_labels_map_back_to_one_code_each() -> None:
    for questionnaire in (*load().values(), *for_case(["farmed"], False)):
        for question in (q for q in all_questions([questionnaire]) if q.choices):
            assert {code: code_of(question, label) for code, label in labels_of(question).items()} == {
                choice.code: choice.code for choice in question.choices
            }


def test_choices_of_one_name_are_told_apart_by_their_code() -> None:
    same = (Choice(code="a", zh="其他", en="Other"), Choice(code="b", zh="其他", en="other"))
    question = QUESTIONS["aquatic.choice"].model_copy(update={"choices": same})
    assert labels_of(question) == {"a": "其他 Other (a)", "b": "其他 other (b)"}
    assert code_of(question, "其他 Other (a)") == "a"
    assert code_of(question, "其他") is None

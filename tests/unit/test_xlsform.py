"""A questionnaire goes out as an XLSForm that other tools read, and comes back the same, or changed as its author changed it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from cli.questionnaires.sources import read_spreadsheet, with_product
from cli.questionnaires.xlsform.columns import COLUMNS, NotImported
from cli.questionnaires.xlsform.exporting import NotExported, xlsform_of
from cli.questionnaires.xlsform.expressions import (
    NotUnderstood,
    read_conditions,
    read_limits,
    written_conditions,
    written_limits,
)
from cli.questionnaires.xlsform.sheets import LARGEST_FILE
from services.questionnaire.catalogue import load
from services.questionnaire.catalogue.product_words import ProductWords
from shared.contracts.question_rules import AnswerLimits, Condition
from shared.contracts.questionnaires import Questionnaire
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

OPTIONS = [
    {"code": "wild", "zh": "野生", "en": "=Wild", "exclusive": True},
    {"code": "other", "zh": "其他", "en": "Other", "note": True, "file": True},
]
PRODUCT = ProductWords("水产品", "aquatic products")
BOTH_MARKS = """it's "so" and not selected(x, 'y')"""
COLUMN = {"zh": "列", "en": "Column"}
EVERYTHING = a_questionnaire(
    a_question("text", "plain", limits={"pattern": BOTH_MARKS, "pattern_zh": "如此", "pattern_en": "So"}),
    a_question("text", "quoted", limits={"pattern": "it's", "pattern_zh": "如此", "pattern_en": "So", "longest": 9}),
    a_question("long_text", "long", required=True, attachment_required=True, help_en="1. One\n2. _x0041_ Two"),
    a_question("long_text", "longer", required=True, attachment_suffices=True, limits={"shortest": 5}),
    a_question("yes_no", "asked", describe_if="no", attachment_if="yes"),
    a_question("choice", "choice", choices=[OPTIONS[0] | {"exclusive": False}, OPTIONS[1]], only_for=["wild", "farmed"]),
    a_question("choices", "choices", choices=OPTIONS, relevant=[{"question": "aquatic.choice", "any_of": ["wild", "other"]}]),
    a_question("number", "count", unit="家 / establishments", rows_of="aquatic.rows", limits={"whole": True, "minimum": 0}),
    a_question("number", "rate", unit="%", not_applicable=True, limits={"minimum": -0.5, "maximum": 1e21},
               relevant=[{"question": "aquatic.count", "at_least": 2.5}, {"question": "aquatic.asked", "none_of": ["no"]}]),
    a_question("date", "day", limits={"earliest": "2001-02-03", "latest": "2030-01-01", "not_in_future": True}),
    a_question("file", "file", required=True, attachment_required=True),
    a_question("table", "rows", min_rows=2, prepared=[{"code": "fmd", "zh": "口蹄疫", "en": "FMD"}], columns=[
        {"code": "name", "required": True, **COLUMN},
        {"code": "tested", "kind": "number", "limits": {"whole": True, "minimum": 0}, **COLUMN},
        {"code": "year", "kind": "number", "limits": {"whole": True, "not_in_future": True}, **COLUMN},
        {"code": "found", "kind": "number", **COLUMN},
        {"code": "how", "kind": "choice", "choices": [{"code": "wild", "zh": "野", "en": "W"}], **COLUMN},
        {"code": "done", "kind": "yes_no", **COLUMN},
        {"code": "why", "required_where": {"column": "how", "any_of": ["wild"]}, **COLUMN},
        {"code": "then", "required_where": {"column": "done", "any_of": ["yes", "no"]}, **COLUMN},
        {"code": "on", "kind": "date", "limits": {"not_in_future": True}, **COLUMN},
        {"code": "sum", "kind": "number", "calculated": {"sum_of": ["tested", "found"]}, **COLUMN},
        {"code": "rate", "kind": "number", "calculated": {"rate_of": ["found", "tested"]}, "limits": {"maximum": 100}, **COLUMN},
    ]),
    a_question("table", "years", only_prepared=True, prepared=[{"code": "last", "zh": "去年", "en": "Last year"}], columns=[
        {"code": "year", "required": True, **COLUMN},
    ]),
)  # fmt: skip


def exported(folder: Path, questionnaire: Questionnaire) -> Path:
    path = folder / f"{questionnaire.code}.xlsx"
    path.write_bytes(xlsform_of(questionnaire, PRODUCT))
    return path


def edited(path: Path, edit: Callable[[Workbook], None]) -> Path:
    """The file as a spreadsheet saves it after somebody changed something."""
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def cell_of(book: Workbook, sheet: str, name: str, column: str) -> Any:
    """The cell of the row with this name, in this column."""
    head, *rows = book[sheet].iter_rows()
    place = [cell.value for cell in head].index(column)
    return next(row[place] for row in rows if row[1].value == name)


def put(sheet: str, name: str, column: str, value: object) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        cell_of(book, sheet, name, column).value = value

    return edit


@pytest.mark.parametrize("code", load())
def test_every_questionnaire_goes_out_for_other_tools_and_comes_back_the_same(
    code: str, tmp_path: Path
) -> None:
    questionnaire, product = with_product(code)
    (path := tmp_path / "out.xlsx").write_bytes(xlsform_of(questionnaire, product))
    assert convert(xlsform=str(path), validate=False).warnings == []
    assert read_spreadsheet(path)[0] == questionnaire == load()[code]


def test_everything_that_a_question_can_say_comes_back(tmp_path: Path) -> None:
    path = exported(tmp_path, EVERYTHING)
    assert convert(xlsform=str(path), validate=False).warnings == []
    assert read_spreadsheet(path)[0].parts == EVERYTHING.parts
    assert read_spreadsheet(edited(path, lambda book: None))[0].parts == EVERYTHING.parts


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    for sheet in load_workbook(exported(tmp_path, EVERYTHING)).worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize(
    ("edit", "asked"),
    [
        (put("survey", "plain", "label::English (en)", "Where from?"), lambda q: q["plain"].text_en == "Where from?"),
        (put("survey", "asked", "required", "yes"), lambda q: q["asked"].required),
        (put("survey", "asked", "required", True), lambda q: q["asked"].required),
        (put("survey", "count", "constraint", ". >= 1 and (. <= 10)"), lambda q: q["count"].limits.maximum == 10),
        (put("survey", "rows", "fas_min_rows", 7), lambda q: q["rows"].min_rows == 7),
        (put("survey", "plain", "relevant", "${choice} = 'wild'"), lambda q: q["plain"].relevant[0].any_of == ("wild",)),
        (
            put("survey", "plain", "relevant", "not(selected(${choice}, 'wild'))"),
            lambda q: q["plain"].relevant[0].none_of == ("wild",),
        ),
    ],
)  # fmt: skip
def test_a_change_in_the_spreadsheet_comes_through(
    edit: Callable[[Workbook], None], asked: Callable[[dict[str, Any]], bool], tmp_path: Path
) -> None:
    found, _ = read_spreadsheet(edited(exported(tmp_path, EVERYTHING), edit))
    assert asked({question.id.partition(".")[2]: question for question in found.parts[0].questions})


def test_a_row_that_is_added_is_a_question(tmp_path: Path) -> None:
    def add(book: Workbook) -> None:
        sheet = book["survey"]
        sheet.insert_rows(3)
        for at, text in enumerate(("text", "added", "新问题", "New", "说明", "Guidance"), 1):
            sheet.cell(3, at, text)
        sheet.cell(1, sheet.max_column + 1, "# mine")
        sheet.cell(3, sheet.max_column, "=1+1")

    found, text = read_spreadsheet(edited(exported(tmp_path, EVERYTHING), add))
    assert found.parts[0].questions[0] == a_question(
        name="added", text_zh="新问题", text_en="New", help_zh="说明", help_en="Guidance"
    )
    assert found.parts[0].questions[1:] == EVERYTHING.parts[0].questions
    assert "- id: added" in text


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put("survey", "plain", "type", "note"), "sheet survey, row 3: the type «note» is none of text"),
        (put("survey", "plain", "label::English (en)", "=A1"), "sheet survey, row 3: column D holds a formula"),
        (put("survey", "plain", "label::English (en)", None), "sheet survey, row 3: question plain: text_en"),
        (put("survey", "quoted", "name", "plain"), "row 4: the name «plain» stands in row 3 already"),
        (put("survey", "plain", "name", "Plain Text"), "row 3: question Plain Text: id"),
        (put("survey", "plain", "required", "maybe"), "row 3: required is yes or empty, not «maybe»"),
        (put("survey", "plain", "relevant", "${choice} > 'x' or 1"), "row 3: relevant: «${choice} > 'x' or 1» is no condition"),
        (put("survey", "plain", "relevant", "selected(${nothing}, 'x')"), "row 3: question plain: relevant: there is no"),
        (put("survey", "plain", "constraint", "count(.) > 3"), "row 3: constraint: «count(.) > 3» is no limit"),
        (put("survey", "count", "constraint", ". >= 1 and . >= 2"), "limits minimum twice"),
        (put("survey", "plain", "appearance", "wide"), "row 3: the appearance is multiline"),
        (put("survey", "choice", "type", "select_one nowhere"), "the sheet choices has no list «nowhere»"),
        (put("survey", "choice", "type", "select_one"), "select_one names its list"),
        (put("survey", "long", "fas_file", "always"), "fas_file is some of required, suffices, if_yes, if_no, not «always»"),
        (put("survey", "rows", "fas_min_rows", "two"), "fas_min_rows is a whole number, not «two»"),
        (put("survey", "rows.name", "name", "name"), "a column of this table is called rows.…, not «name»"),
        (put("survey", "rows.name", "type", "file"), "a cell of a table is no file"),
        (put("survey", "rows.name", "relevant", "x"), "a column of a table has no relevant"),
        (put("survey", "rows.sum", "calculation", "${rows.tested} * 2"), "is neither a sum"),
        (put("survey", "plain", "calculation", "1"), "only a column of a table has a calculation"),
        (put("survey", "part_1", "label::English (en)", "Basics"), "row 2: the title of a part is the same everywhere"),
        (put("survey", "part_1", "name", "part_9"), "row 2: a part is called one of part_1"),
        (put("choices", "wild", "name", "other"), "has «other» already"),
        (put("choices", "yes", "label::English (en)", "Yeah"), "sheet choices, row 2: the list yes-no can't be changed"),
        (lambda book: book["choices"].append(["lonely", "x", "甲", "A"]), "no question uses the list «lonely»"),
        (put("settings", "问卷", "version", "two"), "sheet settings, row 2: version is a whole number from 1, not «two»"),
        (lambda book: book.remove(book["choices"]), "has no sheet choices"),
        (lambda book: book["survey"].delete_rows(2), "row 2: stands in no part"),
        (lambda book: book["survey"].delete_rows(book["survey"].max_row), "row 2: the part part_1 has no end_group"),
        (lambda book: book["survey"].delete_rows(book["survey"].max_row - 1), "the table years (row 27) has no end_repeat"),
        (lambda book: book["settings"].delete_rows(2), "sheet settings: holds one row"),
        (lambda book: book["survey"].cell(1, 5, "hnt::中文 (zh)"), "row 1: there is no column «hnt::中文 (zh)»; is «hint"),
        (lambda book: book["survey"].cell(1, 5, "name"), "row 1: the column «name» stands twice"),
        (lambda book: book["survey"].cell(1, 2, "# name"), "row 1: there is no column name"),
        (lambda book: book["survey"].cell(3, 40, "lost"), "row 3: «lost» stands in a column without a heading"),
        (lambda book: book["survey"].cell(20_000, 1, "text"), "has 20,000 rows"),
    ],
)  # fmt: skip
def test_what_can_not_be_taken_is_named_with_its_sheet_and_row(
    edit: Callable[[Workbook], None], said: str, tmp_path: Path
) -> None:
    with pytest.raises(NotImported) as refused:
        read_spreadsheet(edited(exported(tmp_path, EVERYTHING), edit))
    assert said in str(refused.value)


def a_zip_of(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no spreadsheet"),
        (b"type,name\ntext,a\n", "is no spreadsheet"),
        (a_zip_of("mimetype", b"odt"), "is no spreadsheet"),
        (b"x" * (10 * 1024 * 1024), f"is larger than {LARGEST_FILE:,} bytes"),
        (a_zip_of("xl/sheet1.xml", b" " * (65 * 1024 * 1024)), "when it is unpacked"),
    ],
    ids=["empty", "csv", "another zip", "10 MB", "a bomb"],
)
def test_a_file_that_is_no_spreadsheet_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    (path := tmp_path / "broken.xlsx").write_bytes(data)
    with pytest.raises(NotImported) as refused:
        read_spreadsheet(path)
    assert said in str(refused.value)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = exported(tmp_path, EVERYTHING)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(NotImported, match="is no spreadsheet"):
        read_spreadsheet(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotImported, match=r"nowhere\.xlsx can't be read: No such file"):
        read_spreadsheet(tmp_path / "nowhere.xlsx")


@pytest.mark.parametrize("text", ["x" * 40_000, "a\x00b"])
def test_a_text_that_no_cell_carries_is_refused_when_it_goes_out(text: str) -> None:
    with pytest.raises(NotExported, match="sheet survey, row 3"):
        xlsform_of(a_questionnaire(a_question(help_en=text)), PRODUCT)


CODES = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
CONDITIONS = st.one_of(
    st.builds(lambda name, codes: Condition(question=f"aquatic.{name}", any_of=codes), CODES, st.lists(CODES, min_size=1)),
    st.builds(lambda name, codes: Condition(question=f"aquatic.{name}", none_of=codes), CODES, st.lists(CODES, min_size=1)),
    st.builds(lambda name, least: Condition(question=f"aquatic.{name}", at_least=least), CODES, NUMBERS),
)  # fmt: skip


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_every_condition_comes_back(conditions: list[Condition]) -> None:
    back = read_conditions(written_conditions(conditions))
    assert [
        Condition.model_validate(each | {"question": f"aquatic.{each['question']}"}) for each in back
    ] == conditions


LIMITS = st.builds(
    AnswerLimits, minimum=st.none() | NUMBERS, maximum=st.none() | NUMBERS, earliest=st.none() | st.dates(),
    latest=st.none() | st.dates(), not_in_future=st.booleans(), whole=st.booleans(), shortest=st.none() | st.integers(1, 9999),
    longest=st.none() | st.integers(1, 9999),
    pattern=st.text().filter(lambda text: not ("'" in text and '"' in text) and "\\x27" not in text),
)  # fmt: skip


@given(LIMITS)
def test_all_limits_come_back(limits: AnswerLimits) -> None:
    written = written_limits(limits)
    back = read_limits(written) if written else {}
    assert AnswerLimits.model_validate({**back, "whole": limits.whole}) == limits  # the type says that


@given(st.text(alphabet="${}()'\"=<> .abselctdnor0123456789,", max_size=60))
def test_no_expression_brings_the_reader_down(text: str) -> None:
    for read in (read_conditions, read_limits):
        try:
            read(text)
        except NotUnderstood:
            continue


def test_the_columns_that_are_written_are_those_that_are_read(tmp_path: Path) -> None:
    book = load_workbook(exported(tmp_path, EVERYTHING))
    assert {name: tuple(cell.value for cell in book[name][1]) for name in COLUMNS} == COLUMNS

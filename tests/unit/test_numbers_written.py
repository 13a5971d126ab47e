"""A number reads the same wherever it stands, with all its digits and never an exponent."""

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from services.portal.pages.language import Lang
from services.portal.pages.templating import templates
from services.portal.workbook.layout import SheetColumn
from shared.contracts.questionnaires import Answer, QuestionKind
from tests.unit.test_answers_round_trip import declared
from tests.unit.test_printed_paper import shown
from tests.unit.test_questionnaire_form import question
from tests.workbooks import edited, exported, fill_in, place_of, read_back

NUMBERS = [
    (5e-05, "0.00005"),
    (1e-07, "0.0000001"),
    (-2.5e-06, "-0.0000025"),
    (123456789012.5, "123456789012.5"),
    (0.1, "0.1"),
    (12, "12"),
]
ASKED = question(QuestionKind.NUMBER, unit="mg/kg")
COUNTED = question(QuestionKind.NUMBER, unit="家 / establishments")


def _page(number: float) -> str:
    """As the history, a comparison and a colleague's answer show it."""
    macros = templates(Lang.EN).get_template("questionnaire/answers.html").make_module()
    return str(macros.value(ASKED, number))  # type: ignore[attr-defined]


def _paper(number: float) -> str:
    lines = shown("number", number, unit="mg/kg")["body"]["lines"]
    return "".join(line["text"] for line in lines)


def _declaration(number: float) -> str:
    return declared(ASKED, Answer(value=number), []).decode()


def _table_of_a_workbook(number: float) -> str:
    changes = read_back(edited(exported(), lambda book: fill_in(book, "table", [[None, number]])))
    return str(changes.answers["aquatic.table"].value)


WAYS: dict[str, Callable[[float], str]] = {
    "page": _page, "paper": _paper, "declaration": _declaration, "table of a workbook": _table_of_a_workbook,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("number", "written"), NUMBERS)
def test_a_number_is_written_in_full(way: str, number: float, written: str) -> None:
    found = WAYS[way](number)

    assert written in found
    assert "e-0" not in found


@pytest.mark.parametrize(
    ("number", "shown_as"), [(1e-10, "0.0000000000"), (123456789012345, "0"), (12.5, "General")]
)
def test_a_cell_of_a_workbook_shows_all_digits(number: float, shown_as: str) -> None:
    book = load_workbook(io.BytesIO(exported({"aquatic.number": Answer(value=number, version=1)})))
    sheet, row = place_of(book, "aquatic.number")

    cell = sheet.cell(row, SheetColumn.ANSWER)
    assert (cell.value, cell.number_format) == (number, shown_as)
    assert not cell.protection.locked


@pytest.mark.parametrize(("lang", "said"), [(Lang.ZH, "12 家"), (Lang.EN, "12 establishments")])
def test_a_unit_is_said_in_the_language_of_the_reader(lang: Lang, said: str) -> None:
    macros = templates(lang).get_template("questionnaire/answers.html").make_module()
    page = str(macros.value(COUNTED, 12))  # type: ignore[attr-defined]
    lines = shown("number", 12, language=lang.value, unit=COUNTED.unit)["body"]["lines"]

    assert f">{said}<" in page
    assert "".join(line["text"] for line in lines) == said

"""What the printed questionnaire says before its questions and after them."""

from typing import Any

import pytest

from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.words import Language
from shared.contracts.documents.people import Authority
from shared.contracts.questionnaires import PreamblePoint, PreambleSection
from tests.unit.test_printed_paper import AT, AUTHORITY, CASE
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

SECTION = PreambleSection(
    code="legal_basis",
    title_zh="法律依据",
    title_en="Legal basis",
    points=(PreamblePoint(zh="法律", en="A law"),),
)


def a_form(language: str = "en", authority: Authority | None = AUTHORITY, **given: Any) -> dict[str, Any]:
    asked = a_questionnaire(a_question()).model_copy(update={"preamble": (SECTION,)})
    return PdfDocument(PrintJob(CASE, authority, (asked,), {}, **given), Language(language), AT).form()


def signed(form: dict[str, Any]) -> dict[str, str]:
    return {
        each["name"]: "".join(line["text"] for line in each["lines"]) for each in form["declaration"]["lines"]
    }


@pytest.mark.parametrize(
    ("language", "title", "point"), [("zh", "法律依据", "法律"), ("en", "Legal basis", "A law")]
)
def test_the_preamble_stands_before_the_parts(language: str, title: str, point: str) -> None:
    (questionnaire,) = a_form(language)["questionnaires"]
    assert questionnaire["preamble"] == [{"title": title, "points": [[{"text": point, "rtl": False}]]}]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh", ["打印内容", "负责人姓名", "职务", "日期", "签字"]),
        ("en", ["Content", "Name of the responsible officer", "Office", "Date", "Signature"]),
    ],
)
def test_a_blank_declaration_has_lines_to_be_signed_by_hand(language: str, names: list[str]) -> None:
    lines = signed(a_form(language))
    assert list(lines) == names
    assert [text for name, text in lines.items() if name != names[0]] == [""] * 4


def test_what_is_known_of_a_submission_is_filled_in() -> None:
    form = a_form(round=2, sent_at=AT, officer="Maria Croes", office="Chief Veterinary Officer")
    assert signed(form) == {
        "Content": "Answers of submission 2 (2026-11-23 14:00:00 UTC+8)",
        "Name of the responsible officer": "Maria Croes", "Office": "Chief Veterinary Officer",
        "Date": "2026-11-23", "Signature": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "阿鲁巴兽医局 (AW-01)"), ("en", "Veterinary Service of Aruba (AW-01)")]
)
def test_the_statement_names_the_authority_and_the_case(language: str, name: str) -> None:
    said = "".join(line["text"] for line in a_form(language)["declaration"]["statement"])
    assert name in said
    assert "202611000000000001" in said
    assert "{" not in said

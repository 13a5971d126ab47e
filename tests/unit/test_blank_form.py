"""A blank form says of every question how it is to be answered, asked or not, and leaves room for it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.cases.answering import KINDS
from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.words import Language
from services.questionnaire.catalogue import load
from shared.contracts.questionnaires import Question, QuestionKind, all_questions
from tests.unit.test_printed_paper import AUTHORITY, CASE, an_answer
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

AT = datetime(2026, 11, 29, tzinfo=UTC)
FMD = {"code": "fmd", "zh": "口蹄疫", "en": "Foot and mouth disease"}
OTHER = {"code": "other", "zh": "其他", "en": "Other", "note": True}
NONE = {"code": "none", "zh": "无", "en": "None", "exclusive": True}


def a_form(*questions: Question, language: str = "en", **given: Any) -> dict[str, Any]:
    printed = PrintJob(None, None, [a_questionnaire(*questions)], {}, blank=True)
    return PdfDocument(printed, Language(language), AT).form()


def last(*questions: Question, language: str = "en") -> Any:
    return a_form(*questions, language=language)["questionnaires"][0]["parts"][0]["questions"][-1]


def rules(*questions: Question, language: str = "en") -> list[str]:
    return ["".join(line["text"] for line in rule) for rule in last(*questions, language=language)["rules"]]


def test_a_question_is_printed_with_its_guidance_and_empty_options() -> None:
    printed = last(a_question("choices", choices=[OTHER, NONE], help_en="Choose well."))
    assert [line["text"] for line in printed["help"]] == ["Choose well."]
    assert printed["body"]["options"] == [
        {"text": "Other", "chosen": False},
        {"text": "None", "chosen": False},
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (a_question("text", limits={"longest": 9}), ["A text, at most 9 characters"]),
        (a_question("number", unit="家 / farms", limits={"minimum": 0, "maximum": 9, "whole": True}),
         ["A number (farms), whole, not less than 0, not more than 9"]),
        (a_question("date", limits={"earliest": "2001-02-03", "latest": "2030-01-01", "not_in_future": True}),
         ["A date, YYYY-MM-DD, not before 2001-02-03, not after 2030-01-01, not in the future"]),
        (a_question("text", limits={"pattern": "[0-9]+", "pattern_zh": "只填数字。", "pattern_en": "Digits alone."}),
         ["A text, Digits alone"]),
        (a_question("choices", choices=[OTHER, NONE]),
         ["Choose all that apply", "To be chosen alone: “None”", "A note is required with: “Other”"]),
        (a_question("yes_no", describe_if="no", attachment_if="yes"),
         ["Yes or no", "A note is required with: “No”", "A file is required with: “Yes”"]),
        (a_question("long_text", attachment_suffices=True, not_applicable=True),
         ["A text of several lines", "A file answers it as well",
          "If it does not apply, leave it unanswered and say why in the note"]),
        (a_question("table", min_rows=2), ["A table, one row each", "At least 2 rows"]),
        (a_question("table", prepared=[FMD], only_prepared=True), ["A table, one row each", "The given rows alone"]),
        (a_question("text", only_for=["farmed"]), ["Only for: Farmed aquatic products", "A text"]),
    ],
)  # fmt: skip
def test_what_an_answer_may_be_is_said_in_words(question: Question, said: list[str]) -> None:
    assert rules(question) == said


def test_when_a_question_is_asked_is_said_by_the_numbers_of_others_in_both_languages() -> None:
    first = a_question("choice", "first", choices=[OTHER, FMD])
    second = a_question("number", "second")
    third = a_question("text", "third", relevant=[
        {"question": "aquatic.first", "any_of": ["other", "fmd"]}, {"question": "aquatic.second", "at_least": 2},
    ])  # fmt: skip
    assert rules(first, second, third)[0] == (
        "Only to be answered if: the answer to 1.1 is “Other” or “Foot and mouth disease”; 1.2 is 2 or more"
    )
    assert rules(first, second, third, language="zh")[0] == (
        "仅在以下情况填写：1.1的答案是“其他”或“口蹄疫”；1.2不小于2"
    )


def test_a_table_has_its_prepared_rows_room_for_others_and_what_each_column_takes() -> None:
    said = {"zh": "列", "en": "Column"}
    printed = last(a_question("table", prepared=[FMD], columns=[
        {"code": "disease", "required": True, **said},
        {"code": "tested", "kind": "number", "limits": {"minimum": 0}, "zh": "检", "en": "Tested"},
        {"code": "how", "kind": "choice", "choices": [OTHER | {"note": False}], **said},
        {"code": "why", "required_where": {"column": "how", "any_of": ["other"]}, **said},
        {"code": "rate", "kind": "number", "calculated": {"rate_of": ["tested", "tested"]}, **said},
    ]))  # fmt: skip
    assert [line["text"] for line in printed["body"]["rows"][0]["cells"][0]] == ["Foot and mouth disease"]
    assert len(printed["body"]["rows"]) == 4
    assert [column["rule"][0]["text"] for column in printed["columns"]] == [
        "text, required", "number, not less than 0", "one of: Other",
        "text, required where “Column” is “Other”", "calculated: Tested ÷ Tested, in percent",
    ]  # fmt: skip


def test_the_blank_form_of_a_case_has_every_question_and_no_answer() -> None:
    asked = a_questionnaire(
        a_question("yes_no", "first"),
        a_question("text", "second", relevant=[{"question": "aquatic.first", "any_of": ["yes"]}]),
    )
    answers = {"aquatic.first": an_answer("no"), "aquatic.second": an_answer("kept")}
    form: Any = PdfDocument(PrintJob(CASE, AUTHORITY, [asked], answers, blank=True), Language.EN, AT).form()
    printed = form["questionnaires"][0]["parts"][0]["questions"]
    assert [each["number"] for each in printed] == ["1.1", "1.2"]
    assert "kept" not in str(form)
    assert not any(option["chosen"] for option in printed[0]["body"]["options"])
    assert form["case_no"] == "202611000000000001"


@pytest.mark.parametrize(
    ("specific", "said"),
    [(["farmed"], []), (["wild", "farmed"], []), (["farmed", "meal"], ["Only for: Farmed aquatic products"])],
)
def test_the_blank_form_of_a_case_names_no_food_that_is_not_the_cases(
    specific: list[str], said: list[str]
) -> None:
    """A case is asked the questions of its own foods; which of several a question is for is said."""
    asked = a_questionnaire(a_question("text", only_for=["farmed", "wild"]))
    printed = PrintJob(CASE.changed(specific=specific), AUTHORITY, [asked], {}, blank=True)
    form: Any = PdfDocument(printed, Language.EN, AT).form()
    (question,) = form["questionnaires"][0]["parts"][0]["questions"]
    assert ["".join(line["text"] for line in rule) for rule in question["rules"]] == [*said, "A text"]


def test_an_answered_questionnaire_has_no_guidance() -> None:
    form: Any = PdfDocument(
        PrintJob(CASE, AUTHORITY, [a_questionnaire(a_question())], {}), Language.EN, AT
    ).form()
    (printed,) = form["questionnaires"][0]["parts"][0]["questions"]
    assert (printed["help"], printed["rules"], printed["columns"]) == ([], [], [])


def test_every_question_of_the_catalogue_can_be_said_in_words() -> None:
    assert set(KINDS) == set(QuestionKind)
    for questionnaire in load().values():
        for language in Language:
            printed = PrintJob(None, None, [questionnaire], {}, blank=True)
            form: Any = PdfDocument(printed, language, AT).form()
            questions = [each for part in form["questionnaires"][0]["parts"] for each in part["questions"]]
            assert len(questions) == len([*all_questions([questionnaire])])
            assert all(each["help"] and each["rules"] for each in questions)

"""Twenty questionnaires of nonsense: each is refused with the place and the reason, and none while it is a draft."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.demo.answers import VALUES
from services.portal.cases.stage_views import described
from services.questionnaire.answers import submission_faults, understood
from services.questionnaire.catalogue import for_case
from services.questionnaire.checks import check_answer
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Answer, Question, QuestionKind, all_questions
from shared.questionnaires.tables import rows_of

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
Told = set[tuple[str, str]]
"""A question without its questionnaire, and why it is refused."""


def sensible(specific: str) -> dict[str, Answer]:
    """Every question answered as its format wants it."""
    found = {}
    for question in all_questions(for_case([specific], materials_only=False)):
        value = VALUES[question.kind](described(question))
        files = (
            ("file",)
            if question.kind is QuestionKind.FILE or question.attachment_required or question.attachment_if
            else ()
        )
        found[question.id] = understood(
            question, Answer.model_validate({"value": value, "note": "Since 2019.", "attachments": files})
        )
    return found


def changed(answers: dict[str, Answer], changes: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers with other values, notes or files; `name/row/column` is one cell."""
    found, prefix = dict(answers), next(iter(answers)).partition(".")[0]
    for name, value in changes.items():
        question, _, cell = name.partition("/")
        before = found[f"{prefix}.{question}"]
        update = (
            value
            if isinstance(value, dict)
            else {"value": tuple(value) if isinstance(value, list) else value}
        )
        if cell:
            row, column = cell.split("/")
            rows = [dict(each) for each in rows_of(before.value)]
            rows[int(row)][column] = value
            update = {"value": tuple(rows)}
        found[f"{prefix}.{question}"] = before.model_copy(update=update)
    return found


def refused(specific: str, answers: Mapping[str, Answer]) -> list[tuple[str, str, str, str]]:
    faults = submission_faults(for_case([specific], materials_only=False), answers, AT)
    return [(each.field.partition(".")[2], each.code, each.message_zh, each.message_en) for each in faults]


NONSENSE: list[tuple[str, dict[str, Any], tuple[str, str], str]] = [
    ("beef", {"establishment_list/1/approved": "2999-01-01"}, ("establishment_list", "in_the_future"), "2999-01-01"),
    ("egg_product", {"legislation_list/0/in_force": "0001-01-01"}, ("legislation_list", "too_early"), "1800-01-01"),
    ("beef", {"establishment_list/0/valid_until": "9999-12-31"}, ("establishment_list", "too_late"), "2100-12-31"),
    ("beef", {"establishment_list/0/approved": "0001-01-01"}, ("establishment_list", "too_early"), "1900-01-01"),
    ("malt", {"establishment_count": 12}, ("establishment_count", "not_the_count"), "the list has 3 rows"),
    ("farmed", {"standards_differences/0/comparison": "fine"}, ("standards_differences", "unknown_choice"),
     "row 1, “Comparison”"),
    ("beef", {"hygiene_systems": ["gmp", "haccp", "none"]}, ("hygiene_systems", "exclusive_choice"), "“None is mandatory”"),
    ("beef", {"product_types": {"value": ("other",), "note": " "}}, ("product_types", "required"),
     "the note is missing, since you chose “Other"),
    ("beef", {"product_types": {"value": ("other",), "note": "-x-"}}, ("product_types", "required"),
     "the note needs at least 2 letters or digits, since you chose “Other"),
    ("malt", {"approval_procedure": "x"}, ("approval_procedure", "too_short"), "at least 5 characters"),
    ("beef", {"approval_statistics/1/approved": "x"}, ("approval_statistics", "not_a_number"), "row 2, “Approved at year end”"),
    ("beef", {"approval_statistics/0/year": "2027"}, ("approval_statistics", "in_the_future"), "the year 2027 is in the future"),
    ("beef", {"approval_statistics/0/year": "24"}, ("approval_statistics", "too_small"), "row 1, “Year”"),
    ("beef", {"monitoring_results/2/samples": "-3"}, ("monitoring_results", "too_small"), "row 3, “Number of samples”"),
    ("pasteurised_and_other", {"monitoring_results/0/non_compliant": "some"},
     ("monitoring_results", "not_a_number"), "row 1, “Non-compliant”"),
    ("beef", {"legislation_list/0/in_force": "long ago"}, ("legislation_list", "not_a_date"), "row 1, “In force since”"),
    ("beef", {"rejections/0/date": "2027-01-01"}, ("rejections", "in_the_future"), "row 1, “Date”"),
    ("beef", {"laboratories/1/name": " "}, ("laboratories", "cell_required"), "row 2, “Laboratory”: must be filled in"),
    ("beef", {"cattle_diseases": [{"disease": "anthrax", "situation": "never", "status": "never", "measures": "none"}]},
     ("cattle_diseases", "prepared_row_open"), "“Foot and mouth disease”"),
    ("pork", {"pig_diseases": [{"disease": "x", "situation": "never", "status": "x", "measures": "x"}]},
     ("pig_diseases", "prepared_row_open"), "“African swine fever”"),
    ("beef", {"bse_status": {"attachments": ()}}, ("bse_status", "required"), "the file is missing."),
    ("beef", {"regionalisation": {"attachments": ()}}, ("regionalisation", "required"),
     "the file is missing, since you chose “Yes”."),
    ("beef", {"products/0/hs_code": ""}, ("products", "cell_required"), "row 1, “HS code”: must be filled in"),
]  # fmt: skip


@pytest.mark.parametrize("specific", [code for code, about in SPECIFIC.items() if about.questionnaire])
def test_what_is_sensible_is_not_refused(specific: str) -> None:
    assert refused(specific, sensible(specific)) == []


def test_a_question_without_any_answer_is_told_once_with_the_file_that_it_wants() -> None:
    answers = changed(sensible("beef"), {"authority_structure": {"value": "", "attachments": ()}})
    assert [(name, en[:33]) for name, _, _, en in refused("beef", answers)] == [
        ("authority_structure", "Still to be answered, with a file")
    ]


def nonsense(question: Question) -> Answer:
    """What once was complete: «x» in every text and in one cell of each table, everything ticked, no notes, files alone."""
    values: dict[QuestionKind, Any] = {
        QuestionKind.CHOICE: question.choices and question.choices[-1].code, QuestionKind.FILE: None,
        QuestionKind.CHOICES: tuple(choice.code for choice in question.choices), QuestionKind.YES_NO: "no",
        QuestionKind.TABLE: question.columns and ({question.columns[0].code: "x"},), QuestionKind.NUMBER: -5.5,
        QuestionKind.DATE: "2999-01-01",
    }  # fmt: skip
    return Answer(value=values.get(question.kind, "x"), attachments=("file",))


def test_a_questionnaire_of_nonsense_is_refused_at_every_place_and_kept_as_a_draft() -> None:
    asked = for_case(["beef"], materials_only=False)
    answers = {question.id: nonsense(question) for question in all_questions(asked)}
    assert not [fault for each in all_questions(asked) for fault in check_answer(each, answers[each.id])]

    told = refused("beef", answers)

    places: Told = {(field, code) for field, code, _, _ in told}
    assert {
        ("establishment_count", "too_small"), ("establishment_count", "not_whole"), ("establishment_list", "cell_required"),
        ("hygiene_systems", "exclusive_choice"), ("product_types", "required"), ("legislation_powers", "too_short"),
    } <= places  # fmt: skip
    required = {
        each.id.partition(".")[2]
        for each in all_questions(asked)
        if each.required and each.kind is QuestionKind.TABLE
    }
    fields = {field for field, _, _, _ in told}
    not_asked = {"rejections", "radionuclide_results"}  # nothing was rejected, nothing monitored
    assert required - not_asked <= fields
    assert not not_asked & fields
    assert all(zh and en for _, _, zh, en in told)


@pytest.mark.parametrize(("specific", "changes", "told", "place"), NONSENSE)
def test_nonsense_is_refused_with_its_place_and_kept_as_a_draft(
    specific: str, changes: dict[str, Any], told: tuple[str, str], place: str
) -> None:
    asked, answers = for_case([specific], materials_only=False), changed(sensible(specific), changes)
    assert not [fault for each in all_questions(asked) for fault in check_answer(each, answers[each.id])]

    found = refused(specific, answers)

    assert {(field, code) for field, code, _, _ in found} == {told}
    assert any(place in en for _, _, _, en in found)

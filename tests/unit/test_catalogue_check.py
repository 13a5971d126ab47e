"""The check of the catalogue (part of `make check`): what is written has no fault, and each fault is named."""

from typing import Any

import pytest

from services.questionnaire.catalogue import load
from services.questionnaire.catalogue.checking import faults_of
from shared.contracts.questionnaires import Part, Question, Questionnaire


def changed(questionnaire: Questionnaire, **values: Any) -> Questionnaire:
    """With the first question of the first part changed."""
    first, *parts = questionnaire.parts
    question, *questions = first.questions
    one = Question.model_validate(question.model_dump() | values)
    return questionnaire.model_copy(
        update={"parts": (first.model_copy(update={"questions": (one, *questions)}), *parts)}
    )


def test_what_is_written_has_no_fault() -> None:
    assert [fault for fault in faults_of(load()) if "there is no questionnaire" not in fault] == []


def test_a_missing_questionnaire_is_named_with_the_food_that_needs_it() -> None:
    without = {code: each for code, each in load().items() if code != "aquatic"}
    assert "farmed: there is no questionnaire aquatic" in [*faults_of(without)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text_zh": "Which fish?"}, "no Chinese in «Which fish?»"),
        ({"text_en": "哪些鱼？"}, "not English: «哪些鱼？»"),
        ({"help_en": "Fish（any）"}, "not English"),
        ({"help_zh": "请说明{product}"}, "a placeholder"),
        ({"help_en": "Two  spaces"}, "a gap is left"),
    ],
)
def test_a_fault_of_a_question_is_named(values: dict[str, str], said: str) -> None:
    catalogue = load() | {"aquatic": changed(load()["aquatic"], **values)}
    name = catalogue["aquatic"].parts[0].questions[0].id
    assert any(fault.startswith(f"{name}: ") and said in fault for fault in faults_of(catalogue))


def test_a_questionnaire_without_a_part_or_with_too_few_questions_is_named() -> None:
    aquatic = load()["aquatic"]
    short = aquatic.model_copy(update={"parts": aquatic.parts[1:2]})
    empty = aquatic.model_copy(
        update={"parts": (Part(**aquatic.parts[0].model_dump() | {"questions": ()}), *aquatic.parts[1:])}
    )

    faults = [*faults_of(load() | {"aquatic": short})]

    assert "aquatic: its parts are not 1, 2, 3, 4, 5, supplementary" in faults
    assert any(fault.startswith("farmed: is asked ") for fault in faults)
    assert "aquatic: part 1 asks nothing" in [*faults_of(load() | {"aquatic": empty})]

"""What differs between two versions of a questionnaire, and what it means for answers that were given."""

from typing import Any

import pytest
from pydantic import BaseModel

from cli.questionnaires.difference_lines import DifferenceLines
from cli.questionnaires.field_names import FIELDS
from services.questionnaire.catalogue import load
from shared.contracts.question_rules import AnswerLimits, Calculation, Condition
from shared.contracts.questionnaires import Choice, Column, Part, Question, Questionnaire
from shared.questionnaires.differences import Fate, compared
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

WILD, FARMED = {"code": "wild", "zh": "野生", "en": "Wild"}, {"code": "farmed", "zh": "养殖", "en": "Farmed"}


def told(before: Questionnaire, after: Questionnaire, language: str = "en") -> list[str]:
    return [line.strip() for line in DifferenceLines(before, after, language).lines()]


def one_changed(before: Question, after: Question) -> Any:
    (found,) = compared(a_questionnaire(before), a_questionnaire(after)).changed
    return found


def test_a_questionnaire_does_not_differ_from_itself() -> None:
    for each in load().values():
        found = compared(each, each.model_copy(update={"version": each.version + 1}))
        assert not any((found.titles, found.added, found.removed, found.changed, found.moved))
        assert told(each, each)[-1] == "The two are the same."


def test_added_removed_changed_and_moved_questions_are_told_apart() -> None:
    one, two, three = a_question(name="one"), a_question(name="two"), a_question(name="three")
    before = a_questionnaire(one, two, three, a_question(name="gone"))
    after = a_questionnaire(three, one, a_question("long_text", "two"), a_question(name="new"))
    found = compared(before, after)
    assert [each.id for each in found.added] == ["aquatic.new"]
    assert [each.id for each in found.removed] == ["aquatic.gone"]
    assert [each.after.id for each in found.changed] == ["aquatic.two"]
    assert [each.id for each in found.moved] == ["aquatic.three"]


def test_a_question_that_went_to_another_part_has_moved() -> None:
    one, two = a_question(name="one"), a_question(name="two")
    before = a_questionnaire(one, two)
    first = before.parts[0].model_copy(update={"questions": (one,)})
    second = Part(number="2", title_zh="法律", title_en="Laws", questions=(two,))
    after = before.model_copy(update={"parts": (first, second)})
    assert [each.id for each in compared(before, after).moved] == ["aquatic.two"]
    assert "1.2 → 2.1 aquatic.two  Which origin?" in told(before, after)


@pytest.mark.parametrize(
    ("before", "after", "place", "values"),
    [
        ({"help_en": "One."}, {"help_en": "Two."}, ("help_en",), ("One.", "Two.")),
        ({"required": False}, {"required": True}, ("required",), (False, True)),
        ({"limits": {}}, {"limits": {"longest": 9}}, ("limits", "longest"), (None, 9)),
        (
            {"kind": "choice", "choices": [WILD]}, {"kind": "choice", "choices": [WILD | {"en": "Caught"}]},
            ("choices", "wild", "en"), ("Wild", "Caught"),
        ),
        (
            {"kind": "choice", "choices": [WILD, FARMED]}, {"kind": "choice", "choices": [FARMED, WILD]},
            ("choices", "order"), (["wild", "farmed"], ["farmed", "wild"]),
        ),
    ],
)  # fmt: skip
def test_a_change_is_found_where_it_is(before: Any, after: Any, place: Any, values: Any) -> None:
    (difference,) = one_changed(a_question(**before), a_question(**after)).differences
    assert (difference.place, (difference.before, difference.after)) == (place, values)


def test_an_answer_is_lost_with_its_kind_and_in_part_with_an_option_or_a_column() -> None:
    both, one = a_question("choice", choices=[WILD, FARMED]), a_question("choice", choices=[WILD])
    assert one_changed(both, one).fate is Fate.IN_PART
    assert one_changed(both, one).gone == ("farmed",)
    assert one_changed(one, both).fate is Fate.KEPT
    assert one_changed(a_question("text"), a_question("table")).fate is Fate.LOST
    assert one_changed(a_question(), a_question(text_zh="来源地？")).fate is Fate.KEPT


def test_what_differs_is_told_in_either_language_with_what_becomes_of_answers() -> None:
    before = a_questionnaire(a_question("choice", choices=[WILD, FARMED]), a_question("text", "kind"))
    after = a_questionnaire(
        a_question("choice", choices=[WILD]), a_question("number", "kind"), a_question(name="new")
    )
    english, chinese = told(before, after), told(before, after, "zh")
    assert "option farmed: Farmed (farmed) → nothing" in english
    assert "⇒ answers carry over in part; gone: farmed" in english
    assert "⇒ answers are lost: the kind was text and is number" in english
    assert (
        english[-1] == "Answers to the earlier one: 0 carry over, 1 in part, 1 are lost; 1 questions are new."
    )
    assert "选项 farmed: 养殖 (farmed) → 无" in chinese
    assert chinese[-1] == "已有答案：0题保留，1题部分保留，1题不保留；新问题1题。"


def test_long_texts_stand_below_each_other() -> None:
    before, after = (
        a_questionnaire(a_question(help_en=f"Explain at length {word * 9}")) for word in ("how ", "why ")
    )
    lines = told(before, after)
    at = lines.index("guidance, English:")
    assert lines[at + 1].startswith("- Explain at length how")
    assert lines[at + 2].startswith("+ Explain at length why")


@pytest.mark.parametrize(
    "form", [Question, Column, Choice, Condition, AnswerLimits, Calculation, Part, Questionnaire]
)
def test_every_field_of_the_format_has_a_name_in_words(form: type[BaseModel]) -> None:
    unsaid = {"id", "version", "number", "question", "questions", "check_part"}
    assert set(form.model_fields) - unsaid - set(FIELDS) == set()

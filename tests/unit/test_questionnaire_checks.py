"""Answers to questionnaires: the shape that each kind takes, and what keeps a questionnaire from being submitted."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.portal.cases.progress import PartProgress, progress
from services.questionnaire.answers import understood
from services.questionnaire.catalogue import for_case
from services.questionnaire.checks import check_answer
from services.questionnaire.completeness import open_required
from shared.contracts.faults import FieldFault
from shared.contracts.questionnaires import (
    Answer,
    Choice,
    Column,
    Part,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
)
from shared.questionnaires.missing import Missing, missing
from shared.questionnaires.relevance import asked_now

CHOICES = (Choice(code="farmed", zh="养殖", en="Farmed"), Choice(code="wild", zh="野生", en="Wild"))
COLUMNS = (Column(code="year", zh="年份", en="Year"), Column(code="output", zh="产量", en="Output"))
OPTIONS: dict[str, dict[str, Any]] = {
    "choice": {"choices": CHOICES}, "choices": {"choices": CHOICES}, "table": {"columns": COLUMNS}, "number": {"unit": "t"},
}  # fmt: skip


def a_question(kind: str = "text", name: str = "origin", **changed: Any) -> Question:
    said = {"text_zh": "产品来源？", "text_en": "Which origin?", "help_zh": "请说明。", "help_en": "Explain."}
    return Question(
        **{"id": f"aquatic.{name}", "kind": QuestionKind(kind), **said, **OPTIONS.get(kind, {}), **changed}
    )


def a_questionnaire(*questions: Question) -> Questionnaire:
    part = Part(number="1", title_zh="基本信息", title_en="Basic information", questions=questions)
    return Questionnaire(code="aquatic", version=1, title_zh="问卷", title_en="Questionnaire", parts=(part,))


def codes(question: Question, **answer: Any) -> list[str]:
    return [fault.code for fault in check_answer(question, Answer.model_validate(answer))]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "FAO 87"), ("text", "x" * 20_000), ("long_text", "池塘\n网箱"), ("yes_no", "yes"), ("yes_no", "no"),
        ("choice", "wild"), ("choices", ["farmed"]), ("choices", ["wild", "farmed"]), ("number", 0), ("number", 12.5),
        ("number", -3), ("number", 10**15), ("date", "2024-02-29"), ("table", [{"year": "2024", "output": "12"}]),
        ("table", [{"year": "2024"}, {}]), ("table", [{"output": "x" * 2_000}] * 500),
    ],
)  # fmt: skip
def test_an_answer_of_its_questions_kind_is_taken(kind: str, value: Any) -> None:
    assert codes(a_question(kind), value=value) == []


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("text", 12, "not_text"), ("text", ["a"], "not_text"), ("text", "x" * 20_001, "too_long"),
        ("long_text", [{"a": "b"}], "not_text"), ("long_text", "长" * 20_001, "too_long"),
        ("yes_no", "maybe", "not_yes_no"), ("yes_no", "是", "not_yes_no"), ("yes_no", 1, "not_yes_no"),
        ("choice", "reared", "unknown_choice"), ("choice", ["wild"], "not_a_choice"), ("choice", 1, "not_a_choice"),
        ("choices", "wild", "not_choices"), ("choices", ["wild", "reared"], "unknown_choice"),
        ("choices", ["wild", "wild"], "repeated_choice"), ("choices", [{"year": "1"}], "not_choices"),
        ("number", "12", "not_a_number"), ("number", "", "not_a_number"), ("number", ["12"], "not_a_number"),
        ("number", 10**15 + 1, "out_of_range"), ("number", -1e300, "out_of_range"), ("number", 10**400, "out_of_range"),
        ("date", "2024-02-30", "not_a_date"), ("date", "20240131", "not_a_date"), ("date", "2024-W05-3", "not_a_date"),
        ("date", "2024-01-31T10:00", "not_a_date"), ("date", "２０２４-01-31", "not_a_date"), ("date", 2024, "not_a_date"),
        ("table", "2024", "not_a_table"), ("table", ["2024"], "not_a_table"),
        ("table", [{"year": "2024", "colour": "red"}], "unknown_column"), ("table", [{}] * 501, "too_many_rows"),
        ("table", [{"output": "x" * 2_001}], "cell_too_long"), ("file", "see attachment", "file_only"),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_named(kind: str, value: Any, code: str) -> None:
    assert codes(a_question(kind), value=value) == [code]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("date", "2024/3/5", "2024-03-05"), ("date", "2024年3月5日", "2024-03-05"), ("date", " 2024.3.5 ", "2024-03-05"),
        ("date", "2024-03-05 00:00:00", "2024-03-05"), ("date", "\u200b", ""), ("date", "5/3/2024", "5/3/2024"),
        ("text", "2024/3/5", "2024/3/5"), ("number", 12, 12),
    ],
)  # fmt: skip
def test_a_date_is_kept_as_a_day_however_it_was_written(kind: str, typed: Any, kept: Any) -> None:
    assert understood(a_question(kind), Answer(value=typed, note="n")) == Answer(value=kept, note="n")


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_draft_may_leave_any_question_without_a_value(kind: str) -> None:
    assert codes(a_question(kind, required=True, attachment_required=True), value=None) == []


@pytest.mark.parametrize(
    ("kind", "emptied"),
    [
        ("text", ""),
        ("long_text", ""),
        ("yes_no", ""),
        ("choice", ""),
        ("date", ""),
        ("choices", []),
        ("table", []),
    ],
)
def test_a_field_that_was_emptied_is_a_draft(kind: str, emptied: Any) -> None:
    assert codes(a_question(kind), value=emptied) == []
    assert missing(a_question(kind, required=True), Answer.model_validate({"value": emptied}))


def test_everything_wrong_with_an_answer_is_named_at_once() -> None:
    files = [f"f{n}" for n in range(20)]
    wrong = codes(a_question(), value=1, note="x" * 4_001, attachments=[*files, files[0]])
    assert wrong == ["note_too_long", "too_many_attachments", "repeated_attachment", "not_text"]


def test_a_note_and_twenty_attachments_go_with_any_question() -> None:
    files = [f"f{n}" for n in range(20)]
    assert not any(codes(a_question(kind), note="x" * 4_000, attachments=files) for kind in QuestionKind)


def test_a_fault_names_the_question_in_both_languages() -> None:
    (fault,) = check_answer(a_question("number"), Answer(value="many"))
    assert fault == FieldFault(
        "aquatic.origin",
        "not_a_number",
        "“产品来源？”：请填写数字：小数点用“.”，最多15位，不写单位，如1234.5。",
        "“Which origin?”: Answer with a number such as 1234.5: a point before decimals, at most 15 digits, no unit.",
    )


def test_a_refusal_stays_short_whatever_was_sent() -> None:
    sent = [f"{number}{'x' * 5_000}" for number in range(1_000)]
    faults = check_answer(a_question("choices"), Answer(value=tuple(sent)))
    assert len(faults) == 5
    assert all(len(fault.message_en) < 200 for fault in faults)


@pytest.mark.parametrize(
    "value", [True, {"a": "b"}, [1], [{"a": 1}], ["a", {"a": "b"}], float("nan"), float("inf")]
)
def test_a_value_that_no_kind_takes_is_no_answer_at_all(value: Any) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate({"value": value})


@pytest.mark.parametrize("number", ["0.1", "12", "-3.25", "999999999999999", "0.000001"])
def test_a_number_comes_back_as_it_was_given(number: str) -> None:
    answer = Answer.model_validate_json(f'{{"value": {number}}}')
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    assert type(answer.value) is (float if "." in number else int)
    assert answer.model_dump(mode="json")["value"] == float(number)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", None), ("long_text", " \n"), ("yes_no", None), ("choice", ""), ("choices", []), ("number", None),
        ("date", None), ("table", []), ("table", [{}, {"year": " "}]),
    ],
)  # fmt: skip
def test_a_required_question_is_open_until_it_has_a_value(kind: str, value: Any) -> None:
    answer = Answer.model_validate({"value": value})
    assert missing(a_question(kind, required=True), answer) == (Missing.VALUE,)
    assert missing(a_question(kind), answer) == ()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "x"), ("yes_no", "no"), ("choice", "wild"), ("choices", ["wild"]), ("number", 0), ("date", "2024-01-31"),
        ("table", [{}, {"year": "2024"}]),
    ],
)  # fmt: skip
def test_a_required_question_with_a_value_is_answered(kind: str, value: Any) -> None:
    assert missing(a_question(kind, required=True), Answer.model_validate({"value": value})) == ()


def test_a_required_attachment_is_needed_whatever_the_text_says() -> None:
    question = a_question(required=True, attachment_required=True)
    assert missing(question, Answer()) == (Missing.VALUE, Missing.ATTACHMENT)
    assert missing(question, Answer(value="attached")) == (Missing.ATTACHMENT,)
    assert missing(question, Answer(value="attached", attachments=("f1",))) == ()


def test_a_question_for_a_file_needs_the_file_alone() -> None:
    question = a_question("file", required=True, attachment_required=True)
    assert missing(question, Answer(note="later")) == (Missing.ATTACHMENT,)
    assert missing(question, Answer(attachments=("f1",))) == ()
    assert missing(a_question("file"), Answer()) == ()


@pytest.mark.parametrize(
    ("describe_if", "value", "note", "open_for"),
    [
        ("yes", "yes", "", (Missing.NOTE,)), ("yes", "yes", " ", (Missing.NOTE,)), ("yes", "yes", "2023", ()),
        ("yes", "no", "", ()), ("no", "no", "", (Missing.NOTE,)), ("no", "yes", "", ()), (None, "yes", "", ()),
    ],
)  # fmt: skip
def test_a_yes_or_no_that_needs_a_description_is_open_without_one(
    describe_if: str | None, value: str, note: str, open_for: tuple[Missing, ...]
) -> None:
    question = a_question("yes_no", required=True, describe_if=describe_if)
    assert missing(question, Answer(value=value, note=note)) == open_for


@pytest.mark.parametrize(
    ("answer", "still_open"),
    [
        (None, True), (Answer(value="  "), True), (Answer(note="see below"), True), (Answer(value="见附件"), False),
        (Answer(attachments=("f1",)), False),
    ],
)  # fmt: skip
def test_materials_only_needs_a_text_or_a_file(answer: Answer | None, still_open: bool) -> None:
    questionnaires = for_case(["seasonings"], materials_only=False)
    answers = {"materials_only.supplementary": answer} if answer else {}
    assert open_required(questionnaires, answers) == (["materials_only.supplementary"] if still_open else [])


def test_the_open_questions_stand_in_the_order_of_the_questionnaire() -> None:
    questions = (
        a_question(name="a", required=True), a_question(name="b"), a_question(name="c", attachment_required=True),
        a_question(name="d", required=True),
    )  # fmt: skip
    given = {"aquatic.a": Answer(value="x"), "meat.a": Answer()}
    assert open_required([a_questionnaire(*questions)], given) == ["aquatic.c", "aquatic.d"]


def test_every_required_question_of_a_new_questionnaire_is_open() -> None:
    (aquatic,) = for_case(["farmed"], materials_only=False)
    questions = [each for each in all_questions([aquatic]) if not each.relevant]
    assert open_required([aquatic], {}) == [q.id for q in questions if q.required or q.attachment_required]


def test_a_question_is_open_without_its_value_its_note_or_its_file() -> None:
    questions = (
        a_question(name="a", required=True), a_question(name="b", attachment_required=True), a_question(name="c"),
        a_question("yes_no", name="d", required=True, describe_if="yes"),
    )  # fmt: skip
    given = {
        "aquatic.a": Answer(value="x"),
        "aquatic.b": Answer(value="no file"),
        "aquatic.d": Answer(value="yes"),
    }
    asked = [a_questionnaire(*questions)]
    still_open = open_required(asked, given)
    assert still_open == ["aquatic.b", "aquatic.d"]
    assert progress(asked, still_open) == [PartProgress("aquatic", "1", 3, 2, still_open)]


def test_progress_is_told_part_by_part() -> None:
    asked = asked_now(for_case(["wild"], materials_only=False), {})
    parts = progress(asked, open_required(asked, {}))
    assert [part.number for part in parts] == ["1", "2", "3", "4", "5", "supplementary"]
    assert parts[-1] == PartProgress("aquatic", "supplementary", 0, 0, [])
    assert all(part.open == part.required for part in parts)

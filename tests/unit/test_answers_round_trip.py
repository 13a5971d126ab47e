"""Whatever an officer may answer reaches customs as it was typed, and can be read back: saved, kept, declared, read."""

from datetime import UTC, datetime
from typing import Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.customs_gateway.declarations.translation import read_answers, write_declaration
from services.questionnaire.checks import check_answer
from shared.contracts import texts
from shared.contracts.events import AnsweredQuestion, AnswersSubmission, SubmissionDeclared
from shared.contracts.parts import FileRef
from shared.contracts.questionnaires import Answer, Choice, Column, Question, QuestionKind
from shared.contracts.vocabulary import Stage

COLUMNS = tuple(Column(code=f"c{n}", zh=f"列{n}", en=f"Column {n}") for n in range(3))
CHOICES = tuple(Choice(code=f"o{n}", zh=f"选项{n}", en=f"Option {n}") for n in range(4))
OPTIONS: dict[str, dict[str, Any]] = {
    "choice": {"choices": CHOICES}, "choices": {"choices": CHOICES}, "table": {"columns": COLUMNS},
}  # fmt: skip

WRITABLE = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff").filter(
    lambda each: each >= " " or each in "\t\n\r"
)
ODD = [
    "", " ", "\n", "\r\n\r", "  leading", "trailing \t", "<b>&amp;]]></b>", "\u2028\x85", "鱼" * 20_000, "😀",
    "\U0001f469\u200d\U0001f52c", "e\u0301", "\ufeffbom", "\u202eabc",
]  # fmt: skip
TYPED = st.text(WRITABLE, max_size=200) | st.sampled_from(ODD)
ROWS = st.lists(
    st.dictionaries(st.sampled_from([column.code for column in COLUMNS]), st.text(WRITABLE, max_size=20)),
    max_size=4,
)
VALUES: dict[QuestionKind, st.SearchStrategy[Any]] = {
    QuestionKind.TEXT: TYPED,
    QuestionKind.LONG_TEXT: TYPED,
    QuestionKind.YES_NO: st.sampled_from(["yes", "no", ""]),
    QuestionKind.CHOICE: st.sampled_from([*(choice.code for choice in CHOICES), ""]),
    QuestionKind.CHOICES: st.lists(st.sampled_from([choice.code for choice in CHOICES]), unique=True),
    QuestionKind.NUMBER: st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15),
    QuestionKind.DATE: st.dates().map(str) | st.just(""),
    QuestionKind.TABLE: ROWS,
    QuestionKind.FILE: st.none(),
}


def printable(name: str) -> str:
    """A name as the shelf keeps it."""
    return "".join(each for each in name if each.isprintable()) + ".pdf"


FILES = st.lists(
    st.builds(
        FileRef, id=st.uuids().map(str), name=st.text(max_size=60).map(printable), size=st.integers(1, 4_194_304),
        media_type=st.sampled_from(["application/pdf", "image/png"]),
        sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    ),
    max_size=3, unique_by=lambda file: file.id,
)  # fmt: skip


def a_question(kind: QuestionKind) -> Question:
    said = {"text_zh": "题", "text_en": "Question", "help_zh": "说明", "help_en": "Help"}
    return Question(**{"id": f"aquatic.{kind}", "kind": kind, **said, **OPTIONS.get(kind, {})})


def kept(answer: Answer) -> Answer:
    """The answer after it went through a queue and the database."""
    sent = Answer.model_validate_json(answer.model_dump_json())
    return Answer.model_validate(bson.decode(bson.encode(sent.model_dump(mode="json"))))


def declared(question: Question, answer: Answer, files: list[FileRef]) -> bytes:
    """What customs gets."""
    answered = AnsweredQuestion(
        questionnaire="aquatic", version=3, question=question.id, kind=question.kind, answer=answer,
        attachments=tuple(files),
    )  # fmt: skip
    submission = SubmissionDeclared(
        declaration_id="D-1", case_id="C", case_no="202611000000000001", authority="AW-01", stage=Stage.QUESTIONNAIRE,
        round=1, at=datetime(2026, 11, 3, tzinfo=UTC), submission=AnswersSubmission(answers=(answered,)),
    )  # fmt: skip
    return write_declaration(SubmissionDeclared.model_validate_json(submission.model_dump_json()))


@pytest.mark.parametrize("kind", QuestionKind)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_answer_of_every_kind_arrives_as_it_was_given(kind: QuestionKind, data: st.DataObject) -> None:
    question, files = a_question(kind), data.draw(FILES)
    value = data.draw(VALUES[kind] | st.none())
    answer = Answer.model_validate(
        {
            "value": value,
            "note": data.draw(st.text(WRITABLE, max_size=100)),
            "attachments": [file.id for file in files],
        }
    )
    assert check_answer(question, answer) == []

    (read,) = read_answers(declared(question, kept(answer), files))

    assert (read.questionnaire, read.version, read.question, read.kind) == ("aquatic", 3, question.id, kind)
    assert read.answer.value == (None if value == [] else answer.value)
    assert type(read.answer.value) is type(None if value == [] else answer.value)
    assert read.answer.note == answer.note
    assert [file.model_dump(exclude={"id"}) for file in read.attachments] == [
        file.model_dump(exclude={"id"}) for file in files
    ]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0e", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize(
    ("kind", "where"), [("text", "value"), ("long_text", "value"), ("table", "cell"), ("yes_no", "note")]
)
def test_what_xml_can_not_carry_is_refused_when_it_is_saved_and_named(
    kind: str, where: str, sign: str
) -> None:
    typed = f"a{sign}b"
    values = {"value": typed, "cell": [{"c0": "fine"}, {"c1": typed}], "note": "yes"}
    answer = Answer.model_validate({"value": values[where], "note": typed if where == "note" else ""})

    (fault,) = check_answer(a_question(QuestionKind(kind)), answer)

    assert fault.code == "forbidden_character"
    assert f"U+{ord(sign):04X}" in fault.message_zh
    assert f"U+{ord(sign):04X}" in fault.message_en


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_what_is_saved_is_never_replaced_on_its_way(typed: str) -> None:
    question, answer = a_question(QuestionKind.TEXT), Answer(value=typed)
    if check_answer(question, answer):
        return

    (read,) = read_answers(declared(question, kept(answer), []))

    assert read.answer.value == answer.value == texts.normalize(typed)

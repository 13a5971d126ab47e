"""What an officer submitted reaches customs whole: six declarations in the form of CONTRACT 2, every text as it was typed."""

import re
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import etree
from structlog.testing import capture_logs

from services.customs_gateway.declarations.translation import (
    files_of,
    read_answers,
    write_declaration,
)
from services.customs_gateway.xml import NS
from shared.contracts.events import (
    AnsweredQuestion,
    AnswersSubmission,
    ApplicationSubmission,
    CheckAnswerSubmission,
    RectificationSubmission,
    ReplySubmission,
    SignatoriesSubmission,
    Submission,
    SubmissionDeclared,
)
from shared.contracts.parts import ApplicationForm, CheckForm, Contact, FileRef, Phone, ThreeTexts
from shared.contracts.questionnaires import Answer, QuestionKind
from shared.contracts.vocabulary import CheckAnswer, DeclarationType, Stage
from shared.runtime.errors import MessageParked

FILE = FileRef(id="F1", name="申请书 & Co.pdf", media_type="application/pdf", size=7, sha256="a" * 64)
CONTACT = Contact(
    name="Maria Croes", title="Director", phone=Phone(country="297", number="5850200"), email="maria@example.aw"
)  # fmt: skip
FORM = ApplicationForm(
    category="aquatic", specific=("farmed", "wild"), department="Veterinary", contact=CONTACT, overview="沙丁鱼 <i> & \"x\""
)  # fmt: skip
VALUES: dict[str, Any] = {
    "text": "短文本", "long_text": "第一行\r\n second line\n\n  third & <last>", "yes_no": "yes", "choice": "b",
    "choices": ["a", "c"], "number": 12.5, "date": "2026-11-03", "file": None,
    "table": [{"year": "2024", "tonnes": "1 200"}, {"year": "2025", "tonnes": ""}],
}  # fmt: skip


def declared(stage: Stage, submission: Submission, round: int = 1) -> SubmissionDeclared:
    """A submission of any kind."""
    return SubmissionDeclared(
        declaration_id="D-1", case_id="C", case_no="202511000000025267", authority="AW-01", stage=stage, round=round,
        at=datetime(2026, 11, 3, 7, 12, 35, tzinfo=UTC), submission=submission,
    )  # fmt: skip


def written(stage: Stage, submission: Submission, round: int = 1) -> etree._Element:
    """The root of the declaration."""
    return etree.fromstring(write_declaration(declared(stage, submission, round)))


def shape(element: etree._Element) -> list[str]:
    """The names of an element's children in their order."""
    return [etree.QName(child).localname for child in element]


def text(root: etree._Element, name: str) -> str:
    """The text of the first element of that name."""
    found = next(root.iter(f"{{{NS}}}{name}"))
    return found.text or ""


def answer(kind: QuestionKind, value: Any, **given: Any) -> AnsweredQuestion:
    """One answered question."""
    return AnsweredQuestion(
        questionnaire="aquatic",
        version=2,
        question=f"q.{kind}",
        kind=kind,
        answer=Answer(value=value, **given),
    )


CONTACT_FIELDS = ["ContactName", "ContactTitle", "PhoneCountry", "PhoneNumber", "Email"]
ALL: list[tuple[Stage, Submission, list[str]]] = [
    (
        Stage.APPLICATION,
        ApplicationSubmission(authority="AW-01", country="AW", form=FORM, attachments=(FILE,)),
        ["AuthorityCode", "Country", "Category", "Specific", "Specific", "Department", *CONTACT_FIELDS, "Overview",
         "Attachments"],
    ),
    (
        Stage.ACCEPTANCE,
        CheckAnswerSubmission(answer=CheckAnswer.AGREE, form=CheckForm(contact=CONTACT)),
        ["Answer", *CONTACT_FIELDS],
    ),
    (
        Stage.QUESTIONNAIRE,
        AnswersSubmission(answers=(answer(QuestionKind.TEXT, "x"), answer(QuestionKind.LONG_TEXT, "y"))),
        ["Answer", "Answer"],
    ),
    (
        Stage.EVALUATION,
        RectificationSubmission(
            rectification_no="ZG-1", issued_on=date(2026, 11, 1), statement="done", attachments=(FILE,)
        ),
        ["RectificationNo", "Statement", "Attachments"],
    ),
    (
        Stage.PROTOCOL_CONSULTATION,
        ReplySubmission(texts=ThreeTexts(text_zh="同意", text_other="de acuerdo"), attachments=(FILE,)),
        ["TextZh", "TextOther", "Attachments"],
    ),
    (Stage.CERTIFICATE_CONSULTATION, SignatoriesSubmission(attachments=(FILE,)), ["Attachments"]),
]  # fmt: skip


def test_every_type_of_declaration_is_tried_here() -> None:
    assert {submission.type for _, submission, _ in ALL} == {each.value for each in DeclarationType}


@pytest.mark.parametrize(("stage", "submission", "body"), ALL, ids=lambda each: getattr(each, "type", ""))
def test_a_declaration_has_the_elements_that_customs_expects_in_their_order(
    stage: Stage, submission: Submission, body: list[str]
) -> None:
    root = written(stage, submission, round=3)

    head, sent = root
    assert (root.tag, root.get("version")) == (f"{{{NS}}}Declaration", "1.0")
    assert shape(head) == [
        "MessageId",
        "DeclarationType",
        "CaseNo",
        "Stage",
        "Round",
        "SenderID",
        "ReceiverID",
        "SendTime",
    ]
    assert [child.text for child in head] == [
        "D-1", submission.type, "202511000000025267", stage.value, "3", "FAS", "GACC", "2026-11-03T15:12:35+08:00",
    ]  # fmt: skip
    assert shape(sent) == body
    assert not sent.attrib


def test_a_retry_is_the_same_message() -> None:
    application = declared(*ALL[0][:2])

    assert write_declaration(application) == write_declaration(application)


def test_a_file_is_given_by_its_key_size_and_digest() -> None:
    root = written(Stage.CERTIFICATE_CONSULTATION, SignatoriesSubmission(attachments=(FILE,)))

    file = next(root.iter(f"{{{NS}}}Attachment"))
    assert dict(zip(shape(file), (child.text for child in file), strict=True)) == {
        "FileName": "申请书 & Co.pdf", "MediaType": "application/pdf", "Size": "7", "Sha256": "a" * 64,
        "ObjectKey": f"customs/outbound/{'a' * 64}",
    }  # fmt: skip


def test_the_answer_to_a_check_is_in_customs_words() -> None:
    refused = CheckAnswerSubmission(
        answer=CheckAnswer.REFUSE, form=CheckForm(department="D", contact=CONTACT)
    )

    root = written(Stage.ACCEPTANCE, refused)

    assert (text(root, "Answer"), text(root, "Department")) == ("REFUSE", "D")


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("<b>&amp;]]></b> \"'", "<b>&amp;]]></b> \"'"),
        ("line\r\nline\ttab ", "line\r\nline\ttab "),
        ("𠀀 😀 é é", "𠀀 😀 é é"),
        ("a\x00b\x0bc\x1fd", "a\ufffdb\nc\ufffdd"),
        ("a\ud800b\uffffc", "a\ufffdb\ufffdc"),
    ],
)
def test_what_was_typed_arrives_and_what_xml_can_not_carry_is_replaced(typed: str, arrives: str) -> None:
    root = written(Stage.PROTOCOL_CONSULTATION, ReplySubmission.model_construct(
        type="CONSULTATION_REPLY", texts=ThreeTexts.model_construct(text_zh=typed, text_en="", text_other=""), attachments=(),
    ))  # fmt: skip

    assert text(root, "TextZh") == arrives


def test_what_was_replaced_is_logged_by_element_and_declaration_never_by_its_content() -> None:
    with capture_logs() as logged:
        written(Stage.EVALUATION, RectificationSubmission(
            rectification_no="1", issued_on=date(2026, 1, 1), statement="secret\x1b\x0b", attachments=(FILE,)
        ))  # fmt: skip

    assert logged == [{
        "event": "characters_replaced", "log_level": "warning", "element": "Statement", "count": 1, "message_id": "D-1",
        "case_no": "202511000000025267",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "submission"),
    [(stage, submission) for stage, submission, _ in ALL[:2]],
    ids=lambda each: getattr(each, "type", ""),
)
def test_a_phone_without_a_country_code_is_declared_without_one(stage: Stage, submission: Any) -> None:
    contact = CONTACT.model_copy(update={"phone": Phone(number="5850200")})
    form = submission.form.model_copy(update={"contact": contact})

    root = written(stage, submission.model_copy(update={"form": form}))

    assert "PhoneCountry" not in shape(root[1])
    assert text(root, "PhoneNumber") == "5850200"


@pytest.mark.parametrize("kind", QuestionKind)
def test_an_answer_of_every_kind_can_be_read_back_as_it_was_given(kind: QuestionKind) -> None:
    given = AnsweredQuestion(
        questionnaire="aquatic", version=2, question="aquatic.1.1", kind=kind, attachments=(FILE,),
        answer=Answer(value=VALUES[kind.value], note="see the file <1>"),
    )  # fmt: skip
    declaration = declared(Stage.QUESTIONNAIRE, AnswersSubmission(answers=(given, given)))

    (read, again) = read_answers(write_declaration(declaration))

    assert read == again
    assert (read.questionnaire, read.version, read.question, read.kind) == ("aquatic", 2, "aquatic.1.1", kind)
    assert (read.answer.value, read.answer.note) == (given.answer.value, "see the file <1>")
    assert [(file.name, file.size, file.sha256) for file in read.attachments] == [(FILE.name, 7, FILE.sha256)]


@pytest.mark.parametrize(
    "value", [0, -3, 12_345_678_901_234_567_890, 0.1, 1e22, 1e-7, 5e-05, 5e-324, -1.7e308, 0.0, 12.50]
)
def test_a_number_is_written_with_all_its_digits_and_read_back_as_the_same_number(value: float) -> None:
    declaration = declared(
        Stage.QUESTIONNAIRE, AnswersSubmission(answers=(answer(QuestionKind.NUMBER, value),))
    )
    xml = write_declaration(declaration)

    assert "e" not in text(etree.fromstring(xml), "Value").lower()
    read: Any = read_answers(xml)[0].answer.value
    assert type(value)(read) == value


def test_the_answers_of_a_declaration_are_read_whatever_prefix_they_have() -> None:
    sent = declared(Stage.QUESTIONNAIRE, AnswersSubmission(answers=(answer(QuestionKind.TEXT, "x"),)))
    plain = write_declaration(sent)
    prefixed = re.sub("<(/?)(?=[A-Z])", r"<\1ns2:", plain.decode().replace("xmlns=", "xmlns:ns2=")).encode()

    assert b"<ns2:Answer " in prefixed
    assert read_answers(prefixed) == read_answers(plain)


def test_the_files_of_all_answers_are_handed_out_once() -> None:
    first = answer(QuestionKind.TEXT, "x").model_copy(update={"attachments": (FILE, FILE)})
    other = FILE.model_copy(update={"sha256": "b" * 64})
    second = first.model_copy(update={"attachments": (FILE, other)})

    found = files_of(declared(Stage.QUESTIONNAIRE, AnswersSubmission(answers=(first, second))))

    assert found == {"a" * 64, "b" * 64}


@pytest.mark.parametrize(
    ("submission", "reason"),
    [
        (RectificationSubmission(rectification_no="1", issued_on=date(2026, 1, 1), statement="x" * 20_001,
                                 attachments=(FILE,)), "schema"),
        (RectificationSubmission(rectification_no="1", issued_on=date(2026, 1, 1), statement="x", attachments=()), "schema"),
        (AnswersSubmission(answers=(answer(QuestionKind.LONG_TEXT, "长" * 20_000),) * 20), "too_large"),
    ],
)  # fmt: skip
def test_what_customs_would_not_take_is_not_written(submission: Submission, reason: str) -> None:
    with pytest.raises(MessageParked) as parked:
        written(Stage.EVALUATION, submission)

    assert parked.value.reason == reason


def test_writing_a_declaration_takes_a_fraction_of_a_millisecond() -> None:
    application, runs = declared(*ALL[0][:2]), 300
    begun = time.process_time()

    for _ in range(runs):
        write_declaration(application)

    assert (time.process_time() - begun) / runs < 0.001

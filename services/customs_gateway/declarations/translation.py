"""Writes a submission as a declaration in XML (CONTRACT 2), and reads answers back."""

from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from services.customs_gateway.xml import checked, children, new_root, parse, put, written
from shared.contracts.events import (
    AnsweredQuestion,
    AnswersSubmission,
    ApplicationSubmission,
    CheckAnswerSubmission,
    RectificationSubmission,
    ReplySubmission,
    SignatoriesSubmission,
    SubmissionDeclared,
)
from shared.contracts.limits import MESSAGE_BYTES
from shared.contracts.numbers import number_text
from shared.contracts.parts import Contact, FileRef, ThreeTexts
from shared.contracts.questionnaires import Answer, QuestionKind, Value
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Reason
from shared.runtime.errors import MessageParked

OUTBOUND = "customs/outbound/"


def write_declaration(declared: SubmissionDeclared) -> bytes:
    """The declaration's XML.

    Its MessageId is the declaration's id at every try. MessageParked where customs could not take it.
    """
    root, submission = new_root("Declaration"), declared.submission
    head = put(root, "Head")
    for name, value in (
        ("MessageId", declared.declaration_id), ("DeclarationType", submission.type), ("CaseNo", declared.case_no),
        ("Stage", declared.stage), ("Round", declared.round), ("SenderID", "FAS"), ("ReceiverID", "GACC"),
        ("SendTime", declared.at.astimezone(CHINA).isoformat(timespec="seconds")),
    ):  # fmt: skip
        put(head, name, value)
    _BODIES[type(submission)](put(root, "Body"), submission)
    xml = written(checked(root, submission.type))
    if len(xml) > MESSAGE_BYTES:
        raise MessageParked(
            Reason.TOO_LARGE, f"The declaration has {len(xml)} bytes; customs takes at most {MESSAGE_BYTES}."
        )
    return xml


def files_of(declared: SubmissionDeclared) -> set[str]:
    """The digests of all files that the declaration names."""
    submission = declared.submission
    if isinstance(submission, AnswersSubmission):
        return {file.sha256 for answer in submission.answers for file in answer.attachments}
    return {file.sha256 for file in submission.attachments}


def read_answers(xml: bytes) -> tuple[AnsweredQuestion, ...]:
    """The answers of a QUESTIONNAIRE_ANSWERS declaration; their files by name, size and digest, which is their id too.

    What the declaration does not carry is not read: the version of an answer, and whether an empty list was given or nothing.
    """
    body = children(checked(parse(xml), "QUESTIONNAIRE_ANSWERS"))["Body"][0]
    return tuple(_read_answer(each) for each in body)


def _application(body: etree._Element, sent: ApplicationSubmission) -> None:
    put(body, "AuthorityCode", sent.authority)
    put(body, "Country", sent.country)
    put(body, "Category", sent.form.category)
    for code in sent.form.specific:
        put(body, "Specific", code)
    put(body, "Department", sent.form.department)
    _contact(body, sent.form.contact)
    put(body, "Overview", sent.form.overview)
    _attachments(body, sent.attachments)


def _check_answer(body: etree._Element, sent: CheckAnswerSubmission) -> None:
    put(body, "Answer", sent.answer.upper())
    if sent.form.department:
        put(body, "Department", sent.form.department)
    _contact(body, sent.form.contact)
    _attachments(body, sent.attachments)


def _answers(body: etree._Element, sent: AnswersSubmission) -> None:
    for each in sent.answers:
        answer = put(
            body, "Answer", questionnaire=each.questionnaire, version=str(each.version), question=each.question,
            kind=each.kind,
        )  # fmt: skip
        _value(answer, each.answer.value)
        if note := "\n".join(filter(None, (each.statement, each.answer.note))):
            put(answer, "Note", note)
        _attachments(answer, each.attachments)


def _value(answer: etree._Element, value: Value) -> None:
    """One Value for a single value, one each for several, a Row of Cells for each row of a table."""
    if value is None:
        return
    values = value if isinstance(value, tuple) else (value,)
    for each in values:
        if isinstance(each, dict):
            row = put(answer, "Row")
            for column, text in each.items():
                put(row, "Cell", text, column=column)
        else:
            put(answer, "Value", number_text(each) if isinstance(each, float) else each)


def _rectification(body: etree._Element, sent: RectificationSubmission) -> None:
    put(body, "RectificationNo", sent.rectification_no)
    put(body, "Statement", sent.statement)
    _attachments(body, sent.attachments)


def _reply(body: etree._Element, sent: ReplySubmission) -> None:
    texts: ThreeTexts = sent.texts
    for name, text in (("TextZh", texts.text_zh), ("TextEn", texts.text_en), ("TextOther", texts.text_other)):
        if text:
            put(body, name, text)
    _attachments(body, sent.attachments)


def _signatories(body: etree._Element, sent: SignatoriesSubmission) -> None:
    _attachments(body, sent.attachments)


_SEVERAL = (QuestionKind.CHOICES, QuestionKind.TABLE)
_BODIES: dict[type, Callable[[etree._Element, Any], None]] = {
    ApplicationSubmission: _application,
    CheckAnswerSubmission: _check_answer,
    AnswersSubmission: _answers,
    RectificationSubmission: _rectification,
    ReplySubmission: _reply,
    SignatoriesSubmission: _signatories,
}


def _contact(body: etree._Element, contact: Contact) -> None:
    put(body, "ContactName", contact.name)
    put(body, "ContactTitle", contact.title)
    if contact.phone.country:
        put(body, "PhoneCountry", contact.phone.country)
    if contact.phone.area:
        put(body, "PhoneArea", contact.phone.area)
    put(body, "PhoneNumber", contact.phone.number)
    put(body, "Email", contact.email)


def _attachments(parent: etree._Element, files: Iterable[FileRef]) -> None:
    listed = list(files)
    if not listed:
        return
    attachments = put(parent, "Attachments")
    for file in listed:
        each = put(attachments, "Attachment")
        put(each, "FileName", file.name)
        put(each, "MediaType", file.media_type)
        put(each, "Size", file.size)
        put(each, "Sha256", file.sha256)
        put(each, "ObjectKey", f"{OUTBOUND}{file.sha256}")


def _read_answer(element: etree._Element) -> AnsweredQuestion:
    found, kind = children(element), QuestionKind(element.get("kind", ""))
    files = tuple(_read_file(each) for each in found["Attachments"][0]) if "Attachments" in found else ()
    note = found["Note"][0].text or "" if "Note" in found else ""
    return AnsweredQuestion(
        questionnaire=element.get("questionnaire", ""), version=int(element.get("version", "0")),
        question=element.get("question", ""), kind=kind, attachments=files,
        answer=Answer(value=_read_value(found, kind), note=note, attachments=tuple(file.id for file in files)),
    )  # fmt: skip


def _read_value(found: dict[str, list[etree._Element]], kind: QuestionKind) -> Value:
    if "Row" in found:
        return tuple({cell.get("column", ""): cell.text or "" for cell in row} for row in found["Row"])
    values = tuple(each.text or "" for each in found.get("Value", ()))
    if not values:
        return None
    if kind in _SEVERAL:
        return values
    return _number(values[0]) if kind is QuestionKind.NUMBER else values[0]


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _read_file(element: etree._Element) -> FileRef:
    text = {name: each[0].text or "" for name, each in children(element).items()}
    return FileRef(
        id=text["Sha256"], name=text["FileName"], media_type=text["MediaType"], size=int(text["Size"]),
        sha256=text["Sha256"],
    )  # fmt: skip

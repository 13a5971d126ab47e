"""The simulated customs writes what the gateway takes, and reads what the gateway writes (CONTRACT 2)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.customs_gateway.declarations.translation import OUTBOUND, write_declaration
from services.customs_gateway.receipts.acks import write_ack
from services.customs_gateway.receipts.ledger import new_ack
from services.customs_gateway.receipts.translation import read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.events import ApplicationSubmission, ReplySubmission, SubmissionDeclared
from shared.contracts.parts import ApplicationForm, Contact, FileRef, Phone, ThreeTexts
from shared.contracts.states import AckOutcome
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import RECEIPTS, Cause, Stage
from simulator.autoresponder import numbers, steps_for
from simulator.customs import CHECK
from simulator.customs_xml import (
    Declaration,
    Enclosed,
    EnclosedItem,
    ReceiptDraft,
    element_name,
    enveloped,
    read_ack,
    read_declaration,
    write_receipt,
)
from simulator.files import pdf, png

SENT_AT = datetime(2026, 11, 3, 15, 12, 35, tzinfo=CHINA)
ULID_NO = "01KA8BERGZQ4ZQJ7KJ41GPWGH3"
BODIES: dict[Cause, tuple[Stage, dict[str, Any]]] = {
    Cause.RECEIVED: (Stage.APPLICATION, {}),
    Cause.RECEIVE_FAILED: (Stage.APPLICATION, {"opinion": "入库失败"}),
    Cause.ACCEPTED: (Stage.QUESTIONNAIRE, {}),
    Cause.REJECTED: (Stage.APPLICATION, {"opinion": "不予受理"}),
    Cause.SUPPLEMENT: (Stage.APPLICATION, {"opinion": "请补正"}),
    Cause.APPROVED: (Stage.EVALUATION, {"opinion": "通过"}),
    Cause.NOT_APPROVED: (Stage.EVALUATION, {"opinion": "不通过"}),
    Cause.QUESTIONNAIRE_OPENED: (Stage.QUESTIONNAIRE, {"materials_only": "true", "opinion": "请填写"}),
    Cause.RECTIFICATION_REQUIRED: (
        Stage.EVALUATION,
        {"requirement": "整改", **numbers("RECTIFICATION_REQUIRED")},
    ),
    Cause.CONSULTATION_OPENED: (Stage.PROTOCOL_CONSULTATION, {"text_en": "Draft", "text_zh": "草案"}),
    Cause.CONSULTATION_COMPLETED: (Stage.CERTIFICATE_CONSULTATION, {}),
    Cause.PROTOCOL_SIGNED: (Stage.PROTOCOL_SIGNING, {}),
    Cause.ANNOUNCEMENT_PUBLISHED: (Stage.ANNOUNCEMENT, numbers("ANNOUNCEMENT_PUBLISHED")),
    Cause.CERTIFICATE_CONFIRMED: (Stage.CERTIFICATE_CONFIRMATION, {}),
    Cause.CASE_CLOSED: (Stage.COMPLETED, {"result": "APPROVED", "opinion": "办结"}),
    Cause.CHECK_INITIATED: (
        Stage.ACCEPTANCE,
        {**CHECK, "authority_code": "AW-01", "category": "aquatic", "specific": ("farmed",)},
    ),
}
WITH_FILES = {Cause.PROTOCOL_SIGNED, Cause.CERTIFICATE_CONFIRMED, Cause.SUPPLEMENT, Cause.CHECK_INITIATED}


def a_receipt(cause: Cause) -> ReceiptDraft:
    """A receipt of this type with everything that it may carry."""
    stage, body = BODIES[cause]
    signed = Enclosed("议定书.pdf", pdf("Protocol"), "customs/inbound/R-1/a"), Enclosed("seal.png", png())
    return ReceiptDraft(
        "R-1", cause.value, ULID_NO, stage.value, SENT_AT, "D-1",
        body={element_name(name): value for name, value in body.items()},
        items=[EnclosedItem("field:overview", "INCOMPLETE", "请补充")] if cause is Cause.SUPPLEMENT else (),
        files=signed if cause in WITH_FILES else (),
    )  # fmt: skip


def test_there_is_a_body_for_every_receipt_type() -> None:
    assert set(BODIES) == RECEIPTS


@pytest.mark.parametrize("cause", BODIES)
def test_the_gateway_reads_every_receipt_type_as_its_fact(cause: Cause) -> None:
    read = read_receipt(write_receipt(a_receipt(cause)))
    files = tuple(
        FileRef(
            id=f"F{number}", name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256
        )
        for number, file in enumerate(read.files)
    )
    fact = read.fact(files)
    assert (fact.message_id, fact.in_reply_to, fact.at) == ("R-1", "D-1", SENT_AT)
    assert [file.name for file in files] == (["议定书.pdf", "seal.png"] if cause in WITH_FILES else [])


def test_a_small_file_travels_in_the_xml_and_a_large_one_in_the_bucket() -> None:
    in_bucket, inside = read_receipt(write_receipt(a_receipt(Cause.PROTOCOL_SIGNED))).files
    assert (in_bucket.key, in_bucket.content) == ("customs/inbound/R-1/a", None)
    assert (inside.key, inside.content) == (None, png())


def test_the_gateway_takes_the_receipt_out_of_the_transport_envelope() -> None:
    xml = write_receipt(a_receipt(Cause.SUPPLEMENT))
    assert payload(enveloped(xml)) == xml


def test_a_body_that_no_receipt_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Opnion"):
        write_receipt(ReceiptDraft("R-1", "SUPPLEMENT", "1", "application", SENT_AT, body={"Opnion": "x"}))


def test_customs_reads_a_declaration_with_its_files() -> None:
    letter = FileRef(id="F1", name="申请书.pdf", media_type="application/pdf", size=7, sha256="a" * 64)
    form = ApplicationForm(
        category="aquatic", specific=("farmed",), department="Fisheries", overview="养殖",
        contact=Contact(name="M", title="T", phone=Phone(country="297", number="1"), email="m@example.aw"),
    )  # fmt: skip
    submission = ApplicationSubmission(authority="AW-01", country="AW", form=form, attachments=(letter,))
    declaration = read_declaration(write_declaration(declared(Stage.APPLICATION, submission)))
    assert (declaration.type, declaration.round, declaration.body["Overview"]) == ("APPLICATION", 2, "养殖")
    (file,) = declaration.files
    assert (file.name, file.size, file.key) == ("申请书.pdf", 7, f"{OUTBOUND}{'a' * 64}")


def test_customs_reads_an_acknowledgement() -> None:
    entry = ReceiptEntry({"message_id": "R-1", "case_no": "1", "receipt_type": None, "stage": None})
    parked = new_ack(AckOutcome.PARKED, "wrong_stage", "It speaks of another.")
    ack = read_ack(write_ack(entry, parked))
    assert (ack.message_id, ack.outcome, ack.reason) == ("R-1", "PARKED", "wrong_stage")


def test_a_patient_customs_leads_from_the_protocol_to_the_certificate() -> None:
    submission = ReplySubmission(texts=ThreeTexts(text_en="We agree."))
    declaration = read_declaration(write_declaration(declared(Stage.PROTOCOL_CONSULTATION, submission)))
    assert [step.type for step in steps_for(declaration)] == [
        "RECEIVED", "ACCEPTED", "CONSULTATION_COMPLETED", "PROTOCOL_SIGNED", "ANNOUNCEMENT_PUBLISHED",
        "CONSULTATION_OPENED",
    ]  # fmt: skip


def test_a_patient_customs_does_not_take_files_that_are_not_what_was_declared() -> None:
    declaration = Declaration(
        "D-1",
        "APPLICATION",
        "1",
        "application",
        1,
        {},
        (),
        {},
        b"",
        faults=("letter.pdf is not in the bucket",),
    )
    (step,) = steps_for(declaration)
    assert (step.type, step.body["opinion"]) == ("RECEIVE_FAILED", "letter.pdf is not in the bucket")


@pytest.mark.parametrize(("answer", "receipts"), [("AGREE", 2), ("REFUSE", 1)])
def test_a_patient_customs_opens_the_questionnaire_of_a_check_that_was_agreed_to(
    answer: str, receipts: int
) -> None:
    declaration = Declaration(
        "D-1", "CHECK_ANSWER", ULID_NO, "acceptance", 1, {"Answer": answer}, (), {}, b""
    )
    assert len(steps_for(declaration)) == receipts


def declared(stage: Stage, submission: ApplicationSubmission | ReplySubmission) -> SubmissionDeclared:
    """The second submission of a stage."""
    return SubmissionDeclared(
        declaration_id="D-1", case_id="C-1", case_no="202611000000000001", authority="AW-01", stage=stage, round=2,
        at=datetime(2026, 11, 3, tzinfo=UTC), submission=submission,
    )  # fmt: skip

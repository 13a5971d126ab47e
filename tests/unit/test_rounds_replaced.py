"""Customs replaces what it asked, or ends it, before it was answered: nothing typed is lost, nothing asked unreadable."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.consultation import updates as consultation
from services.questionnaire import updates as questionnaire
from shared.contracts.commands import (
    FileChange,
    SaveRectification,
    SaveReply,
    SubmitRectification,
    SubmitReply,
)
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.facts import ConsultationCompleted, ConsultationOpened, RectificationRequired
from shared.contracts.parts import ThreeTexts
from shared.contracts.vocabulary import Stage
from shared.lifecycle.movement import RecordContext

PC, E = Stage.PROTOCOL_CONSULTATION, Stage.EVALUATION
FILE = StoredFile(
    {
        "id": "F",
        "name": "a.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "sha256": "0" * 64,
        "purpose": None,
    }
)
UNANSWERED = ("pending", "draft", "receive_failed")


def at(minute: int) -> RecordContext:
    return RecordContext(datetime(2026, 11, 3, 8, minute, tzinfo=UTC), {"F": FILE})


class Stagewise:
    """One stage of a case, written by the services' own functions."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.minute = stage, 0
        self.data: dict[str, Any] = {"status": "pending"}

    @property
    def case(self) -> Case:
        return Case({"_id": "C", "stages": {self.stage: self.data} if len(self.data) > 1 else {}})

    def takes(self, record: Any, message: Any, status: str) -> None:
        self.minute += 1
        self.data |= record(self.case, message, at(self.minute)).fields | {"status": status}

    def head(self) -> dict[str, Any]:
        return {"command_id": f"C{self.minute}", "authority": "AW-01", "by": "officer", "case_id": "C"}


def fact(kind: Any, stage: Stage, **given: Any) -> Any:
    return kind(message_id="R", case_no="1", stage=stage, at=at(0).at, **given)


def required(requirement: str) -> Any:
    asked = {"rectification_no": "QH1", "issued_on": date(2026, 11, 1), "requirement": requirement}
    return fact(RectificationRequired, E, **asked)


def rectification(status: str) -> Stagewise:
    """A round that was asked for and typed into, and not answered."""
    made = Stagewise(E)
    made.takes(questionnaire.open_round, required("first"), "pending")
    if status != "pending":
        typed = SaveRectification(**made.head(), statement="typed", files=FileChange(add=("F",)))
        made.takes(questionnaire.save_round, typed, "draft")
    if status == "receive_failed":
        made.takes(questionnaire.submit_round, SubmitRectification(**made.head()), status)
    return made


@pytest.mark.parametrize("status", UNANSWERED)
def test_a_replaced_rectification_stays_readable_and_keeps_what_was_typed(status: str) -> None:
    made = rectification(status)

    made.takes(questionnaire.open_round, required("second"), "pending")

    replaced, current = made.data["rounds"]
    assert (replaced["requirement"], current["requirement"]) == ("first", "second")
    assert replaced["replaced_at"]
    assert current["changed_by_customs"]
    assert current["submitted_at"] is None
    kept = ("", []) if status == "pending" else ("typed", [FILE.document])
    assert (current["statement"], current["attachments"]) == kept
    was_sent = status == "receive_failed"
    assert replaced["statement"] == ("typed" if was_sent else ""), "what was never sent is no answer to it"


def test_a_round_after_an_answer_begins_empty() -> None:
    made = rectification("receive_failed")
    made.data["status"] = "accepted"
    made.takes(questionnaire.open_round, required("second"), "pending")
    answered, current = made.data["rounds"]
    assert (answered["statement"], current["statement"], current["attachments"]) == ("typed", "", [])
    assert "replaced_at" not in answered
    assert "changed_by_customs" not in current


def opened(text: str) -> Any:
    return fact(ConsultationOpened, PC, texts=ThreeTexts(text_zh=text))


def consulted(status: str) -> Stagewise:
    """A consultation that was opened and typed into, and not answered."""
    stage = Stagewise(PC)
    stage.takes(consultation.open_round, opened("第一稿"), "pending")
    if status != "pending":
        texts = ThreeTexts(text_en="typed")
        stage.takes(
            consultation.save_reply,
            SaveReply(**stage.head(), stage=PC, texts=texts, files=FileChange(add=("F",))),
            "draft",
        )
    if status == "receive_failed":
        stage.takes(consultation.submit_reply, SubmitReply(**stage.head(), stage=PC), status)
    return stage


def seen(stage: Stagewise) -> list[tuple[str, str, str]]:
    return [
        (each["party"], each["state"], each["text_zh"] or each["text_en"]) for each in stage.data["history"]
    ]


@pytest.mark.parametrize("status", UNANSWERED)
def test_a_replaced_consultation_stays_readable_and_keeps_the_draft(status: str) -> None:
    stage = consulted(status)

    stage.takes(consultation.open_round, opened("第二稿"), "pending")

    failed = [("foreign", "processed", "typed")] if status == "receive_failed" else []
    assert seen(stage) == [("china", "in_progress", "第二稿"), *failed, ("china", "processed", "第一稿")]
    assert [bool(each.get("not_received")) for each in stage.data["history"]] == [
        False,
        *[True for _ in failed],
        False,
    ]
    assert stage.data["changed_by_customs"]
    typed = ("", []) if status == "pending" else ("typed", [FILE.document])
    assert (stage.data["draft"]["text_en"], stage.data["draft"]["attachments"]) == typed

    stage.data["status"] = "accepted"
    stage.takes(consultation.open_round, opened("第三稿"), "pending")
    assert stage.data["draft"]["text_en"] == ""
    assert not stage.data["changed_by_customs"]


@pytest.mark.parametrize("status", UNANSWERED)
def test_a_consultation_that_ends_without_an_answer_keeps_the_draft_readable(status: str) -> None:
    stage = consulted(status)

    stage.takes(consultation.complete, fact(ConsultationCompleted, PC), "approved")

    assert {state for _, state, _ in seen(stage)} == {"processed"}
    assert stage.data["unsent"]
    assert stage.data["draft"]["text_en"] == ("" if status == "pending" else "typed")
    newest = stage.data["history"][0]
    assert bool(newest.get("not_received")) == (status == "receive_failed")


def test_an_answered_consultation_has_nothing_unsent() -> None:
    stage = consulted("receive_failed")
    stage.data["status"] = "accepted"
    stage.takes(consultation.complete, fact(ConsultationCompleted, PC), "approved")
    assert not stage.data["unsent"]
    assert not any(each.get("not_received") for each in stage.data["history"])

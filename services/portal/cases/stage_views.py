"""How a stage of a case looks from outside (CONTRACT 3, «Stage data»). Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from services.portal.cases.answer_documents import answer_documents
from services.portal.cases.progress import progress
from services.portal.cases.views import label, may_edit, plain
from shared.contracts.documents.cases import NO_DRAFT
from shared.contracts.questionnaires import Question, Questionnaire
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS, sentence
from shared.questionnaires.answers import NOT_ANSWERED

_ANSWER = ("value", "note", "attachments", "version")


def stage_data(case: Document, stage: Stage, questionnaires: Sequence[Questionnaire]) -> Any:
    """What `GET /cases/{case}/stages/{stage}` answers for an entered stage."""
    data, status = case["stages"][stage], Status(case["stages"][stage]["status"])
    last: Document = next((reply for reply in reversed(case["replies"]) if reply["stage"] == stage), {})
    shown = {
        "stage": stage.value, "status": status.value, "stage_label": label(STAGE_LABELS[stage]),
        "label": label(STATUS_LABELS[status]), "sentence": label(sentence(stage, status)),
        "editable": may_edit(case, stage), "round": data.get("round", 0), "submitted_at": data.get("submitted_at"),
        "opinion": last.get("opinion", ""), "items": last.get("items", []),
    }  # fmt: skip
    if stage is Stage.QUESTIONNAIRE:
        shown |= _questionnaire(case, questionnaires, last.get("items", []))
    else:
        shown |= _SHOWN[stage](case, data)
    return plain(shown)


def _form(case: Document, data: Document) -> Document:
    about = {"category": case["category"], "specific": case["specific"], "overview": case["overview"]}
    files = {"attachments": data["attachments"]}
    if "plan_attachments" in data:
        files |= {"plan_attachments": data["plan_attachments"], "answer": data.get("answer")}
    return {**about, **data["form"], **files}


def _rounds(case: Document, data: Document) -> Document:
    return {"rounds": data.get("rounds", [])}


def _consultation(case: Document, data: Document) -> Document:
    return {
        "history": data.get("history", []),
        "draft": data.get("draft", dict(NO_DRAFT.document)),
        "changed_by_customs": data.get("changed_by_customs", False),
        "unsent": data.get("unsent", False),
        "signatories": data.get("signatories", []),
    }


def _files(case: Document, data: Document) -> Document:
    return {"attachments": data.get("attachments", [])}


def _announcement(case: Document, data: Document) -> Document:
    return {name: data.get(name) for name in ("announcement_no", "title", "published_on")}


def _nothing(case: Document, data: Document) -> Document:
    return {}


_SHOWN: dict[Stage, Callable[[Document, Document], Document]] = {
    Stage.APPLICATION: _form,
    Stage.ACCEPTANCE: _form,
    Stage.EVALUATION: _rounds,
    Stage.PROTOCOL_CONSULTATION: _consultation,
    Stage.CERTIFICATE_CONSULTATION: _consultation,
    Stage.PROTOCOL_SIGNING: _files,
    Stage.CERTIFICATE_CONFIRMATION: _files,
    Stage.ANNOUNCEMENT: _announcement,
    Stage.COMPLETED: _nothing,
}


def _questionnaire(
    case: Document, questionnaires: Sequence[Questionnaire], items: Sequence[Document]
) -> Document:
    """The questions, each with its answer, what customs said of it last, and whether it changed since the last submission."""
    stage, beside = case["stages"][Stage.QUESTIONNAIRE], _Beside(case, items)
    return {
        "questionnaires": [
            {
                "code": each.code, "version": each.version, "title_zh": each.title_zh, "title_en": each.title_en,
                "parts": [
                    {
                        "number": part.number, "title_zh": part.title_zh, "title_en": part.title_en,
                        "questions": [beside.question(question) for question in part.questions],
                    }
                    for part in each.parts
                ],
            }
            for each in questionnaires
        ],
        "materials_only": stage["materials_only"],
        "open_required": stage["open_required"],
        "parts": progress(questionnaires, stage["open_required"]),
    }  # fmt: skip


class _Beside:
    """What stands beside each question of a case."""

    def __init__(self, case: Document, items: Sequence[Document]) -> None:
        self._answers, self._items = answer_documents(case), items
        self._submitted_at = case["stages"][Stage.QUESTIONNAIRE].get("submitted_at")

    def question(self, question: Question) -> Document:
        answer = self._answers.get(question.id, dict(NOT_ANSWERED.document))
        shown = question.model_dump(mode="json", exclude={"only_for"})
        pinned = [item for item in self._items if item["target"] == f"question:{question.id}"]
        changed = bool(self._submitted_at and answer.get("at") and answer["at"] > self._submitted_at)
        return shown | {
            "answer": {name: answer[name] for name in _ANSWER}, "items": pinned, "changed_since_submission": changed,
        }  # fmt: skip

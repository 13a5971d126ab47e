"""How a stage of a case looks from outside (CONTRACT 3, «Stage data»). Pure."""

from collections.abc import Callable, Sequence

from services.portal.cases.progress import progress
from services.portal.cases.views import Json, label, may_edit, plain_fields
from shared.contracts.documents.cases import Case, PinnedItem, StageRecord
from shared.contracts.facts import own_fields
from shared.contracts.questionnaires import Question, Questionnaire
from shared.contracts.vocabulary import Stage
from shared.lifecycle.rules import SPEAKS_OF
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS, sentence
from shared.questionnaires.answers import NOT_ANSWERED, to_be_confirmed
from shared.questionnaires.relevance import asked_now, relevant_questions


def stage_data(case: Case, stage: Stage, questionnaires: Sequence[Questionnaire]) -> Json:
    """What `GET /cases/{case}/stages/{stage}` answers for an entered stage."""
    data = case.stages[stage]
    last = next((reply for reply in reversed(case.replies) if reply.stage is stage), None)
    items = last.items if last else ()
    shown = brought(case, stage) | plain_fields(
        stage=stage, status=data.status, stage_label=label(STAGE_LABELS[stage]), label=label(STATUS_LABELS[data.status]),
        sentence=label(sentence(stage, data.status)), editable=may_edit(case, stage), round=data.round,
        submitted_at=data.submitted_at, opinion=last.opinion if last else "", items=items,
    )  # fmt: skip
    if stage is Stage.QUESTIONNAIRE:
        return shown | _questionnaire(data, questionnaires, items)
    return shown | (_SHOWN[stage](case, data) if stage in _SHOWN else {})


def brought(case: Case, stage: Stage) -> Json:
    """What receipts brought that a stage keeps as it came, under the names of their facts; nothing where it was not entered."""
    return plain_fields(**case.stages[stage].kept_of(_BROUGHT[stage])) if stage in case.stages else {}


def _application(case: Case, data: StageRecord) -> Json:
    about = plain_fields(category=case.category, specific=case.specific, overview=case.overview)
    return about | plain_fields(**data.form) | plain_fields(attachments=data.attachments)


def _check(case: Case, data: StageRecord) -> Json:
    return _application(case, data) | plain_fields(plan_attachments=data.plan_attachments, answer=data.answer)


def _rounds(case: Case, data: StageRecord) -> Json:
    return plain_fields(rounds=data.rounds)


def _consultation(case: Case, data: StageRecord) -> Json:
    return plain_fields(
        history=data.history, draft=data.draft, changed_by_customs=data.changed_by_customs, unsent=data.unsent,
        signatories=data.signatories,
    )  # fmt: skip


_SHOWN: dict[Stage, Callable[[Case, StageRecord], Json]] = {
    Stage.APPLICATION: _application,
    Stage.ACCEPTANCE: _check,
    Stage.EVALUATION: _rounds,
    Stage.PROTOCOL_CONSULTATION: _consultation,
    Stage.CERTIFICATE_CONSULTATION: _consultation,
}
_BROUGHT = {
    stage: tuple(name for cause in SPEAKS_OF if stage in SPEAKS_OF[cause] for name in own_fields(cause))
    for stage in Stage
}


def _questionnaire(
    data: StageRecord, questionnaires: Sequence[Questionnaire], items: Sequence[PinnedItem]
) -> Json:
    """The questions, each with its answer, what customs said of it last, and whether it changed since the last submission."""
    relevant = relevant_questions(questionnaires, data.answers)
    beside = _Beside(data, items, relevant)
    return {
        "questionnaires": [
            {
                "code": each.code, "version": each.version, "title_zh": each.title_zh, "title_en": each.title_en,
                "preamble": [section.model_dump(mode="json") for section in each.preamble],
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
        "materials_only": data.materials_only,
        "open_required": list(data.open_required),
        "to_be_confirmed": [each.id for each in to_be_confirmed(questionnaires, data.answers)],
        "parts": [each.told() for each in progress(asked_now(questionnaires, data.answers), data.open_required)],
    }  # fmt: skip


def described(question: Question) -> Json:
    """A question as it stands in the API: what every question says, and of the rest what this one says."""
    own = question.model_dump(mode="json", exclude_defaults=True, exclude={"only_for"})
    every = question.model_dump(mode="json", include=_OF_EVERY)
    return {name: own.get(name, value) for name, value in every.items()} | own


_OF_EVERY = {
    "id", "kind", "required", "attachment_required", "attachment_suffices", "text_zh", "text_en", "help_zh", "help_en", "choices",
    "columns", "unit", "describe_if",
}  # fmt: skip


class _Beside:
    """What stands beside each question of a case."""

    def __init__(self, data: StageRecord, items: Sequence[PinnedItem], relevant: frozenset[str]) -> None:
        self._answers, self._items, self._submitted_at = data.answers, items, data.submitted_at
        self._relevant = relevant

    def question(self, question: Question) -> Json:
        answer = self._answers.get(question.id, NOT_ANSWERED)
        shown = described(question) | {"asked": question.id in self._relevant}
        pinned = [item for item in self._items if item.target == f"question:{question.id}"]
        changed = bool(self._submitted_at and answer.at and answer.at > self._submitted_at)
        taken = {"taken": answer.taken} if answer.taken else {}
        return shown | plain_fields(
            answer={
                "value": answer.value, "note": answer.note, "attachments": answer.attachments, "version": answer.version,
                **taken,
            },
            items=pinned, changed_since_submission=changed,
        )  # fmt: skip

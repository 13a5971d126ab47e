"""Answers that were taken from earlier cases: their mark, its end, and what customs is told of them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from services.questionnaire.completeness import open_required
from shared.bilingual import Bilingual
from shared.contracts.commands import ConfirmAnswers, PutBackAnswers, SaveAnswers, TakeAnswers
from shared.contracts.documents.answers import StoredAnswer, field_of
from shared.contracts.documents.cases import Case
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.faults import FieldFault, Overtaken
from shared.contracts.parts import ApprovedAnswer, PresentAnswer
from shared.contracts.questionnaires import Answer, Questionnaire
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Stage
from shared.lifecycle.movement import StageUpdate
from shared.questionnaires.answers import answer_of, answers_of, is_given, stored_answers, to_be_confirmed
from shared.questionnaires.carrying import digest_of
from shared.runtime.errors import RequestRejected

_BLANK: Document = {"value": None, "note": "", "attachments": []}


def mark_of(
    command: SaveAnswers | TakeAnswers, question: str, answer: Answer, before: StoredAnswer | None, at: datetime
) -> Document:  # fmt: skip
    """What is written beside an answer that changes: where it was taken from, as long as nobody writes it otherwise.

    A file that comes or goes changes nothing of that; another value or note makes it the officer's own.
    """
    if isinstance(command, SaveAnswers):
        same = before and before.taken and (before.value, before.note) == (answer.value, answer.note)
        return {"taken": before.taken.document} if before and before.taken and same else {}
    taken: Document = command.sources[question].model_dump()
    if command.confirmed:
        return {"taken": taken | {"confirmed_at": at, "confirmed_by": command.by}}
    return {"taken": taken | _replaced(before)}


def _replaced(before: StoredAnswer | None) -> Document:
    """What an answer replaces, where it says something: an answer that was taken itself gives way to what it replaced."""
    if before and before.to_be_confirmed:
        replaced = before.taken.replaced if before.taken else None
        return {"replaced": replaced} if replaced else {}
    if before is None or not is_given(before):
        return {}
    return {
        "replaced": {name: before.document[name] for name in _BLANK}
        | {"attachments": documents_of(before.attachments)}
    }


def confirmed(case: Case, command: ConfirmAnswers, at: datetime) -> StageUpdate:
    """The mark goes from each of these answers that still has it; RequestRejected names those that were changed meanwhile."""
    fields: dict[str, object] = {}
    for question, answer in _seen(case, command):
        if answer.taken:
            kept = {name: value for name, value in answer.taken.document.items() if name != "replaced"}
            fields[f"answers.{field_of(question)}.taken"] = kept | {
                "confirmed_at": at,
                "confirmed_by": command.by,
            }
    return StageUpdate(fields=fields, open_required=case.stages[Stage.QUESTIONNAIRE].open_required)


def put_back(
    asked: Sequence[Questionnaire], case: Case, command: PutBackAnswers, at: datetime
) -> StageUpdate:
    """What stood there before each of these answers was taken; RequestRejected names those that were changed meanwhile."""
    fields: dict[str, object] = {}
    versions: dict[str, int] = {}
    answers = answers_of(case)
    for question, answer in _seen(case, command):
        content = dict(answer.taken.replaced or _BLANK) if answer.taken else _BLANK
        versions[question] = answer.version + 1
        document = content | {"version": versions[question], "at": at, "by": command.by}
        fields[f"answers.{field_of(question)}"] = document
        answers[question] = answer_of(StoredAnswer(document))
    still_open = open_required(asked, answers)
    return StageUpdate(
        fields=fields | {"open_required": still_open}, versions=versions, open_required=tuple(still_open)
    )


def _seen(case: Case, command: ConfirmAnswers | PutBackAnswers) -> Iterator[tuple[str, StoredAnswer]]:
    """Those of the answers that wait for their confirmation, as the officer saw them."""
    stored = stored_answers(case)
    waiting = {
        name: stored[name] for name in command.answers if name in stored and stored[name].to_be_confirmed
    }
    refuse_overtaken(
        stored, [name for name, answer in waiting.items() if answer.version != command.answers[name]]
    )
    yield from waiting.items()


def refuse_overtaken(stored: Mapping[str, StoredAnswer], names: Iterable[str]) -> None:
    """RequestRejected (409) with the present answer of each of these questions, which somebody else changed meanwhile."""
    overtaken = [
        Overtaken(
            name, "version_conflict", f"此题已被他人修改，请核对后再保存：{name}",
            f"Somebody changed this answer meanwhile; compare before you save: {name}",
            PresentAnswer.model_validate(stored[name].document),
        )
        for name in names
    ]  # fmt: skip
    if overtaken:
        told = ", ".join(fault.field for fault in overtaken)
        text = Bilingual(f"以下答案已被他人修改：{told}。", f"Changed meanwhile: {told}.")
        raise RequestRejected("version_conflict", text, overtaken, status=409)


def unconfirmed_faults(
    asked: Sequence[Questionnaire], answers: Mapping[str, StoredAnswer]
) -> list[FieldFault]:
    """A prompt at each question whose answer was taken from an earlier case and is still to be confirmed."""
    return [
        FieldFault(
            question.id, "to_be_confirmed", f"沿用的回答待确认：{question.text_zh}",
            f"This answer was taken from an earlier case and is still to be confirmed: {question.text_en}",
        )
        for question in to_be_confirmed(asked, answers)
    ]  # fmt: skip


def statement_of(answer: StoredAnswer, approved: ApprovedAnswer | None) -> str:
    """What customs reads before the note: whether the answer is what was approved last; nothing where none was approved.

    Where nothing is answered any more, that.
    """
    if approved is None:
        return ""
    day, number = f"{approved.submitted_at.astimezone(CHINA):%Y-%m-%d}", approved.case_no
    if not is_given(answer):
        return (
            f"【案件{number}中已审核通过的回答（{day}提交），本次未填】"
            f"[Not answered now: answered in case {number}, submitted {day}, and approved]"
        )
    if digest_of(answer) == approved.digest:
        return (
            f"【与案件{number}中已审核通过的回答（{day}提交）一致】"
            f"[Unchanged: as in the approved answer of case {number}, submitted {day}]"
        )
    return (
        f"【较案件{number}中已审核通过的回答（{day}提交）有变更】"
        f"[Changed since the approved answer of case {number}, submitted {day}]"
    )

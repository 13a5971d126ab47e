"""Takes a filled workbook back: finds what was changed in it, and has that saved as any other answer is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from services.portal.workbook.content import content_of
from services.portal.workbook.gathering import Place
from services.portal.workbook.holes import fill_holes
from services.portal.workbook.reading import answers_in, identity_of
from services.portal.workbook.refusals import Refusal, workbook_refusal
from services.portal.workbook.sheets import Sheet
from shared.contracts.documents.cases import Case
from shared.contracts.limits import ANSWERS_BYTES
from shared.contracts.questionnaires import NO_ANSWER, Answer, Questionnaire, all_questions
from shared.contracts.replies import CaseAnswer
from shared.questionnaires.answers import answers_of
from shared.runtime.errors import RequestRejected

Save = Callable[[dict[str, Answer]], Awaitable[CaseAnswer]]


@dataclass(slots=True)
class Changes:
    """What a workbook would change: answers to be saved, those left alone, and what can't be taken."""

    answers: dict[str, Answer]
    unchanged: list[str]
    refused: list[Refusal]
    places: Mapping[str, Place]


def changes_in(sheets: Sequence[Sheet], case: Case, asked: Sequence[Questionnaire]) -> Changes:
    """Compare each answer with what was exported; RequestRejected (422) a workbook that is not this case's, or not readable.

    An answer as it was exported, or as it stands now, is left alone. Another one is to be saved over the version that was
    exported, with the files that the answer has: whether that version still stands is for the service to say. A cell of a table
    that can't be taken is in `refused`, and the rest of its table is taken.
    """
    identity = identity_of(sheets)
    identity.insist_on(case.case_no or "", [(each.code, each.version) for each in asked])
    found, answers = answers_in(sheets, asked), answers_of(case)
    changes = Changes({}, [], found.refused, found.places)
    refused = {each.question for each in found.refused}
    for question in all_questions(asked):
        present = answers.get(question.id, NO_ANSWER)
        content = found.contents.get(question.id)
        if content is None:
            changes.unchanged += [question.id] if question.id not in refused else []
            continue
        if holes := found.holes[question.id]:
            before = content_of(question, present).value
            content, told = fill_holes(question, content, holes, before)
            changes.refused += told
        left = identity.export_of(question.id)
        if content.digest() in (left.digest, content_of(question, present).digest()):
            changes.unchanged.append(question.id)
        else:
            changes.answers[question.id] = Answer(
                value=content.value, note=content.note, attachments=present.attachments,
                version=left.version,
            )  # fmt: skip
    if sum(len(answer.model_dump_json()) for answer in changes.answers.values()) > ANSWERS_BYTES:
        raise workbook_refusal("workbook_too_big")
    return changes


async def save(changes: Changes, save_answers: Save) -> CaseAnswer | None:
    """Have the changes saved; an answer that the service refuses goes to `refused`, and the others are saved without it.

    None where nothing is left to be saved; RequestRejected where the service refuses the whole (`not_editable`).
    """
    while changes.answers:
        try:
            return await save_answers(changes.answers)
        except RequestRejected as refusal:
            prompts = [prompt for prompt in refusal.errors if prompt["field"] in changes.answers]
            if not prompts:
                raise
            for prompt in prompts:
                changes.answers.pop(prompt["field"], None)
                changes.refused.append(_refused(changes, prompt))
    return None


def _refused(changes: Changes, prompt: Mapping[str, str]) -> Refusal:
    sheet, row = changes.places[prompt["field"]]
    return Refusal(prompt["field"], sheet, row, prompt["code"], prompt["message_zh"], prompt["message_en"])

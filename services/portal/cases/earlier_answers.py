"""What an authority answered before: read of its own cases alone (DOMAIN 1.9), and put beside the questions of a case."""

from collections.abc import Sequence

from anyio import CapacityLimiter, to_thread

from services.portal.cases.repository import CaseRepository
from services.portal.cases.views import Json, may_edit, plain, plain_fields
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.parts import ApprovedAnswer
from shared.contracts.questionnaires import Question, Questionnaire
from shared.contracts.vocabulary import Kind, Stage
from shared.questionnaires.answers import stored_answers
from shared.questionnaires.carrying import (
    Carried,
    EarlierAnswer,
    EarlierCase,
    approved_last,
    carried,
    to_take,
)
from shared.questionnaires.repository import QuestionnaireRepository

STAGE = Stage.QUESTIONNAIRE
NOTHING = Carried()
_MATCHING = CapacityLimiter(1)


def may_carry(case: Case) -> bool:
    """Whether earlier answers are offered: from when the questionnaire is opened until it is submitted the first time."""
    return may_edit(case, STAGE) and case.stages[STAGE].submitted_at is None


async def carried_for(
    cases: CaseRepository, library: QuestionnaireRepository, case: Case, asked: Sequence[Questionnaire]
) -> Carried:
    """The earlier answers to the questions of a case; nothing once it was submitted."""
    return await _carried(cases, library, case, asked) if may_carry(case) else NOTHING


async def approved_before(
    cases: CaseRepository, library: QuestionnaireRepository, case: Case, asked: Sequence[Questionnaire]
) -> dict[str, ApprovedAnswer]:
    """What customs approved last of each question, in a retrospective check; nothing in an assessment."""
    if case.kind is not Kind.RETROSPECTIVE:
        return {}
    return approved_last((await _carried(cases, library, case, asked)).offers)


async def _carried(
    cases: CaseRepository, library: QuestionnaireRepository, case: Case, asked: Sequence[Questionnaire]
) -> Carried:
    earlier = []
    for each in await cases.submitted_questionnaires(case):
        if each.stages[STAGE].submitted_at is None:
            continue  # customs approved a stage that was never submitted
        opened = [(kept.code, kept.version) for kept in each.stages[STAGE].questionnaires]
        earlier.append(EarlierCase(each, await library.of_case(opened, each.specific, each.kind)))
    return await to_thread.run_sync(carried, case, asked, earlier, limiter=_MATCHING) if earlier else NOTHING


def told(case: Case, asked: Sequence[Questionnaire], found: Carried) -> Json:
    """As the API tells it: what is offered, what is taken together, and what has no place."""
    together = to_take(asked, stored_answers(case), found.offers)
    return {
        "offers": [
            _told(name, each.question, each.earlier) | {"together": name in together, "same_words": each.same_words}
            for name, each in found.offers.items()
        ],
        "left_out": [
            _told(each.earlier.asked.id, each.earlier.asked, each.earlier) | {"reason": each.why.value}
            for each in found.left_out
        ],
    }  # fmt: skip


def _told(name: str, question: Question, earlier: EarlierAnswer) -> Json:
    asked = earlier.asked
    return plain_fields(
        question=name, kind=question.kind, asked_as={"text_zh": asked.text_zh, "text_en": asked.text_en},
        answer=_content(earlier.answer), source=earlier.source.model_dump(),
    )  # fmt: skip


def _content(answer: StoredAnswer) -> Json:
    return {"value": plain(answer.value), "note": answer.note, "attachments": plain(answer.attachments)}

"""Earlier answers on the questionnaire's page: taken, confirmed, given up; what was typed is saved first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.api.earlier_answers import settle, take_all, take_named
from services.portal.context import Portal, PortalDep, case_of, questionnaires_of
from services.portal.identity.sessions import User
from services.portal.pages.form_commands import text
from services.portal.pages.language import said
from services.portal.pages.questionnaire import view_model
from services.portal.pages.questionnaire.part_form import base_digest, base_field
from services.portal.pages.questionnaire.saving import save_typed
from services.portal.pages.questionnaire.showing import (
    address_of,
    asked_of,
    questions_of_part,
    saved_answer,
    show_part,
)
from services.portal.pages.rendering import onward, pages, wants_json
from services.portal.pages.request_context import CaseDep, VisitDep, VisitingOfficerDep
from shared.bilingual import Bilingual
from shared.contracts.commands import ConfirmAnswers, PutBackAnswers
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import NO_ANSWER, Question
from shared.contracts.replies import CaseAnswer
from shared.questionnaires.answers import answers_of, stored_answers, to_be_confirmed
from shared.runtime.errors import RequestRejected

router = pages()
Seen = Mapping[str, int]
Act = Callable[[Portal, User, Case, Seen], Awaitable[CaseAnswer]]


@router.post("/cases/{case}/questionnaire/earlier")
async def earlier(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Do what the button `carry` says, for one question or for all; nothing of it where the page shows another answer there."""
    asked, form = await asked_of(portal, user, case), await request.form()
    part, (act, question) = text(form, "part"), _asked_for(text(form, "carry"))
    questions = questions_of_part(asked, part)
    outcome = await save_typed(request, portal, user, case, questions, form, visit.lang)
    if not outcome.all_saved or question in outcome.remote_changes:
        return await show_part(request, portal, outcome.case, part, outcome=outcome, form=form, status=409)
    try:
        await act(portal, user, outcome.case, _seen(questions, form, outcome.case, question))
    except RequestRejected as refusal:
        if refusal.code not in ("version_conflict", "not_offered"):
            raise
        present, notice = await case_of(portal, user, case.id), said(refusal.text, visit.lang)
        return await show_part(request, portal, present, part, status=409, notice=notice)
    if wants_json(request):
        return await saved_answer(portal, user, case, asked, visit.lang)
    anchor = view_model.anchor_of(question) if question else "earlier"
    return onward(f"{address_of(case)}?part={part}#{anchor}")


def _seen(questions: Sequence[Question], form: FormData, case: Case, question: str) -> Seen:
    """The stored version of one answer; without a question those of all answers that the page shows as they are stored."""
    answers = answers_of(case)
    return {
        each.id: answers.get(each.id, NO_ANSWER).version
        for each in questions
        if each.id == question
        or (
            not question
            and text(form, base_field(each)) == base_digest(each, answers.get(each.id, NO_ANSWER))
        )
    }


def _asked_for(button: str) -> tuple[Act, str]:
    """What a button does, and the question that it speaks of; without one it is for the whole part, or for everything."""
    verb, _, question = button.partition(":")
    if verb not in _ACTS:
        raise RequestRejected(
            "not_found", Bilingual("没有这项操作。", "There is no such action."), status=404
        )
    return _ACTS[verb], question


async def _take_part(portal: Portal, user: User, case: Case, seen: Seen) -> CaseAnswer:
    return await take_all(portal, user, case, within=seen)


async def _take_everything(portal: Portal, user: User, case: Case, seen: Seen) -> CaseAnswer:
    return await take_all(portal, user, case)


_confirm = partial(settle, how=ConfirmAnswers)


async def _confirm_part(portal: Portal, user: User, case: Case, seen: Seen) -> CaseAnswer:
    waiting = to_be_confirmed(await questionnaires_of(portal, case), stored_answers(case))
    return await _confirm(portal, user, case, {each.id: seen[each.id] for each in waiting if each.id in seen})


_ACTS: Mapping[str, Act] = {
    "take": take_named,
    "true": partial(take_named, confirmed=True),
    "confirm": _confirm,
    "back": partial(settle, how=PutBackAnswers),
    "take-part": _take_part,
    "take-all": _take_everything,
    "confirm-part": _confirm_part,
}

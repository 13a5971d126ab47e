"""Answer the questionnaire, part by part, and submit it."""

from collections.abc import Sequence
from functools import partial

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from services.portal.cases.comparison import changed_questions
from services.portal.cases.part_names import numbers_of, part_name
from services.portal.cases.progress import progress
from services.portal.cases.submissions import answers_as_stored
from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, case_of, entered, questionnaires_of
from services.portal.identity.sessions import User
from services.portal.pages.case.layout import case_page
from services.portal.pages.confirming import Confirmation, Link, submit_confirmed
from services.portal.pages.corrections.items import Correction, corrections
from services.portal.pages.form_commands import (
    ONCE,
    changed_files,
    head,
    new_once,
    text,
    was_taken,
)
from services.portal.pages.formatting import clock_time
from services.portal.pages.questionnaire import view_model
from services.portal.pages.questionnaire.saving import (
    STAGE,
    SaveOutcome,
    change_files,
    open_by_part,
    refusals_of,
    save_typed,
)
from services.portal.pages.rendering import _, onward, pages, said_now, wants_json
from services.portal.pages.request_context import CaseDep, Visit, VisitDep, VisitingOfficerDep
from services.portal.pages.resubmitting import resubmission
from services.portal.pages.templating import templates
from shared.bilingual import Bilingual
from shared.contracts.commands import CaseAnswer, SubmitQuestionnaire
from shared.contracts.documents.cases import Case
from shared.contracts.events import AnswersSubmission, Submission
from shared.contracts.limits import CELL_CHARACTERS, NOTE_CHARACTERS, TEXT_CHARACTERS
from shared.contracts.questionnaires import Question, Questionnaire, all_questions, placed_questions
from shared.questionnaires.answers import stored_answers
from shared.questionnaires.relevance import asked_now, only_relevant
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

router = pages()
_FOLLOWS = _(
    "The answers of all parts are sent to customs at once, and can't be changed or taken back. Customs examines them, and goes "
    "on with the case, asks for a supplement, or asks for a rectification."
)


@router.get("/cases/{case}/questionnaire")
async def questionnaire(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """One part: `part` names it, else the first where something is to be done."""
    return await _shown(request, portal, case, request.query_params.get("part", ""))


@router.post("/cases/{case}/questionnaire/save")
async def save(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed in a part, answer by answer."""
    asked, form = await _asked(portal, user, case), await request.form()
    part = text(form, "part")
    outcome = await save_typed(request, portal, user, case, _questions(asked, part), form, visit.lang)
    if wants_json(request):
        return _save_answer(visit, asked, part, outcome, form)
    if not outcome.all_saved:
        return await _shown(request, portal, outcome.case, part, outcome=outcome, form=form, status=409)
    settled = text(form, "keep") or text(form, "take")
    anchor = f"#{view_model.anchor_of(settled)}" if settled else ""
    return onward(f"{_address(case)}?part={part}&saved=1{anchor}")


@router.post("/cases/{case}/questionnaire/{question}/attachments")
async def attachments(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, question: str
) -> Response:
    """Add files to an answer, or remove one."""
    asked = await _asked(portal, user, case)
    known = next((each for each in all_questions(asked) if each.id == question), None)
    if known is None:
        raise RequestRejected(
            "not_found", Bilingual("没有这道题。", "There is no such question."), status=404
        )
    await change_files(request, portal, user, case, known, await changed_files(request, portal, user))
    if wants_json(request):
        present = await case_of(portal, user, case.id)
        return JSONResponse({"saved_at": clock_time(now()), "base_digests": {}, **_progress(asked, present)})
    return onward(_address(case) + view_model.place_of(asked, question))


@router.get("/cases/{case}/questionnaire/next")
async def next_open(request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep) -> Response:
    """On to the next required question that is open, after the one that `after` names."""
    asked = await _asked(portal, user, case)
    following = view_model.next_open(
        asked, case.stages[STAGE].open_required, request.query_params.get("after", "")
    )
    return onward(_address(case) + (view_model.place_of(asked, following) if following else "?complete=1"))


@router.post("/cases/{case}/questionnaire/submit")
async def submit(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed, ask once more, and submit all parts."""
    asked, form = await _asked(portal, user, case), await request.form()
    if was_taken(request, user, case, form):
        return onward(f"{_address(case)}?submitted=1")
    part = text(form, "part")
    outcome = await save_typed(request, portal, user, case, _questions(asked, part), form, visit.lang)
    if not outcome.all_saved:
        return await _shown(request, portal, outcome.case, part, outcome=outcome, form=form, status=409)
    command = SubmitQuestionnaire(**head(request, user, case.id, form))

    async def asks(answer: CaseAnswer) -> Confirmation:
        return Confirmation(
            said_now(visit, _("Submit the whole questionnaire to China Customs?")),
            said_now(visit, _("Submit questionnaire")), said_now(visit, _FOLLOWS),
            *await resubmission(portal, user, case.id, STAGE, visit, partial(_changed, asked), link),
        )  # fmt: skip

    def link(item: Correction) -> Link:
        question = _asked_in(case, item.target)
        number = numbers_of(asked).get(question, "")
        return f"{number} {item.text}", _address(case) + view_model.place_of(asked, question)

    try:
        again = [(ONCE, text(form, ONCE)), ("part", part)]
        return await submit_confirmed(request, portal, command, asks, _address(case), again)
    except RequestRejected as refusal:
        faults = refusals_of(refusal, visit.lang)
        present = await case_of(portal, user, case.id)
        return await _shown(request, portal, present, part, refused=faults, status=422)


async def _shown(
    request: Request, portal: Portal, case: Case, part: str, *, outcome: SaveOutcome | None = None,
    form: FormData | None = None, refused: dict[str, list[str]] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    if STAGE not in case.stages:
        return await case_page(request, portal, case, STAGE, "questionnaire/part.html", {})
    asked, pinned = await questionnaires_of(portal, case), await corrections(portal.store, case, STAGE)
    tabs = view_model.tabs(asked, case, pinned)
    tab, query = view_model.opens_on(tabs, part), request.query_params
    context = {
        "tabs": tabs, "tab": tab, "part_name": part_name,
        "several": len(asked) > 1, "corrections": pinned, "editable": may_edit(case, STAGE),
        "questions": view_model.questions(tab, case, pinned, outcome, form),
        "unpinned": view_model.not_pinned(asked, case, pinned),
        "still_open": len(case.stages[STAGE].open_required), "required": sum(each.required for each in tabs),
        "refused": view_model.refusals_by_part(tabs, refused or {}), "numbers": numbers_of(asked),
        "place_of": partial(view_model.place_of, asked),
        "asked_in": {item.key: _asked_in(case, item.target) for item in pinned.items},
        "left": bool(outcome and not outcome.all_saved), "once": new_once(), "spare": view_model.SPARE_ROWS,
        "longest": TEXT_CHARACTERS, "longest_note": NOTE_CHARACTERS, "longest_cell": CELL_CHARACTERS,
        "submitted": query.get("submitted") == "1", "just_saved": query.get("saved") == "1",
        "complete": query.get("complete") == "1", "rounds": _rounds(case), "next_tab": _after(tabs, tab),
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "questionnaire/part.html", context, status)


def _save_answer(
    visit: Visit, asked: Sequence[Questionnaire], part: str, outcome: SaveOutcome, form: FormData
) -> Response:
    """The answer to the page's script: what is saved, what is not and why, and what is open now.

    `understood` are the inputs whose number or date is stored otherwise than it was typed.
    """
    questions = {each.id: each for each in _questions(asked, part)}
    reader = visit.user.username if visit.user else ""
    answer: dict[str, object] = {
        "saved_at": clock_time(now()), "base_digests": outcome.base_digests([*questions.values()]),
        "remote_changes": outcome.remote_changes, "understood": outcome.understood([*questions.values()], form),
        "by_oneself": outcome.remote_by == {reader},
        **_progress(asked, outcome.case),
    }  # fmt: skip
    if outcome.all_saved:
        return JSONResponse(answer)
    macros = templates(visit.lang).get_template("questionnaire/answers.html").make_module()
    message = said_now(visit, _("Not all of it is saved: look at the prompts beside the questions."))
    answer |= {
        "code": "not_all_saved", "message": message,
        "errors": [{"field": name, "message": fault} for name, fault in outcome.faults.items()],
        "conflicts_html": {
            name: str(macros.conflict(questions[name], present, reader))  # type: ignore[attr-defined]
            for name, present in outcome.conflicts.items()
        },
    }  # fmt: skip
    return JSONResponse(answer, 409 if outcome.conflicts else 422)


def _progress(asked: Sequence[Questionnaire], case: Case) -> dict[str, object]:
    still_open = case.stages[STAGE].open_required
    now_asked = asked_now(asked, stored_answers(case))
    return {"open": open_by_part(progress(now_asked, still_open)), "open_required": still_open}


async def _asked(portal: Portal, user: User, case: Case) -> tuple[Questionnaire, ...]:
    return await questionnaires_of(portal, await entered(portal, user, case.id, STAGE))


def _questions(asked: Sequence[Questionnaire], key: str) -> list[Question]:
    """The questions of one part; none for an unknown one."""
    return [
        question for each, part, question in placed_questions(asked) if view_model.key_of(each, part) == key
    ]


def _asked_in(case: Case, target: str) -> str:
    """The id of the question that an item of customs' is about, by itself or by a file of its answer."""
    for question, answer in stored_answers(case).items():
        if any(target == f"attachment:{file.id}" for file in answer.attachments):
            return question
    return target.removeprefix("question:")


def _changed(asked: Sequence[Questionnaire], case: Case, sent: Submission) -> list[str]:
    """The numbers of the questions whose answer is not as it was submitted."""
    if not isinstance(sent, AnswersSubmission):
        return []
    numbers = numbers_of(asked)
    before, after = answers_as_stored(sent.answers), only_relevant(asked, stored_answers(case))
    return [numbers[question] for question in changed_questions(asked, before, after)]


def _rounds(case: Case) -> int:
    return sum(each.stage is STAGE for each in case.submissions)


def _after(tabs: Sequence[view_model.Tab], tab: view_model.Tab) -> view_model.Tab | None:
    place = tabs.index(tab) + 1
    return tabs[place] if place < len(tabs) else None


def _address(case: Case) -> str:
    return f"/cases/{case.id}/questionnaire"

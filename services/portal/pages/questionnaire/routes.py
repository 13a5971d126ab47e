"""Answer the questionnaire, part by part, and submit it."""

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from services.portal.api.earlier_answers import submission_of
from services.portal.cases.comparison import changed_questions
from services.portal.cases.part_names import numbers_of
from services.portal.cases.submissions import answers_as_stored
from services.portal.context import PortalDep, case_of
from services.portal.pages.confirming import Caution, Confirmation, Link, submit_confirmed
from services.portal.pages.corrections.items import Correction
from services.portal.pages.form_commands import ONCE, changed_files, command_id, text, was_taken
from services.portal.pages.formatting import clock_time
from services.portal.pages.questionnaire import view_model
from services.portal.pages.questionnaire.part_form import as_numbered, calculated_cells
from services.portal.pages.questionnaire.saving import (
    STAGE,
    SaveOutcome,
    change_files,
    refusals_of,
    save_typed,
)
from services.portal.pages.questionnaire.showing import (
    address_of,
    asked_in,
    asked_of,
    progress_told,
    questions_of_part,
    saved_answer,
    show_part,
)
from services.portal.pages.rendering import _, onward, pages, said_now, wants_json
from services.portal.pages.request_context import CaseDep, Visit, VisitDep, VisitingOfficerDep
from services.portal.pages.resubmitting import resubmission
from services.portal.pages.templating import templates
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.events import AnswersSubmission, Submission
from shared.contracts.parts import ApprovedAnswer
from shared.contracts.questionnaires import Questionnaire, all_questions
from shared.contracts.replies import CaseAnswer
from shared.questionnaires.answers import answers_of, stored_answers, to_be_confirmed
from shared.questionnaires.format_checks import wrong_answers
from shared.questionnaires.relevance import only_relevant
from shared.questionnaires.since_approved import changed_since
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
    return await show_part(request, portal, case, request.query_params.get("part", ""))


@router.post("/cases/{case}/questionnaire/save")
async def save(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed in a part, answer by answer."""
    asked, form = await asked_of(portal, user, case), await request.form()
    part = text(form, "part")
    outcome = await save_typed(request, portal, user, case, questions_of_part(asked, part), form, visit.lang)
    if wants_json(request):
        return _save_answer(visit, asked, part, outcome, form)
    if not outcome.all_saved:
        return await show_part(request, portal, outcome.case, part, outcome=outcome, form=form, status=409)
    settled = text(form, "keep") or text(form, "take")
    anchor = f"#{view_model.anchor_of(settled)}" if settled else ""
    return onward(f"{address_of(case)}?part={part}&saved=1{anchor}")


@router.post("/cases/{case}/questionnaire/{question}/attachments")
async def attachments(
    request: Request,
    portal: PortalDep,
    user: VisitingOfficerDep,
    case: CaseDep,
    question: str,
    visit: VisitDep,
) -> Response:
    """Add files to an answer, or remove one."""
    asked = await asked_of(portal, user, case)
    known = next((each for each in all_questions(asked) if each.id == question), None)
    if known is None:
        raise RequestRejected(
            "not_found", Bilingual("没有这道题。", "There is no such question."), status=404
        )
    await change_files(request, portal, user, case, known, await changed_files(request, portal, user))
    if wants_json(request):
        return await saved_answer(portal, user, case, asked, visit.lang)
    return onward(address_of(case) + view_model.place_of(asked, question))


@router.get("/cases/{case}/questionnaire/next")
async def next_open(request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep) -> Response:
    """On to the next question that is open, to be confirmed or wrong, after the one that `after` names."""
    asked = await asked_of(portal, user, case)
    waiting = [each.id for each in to_be_confirmed(asked, stored_answers(case))]
    following = view_model.next_open(
        asked, [*case.stages[STAGE].open_required, *waiting, *wrong_answers(asked, answers_of(case), now())],
        request.query_params.get("after", ""),
    )  # fmt: skip
    return onward(address_of(case) + (view_model.place_of(asked, following) if following else "?complete=1"))


@router.post("/cases/{case}/questionnaire/submit")
async def submit(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed, ask once more, and submit all parts."""
    asked, form = await asked_of(portal, user, case), await request.form()
    if was_taken(request, user, case, form):
        return onward(f"{address_of(case)}?submitted=1")
    part = text(form, "part")
    outcome = await save_typed(request, portal, user, case, questions_of_part(asked, part), form, visit.lang)
    if not outcome.all_saved:
        return await show_part(request, portal, outcome.case, part, outcome=outcome, form=form, status=409)
    command = await submission_of(portal, user, case, asked, command_id(request, user, form))

    async def asks(answer: CaseAnswer) -> Confirmation:
        cautions, changes = await resubmission(
            portal, user, case.id, STAGE, visit, partial(_changed, asked), link
        )
        present = await case_of(portal, user, case.id)
        return Confirmation(
            said_now(visit, _("Submit the whole questionnaire to China Customs?")),
            said_now(visit, _("Submit questionnaire")), said_now(visit, _FOLLOWS),
            [*_told_to_customs(visit, asked, present, command.approved), *cautions], changes,
        )  # fmt: skip

    def link(item: Correction) -> Link:
        question = asked_in(case, item.target)
        number = numbers_of(asked).get(question, "")
        return f"{number} {item.text}", address_of(case) + view_model.place_of(asked, question)

    try:
        again = [(ONCE, text(form, ONCE)), ("part", part)]
        return await submit_confirmed(request, portal, command, asks, address_of(case), again)
    except RequestRejected as refusal:
        faults = refusals_of(refusal, visit.lang)
        present = await case_of(portal, user, case.id)
        return await show_part(request, portal, present, part, refused=faults, status=422)


def _save_answer(
    visit: Visit, asked: Sequence[Questionnaire], part: str, outcome: SaveOutcome, form: FormData
) -> Response:
    """The answer to the page's script: what is saved, what is not and why, and what is open now.

    `understood` are the inputs whose number or date is stored otherwise than it was typed.
    """
    questions = {each.id: each for each in questions_of_part(asked, part)}
    reader = visit.user.username if visit.user else ""
    answer: dict[str, object] = {
        "saved_at": clock_time(now()), "base_digests": outcome.base_digests([*questions.values()]),
        "remote_changes": outcome.remote_changes, "understood": outcome.understood([*questions.values()], form),
        "by_oneself": outcome.remote_by == {reader}, "calculated": calculated_cells(questions.values(), form),
        **progress_told(
            asked, outcome.case, visit.lang,
            as_numbered(questions.values(), form, answers_of(outcome.case)),
        ),
    }  # fmt: skip
    if outcome.all_saved:
        return JSONResponse(answer)
    macros = templates(visit.lang).get_template("questionnaire/answers.html").make_module()
    message = said_now(visit, _("Not all of it is saved: look at the prompts beside the questions."))
    del answer["prompts"]  # those of what is not saved are shown, all at once
    answer |= {
        "code": "not_all_saved", "message": message,
        "errors": [{"field": name, "message": fault} for name, fault in outcome.faults.items()],
        "conflicts_html": {
            name: str(macros.conflict(questions[name], present, reader))  # type: ignore[attr-defined]
            for name, present in outcome.conflicts.items()
        },
    }  # fmt: skip
    return JSONResponse(answer, 409 if outcome.conflicts else 422)


def _told_to_customs(
    visit: Visit, asked: Sequence[Questionnaire], case: Case, approved: Mapping[str, ApprovedAnswer]
) -> list[Caution]:
    """In a retrospective check: what customs reads beside the answers that it approved before."""
    if not approved:
        return []
    found, numbers = changed_since(asked, stored_answers(case), approved), numbers_of(asked)
    told = said_now(visit, _("Customs is told that answers are as it approved them: %(count)s."))
    named = (
        (found.changed, _("Customs is told that answers have changed since it approved them: %(names)s.")),
        (found.not_given, _("Customs is told that questions whose answers it approved are not answered now: %(names)s.")),
    )  # fmt: skip
    between = said_now(visit, _(", "))
    return [
        Caution(told % {"count": len(found.same)}),
        *(Caution(said_now(visit, text) % {"names": between.join(numbers[each] for each in which)})
          for which, text in named if which),
    ]  # fmt: skip


def _changed(asked: Sequence[Questionnaire], case: Case, sent: Submission) -> list[str]:
    """The numbers of the questions whose answer is not as it was submitted."""
    if not isinstance(sent, AnswersSubmission):
        return []
    numbers = numbers_of(asked)
    before, after = answers_as_stored(sent.answers), only_relevant(asked, stored_answers(case))
    return [numbers[question] for question in changed_questions(asked, before, after)]

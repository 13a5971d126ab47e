"""Agree to a retrospective check, or refuse it."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from services.portal.api.stages import CheckDecision
from services.portal.cases.views import may_edit
from services.portal.context import PortalDep
from services.portal.pages.application.form import check_form, contact_inputs
from services.portal.pages.case.layout import case_page
from services.portal.pages.confirming import Confirmation, submit_confirmed
from services.portal.pages.form_commands import faults_of, head, new_once, text, was_taken
from services.portal.pages.language import said
from services.portal.pages.rendering import _, onward, pages, said_now
from services.portal.pages.request_context import CaseDep, VisitDep, VisitingOfficerDep
from shared.contracts.commands import AgreeToCheck, RefuseCheck
from shared.contracts.contact_checks import check_faults
from shared.contracts.documents.cases import Case
from shared.contracts.parts import CheckForm
from shared.contracts.replies import CaseAnswer
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import Stage
from shared.runtime.errors import RequestRejected

router = pages()
STAGE = Stage.ACCEPTANCE
_KINDS = {CheckDecision.AGREE: AgreeToCheck, CheckDecision.REFUSE: RefuseCheck}
_ASKED = {
    CheckDecision.AGREE: (
        _("Agree to this check?"),
        _("Agree to the check"),
        _("Your answer is sent to customs at once, and can't be taken back. Customs then opens the questionnaire of the check."),
    ),
    CheckDecision.REFUSE: (
        _("Refuse this check?"),
        _("Refuse the check"),
        _("Your answer is sent to customs at once, and can't be taken back. The check ends as soon as customs has received the "
          "refusal: completed, not approved."),
    ),
}  # fmt: skip
"""Of each answer to a check: the question, the verb, and what follows."""


@router.get("/cases/{case}/acceptance")
async def acceptance(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """What customs plans to check, and the answer to it."""
    return await _shown(request, portal, case, {}, None)


@router.post("/cases/{case}/acceptance/prompts")
async def prompts(request: Request, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep) -> Response:
    """For the page's script, while the contact is filled in: what is wrong so far, and how it is understood. Nothing is saved."""
    sent = await request.form()
    typed = check_form(sent)
    read = contact_inputs(typed.contact)
    return JSONResponse({
        "prompts": [
            {"field": fault.field, "message": said(fault, visit.lang)}
            for fault in of_what_is_filled_in(check_faults(typed))
        ],
        "understood": {name: [value] for name, value in read.items() if name in sent and text(sent, name) != value},
    })  # fmt: skip


@router.post("/cases/{case}/acceptance/{decision}")
async def answer(
    decision: CheckDecision,
    request: Request,
    portal: PortalDep,
    user: VisitingOfficerDep,
    case: CaseDep,
    visit: VisitDep,
) -> Response:
    """同意检查 or 拒绝检查, both confirmed."""
    form = await request.form()
    if was_taken(request, user, case, form):
        return onward(f"/cases/{case.id}/acceptance?submitted=1")
    typed = check_form(form)
    command = _KINDS[decision](**head(request, user, case.id, form), form=typed)

    async def asks(answer: CaseAnswer) -> Confirmation:
        question, verb, follows = (said_now(visit, each) for each in _ASKED[decision])
        return Confirmation(question, verb, follows, destroys=decision is CheckDecision.REFUSE)

    try:
        return await submit_confirmed(request, portal, command, asks, f"/cases/{case.id}/acceptance")
    except RequestRejected as refusal:
        return await _shown(request, portal, case, faults_of(refusal, visit.lang), typed, 422)


async def _shown(
    request: Request,
    portal: PortalDep,
    case: Case,
    faults: dict[str, str],
    typed: CheckForm | None,
    status: int = 200,
) -> Response:
    if STAGE not in case.stages:
        return await case_page(request, portal, case, STAGE, "acceptance/check.html", {})
    data = case.stages[STAGE]
    theirs = data.plan_form or (None if data.answer else data.check_form)
    ours = data.check_form if data.answer else await portal.cases.last_contact(case.authority)
    context = {
        "form": (typed or ours).model_dump(), "customs": theirs.model_dump() if theirs else None,
        "editable": may_edit(case, STAGE), "faults": faults,
        "once": new_once(), "plan": data.plan_attachments, "overview": case.overview,
        "answer": data.answer, "submitted": request.query_params.get("submitted") == "1",
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "acceptance/check.html", context, status)

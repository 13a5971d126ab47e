"""Agree to a retrospective check, or refuse it."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from services.portal.api.stages import CheckDecision
from services.portal.cases.views import may_edit
from services.portal.context import PortalDep
from services.portal.pages.application.form import check_form, contact_inputs
from services.portal.pages.case.layout import case_page
from services.portal.pages.form_commands import faults_of, head, new_once, text
from services.portal.pages.language import said
from services.portal.pages.rendering import _, onward, pages, said_now, to_confirm
from services.portal.pages.request_context import CaseDep, VisitDep, VisitingOfficerDep
from shared.contracts.commands import AgreeToCheck, RefuseCheck
from shared.contracts.contact_checks import check_faults
from shared.contracts.documents.cases import Case
from shared.contracts.parts import CheckForm
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import Stage
from shared.runtime.errors import RequestRejected

router = pages()
STAGE = Stage.ACCEPTANCE
_KINDS = {CheckDecision.AGREE: AgreeToCheck, CheckDecision.REFUSE: RefuseCheck}
_QUESTIONS = {
    CheckDecision.AGREE: _("Agree to this check? Your answer is sent to China Customs."),
    CheckDecision.REFUSE: _(
        "Refuse this check? It ends as soon as customs has received the refusal: completed, not approved."
    ),
}


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
    typed = check_form(form)
    if not text(form, "confirmed"):
        return await to_confirm(
            request, said_now(visit, _QUESTIONS[decision]), f"/cases/{case.id}/acceptance"
        )
    command = _KINDS[decision](**head(request, user, case.id, form), form=typed)
    try:
        await portal.commands.ask(command)
    except RequestRejected as refusal:
        return await _shown(request, portal, case, faults_of(refusal, visit.lang), typed, 422)
    return onward(f"/cases/{case.id}/acceptance?answered=1")


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
        "answer": data.answer, "answered": request.query_params.get("answered") == "1",
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "acceptance/check.html", context, status)

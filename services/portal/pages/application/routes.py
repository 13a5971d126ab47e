"""Begin, fill in, discard and submit an application."""

from fastapi import Request, Response

from services.portal.cases.command_client import case_begun_by, head_of
from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, case_of
from services.portal.identity.sessions import User
from services.portal.pages.application.form import (
    FIELDS,
    application_form,
    changed_fields,
    draft_of,
    form_of,
    in_scope,
    renewed,
    stored_form,
)
from services.portal.pages.case.layout import case_page
from services.portal.pages.confirming import Caution, Confirmation, Link, submit_confirmed, to_confirm
from services.portal.pages.corrections.items import Correction, corrections
from services.portal.pages.drafts import Merged, merge_form, save_merged
from services.portal.pages.form_commands import (
    changed_files,
    command_id,
    faults_of,
    head,
    new_once,
    saved,
    text,
    was_taken,
)
from services.portal.pages.language import said
from services.portal.pages.rendering import _, onward, page, pages, said_now, wants_json
from services.portal.pages.request_context import CaseDep, Visit, VisitDep, VisitingOfficerDep, visit_of
from services.portal.pages.resubmitting import named_link, resubmission
from shared.contracts.commands import DiscardDraft, FileChange, SaveApplication, SubmitApplication
from shared.contracts.documents.cases import Case
from shared.contracts.events import Submission
from shared.contracts.limits import OVERVIEW_CHARACTERS
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Kind, Stage, Status, Turn
from shared.lifecycle.stages import NOT_EDITABLE
from shared.runtime.errors import RequestRejected

router = pages()
STAGE = Stage.APPLICATION


@router.get("/assessments/new")
async def begin_page(request: Request, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """What is applied for; everything else comes on the application's own page."""
    return await _begin_page(request, portal, user, {})


@router.post("/assessments/new")
async def begin(request: Request, portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep) -> Response:
    """Begin a draft; nothing goes to customs."""
    form = await request.form()
    typed, once = application_form(form), command_id(request, user, form)
    if not typed.category:
        prompt = said_now(visit, _("Choose a food category first."))
        return await _begin_page(request, portal, user, {"category": prompt}, 422)
    case_id = case_begun_by(once)
    command = SaveApplication(
        **head_of(user, case_id, once), form=typed, scope=user.scope, country=user.country
    )
    await portal.commands.ask(command)
    return onward(f"/cases/{case_id}/application")


@router.get("/cases/{case}/application")
async def application(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """The form where it may be edited, else what was sent."""
    return await _shown(request, portal, user, case)


@router.post("/cases/{case}/application/save")
async def save(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save the draft as it is, complete or not."""
    draft = await _saved(request, portal, user, case)
    present = await case_of(portal, user, case.id)
    if wants_json(request):
        return FIELDS.save_answer(draft, draft_of(stored_form(present)), visit)
    if not draft.all_saved:
        return await _shown(request, portal, user, present, draft=draft, status=409)
    return onward(f"/cases/{case.id}/application?saved=1")


@router.post("/cases/{case}/application/attachments")
async def attachments(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """Add the application letter or another file, or remove one."""
    files = await changed_files(request, portal, user)
    await portal.commands.ask(
        SaveApplication(**head(request, user, case.id), form=None, scope=user.scope, files=files)
    )
    return saved(request, f"/cases/{case.id}/application#f-attachments")


@router.post("/cases/{case}/application/submit")
async def submit(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed, see that it is complete, ask once more (二次确认, DOMAIN C7), and submit."""
    form = await request.form()
    if was_taken(request, user, case, form):
        return onward(f"/cases/{case.id}/application?submitted=1")
    draft = await _saved(request, portal, user, case)
    if not draft.nothing_unseen:
        present = await case_of(portal, user, case.id)
        return await _shown(request, portal, user, present, draft=draft, status=409)
    command = SubmitApplication(**head(request, user, case.id, form), scope=user.scope)

    async def asks(answer: CaseAnswer) -> Confirmation:
        return await _confirmation(portal, user, case, visit, answer)

    try:
        return await submit_confirmed(request, portal, command, asks, f"/cases/{case.id}/application")
    except RequestRejected as refusal:
        faults = faults_of(refusal, visit.lang)
        return await _shown(
            request, portal, user, await case_of(portal, user, case.id), faults=faults, status=422
        )


@router.post("/cases/{case}/application/discard")
async def discard(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Discard a draft that was never submitted."""
    form = await request.form()
    if not text(form, "confirmed"):
        question = said_now(visit, _("Discard this draft with its files? This can't be undone."))
        asked = Confirmation(question, said_now(visit, _("Discard this draft")), destroys=True)
        return await to_confirm(request, asked, f"/cases/{case.id}/application")
    await portal.commands.ask(DiscardDraft(**head(request, user, case.id, form)))
    return onward("/assessments")


@router.post("/cases/{case}/application/again")
async def begin_again(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """Begin a new application with the content and the files of one that ended without approval."""
    if case.kind is not Kind.ASSESSMENT or case.turn is not Turn.NOBODY or case.status is Status.APPROVED:
        raise RequestRejected("not_editable", NOT_EDITABLE)
    once = command_id(request, user, await request.form())
    case_id, files = case_begun_by(once), case.stages[STAGE].attachments
    command = SaveApplication(
        **head_of(user, case_id, once), form=renewed(case, user), scope=user.scope, country=user.country,
        attachments=tuple(file.id for file in files),
    )  # fmt: skip
    await portal.commands.ask(command)
    return onward(f"/cases/{case_id}/application")


async def _confirmation(
    portal: Portal, user: User, case: Case, visit: Visit, answer: CaseAnswer
) -> Confirmation:
    """What is asked before an application goes to customs, with other open ones for the same food (DOMAIN 1.7)."""

    def changes(present: Case, sent: Submission) -> list[str]:
        return [said(name, visit.lang) for name in changed_fields(present, sent)]

    def link(item: Correction) -> Link:
        return named_link(visit, item, f"/cases/{case.id}/application")

    others = [(warning.case_no, f"/cases/{warning.case_no}") for warning in answer.warnings]
    already = said_now(visit, _("There is already an open application for the same food:"))
    cautions, changed = await resubmission(portal, user, case.id, STAGE, visit, changes, link)
    if others:
        cautions.insert(0, Caution(already, others))
    follows = _(
        "The application is sent to customs at once, and can't be changed or taken back. Customs examines it, and opens the "
        "questionnaire, asks for a supplement, or does not accept it."
    )
    return Confirmation(
        said_now(visit, _("Submit this application to China Customs?")), said_now(visit, _("Submit")),
        said_now(visit, follows), cautions, changed,
    )  # fmt: skip


async def _begin_page(
    request: Request, portal: Portal, user: User, faults: dict[str, str], status: int = 200
) -> Response:
    context = {
        "categories": in_scope(user),
        "already": await portal.cases.open_applications(user.authority),
        "faults": faults,
        "once": new_once(),
        "chosen": "",
        "specifics": (),
    }
    return await page(request, "application/begin.html", context, status)


async def _saved(request: Request, portal: Portal, user: User, case: Case) -> Merged:
    """Save what the officer changed, field by field; what a colleague changed, too, is not overwritten."""
    form = await request.form()
    typed = draft_of(application_form(form).model_dump(mode="json"))

    def merge(case: Case) -> Merged:
        return merge_form(form, draft_of(stored_form(case)), typed)

    def command(case: Case, draft: Merged) -> SaveApplication:
        return SaveApplication(
            **head(request, user, case.id), version=case.version, form=form_of(draft.values), scope=user.scope,
            files=FileChange(),
        )  # fmt: skip

    return await save_merged(portal, user, case, merge, command)


async def _shown(
    request: Request, portal: Portal, user: User, case: Case, *, faults: dict[str, str] | None = None,
    status: int = 200, draft: Merged | None = None,
) -> Response:  # fmt: skip
    if STAGE not in case.stages:
        return await case_page(request, portal, case, STAGE, "application/form.html", {})
    data = case.stages[STAGE]
    visit = await visit_of(request)
    pinned, form = await corrections(portal.store, case, STAGE), stored_form(case)
    context = {
        "form": form_of(draft.shown).model_dump() if draft else form, "files": data.attachments,
        "editable": may_edit(case, STAGE), "faults": faults or {}, "once": new_once(), "categories": in_scope(user),
        "already": {} if case.case_no else await portal.cases.open_applications(case.authority),
        "corrections": pinned, "discardable": case.status is Status.DRAFT and case.case_no is None,
        "submitted": request.query_params.get("submitted") == "1",
        "just_saved": request.query_params.get("saved") == "1", "longest": OVERVIEW_CHARACTERS,
        **FIELDS.context(draft, draft_of(form), visit),
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "application/form.html", context, status)

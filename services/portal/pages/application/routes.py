"""Begin, fill in, discard and submit an application."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from ulid import ULID

from services.portal.api.context import Portal, PortalDep, case_of
from services.portal.pages.application.form import application_form, in_scope, stored_form
from services.portal.pages.carrying import changed_files, faults_of, head, new_once, saved, text
from services.portal.pages.case.frame import case_page
from services.portal.pages.corrections.items import corrections
from services.portal.pages.drafts import overtaken, seen
from services.portal.pages.kit import _, onward, page, pages, said_now, to_confirm, wants_json
from services.portal.pages.visit import CaseDep, OfficerDep, VisitDep
from services.portal.sessions import User
from services.portal.views import may_edit
from shared.contracts.commands import DiscardDraft, FileChange, SaveApplication, SubmitApplication
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse

router = pages()
STAGE = Stage.APPLICATION


@router.get("/assessments/new")
async def begin_page(request: Request, user: OfficerDep) -> Response:
    """What is applied for; everything else comes on the application's own page."""
    return await _begin_page(request, user, {})


@router.post("/assessments/new")
async def begin(request: Request, portal: PortalDep, user: OfficerDep, visit: VisitDep) -> Response:
    """Begin a draft; nothing goes to customs."""
    form = await request.form()
    typed, given = application_form(form), head(request, user, "", form)
    if not typed.category:
        prompt = said_now(visit, _("Choose a food category first."))
        return await _begin_page(request, user, {"category": prompt}, 422)
    case_id = str(ULID.from_bytes(sha256(given["command_id"].encode()).digest()[:16]))
    command = SaveApplication(
        **{**given, "case_id": case_id}, form=typed, scope=user.scope, country=user.country
    )
    await portal.desk.ask(command)
    return onward(f"/cases/{case_id}/application")


@router.get("/cases/{case}/application")
async def application(request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep) -> Response:
    """The form where it may be edited, else what was sent."""
    return await _shown(request, portal, user, found)


@router.post("/cases/{case}/application/save")
async def save(
    request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep, visit: VisitDep
) -> Response:
    """Save the draft as it is, complete or not."""
    stale = await _saved(request, portal, user, found, visit.lang)
    if stale is not None:
        return stale
    now_there = stored_form(await case_of(portal, user, found["_id"]))
    return saved(request, f"/cases/{found['_id']}/application?saved=1", seen=seen(now_there))


@router.post("/cases/{case}/application/attachments")
async def attachments(request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep) -> Response:
    """Add the application letter or another file, or remove one."""
    files = await changed_files(request, portal, user)
    await portal.desk.ask(
        SaveApplication(**head(request, user, found["_id"]), form=None, scope=user.scope, files=files)
    )
    return saved(request, f"/cases/{found['_id']}/application#f-attachments")


@router.post("/cases/{case}/application/submit")
async def submit(
    request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep, visit: VisitDep
) -> Response:
    """Save what was typed, ask once more (二次确认, DOMAIN C7), and submit."""
    form = await request.form()
    stale = await _saved(request, portal, user, found, visit.lang)
    if stale is not None:
        return stale
    if not text(form, "confirmed"):
        question = said_now(
            visit,
            _("Submit this application to China Customs? After that it can't be changed until customs asks."),
        )
        return await to_confirm(request, question, f"/cases/{found['_id']}/application")
    command = SubmitApplication(**head(request, user, found["_id"], form), scope=user.scope)
    try:
        answer = await portal.desk.ask(command)
    except Refuse as refusal:
        faults = faults_of(refusal, visit.lang)
        return await _shown(
            request, portal, user, await case_of(portal, user, found["_id"]), faults=faults, status=422
        )
    others = [("open", warning.case_no) for warning in answer.warnings]
    return onward(f"/cases/{found['_id']}/application?{urlencode([('submitted', '1'), *others])}")


@router.post("/cases/{case}/application/discard")
async def discard(
    request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep, visit: VisitDep
) -> Response:
    """Discard a draft that was never submitted."""
    form = await request.form()
    if not text(form, "confirmed"):
        question = said_now(visit, _("Discard this draft with its files? This can't be undone."))
        return await to_confirm(request, question, f"/cases/{found['_id']}/application")
    await portal.desk.ask(DiscardDraft(**head(request, user, found["_id"], form)))
    return onward("/assessments")


async def _begin_page(request: Request, user: User, faults: dict[str, str], status: int = 200) -> Response:
    context = {
        "categories": in_scope(user),
        "faults": faults,
        "once": new_once(),
        "chosen": "",
        "specifics": (),
    }
    return await page(request, "application/begin.html", context, status)


async def _saved(request: Request, portal: Portal, user: User, found: Document, lang: Any) -> Response | None:
    """Save the form; an answer only where a colleague saved another form meanwhile, which is not overwritten."""
    form = await request.form()
    typed = application_form(form)
    present = stored_form(found)
    mine = typed.model_dump(mode="json")
    if overtaken(form, present, mine):
        return await _stale(request, portal, user, found, mine, lang)
    command = SaveApplication(
        **head(request, user, found["_id"]), form=typed, scope=user.scope, files=FileChange()
    )
    await portal.desk.ask(command)
    return None


async def _stale(
    request: Request, portal: Portal, user: User, found: Document, mine: dict[str, Any], lang: Any
) -> Response:
    visit = request.state.visit
    message = said_now(
        visit,
        _("A colleague saved this form meanwhile. What you typed is still here; keep yours, or take theirs."),
    )
    if wants_json(request):
        return JSONResponse({"code": "stale", "message": message, "errors": []}, 409)
    return await _shown(request, portal, user, found, faults={}, status=409, typed=mine, stale=message)


async def _shown(
    request: Request, portal: Portal, user: User, found: Document, *, faults: dict[str, str] | None = None,
    status: int = 200, typed: dict[str, Any] | None = None, stale: str = "",
) -> Response:  # fmt: skip
    if STAGE not in found["stages"]:
        return await case_page(request, portal, found, STAGE, "application/form.html", {})
    data = found["stages"][STAGE]
    pinned = await corrections(portal.store, found, STAGE)
    context = {
        "form": typed or data["form"], "files": data["attachments"], "editable": may_edit(found, STAGE),
        "faults": faults or {}, "once": new_once(), "seen": seen(data["form"]), "stale": stale, "categories": in_scope(user),
        "corrections": pinned, "discardable": found["status"] == Status.DRAFT and found["case_no"] is None,
        "submitted": request.query_params.get("submitted") == "1", "others": request.query_params.getlist("open"),
        "just_saved": request.query_params.get("saved") == "1", "longest": 2048,
    }  # fmt: skip
    return await case_page(request, portal, found, STAGE, "application/form.html", context, status)

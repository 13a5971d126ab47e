"""Every round of rectification; the current one is filled in."""

from fastapi import Request, Response

from services.portal.api.context import Portal, PortalDep, case_of
from services.portal.pages.carrying import changed_files, faults_of, head, new_once, saved, text
from services.portal.pages.case.frame import case_page
from services.portal.pages.corrections.items import corrections
from services.portal.pages.drafts import overtaken, seen
from services.portal.pages.kit import _, onward, pages, refused, said_now, to_confirm, wants_json
from services.portal.pages.visit import CaseDep, OfficerDep, VisitDep
from services.portal.sessions import User
from services.portal.views import may_edit
from shared.contracts.commands import FileChange, SaveRectification, SubmitRectification
from shared.contracts.vocabulary import Stage
from shared.lifecycle.case import Document
from shared.runtime.errors import Refuse

router = pages()
STAGE = Stage.EVALUATION
LONGEST = 20_000
_STALE = (
    "此轮整改在您填写期间有变动（同事保存或海关发起新一轮），您输入的内容仍在。 "
    "This round changed while you were writing (a colleague saved, or customs opened a new round); "
    "what you typed is still here."
)


@router.get("/cases/{case}/evaluation")
async def evaluation(request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep) -> Response:
    """All rounds, the current one first."""
    return await _shown(request, portal, found)


@router.post("/cases/{case}/evaluation/save")
async def save(
    request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep, visit: VisitDep
) -> Response:
    """Save the statement of the current round."""
    stale = await _saved(request, portal, user, found)
    if stale is not None:
        return stale
    present = _current(await case_of(portal, user, found["_id"]))
    return saved(request, f"{_address(found)}?saved=1", seen=seen(_draft(present)))


@router.post("/cases/{case}/evaluation/attachments")
async def attachments(request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep) -> Response:
    """Add evidence to the current round, or remove it."""
    files = await changed_files(request, portal, user)
    await portal.desk.ask(SaveRectification(**head(request, user, found["_id"]), statement=None, files=files))
    return saved(request, f"{_address(found)}#f-attachments")


@router.post("/cases/{case}/evaluation/submit")
async def submit(
    request: Request, portal: PortalDep, user: OfficerDep, found: CaseDep, visit: VisitDep
) -> Response:
    """Save, ask once more, and submit the current round."""
    form = await request.form()
    stale = await _saved(request, portal, user, found)
    if stale is not None:
        return stale
    if not text(form, "confirmed"):
        return await to_confirm(
            request, said_now(visit, _("Submit this rectification to China Customs?")), _address(found)
        )
    try:
        await portal.desk.ask(SubmitRectification(**head(request, user, found["_id"], form)))
    except Refuse as refusal:
        faults = faults_of(refusal, visit.lang)
        return await _shown(
            request, portal, await case_of(portal, user, found["_id"]), faults=faults, status=422
        )
    return onward(f"{_address(found)}?submitted=1")


async def _saved(request: Request, portal: Portal, user: User, found: Document) -> Response | None:
    """Save what was typed; an answer only where the round is not the one that the page showed any more."""
    form, present = await request.form(), _current(found)
    typed = _draft(present) | {"statement": text(form, "statement")}
    if present and overtaken(form, _draft(present), typed):
        if wants_json(request):
            return await refused(request, Refuse("stale", _STALE, status=409))
        return await _shown(request, portal, found, status=409, typed=text(form, "statement"), stale=_STALE)
    command = SaveRectification(
        **head(request, user, found["_id"]), statement=text(form, "statement"), files=FileChange()
    )
    await portal.desk.ask(command)
    return None


async def _shown(
    request: Request, portal: Portal, found: Document, *, faults: dict[str, str] | None = None, status: int = 200,
    typed: str | None = None, stale: str = "",
) -> Response:  # fmt: skip
    rounds = found["stages"].get(STAGE, {}).get("rounds", [])
    editable = may_edit(found, STAGE) and bool(rounds)
    current = rounds[-1] if editable else {}
    context = {
        "current": current, "statement": current.get("statement", "") if typed is None else typed,
        "earlier": [*reversed(rounds[:-1] if editable else rounds)], "editable": editable, "faults": faults or {},
        "once": new_once(), "seen": seen(_draft(current)), "stale": stale, "longest": LONGEST,
        "corrections": await corrections(portal.store, found, STAGE) if STAGE in found["stages"] else None,
        "submitted": request.query_params.get("submitted") == "1", "just_saved": request.query_params.get("saved") == "1",
        "count": len(rounds),
    }  # fmt: skip
    return await case_page(request, portal, found, STAGE, "evaluation/rounds.html", context, status)


def _current(case: Document) -> Document:
    rounds = case["stages"].get(STAGE, {}).get("rounds", [])
    return dict(rounds[-1]) if rounds else {}


def _draft(current: Document) -> Document:
    return {"no": current.get("rectification_no"), "statement": current.get("statement", "")}


def _address(case: Document) -> str:
    return f"/cases/{case['_id']}/evaluation"

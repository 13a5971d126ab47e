"""Every round of rectification; the current one is filled in."""

from collections.abc import Sequence
from functools import partial

from fastapi import Request, Response

from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, case_of
from services.portal.identity.sessions import User
from services.portal.pages.case.layout import case_page
from services.portal.pages.confirming import Confirmation, Link, submit_confirmed
from services.portal.pages.corrections.items import NAMES, Correction, corrections
from services.portal.pages.drafts import Fields, Merged, merge_form, save_merged
from services.portal.pages.form_commands import (
    changed_files,
    faults_of,
    head,
    new_once,
    saved,
    text,
    was_taken,
)
from services.portal.pages.language import said
from services.portal.pages.rendering import _, onward, pages, said_now, wants_json
from services.portal.pages.request_context import CaseDep, Visit, VisitDep, VisitingOfficerDep, visit_of
from services.portal.pages.resubmitting import named_link, resubmission, same_files
from shared.bilingual import Bilingual
from shared.contracts.commands import FileChange, SaveRectification, SubmitRectification
from shared.contracts.documents.cases import Case, RectificationRound
from shared.contracts.events import RectificationSubmission, Submission
from shared.contracts.limits import TEXT_CHARACTERS
from shared.contracts.replies import CaseAnswer
from shared.contracts.texts import normalize
from shared.contracts.vocabulary import Stage
from shared.lifecycle.past_rounds import whole
from shared.runtime.errors import RequestRejected

router = pages()
STAGE = Stage.EVALUATION
_FOLLOWS = _(
    "The statement and the files are sent to customs at once, and can't be changed or taken back. Customs examines them, and "
    "goes on with the case, asks for a supplement, or asks for another rectification."
)
FIELDS = Fields({"statement": Bilingual("整改情况说明", "Statement on the rectification")})


@router.get("/cases/{case}/evaluation")
async def evaluation(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """All rounds, the current one first."""
    return await _shown(request, portal, case)


@router.post("/cases/{case}/evaluation/save")
async def save(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save the statement of the current round."""
    draft = await _saved(request, portal, user, case)
    present = await case_of(portal, user, case.id)
    if wants_json(request):
        return FIELDS.save_answer(draft, _draft(present), visit)
    if not draft.all_saved:
        return await _shown(request, portal, present, draft=draft, status=409)
    return onward(f"{_address(case)}?saved=1")


@router.post("/cases/{case}/evaluation/attachments")
async def attachments(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """Add evidence to the current round, or remove it."""
    files = await changed_files(request, portal, user)
    await portal.commands.ask(SaveRectification(**head(request, user, case.id), statement=None, files=files))
    return saved(request, f"{_address(case)}#f-attachments")


@router.post("/cases/{case}/evaluation/submit")
async def submit(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Save, ask once more, and submit the current round."""
    form = await request.form()
    if was_taken(request, user, case, form):
        return onward(f"{_address(case)}?submitted=1")
    draft = await _saved(request, portal, user, case)
    if not draft.nothing_unseen:
        present = await case_of(portal, user, case.id)
        return await _shown(request, portal, present, draft=draft, status=409)
    command = SubmitRectification(**head(request, user, case.id, form))

    async def asks(answer: CaseAnswer) -> Confirmation:
        return Confirmation(
            said_now(visit, _("Submit this rectification to China Customs?")), said_now(visit, _("Submit")),
            said_now(visit, _FOLLOWS),
            *await resubmission(portal, user, case.id, STAGE, visit, partial(_changed, visit), partial(_link, visit, case)),
        )  # fmt: skip

    try:
        return await submit_confirmed(request, portal, command, asks, _address(case))
    except RequestRejected as refusal:
        faults = faults_of(refusal, visit.lang)
        return await _shown(request, portal, await case_of(portal, user, case.id), faults=faults, status=422)


async def _saved(request: Request, portal: Portal, user: User, case: Case) -> Merged:
    """Save what was typed, unless a colleague wrote too, or the round is not the one that the page showed any more."""
    form = await request.form()

    def merge(case: Case) -> Merged:
        return merge_form(form, _draft(case), {"statement": text(form, "statement")})

    def command(case: Case, draft: Merged) -> SaveRectification:
        return SaveRectification(
            **head(request, user, case.id), version=case.version, statement=str(draft.values["statement"]),
            files=FileChange(),
        )  # fmt: skip

    return await save_merged(portal, user, case, merge, command)


async def _shown(
    request: Request, portal: Portal, case: Case, *, faults: dict[str, str] | None = None, status: int = 200,
    draft: Merged | None = None,
) -> Response:  # fmt: skip
    rounds = await whole(portal.store, _rounds(case))
    editable = may_edit(case, STAGE) and bool(rounds)
    current, visit, stored = rounds[-1] if editable else None, await visit_of(request), _draft(case)
    context = {
        "current": current, "statement": (draft.shown if draft else stored)["statement"],
        "earlier": [*reversed(rounds[:-1] if editable else rounds)], "editable": editable, "faults": faults or {},
        "once": new_once(), "longest": TEXT_CHARACTERS, **FIELDS.context(draft, stored, visit),
        "corrections": await corrections(portal.store, case, STAGE) if STAGE in case.stages else None,
        "submitted": request.query_params.get("submitted") == "1", "just_saved": request.query_params.get("saved") == "1",
        "count": len(rounds),
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "evaluation/rounds.html", context, status)


def _rounds(case: Case) -> Sequence[RectificationRound]:
    data = case.stages.get(STAGE)
    return data.rounds if data else ()


def _changed(visit: Visit, case: Case, sent: Submission) -> list[str]:
    """What of the current round is not as it was submitted."""
    current = _rounds(case)[-1]
    if not isinstance(sent, RectificationSubmission):
        return []
    changed = ["field:statement"] if normalize(current.statement) != normalize(sent.statement) else []
    changed += [] if same_files(current.attachments, sent.attachments) else ["field:attachments"]
    return [said(NAMES[name], visit.lang) for name in changed]


def _link(visit: Visit, case: Case, item: Correction) -> Link:
    return named_link(visit, item, _address(case))


def _draft(case: Case) -> dict[str, object]:
    """The statement of the current round, and which round that is; customs may replace one under the same number."""
    rounds = _rounds(case)
    return {"round": max(len(rounds), 1), "statement": normalize(rounds[-1].statement) if rounds else ""}


def _address(case: Case) -> str:
    return f"/cases/{case.id}/evaluation"

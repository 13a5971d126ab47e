"""The two consultations: both sides beside each other, the reply, signatories."""

from dataclasses import asdict

from fastapi import Request, Response

from services.portal.api.stages import Consultation
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.views import may_edit
from services.portal.context import Portal, PortalDep, case_of
from services.portal.identity.sessions import User
from services.portal.pages.case.layout import case_page
from services.portal.pages.confirming import Confirmation, submit_confirmed, to_confirm
from services.portal.pages.consultation.addresses import address_of
from services.portal.pages.consultation.rounds import LANGUAGES, latest, record_of, texts_of, with_numbers
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
from services.portal.pages.request_context import CaseDep, VisitDep, VisitingOfficerDep, visit_of
from shared.bilingual import Bilingual
from shared.contracts.commands import AddSignatories, FileChange, SaveReply, SubmitReply
from shared.contracts.documents.cases import Case, ReplyDraft, StageRecord
from shared.contracts.file_checks import count_faults
from shared.contracts.limits import TEXT_CHARACTERS
from shared.contracts.parts import ThreeTexts
from shared.contracts.replies import CaseAnswer
from shared.contracts.states import DeclarationState
from shared.contracts.vocabulary import DeclarationType, Party, Stage, Status
from shared.lifecycle.stages import NOT_EDITABLE
from shared.runtime.errors import RequestRejected

router = pages()
_FOLLOWS = _(
    "The reply is sent to customs at once, and can't be changed or taken back. Customs reads it, and answers with a further "
    "text or completes the consultation."
)
FIELDS = Fields({name: Bilingual(zh, en) for name, zh, en in LANGUAGES})


@router.get("/cases/{case}/{consultation:consultation}")
async def both_sides(
    consultation: Consultation, request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """中方磋商内容, 外方磋商内容 and 磋商历史 (DOMAIN E5.2)."""
    return await _shown(request, portal, case, Stage(consultation.value))


@router.post("/cases/{case}/{consultation:consultation}/save")
async def save(
    consultation: Consultation,
    request: Request,
    portal: PortalDep,
    user: VisitingOfficerDep,
    case: CaseDep,
    visit: VisitDep,
) -> Response:
    """Save the draft of the reply."""
    stage = Stage(consultation.value)
    draft = await _saved(request, portal, user, case, stage)
    present = await case_of(portal, user, case.id)
    if wants_json(request):
        return FIELDS.save_answer(draft, _remembered(present, stage), visit)
    if not draft.all_saved:
        return await _shown(request, portal, present, stage, draft=draft, status=409)
    return onward(f"{address_of(case, stage)}?saved=1")


@router.post("/cases/{case}/{consultation:consultation}/attachments")
async def attachments(
    consultation: Consultation, request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """Add a file to the reply, or remove one."""
    stage, files = Stage(consultation.value), await changed_files(request, portal, user)
    await portal.commands.ask(SaveReply(**head(request, user, case.id), stage=stage, texts=None, files=files))
    return saved(request, f"{address_of(case, stage)}#f-attachments")


@router.post("/cases/{case}/{consultation:consultation}/reply")
async def reply(
    consultation: Consultation,
    request: Request,
    portal: PortalDep,
    user: VisitingOfficerDep,
    case: CaseDep,
    visit: VisitDep,
) -> Response:
    """提交磋商: save, ask once more, and send."""
    stage, form = Stage(consultation.value), await request.form()
    if was_taken(request, user, case, form):
        return onward(f"{address_of(case, stage)}?submitted=1")
    draft = await _saved(request, portal, user, case, stage)
    if not draft.nothing_unseen:
        present = await case_of(portal, user, case.id)
        return await _shown(request, portal, present, stage, draft=draft, status=409)
    command = SubmitReply(**head(request, user, case.id, form), stage=stage)

    async def asks(answer: CaseAnswer) -> Confirmation:
        return Confirmation(
            said_now(visit, _("Send this reply to China Customs?")),
            said_now(visit, _("Submit the reply")),
            said_now(visit, _FOLLOWS),
        )

    try:
        return await submit_confirmed(request, portal, command, asks, address_of(case, stage))
    except RequestRejected as refusal:
        faults = faults_of(refusal, visit.lang)
        present = await case_of(portal, user, case.id)
        return await _shown(request, portal, present, stage, faults=faults, status=422)


@router.post("/cases/{case}/certificate_consultation/signatories")
async def signatories(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep, visit: VisitDep
) -> Response:
    """Declare certifying officers, signature specimens and seals (DOMAIN E8.3): look at the files, ask once more, declare."""
    form, address = await request.form(), address_of(case, Stage.CERTIFICATE_CONSULTATION)
    declared = f"{address}?declared=1#signatories"
    if was_taken(request, user, case, form):
        return onward(declared)
    if text(form, "confirmed"):
        kept = tuple(str(each) for each in form.getlist("attachment"))
        await portal.commands.ask(AddSignatories(**head(request, user, case.id, form), attachments=kept))
        return onward(declared)
    if not _may_declare(case):
        raise RequestRejected("not_editable", NOT_EDITABLE)
    try:
        for fault in count_faults(form.getlist("file")):
            raise RequestRejected("validation_error", fault.text, [asdict(fault)], status=422)
        files = (await changed_files(request, portal, user)).add
    except RequestRejected as refusal:
        if wants_json(request):
            raise
        faults = {"signatories": said(refusal.text, visit.lang)}
        stage = Stage.CERTIFICATE_CONSULTATION
        return await _shown(request, portal, case, stage, faults=faults, status=refusal.status)
    asked = Confirmation(
        said_now(visit, _("Declare these files to China Customs?")), said_now(visit, _("Declare")),
        said_now(visit, _("The files are sent to customs at once, and can't be taken back. You can declare further ones later.")),
    )  # fmt: skip
    fields = [("once", text(form, "once")), *(("attachment", each) for each in files)]
    return await to_confirm(request, asked, address, fields)


async def _saved(request: Request, portal: Portal, user: User, case: Case, stage: Stage) -> Merged:
    """Save what was typed, unless a colleague wrote too, or another round has begun than the page showed."""
    form = await request.form()

    def merge(case: Case) -> Merged:
        return merge_form(form, _remembered(case, stage), {name: text(form, name) for name in FIELDS.labels})

    def command(case: Case, draft: Merged) -> SaveReply:
        return SaveReply(
            **head(request, user, case.id), version=case.version, stage=stage,
            texts=ThreeTexts.model_validate(draft.values), files=FileChange(),
        )  # fmt: skip

    return await save_merged(portal, user, case, merge, command)


async def _shown(
    request: Request, portal: Portal, case: Case, stage: Stage, *, faults: dict[str, str] | None = None,
    status: int = 200, draft: Merged | None = None,
) -> Response:  # fmt: skip
    data = record_of(case, stage)
    entries = with_numbers(data.history)
    visit, stored = await visit_of(request), _remembered(case, stage)
    context: dict[str, object] = {
        "entries": entries, "china": latest(entries, Party.CHINA), "foreign": latest(entries, Party.FOREIGN),
        "draft": data.draft,
        "texts": draft.shown if draft else stored, "editable": may_edit(case, stage),
        "faults": faults or {}, "once": new_once(), "longest": TEXT_CHARACTERS, **FIELDS.context(draft, stored, visit),
        "languages": LANGUAGES, "address": address_of(case, stage), "round": len(entries),
        "changed": data.changed_by_customs, "unsent": _unsent(data),
        "submitted": request.query_params.get("submitted") == "1", "just_saved": request.query_params.get("saved") == "1",
        "declared": request.query_params.get("declared") == "1", **await _signatories(portal, case, stage),
    }  # fmt: skip
    return await case_page(request, portal, case, stage, "consultation/sides.html", context, status)


async def _signatories(portal: Portal, case: Case, stage: Stage) -> dict[str, object]:
    """What was declared of signatories, how each declaration travels, and whether more may come (DOMAIN 1.5)."""
    data = record_of(case, stage)
    made = [each.id for each in case.submissions if each.type is DeclarationType.SIGNATORIES]
    known = await Ledgers(portal.store).declarations(made)
    states = [known[each].state if each in known else DeclarationState.QUEUED for each in made]
    may_add = stage is Stage.CERTIFICATE_CONSULTATION and _may_declare(case)
    return {"signatories": list(zip(data.signatories, states, strict=False)), "may_add": may_add}


def _may_declare(case: Case) -> bool:
    stage = Stage.CERTIFICATE_CONSULTATION
    agreed = stage in case.stages and record_of(case, stage).status is Status.APPROVED
    return agreed and case.stage is not Stage.COMPLETED


def _unsent(data: StageRecord) -> ReplyDraft | None:
    """The draft that was there when customs completed the consultation without an answer, if it says anything."""
    draft = data.draft
    says = draft.attachments or draft.text_zh or draft.text_en or draft.text_other
    return draft if data.unsent and says else None


def _remembered(case: Case, stage: Stage) -> dict[str, object]:
    """The draft's texts, and the round that it answers."""
    data = record_of(case, stage)
    return {**texts_of(data.draft), "round": len(data.history)}

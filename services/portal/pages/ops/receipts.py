"""Customs' receipts: found, looked at as they came, replayed and dismissed, one or many, with the effect shown first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from starlette.datastructures import FormData

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.query import given
from services.portal.cases.repository import CaseRepository
from services.portal.context import Portal, PortalDep
from services.portal.identity.authorities import list_authorities
from services.portal.identity.sessions import User
from services.portal.operations.audit import audited, why_faults
from services.portal.operations.interventions import Interventions
from services.portal.pages.form_commands import text
from services.portal.pages.language import said
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.lists.saved import saved_of
from services.portal.pages.ops.exporting import batches_file
from services.portal.pages.ops.indenting import indented
from services.portal.pages.ops.receipt_query import ReceiptQuery
from services.portal.pages.ops.words import COLOURS, EFFECTS, STATES, TYPES, WAYS_OUT
from services.portal.pages.rendering import address_of, page, pages
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.encodings import guess_text
from shared.contracts.replies import Preview
from shared.contracts.states import Action, Intervention, ReceiptState
from shared.contracts.vocabulary import REASON_LABELS
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, RequestRejected

router = pages()
MOST_AT_ONCE = 100
COLUMNS = (
    "id", "state", "reason", "detail", "receipt_type", "case_no", "stage", "received_at", "settled_at", "attempts",
    "next_at", "duplicates", "replays", "size", "sha256", "correlation_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action would do to one receipt, or did."""

    receipt: ReceiptEntry
    preview: Preview | None = None
    refused: Bilingual | None = None


@router.get("/ops/receipts")
async def receipts(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[ReceiptQuery, Query()]
) -> Response:
    """Receipts, newest first."""
    return await _listed(request, portal, user, wanted)


async def _listed(
    request: Request, portal: Portal, user: User, wanted: ReceiptQuery, refused: RequestRejected | None = None
) -> Response:  # fmt: skip
    """The list, with why nothing was done with it where that was refused."""
    found = await Ledgers(portal.store).receipts(wanted.filter(), wanted)
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    filters = given(wanted, "chosen")
    context = {
        "found": found, "at": now(), "refused": refused and refused.text, "types": TYPES, "most_at_once": MOST_AT_ONCE,
        "authorities": await _authorities(portal, found.rows), "wanted": wanted, "given": filters,
        "saved": await saved_of(portal, user, request.url.path, wanted),
        "states": STATES, "shown": [(state.value, STATES[state]) for state in ReceiptState],
        "reasons": REASON_LABELS, "colours": COLOURS, "stages": STAGE_LABELS,
    }  # fmt: skip
    return await page(request, "ops/receipts.html", context, refused.status if refused else 200)


@router.get("/ops/receipts.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat, wanted: Annotated[ReceiptQuery, Query()]
) -> Response:  # fmt: skip
    """The receipts of these filters, without their XML, newest first."""
    these = wanted.filter()
    async with audited(portal.store, user.username, Action.EXPORT, f"receipts {urlencode(these)}".strip()):
        return await batches_file("receipts", as_format, COLUMNS, Ledgers(portal.store).each_receipt(these))


@router.post("/ops/receipts")
async def act(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep, wanted: Annotated[ReceiptQuery, Query()]
) -> Response:  # fmt: skip
    """Show what `what` (replay or dismiss) would do to every `id`; with `confirmed` and a reason `why` do it."""
    form, request.state.address = await request.form(), address_of(request)
    try:
        what, chosen = _chosen(form)
    except RequestRejected as refusal:
        return await _listed(request, portal, user, wanted, refusal)
    why, fault = text(form, "why").strip(), ""
    ledgers = Ledgers(portal.store)
    found = [await ledgers.receipt(each, with_bytes=False) for each in chosen]
    if text(form, "confirmed") == "1":
        wrong = next(why_faults(why), None)
        if wrong is None:
            effects = [await _carry_out(portal, user, what, each, why) for each in found]
            context = {"what": what, "effects": effects, "why": why, "stages": STAGE_LABELS, "types": TYPES}
            return await page(request, "ops/acted.html", context)
        fault = said(wrong, visit.lang)
    effects = [await _foresee(portal, what, each) for each in found]
    context = {
        "what": what, "effects": effects, "why": why, "fault": fault, "stages": STAGE_LABELS, "statuses": STATUS_LABELS,
        "outcomes": EFFECTS, "reasons": REASON_LABELS, "types": TYPES,
    }  # fmt: skip
    return await page(request, "ops/act.html", context, 422 if fault else 200)


@router.get("/ops/receipts/{receipt_id:path}")
async def receipt(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, receipt_id: str
) -> Response:
    """One receipt: what is known of it, what operators did, and the XML as it came."""
    entry = await Ledgers(portal.store).receipt(receipt_id)
    case = await CaseRepository(portal.store).head_of(entry.case_no) if entry.case_no else None
    xml = guess_text(entry.raw)
    context = {
        "receipt": entry, "xml": xml, "laid_out": indented(xml), "types": TYPES, "states": STATES,
        "reasons": REASON_LABELS, "colours": COLOURS, "ways_out": WAYS_OUT,
        "stages": STAGE_LABELS, "case_id": case.id if case else None,
    }  # fmt: skip
    return await page(request, "ops/receipt.html", context)


async def _authorities(portal: Portal, rows: Sequence[ReceiptEntry]) -> dict[str, Bilingual]:
    """The names of the authorities whose cases these receipts speak of, by case number."""
    found = await portal.cases.authorities_of([each.case_no for each in rows if each.case_no])
    names = {
        each.code: Bilingual(each.name_zh, each.name_en) for each in await list_authorities(portal.store)
    }
    return {case_no: names.get(code, Bilingual(code, code)) for case_no, code in found.items()}


def _chosen(form: FormData) -> tuple[Intervention, list[str]]:
    """What is to be done with which receipts; RequestRejected (422) without any, or with too many."""
    asked, chosen = text(form, "what"), list(dict.fromkeys(str(each) for each in form.getlist("id")))
    if asked not in list(Intervention) or not chosen:
        raise RequestRejected("validation_error", _CHOOSE, status=422)
    if len(chosen) > MOST_AT_ONCE:
        most = Bilingual(f"一次最多{MOST_AT_ONCE}条。", f"At most {MOST_AT_ONCE} at once.")
        raise RequestRejected("validation_error", most, status=422)
    return Intervention(asked), chosen


async def _foresee(portal: Portal, what: Intervention, entry: ReceiptEntry) -> Effect:
    """What would become of a receipt, or why nothing can be done with it."""
    try:
        if what is Intervention.REPLAY:
            return Effect(entry, await portal.commands.preview(entry.id))
        if entry.state is not ReceiptState.PARKED:
            return Effect(entry, refused=_NOT_PARKED)
    except RequestRejected as refusal:
        return Effect(entry, refused=refusal.text)
    return Effect(entry)


async def _carry_out(portal: Portal, user: User, what: Intervention, entry: ReceiptEntry, why: str) -> Effect:
    """One after the other; what is refused, or cut off, keeps none of the others back."""
    try:
        await Interventions(portal.store, portal.commands).on_receipt(what, entry.id, user.username, why)
    except RequestRejected as refusal:
        return Effect(entry, refused=refusal.text)
    except DependencyUnavailable:
        return Effect(entry, refused=_AWAY)
    return Effect(entry)


_CHOOSE = Bilingual("请先勾选回执，再按此按钮。", "Choose receipts first, then press the button.")
_NOT_PARKED = Bilingual("只能处理已搁置的回执。", "Only parked receipts can be changed.")
_AWAY = Bilingual(
    "海关网关没有应答；是否已执行，请看该回执的状态。",
    "The gateway gave no answer; the receipt's state tells whether it was done.",
)

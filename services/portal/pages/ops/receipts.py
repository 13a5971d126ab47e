"""Customs' receipts: found, looked at as they came, replayed and dismissed, one or many, with the effect shown first."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from services.portal.cases.query import NO_NUL, given
from services.portal.context import Portal, PortalDep
from services.portal.identity.sessions import User
from services.portal.operations.audit import audited, why_faults
from services.portal.pages.form_commands import text
from services.portal.pages.language import Lang, own_half, said
from services.portal.pages.ops.exporting import csv_response
from services.portal.pages.ops.words import COLOURS, EFFECTS, REASONS, STATES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitDep, VisitingOperatorDep
from shared.contracts.commands import Preview
from shared.contracts.encodings import guessed
from shared.contracts.operations import DismissReceipt, ReplayReceipt
from shared.contracts.states import Action
from shared.lifecycle.case import Document
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.runtime.errors import DependencyUnavailable, RequestRejected

router = pages()
MOST_AT_ONCE = 100
MOST_EXPORTED = 10_000
COLUMNS = (
    "id", "state", "reason", "detail", "receipt_type", "case_no", "stage", "received_at", "settled_at", "attempts",
    "next_at", "duplicates", "replays", "size", "sha256", "correlation_id",
)  # fmt: skip
_SHOWN = ("stored", "published", "deferred", "parked", "applied", "stale", "dismissed")


class ReceiptQuery(BaseModel):
    """The filters of the list; an empty one filters nothing."""

    state: Annotated[str, Field(max_length=20)] = ""
    reason: Annotated[str, Field(max_length=40)] = ""
    case_no: Annotated[str, Field(max_length=64, pattern=NO_NUL)] = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 20

    def filter(self) -> Document:
        """As the database is asked."""
        named = {"state": self.state, "reason": self.reason, "case_no": self.case_no.strip()}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action would do to one receipt, or did."""

    receipt: Document
    preview: Preview | None = None
    refused: str = ""


@router.get("/ops/receipts")
async def receipts(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[ReceiptQuery, Query()]
) -> Response:
    """Receipts, newest first."""
    ledger, these = portal.store.collection("receipts"), wanted.filter()
    found = await ledger.find(
        these, sort=[("received_at", -1)], skip=(wanted.page - 1) * wanted.size, limit=wanted.size, projection={"raw": 0}
    )  # fmt: skip
    filters = given(wanted)
    context = {
        "receipts": found, "total": await ledger.count(these), "wanted": wanted, "given": filters,
        "export": urlencode(filters), "states": STATES, "shown": [(state, STATES[state]) for state in _SHOWN],
        "reasons": REASONS, "colours": COLOURS, "stages": STAGE_LABELS,
    }  # fmt: skip
    return await page(request, "ops/receipts.html", context)


@router.get("/ops/receipts.csv")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[ReceiptQuery, Query()]
) -> Response:
    """The receipts of these filters, without their XML, at most 10,000, newest first."""
    these = wanted.filter()
    async with audited(portal.store, user.username, Action.EXPORT, f"receipts {urlencode(these)}".strip()):
        found = await portal.store.collection("receipts").find(
            these, sort=[("received_at", -1)], limit=MOST_EXPORTED, projection={"raw": 0}
        )
        return csv_response("receipts.csv", COLUMNS, ({**each, "id": each["_id"]} for each in found))


@router.post("/ops/receipts")
async def act(request: Request, portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep) -> Response:
    """Show what `what` (replay or dismiss) would do to every `id`; with `confirmed` and a reason `why` do it."""
    form = await request.form()
    what, chosen = text(form, "what"), _chosen(form)
    if what not in _ACTS or not chosen:
        raise RequestRejected("validation_error", "请先选择回执。 Choose receipts first.", status=422)
    why, fault = text(form, "why").strip(), ""
    found = [await _receipt(portal, each) for each in chosen]
    if text(form, "confirmed") == "1":
        wrong = next(why_faults(why), None)
        if wrong is None:
            effects = [await _done(portal, user, what, each, why, visit.lang) for each in found]
            context = {"what": what, "effects": effects, "why": why, "stages": STAGE_LABELS}
            return await page(request, "ops/acted.html", context)
        fault = said(wrong, visit.lang)
    effects = [await _effect(portal, what, each, visit.lang) for each in found]
    context = {
        "what": what, "effects": effects, "why": why, "fault": fault, "stages": STAGE_LABELS, "statuses": STATUS_LABELS,
        "outcomes": EFFECTS, "reasons": REASONS,
    }  # fmt: skip
    return await page(request, "ops/act.html", context, 422 if fault else 200)


@router.get("/ops/receipts/{receipt_id:path}")
async def receipt(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, receipt_id: str
) -> Response:
    """One receipt: what is known of it, what operators did, and the XML as it came."""
    found = await _receipt(portal, receipt_id, raw=True)
    case = await portal.store.collection("cases").find_one({"case_no": found["case_no"]}, {"_id": 1})
    context = {
        "receipt": found, "xml": guessed(bytes(found["raw"])), "states": STATES, "reasons": REASONS,
        "colours": COLOURS, "stages": STAGE_LABELS, "case_id": case["_id"] if case else None,
    }  # fmt: skip
    return await page(request, "ops/receipt.html", context)


def _chosen(form: FormData) -> list[str]:
    chosen = list(dict.fromkeys(str(each) for each in form.getlist("id")))
    if len(chosen) > MOST_AT_ONCE:
        detail = f"一次最多{MOST_AT_ONCE}条。 At most {MOST_AT_ONCE} at once."
        raise RequestRejected("validation_error", detail, status=422)
    return chosen


async def _receipt(portal: Portal, receipt_id: str, *, raw: bool = False) -> Document:
    found = await portal.store.collection("receipts").find_one(
        {"_id": receipt_id}, None if raw else {"raw": 0}
    )
    if found is None:
        raise RequestRejected("not_found", "没有这条回执。 There is no such receipt.", status=404)
    return found


async def _effect(portal: Portal, what: str, found: Document, lang: Lang) -> Effect:
    try:
        if what == "replay":
            return Effect(found, await portal.commands.preview(found["_id"]))
        if found["state"] != "parked":
            return Effect(found, refused=_NOT_PARKED[lang])
    except RequestRejected as refusal:
        return Effect(found, refused=own_half(refusal.detail, lang))
    return Effect(found)


async def _done(portal: Portal, user: User, what: str, found: Document, why: str, lang: Lang) -> Effect:
    """One after the other; what is refused, or cut off, keeps none of the others back."""
    command, action = _ACTS[what](found["_id"], user.username, why)
    try:
        async with audited(portal.store, user.username, action, found["_id"], why):
            await portal.commands.operate(command)
    except RequestRejected as refusal:
        return Effect(found, refused=own_half(refusal.detail, lang))
    except DependencyUnavailable:
        return Effect(found, refused=_AWAY[lang])
    return Effect(found)


def _replay(receipt_id: str, by: str, why: str) -> tuple[Any, Action]:
    return ReplayReceipt(receipt_id=receipt_id, by=by, why=why), Action.REPLAY_RECEIPT


def _dismiss(receipt_id: str, by: str, why: str) -> tuple[Any, Action]:
    return DismissReceipt(receipt_id=receipt_id, by=by, why=why), Action.DISMISS_RECEIPT


_ACTS = {"replay": _replay, "dismiss": _dismiss}
_NOT_PARKED = {Lang.ZH: "只能处理已搁置的回执。", Lang.EN: "Only parked receipts can be changed."}
_AWAY = {
    Lang.ZH: "海关网关没有应答；是否已执行，请看该回执的状态。",
    Lang.EN: "The gateway gave no answer; the receipt's state tells whether it was done.",
}

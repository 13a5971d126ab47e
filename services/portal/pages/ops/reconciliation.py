"""Reconciliation of all cases: what we sent against what customs confirmed, on a page and as a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anyio import to_thread
from fastapi import Request, Response

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.repository import CaseRepository
from services.portal.context import PortalDep
from services.portal.operations.audit import audited
from services.portal.operations.reconciliation import (
    CASE_FIELDS,
    DECLARATION_FIELDS,
    RECEIPT_FIELDS,
    UNCONFIRMED,
    UNSETTLED,
    Reconciled,
    SubmissionRow,
    reconcile,
)
from services.portal.pages.formatting import lasted
from services.portal.pages.language import said
from services.portal.pages.ops.words import STATES, TYPES
from services.portal.pages.rendering import _, page, pages, said_now
from services.portal.pages.request_context import Visit, VisitDep, VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat, at_once, file_of
from shared.bilingual import Bilingual
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.states import Action
from shared.contracts.vocabulary import REASON_LABELS
from shared.lifecycle.stages import STAGE_LABELS
from shared.runtime.clock import now
from shared.runtime.store import Store

router = pages()
ON_ITS_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReconciledRow:
    """A row of any of the page's tables, as the file has it; `part` is the title of its table."""

    part: str
    id: str
    type: str = ""
    case_no: str | None = None
    made_at: datetime | None = None
    received_at: datetime | None = None
    stage: Bilingual | str = ""
    state: Bilingual | str = ""
    reason: Bilingual | str = ""
    attempts: int | None = None
    next_at: datetime | None = None
    remark: str = ""


@router.get("/ops/reconciliation")
async def reconciliation(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, whole: bool = False
) -> Response:
    """What is open now; with `whole` every case, declaration and receipt is compared, which reads all of them."""
    found = await (_whole(portal.store) if whole else _open(portal.store))
    context = {
        "found": found,
        "whole": whole,
        "stages": STAGE_LABELS,
        "states": STATES,
        "reasons": REASON_LABELS,
        "types": TYPES,
        "at": now(),
    }
    return await page(request, "ops/reconciliation.html", context)


@router.get("/ops/reconciliation.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, visit: VisitDep, as_format: TableFormat, whole: bool = False
) -> Response:
    """All tables of the page as one, whole: each row says to which it belongs."""
    subject = f"reconciliation {'whole' if whole else ''}".strip()
    async with audited(portal.store, user.username, Action.EXPORT, subject):
        found = await (_whole(portal.store) if whole else _open(portal.store))
        return await file_of("reconciliation", as_format, _columns(visit), at_once([*lines_of(found)]))


def _columns(visit: Visit) -> Mapping[str, Callable[[ReconciledRow], object]]:
    lang, at = visit.lang, now()

    def open_for(line: ReconciledRow) -> str:
        return lasted(at - line.made_at, lang) if line.made_at else ""

    return {
        said_now(visit, _("Part")): lambda each: said_now(visit, each.part),
        said_now(visit, _("Made at")): lambda each: each.made_at,
        said_now(visit, _("Received at")): lambda each: each.received_at,
        said_now(visit, _("Type")): lambda each: said(TYPES.get(each.type, each.type), lang),
        said_now(visit, _("Case number")): lambda each: each.case_no,
        said_now(visit, _("Stage")): lambda each: said(each.stage, lang),
        said_now(visit, _("State")): lambda each: said(each.state, lang),
        said_now(visit, _("Reason")): lambda each: said(each.reason, lang),
        said_now(visit, _("Open for")): open_for,
        said_now(visit, _("Attempts")): lambda each: each.attempts,
        said_now(visit, _("Next try")): lambda each: each.next_at,
        said_now(visit, _("Remark")): lambda each: each.remark,
        said_now(visit, _("Message")): lambda each: each.id,
    }


def lines_of(found: Reconciled) -> Iterator[ReconciledRow]:
    """What stands on the page, table by table."""
    sent = (
        (_("Not sent yet"), found.unsent),
        (_("Sent, not confirmed by customs"), found.unconfirmed),
        (_("Submissions without a declaration"), found.undeclared),
        (_("Declarations that no case knows"), found.unsubmitted),
    )
    came = (
        (_("Receipts not at their end"), found.unsettled),
        (_("Acknowledgements that customs still gets"), found.owed),
        (_("Receipts called applied that their case does not have"), found.unapplied),
    )
    for part, made in sent:
        yield from (_sent(part, each) for each in made)
    for part, receipts in came:
        yield from (_came(part, each) for each in receipts)
    for moved in found.unledgered:
        part = _("Changes by customs without a receipt")
        yield ReconciledRow(part, moved.message_id, moved.cause, moved.case_no, moved.at)
    for case in found.incomplete:
        yield ReconciledRow(_("Incomplete cases, which were not compared"), case)


def _sent(part: str, made: SubmissionRow | DeclarationEntry) -> ReconciledRow:
    next_at = None if made.sent_at else made.next_at
    return ReconciledRow(
        part, made.id, made.type, made.case_no, made.at, stage=STAGE_LABELS[made.stage], attempts=made.attempts,
        next_at=next_at, remark=made.last_error or "",
    )  # fmt: skip


def _came(part: str, receipt: ReceiptEntry) -> ReconciledRow:
    return ReconciledRow(
        part, receipt.id, receipt.receipt_type or "", receipt.case_no, received_at=receipt.received_at,
        state=STATES[receipt.state], reason=REASON_LABELS[receipt.reason] if receipt.reason else "",
        next_at=receipt.next_at,
    )  # fmt: skip


async def _open(store: Store) -> Reconciled:
    """What is not at its end, found by indexes: unconfirmed cases, declarations to be sent, receipts that wait."""
    ledgers = Ledgers(store)
    cases = await CaseRepository(store).all(CASE_FIELDS, UNCONFIRMED)
    submitted = [made.id for case in cases for made in case.submissions]
    declarations = await ledgers.declarations_to_send(DECLARATION_FIELDS, besides=submitted)
    receipts = await ledgers.all_receipts(RECEIPT_FIELDS, UNSETTLED)
    found = reconcile(cases, declarations, receipts, now() - ON_ITS_WAY)
    return replace(found, unledgered=[])  # the receipts of the past were not read


async def _whole(store: Store) -> Reconciled:
    ledgers = Ledgers(store)
    cases = await CaseRepository(store).all(CASE_FIELDS)
    declarations = await ledgers.all_declarations(DECLARATION_FIELDS)
    receipts = await ledgers.all_receipts(RECEIPT_FIELDS)
    before = now() - ON_ITS_WAY
    return await to_thread.run_sync(reconcile, cases, declarations, receipts, before)

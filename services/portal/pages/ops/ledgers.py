"""Reconciliation of all cases, and the full ledger of one."""

from datetime import timedelta
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Query, Request, Response

from services.portal.cases.query import SORT_NAMES, CaseQuery, given
from services.portal.cases.views import listed, turn
from services.portal.context import PortalDep, case_of
from services.portal.operations.reconciliation import (
    CASE_FIELDS,
    DECLARATION_FIELDS,
    RECEIPT_FIELDS,
    UNCONFIRMED,
    UNSETTLED,
    Reconciled,
    reconcile,
)
from services.portal.pages.case.words import CAUSES
from services.portal.pages.ops.exporting import csv_response
from services.portal.pages.ops.words import COLOURS, REASONS, STATES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from services.portal.pages.waiting import row
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.facts import id_of_failed, id_of_sent
from shared.contracts.vocabulary import Cause, Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.runtime.clock import now
from shared.runtime.store import Store

router = pages()
ON_ITS_WAY = timedelta(minutes=1)
COLUMNS = ("at", "what", "name", "state", "stage", "status", "by", "message_id", "correlation_id", "detail")


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
        "reasons": REASONS,
        "at": now(),
    }
    return await page(request, "ops/reconciliation.html", context)


@router.get("/ops/cases")
async def cases(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[CaseQuery, Query()]
) -> Response:
    """Every authority's cases."""
    found, total = await portal.cases.page(user, wanted)
    context = {
        "cases": [row(each) for each in found], "total": total, "wanted": wanted,
        "given": given(wanted),
        "authority_of": {each.id: each.authority for each in found},
        "stages": [(stage.value, STAGE_LABELS[stage]) for stage in Stage],
        "statuses": [(status.value, STATUS_LABELS[status]) for status in Status], "sort_names": SORT_NAMES,
    }  # fmt: skip
    return await page(request, "ops/cases.html", context)


@router.get("/ops/cases/{case}")
async def ledger(request: Request, portal: PortalDep, user: VisitingOperatorDep, case: str) -> Response:
    """Everything that came in, went out and moved, in order."""
    found = await case_of(portal, user, case)
    unexpected = {
        each: [SPECIFIC[code] for code in getattr(found, each) if code in SPECIFIC]
        for each in ("outside_scope", "never_approved")
    }
    context = {
        "case": listed(found) | {"authority": found.authority, "turn": turn(found)}, "unexpected": unexpected,
        "entries": await _entries(portal.store, dict(found.document)), "states": STATES, "colours": COLOURS, "reasons": REASONS,
    }  # fmt: skip
    return await page(request, "ops/ledger.html", context)


@router.get("/ops/cases/{case}/ledger.csv")
async def ledger_export(portal: PortalDep, user: VisitingOperatorDep, case: str) -> Response:
    """The same as a table."""
    found = await case_of(portal, user, case)
    rows = await _entries(portal.store, dict(found.document))
    plain = [
        row | {"stage": row["stage_code"], "name": row["code"], "status": row["status_code"]} for row in rows
    ]
    return csv_response(f"ledger-{found.case_no or found.id}.csv", COLUMNS, plain)


async def _entries(store: Store, case: Document) -> list[dict[str, Any]]:
    """Receipts, declarations and movements of a case, oldest first."""
    receipts = declarations = []
    if case["case_no"]:
        of_case = {"case_no": case["case_no"]}
        receipts = await store.collection("receipts").find(of_case, projection={"raw": 0})
        declarations = await store.collection("declarations").find(of_case, projection={"body": 0})
    spoken = {each["message_id"]: each["correlation_id"] for each in receipts}
    for each in declarations:
        told = (
            id_of_sent(each["_id"]),
            id_of_failed(each["_id"]),
            f"{each['_id']}.sent",
            f"{each['_id']}.failed",
        )
        spoken |= dict.fromkeys(told, each["correlation_id"])  # the last two are of older versions
    rows = [_movement(each, spoken.get(each["message_id"], "")) for each in case["timeline"]]
    rows += [_receipt(each) for each in receipts] + [_declaration(each) for each in declarations]
    return sorted(rows, key=lambda row: row["at"])


def _movement(entry: Document, correlation_id: str) -> dict[str, Any]:
    """A step of the case; an officer's own is found in the logs by its message id."""
    return {
        "what": "movement", "at": entry["at"], "name": CAUSES[Cause(entry["cause"])], "code": entry["cause"],
        "stage": STAGE_LABELS[Stage(entry["stage"])], "stage_code": entry["stage"],
        "status": STATUS_LABELS[Status(entry["status"])], "status_code": entry["status"], "by": entry["by"],
        "message_id": entry["message_id"], "state": "", "correlation_id": correlation_id, "detail": "", "link": "",
    }  # fmt: skip


def _receipt(entry: Document) -> dict[str, Any]:
    return _in_or_out(
        "receipt", entry["received_at"], entry, entry["receipt_type"] or "", entry["message_id"] or entry["_id"],
        entry["detail"], f"/ops/receipts/{entry['_id']}",
    ) | {"reason": entry["reason"], "ended_at": entry["settled_at"]}  # fmt: skip


def _declaration(entry: Document) -> dict[str, Any]:
    return _in_or_out(
        "declaration", entry["at"], entry, entry["type"], entry["_id"], entry["last_error"] or "", ""
    ) | {"reason": None, "ended_at": entry["sent_at"]}


def _in_or_out(
    what: str, at: Any, entry: Document, name: str, message_id: str, detail: str, link: str
) -> dict[str, Any]:
    stage = entry["stage"] or ""
    known = stage in list(Stage)
    return {
        "what": what, "at": at, "name": name, "code": name, "stage": STAGE_LABELS[Stage(stage)] if known else stage,
        "stage_code": stage, "status": "", "status_code": "", "state": entry["state"], "by": "", "message_id": message_id,
        "correlation_id": entry["correlation_id"], "detail": detail, "link": link,
    }  # fmt: skip


async def _open(store: Store) -> Reconciled:
    """What is not at its end, found by indexes: unconfirmed cases, declarations to be sent, receipts that wait."""
    cases = await store.collection("cases").find(
        {"status": {"$in": list(UNCONFIRMED)}}, projection=CASE_FIELDS
    )
    ids = [each["id"] for case in cases for each in case["submissions"]]
    declarations = await store.collection("declarations").find(
        {"$or": [{"_id": {"$in": ids}}, {"state": {"$in": ["queued", "failed"]}}]},
        projection=DECLARATION_FIELDS,
    )
    receipts = await store.collection("receipts").find(
        {"state": {"$in": list(UNSETTLED)}}, sort=[("received_at", 1)],
        projection=RECEIPT_FIELDS,
    )  # fmt: skip
    found = reconcile(cases, declarations, receipts, now() - ON_ITS_WAY)
    found.unledgered = []  # the receipts of the past were not read
    return found


async def _whole(store: Store) -> Reconciled:
    cases = await store.collection("cases").find({}, projection=CASE_FIELDS)
    declarations = await store.collection("declarations").find({}, projection=DECLARATION_FIELDS)
    receipts = await store.collection("receipts").find({}, projection=RECEIPT_FIELDS)
    before = now() - ON_ITS_WAY
    return await to_thread.run_sync(reconcile, cases, declarations, receipts, before)

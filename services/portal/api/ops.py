"""What operators see and do: receipts with their raw XML, replay, dismiss, the overview."""

import asyncio
from typing import Annotated, Any

from fastapi import Query

from services.portal.api.bearer import BearerOperatorDep
from services.portal.api.bodies import DismissBody
from services.portal.api.guarding import guarded_router
from services.portal.cases.views import plain_fields
from services.portal.context import PortalDep
from services.portal.operations.audit import Action, audited
from shared.contracts.encodings import guessed
from shared.contracts.operations import DismissReceipt, ReplayReceipt
from shared.lifecycle.case import Document
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

router = guarded_router(prefix="/ops", tags=["operators"])
RECEIPT_STATES = ("stored", "published", "deferred", "applied", "stale", "duplicate", "parked", "dismissed")
DECLARATION_STATES = ("queued", "sent", "failed")


@router.get("/receipts")
async def receipts(
    portal: PortalDep, user: BearerOperatorDep, state: str | None = None, case_no: str | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, size: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """Receipts of customs, newest first; `state` and `case_no` filter."""
    wanted = {name: value for name, value in (("state", state), ("case_no", case_no)) if value}
    ledger = portal.store.collection("receipts")
    found = await ledger.find(
        wanted, sort=[("received_at", -1)], skip=(page - 1) * size, limit=size, projection={"raw": 0}
    )
    return {
        "items": [_receipt(each) for each in found],
        "total": await ledger.count(wanted),
        "page": page,
        "size": size,
    }


@router.get("/receipts/{receipt_id:path}")
async def receipt(receipt_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, Any]:
    """One receipt with its raw bytes as text."""
    found = await portal.store.collection("receipts").find_one({"_id": receipt_id})
    if found is None:
        raise RequestRejected("not_found", "没有这条回执。 There is no such receipt.", status=404)
    return _receipt(found) | {"raw": guessed(bytes(found["raw"]))}


@router.post("/receipts/{receipt_id:path}/replay", status_code=202)
async def replay(receipt_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, Any]:
    """Try a parked receipt again."""
    async with audited(portal.store, user.username, Action.REPLAY_RECEIPT, receipt_id):
        await portal.commands.operate(ReplayReceipt(receipt_id=receipt_id, by=user.username))
    return {"id": receipt_id, "state": "stored"}


@router.post("/receipts/{receipt_id:path}/dismiss", status_code=202)
async def dismiss(
    receipt_id: str, body: DismissBody, portal: PortalDep, user: BearerOperatorDep
) -> dict[str, Any]:
    """Put a parked receipt aside for good."""
    async with audited(portal.store, user.username, Action.DISMISS_RECEIPT, receipt_id, body.why):
        await portal.commands.operate(DismissReceipt(receipt_id=receipt_id, by=user.username, why=body.why))
    return {"id": receipt_id, "state": "dismissed"}


@router.get("/overview")
async def overview(portal: PortalDep, user: BearerOperatorDep) -> dict[str, Any]:
    """How many receipts and declarations stand in each state, how many cases still have events to send, open dead letters."""
    return await counts(portal.store, RECEIPT_STATES)


async def counts(store: Store, receipt_states: tuple[str, ...]) -> dict[str, Any]:
    """`receipts` and `declarations` by state, `cases`, how many of these have events to send (`outbox`), open `dead_letters`."""
    cases = store.collection("cases")
    receipts, declarations, outbox, all_cases, dead = await asyncio.gather(
        _counted(store, "receipts", receipt_states),
        _counted(store, "declarations", DECLARATION_STATES),
        cases.count({"outbox.by": {"$gt": ""}}),  # by the relays' index; whether a list is empty is in none
        cases.count({}),
        store.collection("dead_letters").count({"state": "open"}),
    )
    ledgers = {"receipts": receipts, "declarations": declarations}
    return ledgers | {"outbox": outbox, "cases": all_cases, "dead_letters": dead}


async def _counted(store: Store, name: str, states: tuple[str, ...]) -> dict[str, int]:
    """How many entries of a ledger stand in each state."""
    collection = store.collection(name)
    counts = await asyncio.gather(*(collection.count({"state": state}) for state in states))
    return dict(zip(states, counts, strict=True))


def _receipt(found: Document) -> dict[str, Any]:
    shown = {name: value for name, value in found.items() if name not in ("_id", "raw")}
    return {"id": found["_id"], **plain_fields(**shown)}

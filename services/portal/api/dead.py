"""Dead letters for operators: what a service could not take, to be put back into its queue or put aside."""

from typing import Annotated, Any

from fastapi import Query

from services.portal.api.bearer import BearerOperatorDep
from services.portal.api.bodies import DismissBody
from services.portal.api.guarding import guarded_router
from services.portal.cases.views import plain_fields
from services.portal.context import Portal, PortalDep
from services.portal.operations.audit import Action, audited
from shared.contracts.operations import DismissDead, ReplayDead
from shared.lifecycle.case import Document
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

router = guarded_router(prefix="/ops/dead", tags=["operators"])


@router.get("")
async def dead_letters(
    portal: PortalDep, user: BearerOperatorDep, state: str | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, size: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """Dead letters without their bodies, the last that died first; `state` filters."""
    found, total = await letters_of(portal.store, state or "", page, size)
    return {"items": [_letter(each) for each in found], "total": total, "page": page, "size": size}


@router.get("/{dead_id}")
async def dead_letter(dead_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, Any]:
    """One dead letter with its body as text."""
    found = await letter_of(portal, dead_id)
    return _letter(found) | {"body": bytes(found["body"]).decode("utf-8", "replace")}


@router.post("/{dead_id}/replay", status_code=202)
async def replay(dead_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, Any]:
    """Put it back into the queue that it came from."""
    await act(portal, user.username, "replay", dead_id, "")
    return {"id": dead_id, "state": "replaying"}


@router.post("/{dead_id}/dismiss", status_code=202)
async def dismiss(
    dead_id: str, body: DismissBody, portal: PortalDep, user: BearerOperatorDep
) -> dict[str, Any]:
    """Put it aside for good."""
    await act(portal, user.username, "dismiss", dead_id, body.why)
    return {"id": dead_id, "state": "dismissed"}


async def act(portal: Portal, by: str, what: str, dead_id: str, why: str) -> None:
    """Have the gateway do it, on the audit trail."""
    action, command = _ACTS[what]
    async with audited(portal.store, by, action, dead_id, why):
        await portal.commands.operate(command(dead_id=dead_id, by=by, why=why))


async def letters_of(store: Store, state: str, page: int, size: int) -> tuple[list[Document], int]:
    """A page of dead letters without their bodies, and how many there are in all."""
    wanted, collection = {"state": state} if state else {}, store.collection("dead_letters")
    found = await collection.find(
        wanted, sort=[("last_died_at", -1)], skip=(page - 1) * size, limit=size, projection={"body": 0}
    )
    return found, await collection.count(wanted)


async def letter_of(portal: Portal, dead_id: str) -> Document:
    """One dead letter; RequestRejected where there is none."""
    found = await portal.store.collection("dead_letters").find_one({"_id": dead_id})
    if found is None:
        raise RequestRejected("not_found", "没有这条死信。 There is no such dead letter.", status=404)
    return found


def _letter(found: Document) -> dict[str, Any]:
    shown = {
        name: value for name, value in found.items() if name not in ("_id", "body", "delivery", "version")
    }
    return {"id": found["_id"], **plain_fields(**shown)}


_ACTS: dict[str, tuple[Action, type[ReplayDead] | type[DismissDead]]] = {
    "replay": (Action.REPLAY_DEAD, ReplayDead),
    "dismiss": (Action.DISMISS_DEAD, DismissDead),
}

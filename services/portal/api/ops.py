"""What operators see and do: receipts with their raw XML, replay, dismiss, the overview."""

from dataclasses import asdict

from services.portal.api.bearer import BearerOperatorDep
from services.portal.api.bodies import DismissBody
from services.portal.api.guarding import guarded_router
from services.portal.api.pages_of_lists import PageDep, page_told
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.views import plain_fields
from services.portal.context import PortalDep
from services.portal.operations.interventions import Interventions
from services.portal.operations.overview import count_all
from shared.contracts.documents.ledgers import ReceiptEntry
from shared.contracts.encodings import guess_text
from shared.contracts.states import Intervention, ReceiptState

router = guarded_router(prefix="/ops", tags=["operators"])


@router.get("/receipts")
async def receipts(
    portal: PortalDep, user: BearerOperatorDep, which: PageDep, state: str | None = None, case_no: str | None = None
) -> dict[str, object]:  # fmt: skip
    """Receipts of customs, newest first; `state` and `case_no` filter. `at` of an answer reads on from its page."""
    wanted = {name: value for name, value in (("state", state), ("case_no", case_no)) if value}
    found = await Ledgers(portal.store).receipts(wanted, which, count_all=True)
    return page_told(found, which, _as_json)


@router.get("/receipts/{receipt_id:path}")
async def receipt(receipt_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, object]:
    """One receipt with its raw bytes as text."""
    entry = await Ledgers(portal.store).receipt(receipt_id)
    return _as_json(entry) | {"raw": guess_text(entry.raw)}


@router.post("/receipts/{receipt_id:path}/replay", status_code=202)
async def replay(receipt_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, object]:
    """Try a parked receipt again."""
    interventions = Interventions(portal.store, portal.commands)
    await interventions.on_receipt(Intervention.REPLAY, receipt_id, user.username)
    return {"id": receipt_id, "state": ReceiptState.STORED}


@router.post("/receipts/{receipt_id:path}/dismiss", status_code=202)
async def dismiss(
    receipt_id: str, body: DismissBody, portal: PortalDep, user: BearerOperatorDep
) -> dict[str, object]:
    """Put a parked receipt aside for good."""
    interventions = Interventions(portal.store, portal.commands)
    await interventions.on_receipt(Intervention.DISMISS, receipt_id, user.username, body.why)
    return {"id": receipt_id, "state": ReceiptState.DISMISSED}


@router.get("/overview")
async def overview(portal: PortalDep, user: BearerOperatorDep) -> dict[str, object]:
    """How many receipts and declarations stand in each state, how many cases still have events to send, open dead letters."""
    return asdict(await count_all(portal.store))


def _as_json(entry: ReceiptEntry) -> dict[str, object]:
    shown = {name: value for name, value in entry.document.items() if name not in ("_id", "raw")}
    return {"id": entry.id, **plain_fields(**shown)}

"""Dead letters for operators: what a service could not take, to be put back into its queue or put aside."""

from services.portal.api.bearer import BearerOperatorDep
from services.portal.api.bodies import DismissBody
from services.portal.api.guarding import guarded_router
from services.portal.api.pages_of_lists import PageDep, page_told
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.views import plain_fields
from services.portal.context import PortalDep
from services.portal.operations.interventions import Interventions
from shared.contracts.documents.ledgers import DeadLetter
from shared.contracts.states import DeadLetterState, Intervention

router = guarded_router(prefix="/ops/dead", tags=["operators"])
_HIDDEN = ("_id", "body", "delivery", "version")


@router.get("")
async def dead_letters(
    portal: PortalDep, user: BearerOperatorDep, which: PageDep, state: str | None = None
) -> dict[str, object]:  # fmt: skip
    """Dead letters without their bodies, the last that died first; `state` filters. `at` of an answer reads on from its page."""
    found = await Ledgers(portal.store).dead_letters(state or "", which, count_all=True)
    return page_told(found, which, _as_json)


@router.get("/{dead_id}")
async def dead_letter(dead_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, object]:
    """One dead letter with its body as text."""
    letter = await Ledgers(portal.store).dead_letter(dead_id)
    return _as_json(letter) | {"body": letter.body.decode("utf-8", "replace")}


@router.post("/{dead_id}/replay", status_code=202)
async def replay(dead_id: str, portal: PortalDep, user: BearerOperatorDep) -> dict[str, object]:
    """Put it back into the queue that it came from."""
    interventions = Interventions(portal.store, portal.commands)
    await interventions.on_dead_letter(Intervention.REPLAY, dead_id, user.username)
    return {"id": dead_id, "state": DeadLetterState.REPLAYING}


@router.post("/{dead_id}/dismiss", status_code=202)
async def dismiss(
    dead_id: str, body: DismissBody, portal: PortalDep, user: BearerOperatorDep
) -> dict[str, object]:
    """Put it aside for good."""
    interventions = Interventions(portal.store, portal.commands)
    await interventions.on_dead_letter(Intervention.DISMISS, dead_id, user.username, body.why)
    return {"id": dead_id, "state": DeadLetterState.DISMISSED}


def _as_json(letter: DeadLetter) -> dict[str, object]:
    shown = {name: value for name, value in letter.document.items() if name not in _HIDDEN}
    return {"id": letter.id, **plain_fields(**shown)}

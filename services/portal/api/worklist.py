"""What waits for the authority."""

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.worklist import work_list
from services.portal.context import PortalDep
from shared.lifecycle.kept_limits import find_limits

router = guarded_router(tags=["worklist"])


@router.get("/worklist")
async def worklist(portal: PortalDep, user: BearerOfficerDep) -> dict[str, object]:
    """Every task of one's own authority: overdue ones first, then those due within seven days, later ones, drafts.

    `due` is null where no time limit is set, `last_by` where nobody of the authority touched the case yet. Beyond a thousand
    cases, those that wait shortest are counted as `later` and not listed.
    """
    limits = await find_limits(portal.store)
    found = await work_list(portal.cases, portal.questionnaires, limits, user.authority)
    return {"items": [item.told() for item in found.items], "counts": dict(found.counts)}

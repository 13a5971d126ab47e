"""The work list of the start page as a file."""

from collections.abc import Callable, Mapping

from fastapi import Response

from services.portal.cases.worklist import WorkItem
from services.portal.context import PortalDep
from services.portal.pages.formatting import lasted
from services.portal.pages.home import GROUPS, foods, work_of
from services.portal.pages.language import said
from services.portal.pages.rendering import _, pages, said_now
from services.portal.pages.request_context import Visit, VisitDep, VisitingOfficerDep
from services.portal.tables.taking_along import TableFormat, at_once, file_of
from shared.lifecycle.stages import KIND_LABELS
from shared.runtime.clock import now

router = pages()


@router.get("/worklist.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep, as_format: TableFormat
) -> Response:
    """Every task of the authority, what is most urgent first; more than the start page shows."""
    work = await work_of(portal, user.authority)
    return await file_of("tasks", as_format, _columns(visit), at_once(work.items))


def _columns(visit: Visit) -> Mapping[str, Callable[[WorkItem], object]]:
    lang, draft, at = visit.lang, said_now(visit, _("Draft")), now()
    return {
        said_now(visit, _("Urgency")): lambda each: said_now(visit, GROUPS[each.urgency]),
        said_now(visit, _("What to do")): lambda each: said(each.label, lang),
        said_now(visit, _("Food")): lambda each: "; ".join(said(food, lang) for food in foods(each.case)),
        said_now(visit, _("Case")): lambda each: each.case.case_no or draft,
        said_now(visit, _("Kind")): lambda each: said(KIND_LABELS[each.case.kind], lang),
        said_now(visit, _("Waiting time")): lambda each: lasted(at - each.waiting_since, lang),
        said_now(visit, _("Waiting since")): lambda each: each.waiting_since,
        said_now(visit, _("Due by")): lambda each: each.due,
        said_now(visit, _("Last edited by")): lambda each: each.last_by,
    }

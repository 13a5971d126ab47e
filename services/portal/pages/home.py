"""The start page: the work list of the officer; an operator starts at the overview."""

import asyncio

from fastapi import Request, Response

from services.portal.cases.figures import Figures
from services.portal.cases.worklist import WorkList, work_list
from services.portal.context import Portal, PortalDep
from services.portal.pages.pictures.bars import stage_bars
from services.portal.pages.rendering import _, onward, page, pages, said_now
from services.portal.pages.request_context import VisitDep, VisitorDep
from services.portal.pages.waiting import menu_of, since_last_visit
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Role
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.stages import STAGE_LABELS
from shared.lifecycle.time_limits import Urgency
from shared.runtime.clock import now

router = pages()
SHOWN = 100
GROUPS = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.WEEK: _("Due within 7 days"),
    Urgency.LATER: _("Later"),
    Urgency.DRAFT: _("Drafts"),
}
_NO_FOOD = Bilingual("尚未选择食品", "No food chosen yet")


@router.get("/")
async def home(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """What the authority is to do, by when it is due, and what happened since the last visit."""
    if user.role is Role.OPERATOR:
        return onward("/ops")
    (before, events), work, waiting = await asyncio.gather(
        since_last_visit(portal.store, portal.cases, user),
        work_of(portal, user.authority),
        Figures(portal.store).waiting_by_stage(user.authority, now()),
    )
    request.state.menu = menu = menu_of(work.counts)
    shown = WorkList(work.items[:SHOWN], work.counts)
    context = {
        "groups": [
            (each.value, said_now(visit, title), shown.of(each), work.counts[each]) for each, title in GROUPS.items()
        ],
        "now": now(), "waiting": menu.tasks, "drafts": work.counts[Urgency.DRAFT],
        "total": sum(work.counts.values()), "shown": len(shown.items), "foods": foods, "before": before, "events": events,
        "bars": stage_bars(waiting), "stages": STAGE_LABELS,
    }  # fmt: skip
    return await page(request, "home/start.html", context)


async def work_of(portal: Portal, authority: str) -> WorkList:
    """All tasks of an authority."""
    limits = await find_limits(portal.store)
    return await work_list(portal.cases, portal.questionnaires, limits, authority)


def foods(case: Case) -> list[object]:
    """What a case is about, to be said: its specific categories, else its category, else that there is none yet."""
    specific = [SPECIFIC[code] for code in case.specific if code in SPECIFIC]
    return [*specific] or [CATEGORY.get(case.category, _NO_FOOD)]

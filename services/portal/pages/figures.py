"""The figures of an authority: its cases by stage and age, and the days that stages take, ours against customs'."""

import asyncio

from fastapi import Request, Response

from services.portal.cases.figures import LAST_MOVED, Figures
from services.portal.context import PortalDep
from services.portal.pages.pictures.bars import days_bars, stage_bars
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOfficerDep
from shared.lifecycle.stages import STAGE_LABELS
from shared.runtime.clock import now

router = pages()


@router.get("/figures")
async def own_figures(request: Request, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """The authority's own, as they are now."""
    at, figures = now(), Figures(portal.store)
    waiting, days = await asyncio.gather(
        figures.waiting_by_stage(user.authority, at), figures.days_by_stage(user.authority)
    )
    context = {
        "at": at,
        "bars": stage_bars(waiting),
        "days": days_bars(days),
        "stages": STAGE_LABELS,
        "last_moved": LAST_MOVED,
    }
    return await page(request, "figures/own.html", context)

"""The start page: what is waiting for the officer; an operator starts at the overview."""

import asyncio

from fastapi import Request, Response

from services.portal.context import PortalDep
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitorDep
from services.portal.pages.waiting import since_last_visit, waiting
from shared.contracts.vocabulary import Role
from shared.lifecycle.kept_limits import find_limits

router = pages()


@router.get("/")
async def home(request: Request, portal: PortalDep, user: VisitorDep) -> Response:
    """Cases where the authority is to act, oldest first, and what happened since the last visit."""
    if user.role is Role.OPERATOR:
        return onward("/ops")
    (before, events), (cases, total) = await asyncio.gather(
        since_last_visit(portal.store, portal.cases, user),
        waiting(portal.cases, user.authority, await find_limits(portal.store)),
    )
    context = {"cases": cases, "total": total, "before": before, "events": events}
    return await page(request, "home/start.html", context)

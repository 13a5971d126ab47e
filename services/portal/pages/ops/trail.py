"""The audit trail: what operators did, to be read and taken along."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import Field

from services.portal.cases.paging import Paged
from services.portal.cases.query import NO_NUL, given
from services.portal.context import PortalDep
from services.portal.operations.audit import audited, page_of_trail, whole_trail
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.ops.exporting import batches_file
from services.portal.pages.ops.words import ACTIONS, OUTCOMES
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.contracts.states import Action

router = pages()
COLUMNS = ("id", "at", "by", "action", "subject", "why", "outcome", "detail")


class AuditQuery(Paged):
    """The filters of the trail."""

    action: Annotated[str, Field(max_length=40, pattern=NO_NUL)] = ""
    by: Annotated[str, Field(max_length=80, pattern=NO_NUL)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/ops/audit")
async def trail(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[AuditQuery, Query()]
) -> Response:
    """Newest first."""
    found = await page_of_trail(portal.store, wanted, action=wanted.action, by=wanted.by.strip())
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    context = {
        "found": found,
        "wanted": wanted,
        "given": given(wanted),
        "actions": ACTIONS,
        "outcomes": OUTCOMES,
    }
    return await page(request, "ops/audit.html", context)


@router.get("/ops/audit.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat, wanted: Annotated[AuditQuery, Query()]
) -> Response:  # fmt: skip
    """The trail with these filters, newest first; that it was exported stands on it, too."""
    subject = f"audit {urlencode(given(wanted))}".strip()
    async with audited(portal.store, user.username, Action.EXPORT, subject):
        found = whole_trail(portal.store, action=wanted.action, by=wanted.by.strip())
        return await batches_file("audit", as_format, COLUMNS, found)

"""The officer's inbox: what happened to the authority's cases, unread first seen as such."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from services.portal.cases.paging import Paged
from services.portal.cases.query import given
from services.portal.context import PortalDep
from services.portal.news.inbox import Inbox
from services.portal.news.wording import sentence_of
from services.portal.pages.form_commands import text
from services.portal.pages.language import said
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.rendering import _, onward, page, pages, safe_path, said_now
from services.portal.pages.request_context import Visit, VisitDep, VisitingOfficerDep
from services.portal.tables.taking_along import TableFormat, file_of
from shared.contracts.documents.news import Notification
from shared.lifecycle.stages import KIND_LABELS, STAGE_LABELS, STATUS_LABELS
from shared.runtime.clock import now

router = pages()


class InboxQuery(Paged):
    """The filter of the inbox: `unread` alone where it is 1."""

    unread: Annotated[str, Field(max_length=1)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/notifications")
async def notifications(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, wanted: Annotated[InboxQuery, Query()]
) -> Response:
    """What the authority was told, newest first, with what this officer has not read marked."""
    inbox = Inbox(portal.store)
    found = await inbox.page(user, wanted, unread=wanted.unread == "1")
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    rows = [(each, sentence_of(each), user.username in each.unread_by) for each in found.rows]
    request.state.unread = await inbox.count_unread(user)
    context = {
        "found": found, "rows": rows, "wanted": wanted, "given": given(wanted), "until": now().isoformat(),
        "count": request.state.unread,
    }  # fmt: skip
    return await page(request, "news/inbox.html", context)


@router.get("/notifications.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep, as_format: TableFormat, wanted: Annotated[InboxQuery, Query()]
) -> Response:  # fmt: skip
    """The same as a file, whole."""
    found = Inbox(portal.store).each(user, unread=wanted.unread == "1")
    return await file_of("news", as_format, _columns(user.username, visit), found)


def _columns(reader: str, visit: Visit) -> Mapping[str, Callable[[Notification], object]]:
    lang, unread, read_already = visit.lang, said_now(visit, _("unread")), said_now(visit, _("read"))
    draft = said_now(visit, _("Draft"))
    return {
        said_now(visit, _("At")): lambda each: each.at,
        said_now(visit, _("News")): lambda each: said(sentence_of(each), lang),
        said_now(visit, _("Case")): lambda each: each.case_no or draft,
        said_now(visit, _("Kind")): lambda each: said(KIND_LABELS[each.kind], lang),
        said_now(visit, _("Stage")): lambda each: said(STAGE_LABELS[each.stage], lang),
        said_now(visit, _("Status")): lambda each: said(STATUS_LABELS[each.status], lang),
        said_now(visit, _("Read or unread")): lambda each: (
            unread if reader in each.unread_by else read_already
        ),
    }


@router.get("/notifications/{notification_id}")
async def opened(portal: PortalDep, user: VisitingOfficerDep, notification_id: str) -> Response:
    """The case that an entry is about; the entry counts as read from now on."""
    inbox = Inbox(portal.store)
    found = await inbox.find(user, notification_id)
    await inbox.mark_read(user, notification_id)
    return onward(f"/cases/{found.case_id}")


@router.post("/notifications/read-all")
async def read_all(request: Request, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """Everything that was there when the page was made (`until`) is read; what came since then stays unread."""
    await Inbox(portal.store).mark_all_read(user, _moment(text(await request.form(), "until")))
    return onward("/notifications")


@router.post("/notifications/{notification_id}/read")
async def read(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, notification_id: str
) -> Response:
    """One entry is read; back to where in the inbox it was marked (`next`)."""
    await Inbox(portal.store).mark_read(user, notification_id)
    return onward(safe_path(text(await request.form(), "next")))


def _moment(told: str) -> datetime:
    """A moment as the page told it; now for anything else."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return now()
    return moment if moment.tzinfo else now()

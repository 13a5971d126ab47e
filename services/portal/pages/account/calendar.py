"""The work list in a calendar program: its secret address on one's own account, and the file that stands there."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.portal.cases.icalendar import WholeDay, calendar_of
from services.portal.cases.worklist import WorkItem, work_list
from services.portal.context import Portal, PortalDep
from services.portal.identity.calendar_feeds import feed_of, make_feed, reader_of, remove_feed
from services.portal.pages.home import foods
from services.portal.pages.language import Lang, messages, said
from services.portal.pages.rendering import _, onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitingOfficerDep
from shared.bilingual import Bilingual
from shared.contracts.times import CHINA
from shared.lifecycle.kept_limits import find_limits
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

router = pages()
_NAME = _("Time limits of customs' evaluations")
_NOTHING = Bilingual("没有这个页面。", "There is nothing at this address.")


@router.get("/calendar.ics")
async def calendar(
    request: Request, portal: PortalDep, key: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The tasks that have a due date, a day each: food, task, number. 404 for a secret that opens nothing."""
    found = await reader_of(portal.store, key) if key else None
    if found is None:
        raise RequestRejected("not_found", _NOTHING, status=404)
    feed, account = found
    limits, lang = await find_limits(portal.store), Lang(feed.lang)
    work = await work_list(portal.cases, portal.questionnaires, limits, account.authority or "")
    site = _site(request, portal)
    days = [_day(item, lang, site) for item in work.items if item.due]
    file = calendar_of(messages(lang).gettext(_NAME), days, now())
    return Response(file, media_type="text/calendar; charset=utf-8")


@router.get("/account/calendar")
async def own_calendar(request: Request, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """Whether there is an address, since when, and how to have another one or none."""
    return await _page(request, portal, user.username)


@router.post("/account/calendar")
async def make(request: Request, portal: PortalDep, user: VisitingOfficerDep, visit: VisitDep) -> Response:
    """A new address, shown this once; the earlier one opens nothing any more."""
    secret = await make_feed(portal.store, user.username, visit.lang)
    return await _page(request, portal, user.username, f"{_site(request, portal)}/calendar.ics?key={secret}")


@router.post("/account/calendar/remove")
async def remove(request: Request, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """No address any more."""
    await remove_feed(portal.store, user.username)
    return onward("/account/calendar")


def _day(item: WorkItem, lang: Lang, site: str) -> WholeDay:
    case = item.case
    named = [said(each, lang) for each in foods(case)[:3]]
    summary = Bilingual(
        f"{'；'.join(named)}：{item.label.zh}（{case.case_no}）",
        f"{'; '.join(named)}: {item.label.en} ({case.case_no})",
    )
    assert item.due is not None  # noqa: S101  (only such items come here)
    uid = f"{case.id}-{item.task}-{item.waiting_since:%Y%m%d%H%M%S}@fas"
    return WholeDay(uid, item.due.astimezone(CHINA).date(), said(summary, lang), f"{site}/cases/{case.id}")


def _site(request: Request, portal: Portal) -> str:
    return (portal.public_url or str(request.base_url)).rstrip("/")


async def _page(request: Request, portal: Portal, username: str, address: str = "") -> Response:
    request.state.address = "/account/calendar"
    context = {"feed": await feed_of(portal.store, username), "address": address}
    headers = {"Cache-Control": "no-store"} if address else {}
    return await page(request, "account/calendar_address.html", context, headers=headers)

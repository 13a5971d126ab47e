"""What stands on /account: sections, each with a template `account/<name>.html` and a function that reads what it shows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request, Response

from services.portal.context import Portal, portal_of
from services.portal.identity.accounts import get_account, officers_of
from services.portal.identity.calendar_feeds import feed_of
from services.portal.identity.sessions import User, last_used, sessions_of
from services.portal.news.choices import NewsChoices
from services.portal.pages.account.agents import described
from services.portal.pages.news.words import RHYTHMS
from services.portal.pages.rendering import page
from shared.contracts.news import Rhythm
from shared.contracts.vocabulary import Role

Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. The template has what `read` gives as `own`, and its form's prompts as `faults`.

    `read` gives None where the section is not for this user.
    """

    name: str
    read: Callable[[Portal, User], Awaitable[Shown | None]]


async def _about(portal: Portal, user: User) -> Shown:
    account = await get_account(portal.store, user.username)
    return {"name": account.name if account else "", "language": account.language if account else ""}


async def _password(portal: Portal, user: User) -> Shown:
    return {}


async def _second_factor(portal: Portal, user: User) -> Shown:
    return {"left": await portal.factors.recovery_codes_left(user.username)}


async def _sessions(portal: Portal, user: User) -> Shown:
    found = [
        {
            "id": each.id, "what": described(each.agent, page=each.page), "begun": each.begun_at,
            "used": last_used(each), "here": each.id == user.session,
        }
        for each in await sessions_of(portal.store, user.username)
    ]  # fmt: skip
    return {"sessions": sorted(found, key=lambda each: not each["here"])}


async def _news(portal: Portal, user: User) -> Shown | None:
    if user.role is not Role.OFFICER:
        return None
    choice = await NewsChoices(portal.store).of(user.username)
    return {
        "rhythm": RHYTHMS[choice.rhythm if choice else Rhythm.OFF],
        "email": choice.email if choice else "",
    }


async def _calendar(portal: Portal, user: User) -> Shown | None:
    return {"feed": await feed_of(portal.store, user.username)} if user.role is Role.OFFICER else None


async def _colleagues(portal: Portal, user: User) -> Shown | None:
    if user.role is not Role.OFFICER:
        return None
    found = await officers_of(portal.store, user.authority)
    return {"colleagues": [each for each in found if each.username != user.username]}


SECTIONS = (
    Section("about", _about),
    Section("news", _news),
    Section("calendar", _calendar),
    Section("password", _password),
    Section("second_factor", _second_factor),
    Section("sessions", _sessions),
    Section("colleagues", _colleagues),
)
"""In the order of the page."""


async def show_account(
    request: Request, user: User, refused: str = "", faults: Mapping[str, str] | None = None
) -> Response:
    """The page; `faults` are the prompts of the section `refused`, by field. A form leads to `/account?done=<name>#done`."""
    request.state.address = "/account"
    shown = [(each.name, await each.read(portal_of(request), user)) for each in SECTIONS]
    context = {
        "sections": [(name, own) for name, own in shown if own is not None],
        "refused": refused, "refusals": faults or {}, "done": request.query_params.get("done", ""),
    }  # fmt: skip
    return await page(request, "account/page.html", context, 422 if faults else 200)

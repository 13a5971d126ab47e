"""Signing in and out, the language, the folded menu."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form, Request, Response

from services.portal.context import Portal, PortalDep, address_of, agent_of
from services.portal.identity.accounts import get_account
from services.portal.identity.duties import Duty
from services.portal.identity.seals import HALF_WAY_SECONDS, opened
from services.portal.identity.sessions import visiting
from services.portal.pages.account.factors import show_offer
from services.portal.pages.account.onward import Destination, go_on, show_duty
from services.portal.pages.forgery import from_elsewhere
from services.portal.pages.language import COOKIE, Lang, said
from services.portal.pages.rendering import YEAR, onward, page, pages, safe_path
from services.portal.pages.request_context import (
    FOLDED_COOKIE,
    SESSION_COOKIE,
    Visit,
    VisitDep,
    VisitorBeforeDutyDep,
    VisitorDep,
    keep_cookie,
    token_of,
)
from shared.runtime.errors import RequestRejected

router = pages()
_CODE_WANTED = ("otp_required", "otp_invalid")
Text = Annotated[str, Form(max_length=2000)]
Sealed = Annotated[str, Form(max_length=600_000)]


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = "/") -> Response:
    """The form; `next` is where the visitor wanted to go."""
    context = {
        "next": safe_path(next),
        "carried": "",
        "half": "",
        "username": "",
        "wrong": "",
        "ended": next != "/",
    }
    return await page(request, "frame/sign_in.html", context)


@router.post("/sign-in")
async def sign_in(
    request: Request, portal: PortalDep, visit: VisitDep, username: Text = "", password: Text = "", next: Text = "/",
    carried: Sealed = "", otp: Text = "", half: Text = "",
) -> Response:  # fmt: skip
    """Begin a session; what the same user typed before the last one ended is offered to be sent again."""
    onto, address = safe_path(next), address_of(request)
    half_way = opened(portal.seals.halves, half, max_age=HALF_WAY_SECONDS) if half else None
    username, generation = (half_way[0], half_way[1]) if half_way and len(half_way) > 1 else (username, -1)
    if half and not half_way:  # the code took longer than the seal holds: the password once more
        context = {
            "next": onto, "carried": carried, "half": "", "username": "", "wrong": "", "ended": True,
        }  # fmt: skip
        return await page(request, "frame/sign_in.html", context, 401)
    try:
        if half_way:
            token = await portal.sign_in.finish(username, generation, otp or " ", address, agent_of(request))
        else:
            token = await portal.sign_in.sign_in(
                username, password, address, page=True, agent=agent_of(request)
            )
    except RequestRejected as refusal:
        wrong = "" if refusal.code == "otp_required" else said(refusal.text, visit.lang)
        more = ""
        if (
            refusal.code in _CODE_WANTED
        ):  # a fresh seal is for whoever just showed the password, else it is as old as it was
            shown = [username, await portal.sign_in.generation_of(username)]
            more = half if half_way else portal.seals.halves.dumps(shown)
        context = {
            "next": onto, "carried": carried, "username": username, "wrong": wrong, "ended": False, "half": more,
        }  # fmt: skip
        return await page(request, "frame/sign_in.html", context, refusal.status)
    answer: Response = onward(onto)
    if carried:
        answer = await _carried_on(request, await _after(portal, visit, token), Destination(onto, carried))
    keep_cookie(request, answer, SESSION_COOKIE, token)
    account = await get_account(portal.store, username)
    if account and account.language and COOKIE not in request.cookies:
        keep_cookie(request, answer, COOKIE, account.language, YEAR)
    return answer


async def _carried_on(request: Request, after: Visit, leads_to: Destination) -> Response:
    """What was typed before the session ended is offered to be sent; it waits where a duty comes first."""
    request.state.visit = after
    if after.user is None:
        return onward("/sign-in")
    lead = {Duty.CHANGE_PASSWORD: show_duty, Duty.SET_UP_SECOND_FACTOR: show_offer}
    return await (lead[after.user.duty] if after.user.duty else go_on)(request, after.user, leads_to)


@router.post("/sign-out")
async def sign_out(request: Request, portal: PortalDep, user: VisitorBeforeDutyDep) -> Response:
    """End the session, here and on the server."""
    await portal.sign_in.sign_out(user, address_of(request))
    answer = onward("/sign-in")
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


@router.get("/signed-in")
async def signed_in_again(request: Request, user: VisitorDep) -> Response:
    """Tells the tab that waits, by the page's script."""
    return await page(request, "frame/signed_in.html")


@router.post("/stay")
async def stay(user: VisitorBeforeDutyDep) -> Response:
    """The 30 idle minutes begin again."""
    return Response(status_code=204)


@router.get("/language/{lang}")
async def language(lang: Lang, request: Request, next: str = "/") -> Response:
    """Read the pages in this language from now on, in this browser; another site can't choose it."""
    answer = onward(safe_path(next))
    if not from_elsewhere(request):
        keep_cookie(request, answer, COOKIE, lang.value, YEAR)
    return answer


@router.post("/menu")
async def fold(request: Request, user: VisitorDep, folded: Text = "0", next: Text = "/") -> Response:
    """Fold the menu away, or unfold it (DOMAIN A8)."""
    answer = onward(safe_path(next))
    keep_cookie(request, answer, FOLDED_COOKIE, "1" if folded == "1" else "0", YEAR)
    return answer


async def _after(portal: Portal, visit: Visit, token: str) -> Visit:
    """The visit as it is once the session has begun."""
    user = await visiting(portal.store, token, quiet=True)
    return replace(visit, user=user, csrf=token_of(portal, user, visit.visitor))

"""Signing in and out, the language, the folded menu."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form, Request, Response

from services.portal.context import Portal, PortalDep, address_of
from services.portal.identity.seals import HALF_WAY_SECONDS, opened
from services.portal.identity.session_repository import end_session
from services.portal.identity.sessions import visiting
from services.portal.pages.forgery import from_elsewhere, unsealed
from services.portal.pages.language import COOKIE, Lang, said
from services.portal.pages.rendering import onward, page, pages, safe_path
from services.portal.pages.request_context import (
    FOLDED_COOKIE,
    SESSION_COOKIE,
    Visit,
    VisitDep,
    VisitorDep,
    keep_cookie,
    token_of,
)
from shared.runtime.errors import RequestRejected

router = pages()
_CODE_WANTED = ("otp_required", "otp_invalid")
_YEAR = 365 * 24 * 3600
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
            token = await portal.sign_in.finish(username, generation, otp or " ", address)
        else:
            token = await portal.sign_in.sign_in(username, password, address, page=True)
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
        after = request.state.visit = await _after(portal, visit, token)
        whose, onto, fields = unsealed(request, carried) or ("", "/", [])
        own = after.user is not None and after.user.username == whose
        answer = await page(request, "frame/resume.html", {"next": onto, "fields": fields, "own": own})
    keep_cookie(request, answer, SESSION_COOKIE, token)
    return answer


@router.post("/sign-out")
async def sign_out(portal: PortalDep, user: VisitorDep) -> Response:
    """End the session, here and on the server."""
    await end_session(portal.store, user.session)
    answer = onward("/sign-in")
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


@router.get("/signed-in")
async def signed_in_again(request: Request, user: VisitorDep) -> Response:
    """Tells the tab that waits, by the page's script."""
    return await page(request, "frame/signed_in.html")


@router.post("/stay")
async def stay(user: VisitorDep) -> Response:
    """The 30 idle minutes begin again."""
    return Response(status_code=204)


@router.get("/language/{lang}")
async def language(lang: Lang, request: Request, next: str = "/") -> Response:
    """Read the pages in this language from now on, in this browser; another site can't choose it."""
    answer = onward(safe_path(next))
    if not from_elsewhere(request):
        keep_cookie(request, answer, COOKIE, lang.value, _YEAR)
    return answer


@router.post("/menu")
async def fold(request: Request, user: VisitorDep, folded: Text = "0", next: Text = "/") -> Response:
    """Fold the menu away, or unfold it (DOMAIN A8)."""
    answer = onward(safe_path(next))
    keep_cookie(request, answer, FOLDED_COOKIE, "1" if folded == "1" else "0", _YEAR)
    return answer


async def _after(portal: Portal, visit: Visit, token: str) -> Visit:
    """The visit as it is once the session has begun."""
    user = await visiting(portal.store, token, quiet=True)
    return replace(visit, user=user, csrf=token_of(portal, user, visit.visitor))

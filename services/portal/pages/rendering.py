"""What all pages are made with: templates in the visitor's language, errors as pages, forms that can't be forged."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.portal.context import portal_of
from services.portal.http.limits import TooLarge
from services.portal.identity.duties import Duty, refusal_for
from services.portal.news.inbox import MOST_SHOWN, Inbox
from services.portal.pages.forgery import not_forged, sealed
from services.portal.pages.help.places import topic_at
from services.portal.pages.help.topics import Topic
from services.portal.pages.language import messages, said
from services.portal.pages.request_context import (
    VISITOR_COOKIE,
    DutyFirst,
    SignInNeeded,
    Visit,
    keep_cookie,
    visit_of,
)
from services.portal.pages.templating import templates
from services.portal.pages.waiting import menu_counts
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, RejectedForNow, RequestRejected
from shared.runtime.logs import correlation_id, get_logger

log = get_logger()
_SAFE = ("GET", "HEAD")
YEAR = 365 * 24 * 3600
DUTY_PAGES = {
    Duty.CHANGE_PASSWORD: "/account/password",
    Duty.SET_UP_SECOND_FACTOR: "/account/second-factor",
}
"""Where what comes first is done."""


async def page(
    request: Request, template: str, context: Mapping[str, object] | None = None, status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A page, or a part of one, in the visitor's language."""
    visit = await visit_of(request)
    made = templates(visit.lang)
    menu, unread = await asyncio.gather(menu_counts(request, visit), _unread(request, visit))
    around = {
        "visit": visit, "path": request.url.path, "here": _here(request), "menu": menu, "unread": unread,
        "help_topic": _topic(request), "made_at": now(),
    }  # fmt: skip
    parts = made.get_template("frame/parts.html").make_module(around)
    html = made.get_template(template).render(**around, parts=parts, **(context or {}))
    answer = HTMLResponse(html, status, dict(headers or {}))
    answer.headers["Content-Language"] = visit.lang.tag
    if VISITOR_COOKIE not in request.cookies:
        keep_cookie(request, answer, VISITOR_COOKIE, visit.visitor)
    return answer


def _topic(request: Request) -> Topic:
    """What the page's Help leads to; the beginning of the manual where there is no such page."""
    route = getattr(request.scope.get("route"), "path", "")
    return topic_at(route, request.scope.get("path_params", {})) or Topic.START


async def _unread(request: Request, visit: Visit) -> str:
    """How much news an officer has not read, as the header counts it; no page fails for it.

    A page that has counted it itself leaves it in `state.unread`.
    """
    if visit.user is None or visit.user.role is not Role.OFFICER:
        return ""
    count: int | None = getattr(request.state, "unread", None)
    try:
        if count is None:
            count = await Inbox(portal_of(request).store).count_unread(visit.user, MOST_SHOWN + 1)
    except DependencyUnavailable:
        return ""
    return str(count or "") if count <= MOST_SHOWN else f"{MOST_SHOWN}+"


def address_of(request: Request) -> str:
    """The path that is asked for, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def said_now(visit: Visit, message: str) -> str:
    """A message of the catalogues, from code; mark it with `_` for the extraction."""
    return messages(visit.lang).gettext(message)


def onward(path: str) -> RedirectResponse:
    """After a form was dealt with: see this page now (303)."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def safe_path(wanted: str | None) -> str:
    """A path of this site to go on to, and nothing else."""
    good = wanted and wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if wanted and good else "/"


def wants_json(request: Request) -> bool:
    """Whether the page's script asks (saving while typing), and not the visitor's browser itself."""
    return "application/json" in request.headers.get("Accept", "")


class PageRoute(APIRoute):
    """A route that answers with pages, errors too; a form without the session's token is refused before it is read further."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, guarded."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if request.method not in _SAFE:
                    await not_forged(request)
                return await handler(request)
            except TooLarge:
                raise
            except Exception as error:
                return await _told(request, error)

        return guarded


async def _told(request: Request, error: Exception) -> Response:
    """What went wrong, as a page."""
    match error:
        case SignInNeeded() | DutyFirst():
            return await _elsewhere_first(request, error)
        case RequestValidationError():
            log.info("form_refused", errors=[str(each["loc"]) for each in error.errors()])
            return await failed(
                request, 422, "validation_error", _("The address or the form is not complete.")
            )
        case RequestRejected():
            return await refused(request, error)
        case DependencyUnavailable():
            log.warning("request_put_off", error=str(error), dependency=error.dependency)
            detail = _("The system can't do this right now. Nothing was lost; please try again in a moment.")
            return await failed(request, 503, "unavailable", detail, {"Retry-After": "5"})
        case HTTPException():
            return await not_there(request, error)
    log.error("request_failed", method=request.method, exc_info=error)
    return await failed(request, 500, "internal", _("This is a fault of ours. It was written down."))


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the visitor's language later."""
    return message


def pages() -> APIRouter:
    """A router for pages; they are not part of the API's description."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


async def refused(request: Request, refusal: RequestRejected) -> Response:
    """A refusal as a page, or as what the page's script understands."""
    visit = await visit_of(request)
    headers = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, RejectedForNow) else {}
    return await failed(
        request, refusal.status, refusal.code, said(refusal.text, visit.lang), headers, refusal.errors
    )


async def failed(
    request: Request,
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Any = (),
) -> Response:
    """An error: what happened, and the way out."""
    visit = await visit_of(request)
    message = said_now(visit, detail)
    if wants_json(request):
        told = [
            {"field": each["field"], "message": said(each, visit.lang)} for each in errors if "field" in each
        ]
        return JSONResponse({"code": code, "message": message, "errors": told}, status, dict(headers or {}))
    context = {
        "status": status,
        "code": code,
        "detail": message,
        "errors": errors,
        "reference": correlation_id(),
        "of_case": request.path_params.get("case") if status != HTTPStatus.NOT_FOUND else None,
    }
    return await page(request, "frame/error.html", context, status, headers)


async def not_there(request: Request, error: HTTPException) -> Response:
    """There is no such address, it takes no such method, or its form is broken."""
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            detail = _("There is nothing at this address.")
        case HTTPStatus.BAD_REQUEST:
            detail = _("The form could not be read. Go back and send it again.")
        case _other:
            detail = _("This can't be done here.")
    return await failed(request, error.status_code, "http_error", detail, error.headers)


async def _elsewhere_first(request: Request, error: SignInNeeded | DutyFirst) -> Response:
    if isinstance(error, DutyFirst):
        return await _to_duty(request, error.duty)
    return await _to_sign_in(request, error.username)


async def _to_sign_in(request: Request, username: str) -> Response:
    """Sign in first; what `username` typed into a form of a session that is over comes along and is sent after that."""
    if wants_json(request):
        visit = await visit_of(request)
        message = said_now(
            visit, _("Your session has ended. What you typed is kept in this browser; please sign in again.")
        )
        return JSONResponse({"code": "not_signed_in", "message": message, "errors": []}, 401)
    if request.method in _SAFE:
        return onward(f"/sign-in?{urlencode({'next': _here(request)})}")
    carried = await sealed(request, username) if username else ""
    context = {
        "next": "/",
        "carried": carried,
        "half": "",
        "username": username,
        "wrong": "",
        "ended": bool(username),
    }
    return await page(request, "frame/sign_in.html", context, 401)


async def _to_duty(request: Request, duty: Duty) -> Response:
    """The page where what comes first is done; it leads on to where the visitor wanted to go."""
    if wants_json(request) or request.method not in _SAFE:
        return await refused(request, refusal_for(duty))
    return onward(f"{DUTY_PAGES[duty]}?{urlencode({'next': _here(request)})}")


def _here(request: Request) -> str:
    """Where a browser finds this page again; the answer to a form names the page that it shows in `state.address`."""
    if request.method not in _SAFE:
        return str(getattr(request.state, "address", "/"))
    return address_of(request)

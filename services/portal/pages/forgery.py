"""Forms that can't be forged: each carries a token of its session, and what outlives the session proves that it had one."""

import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from services.portal.context import portal_of
from services.portal.http.compressed import OWN_SITE
from services.portal.identity.seals import CARRIED_SECONDS, opened
from services.portal.identity.sessions import LIFETIME
from services.portal.pages.request_context import SignInNeeded, Visit, is_token_of, visit_of
from shared.bilingual import Bilingual
from shared.contracts.limits import FILES
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
CSRF = "csrf"
MOST_FIELDS = 20_000
"""A part of a questionnaire may have several tables of TABLE_ROWS rows."""
_LONGEST_CARRIED = 400_000
CARRIED_BODY = 4 * _LONGEST_CARRIED


async def not_forged(request: Request) -> None:
    """Read the form of a request and see that it comes from a page of this session.

    RequestRejected (403) where it does not; SignInNeeded where the session is over, and nothing is read of who shows no sign
    of one.
    """
    visit = await visit_of(request)
    if from_elsewhere(request):
        raise _forged(visit, "form_of_another_site")
    signing_in = request.url.path == "/sign-in"
    if visit.user is None and not signing_in and _length(request) > CARRIED_BODY:
        raise SignInNeeded  # too much to be carried over: nobody reads it
    if is_form(request):
        await request.form(max_fields=MOST_FIELDS, max_files=FILES)  # kept: whoever asks later gets this one
    given = await _given(request)
    if visit.user is None and not signing_in:
        raise SignInNeeded(whose(request, given))
    if not is_token_of(portal_of(request), visit, given):
        raise _forged(visit, "form_without_token")


def from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site made this request; pages ask for no Referer, so theirs has the Origin `null`."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    if site is not None:
        return site not in OWN_SITE
    own = {request.headers.get("Host", ""), urlsplit(portal_of(request).public_url).netloc}
    return origin != "null" and urlsplit(origin).netloc not in own


def is_form(request: Request) -> bool:
    """Whether the body is a form."""
    kind = request.headers.get("Content-Type", "")
    return kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))


def typed_fields(form: FormData) -> list[tuple[str, str]]:
    """What was typed into a form, to be sent once more; files can't be."""
    return [
        (name, str(value))
        for name, value in form.multi_items()
        if not isinstance(value, UploadFile) and name != CSRF
    ]


async def sealed(request: Request, username: str) -> str:
    """What a form wanted and where, for this user alone; nobody else can make it, or change any of it.

    Nothing where it is too long to be carried; its page keeps it in the browser.
    """
    typed = typed_fields(await request.form()) if is_form(request) else []
    if len(urlencode(typed)) > _LONGEST_CARRIED:
        return ""
    return str(portal_of(request).seals.carried.dumps([username, request.url.path, typed]))


def unsealed(request: Request, carried: str) -> tuple[str, str, list[tuple[str, str]]] | None:
    """Whose it is, the path and the fields; None for what this portal did not seal in the last 7 days."""
    found = opened(portal_of(request).seals.carried, carried, max_age=CARRIED_SECONDS)
    return (found[0], found[1], [(name, value) for name, value in found[2]]) if found else None


async def _given(request: Request) -> str:
    given = request.headers.get("X-CSRF", "")
    if not given and is_form(request):
        given = str((await request.form()).get(CSRF, ""))
    return given


def whose(request: Request, token: str) -> str:
    """Whose session a token was given to, which may be over by now; nothing for any other text."""
    found: Any = opened(portal_of(request).seals.forms, token)
    if not found:
        return ""
    _session, username, begun = found
    return str(username) if time.time() < begun + LIFETIME.total_seconds() + CARRIED_SECONDS else ""


def _length(request: Request) -> float:
    told = request.headers.get("Content-Length", "")
    if told.isdigit():
        return int(told)
    return float("inf") if "Transfer-Encoding" in request.headers else 0


def _forged(visit: Visit, reason: str) -> RequestRejected:
    log.warning("access_denied", reason=reason, user=visit.user.username if visit.user else "")
    text = Bilingual(
        "表单已过期或不是从本站提交的，请重新提交。",
        "The form is out of date or not from this site; please send it again.",
    )
    return RequestRejected("forged_form", text, status=403)

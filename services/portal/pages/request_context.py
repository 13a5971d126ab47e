"""One request of a browser: who, in which language, with which token against forged forms."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from itsdangerous import URLSafeSerializer

from services.portal.context import Portal, case_of, insist_on, portal_of
from services.portal.identity.duties import Duty
from services.portal.identity.seals import opened
from services.portal.identity.sessions import User, visiting
from services.portal.pages.language import COOKIE as LANG_COOKIE
from services.portal.pages.language import Lang, chosen
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Role

SESSION_COOKIE = "fas_session"
VISITOR_COOKIE = "fas_visitor"
FOLDED_COOKIE = "fas_menu"
_NOT_FOR_ROLE = Bilingual("此页面不对您的角色开放。", "This page is not for your role.")


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more; where the visitor wanted to go is kept.

    `username`: whose session the form is of that was sent after its end.
    """

    def __init__(self, username: str = "") -> None:
        super().__init__(username)
        self.username = username


class DutyFirst(Exception):
    """Something comes before anything else for who is signed in."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.duty = duty


@dataclass(frozen=True, slots=True)
class Visit:
    """What every page needs to know of its visitor."""

    lang: Lang
    user: User | None
    visitor: str
    csrf: str
    folded: bool

    @property
    def settled(self) -> bool:
        """Whether somebody is signed in, and nothing else is to be done first."""
        return self.user is not None and self.user.duty is None

    @property
    def role(self) -> str:
        """The role of who is signed in, or nothing."""
        return self.user.role.value if self.user else ""


async def visit_of(request: Request) -> Visit:
    """The visit of a request; found once."""
    known: Visit | None = getattr(request.state, "visit", None)
    if known is None:
        known = await _begun(request)
        request.state.visit = known
    return known


async def _begun(request: Request) -> Visit:
    portal, cookies = portal_of(request), request.cookies
    session = cookies.get(SESSION_COOKIE, "")
    quiet = request.headers.get("X-Quiet") == "1" or request.url.path == "/live"
    user = await visiting(portal.store, session, quiet=quiet) if session else None
    visitor = cookies.get(VISITOR_COOKIE, "") or secrets.token_urlsafe(18)
    return Visit(
        lang=chosen(cookies.get(LANG_COOKIE), request.headers.get("Accept-Language", "")),
        user=user,
        visitor=visitor,
        csrf=token_of(portal, user, visitor),
        folded=cookies.get(FOLDED_COOKIE) == "1",
    )


def token_of(portal: Portal, user: User | None, visitor: str) -> str:
    """The token that the forms of this session (or this visitor) carry: the same under one key, and it tells whose it is."""
    seal, whose = _sealed(portal, user, visitor)
    return str(seal.dumps(whose))


def is_token_of(portal: Portal, visit: Visit, given: str) -> bool:
    """Whether a form's token is this visit's, under any of the keys: a page may be older than the newest of them."""
    seal, whose = _sealed(portal, visit.user, visit.visitor)
    return bool(opened(seal, given) == whose)


def _sealed(portal: Portal, user: User | None, visitor: str) -> tuple[URLSafeSerializer, object]:
    if user is None:
        return portal.seals.visitors, visitor
    return portal.seals.forms, [user.session, user.username, user.begun]


def keep_cookie(
    request: Request, response: Response, name: str, value: str, seconds: int | None = None
) -> None:
    """Set a cookie that scripts can't read and other sites can't use."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )


async def _before_duty(request: Request) -> User:
    user = (await visit_of(request)).user
    if user is None:
        raise SignInNeeded
    return user


async def _signed_in(user: Annotated[User, Depends(_before_duty)]) -> User:
    if user.duty is not None:
        raise DutyFirst(user.duty)
    return user


async def _officer(user: Annotated[User, Depends(_signed_in)]) -> User:
    return insist_on(Role.OFFICER, user, _NOT_FOR_ROLE)


async def _operator(user: Annotated[User, Depends(_signed_in)]) -> User:
    return insist_on(Role.OPERATOR, user, _NOT_FOR_ROLE)


VisitDep = Annotated[Visit, Depends(visit_of)]
VisitorDep = Annotated[User, Depends(_signed_in)]
VisitorBeforeDutyDep = Annotated[User, Depends(_before_duty)]
"""Whoever is signed in, though something else comes first: for the pages that this is done on."""
VisitingOfficerDep = Annotated[User, Depends(_officer)]
VisitingOperatorDep = Annotated[User, Depends(_operator)]


async def _own_case(case: str, request: Request, user: VisitingOfficerDep) -> Case:
    return await case_of(portal_of(request), user, case)


CaseDep = Annotated[Case, Depends(_own_case)]
"""The officer's own case of the path; another authority's does not exist."""

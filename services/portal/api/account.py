"""Sign-in, who am I, and the catalogue in my scope."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from services.portal.api.bearer import BearerBeforeDutyDep, BearerDep
from services.portal.api.bodies import PasswordBody
from services.portal.api.guarding import guarded_router
from services.portal.cases.views import label
from services.portal.context import PortalDep, address_of, agent_of
from services.portal.identity.sessions import LIFETIME, User
from shared.contracts.catalogue import CATEGORIES
from shared.contracts.places import PLACES
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS

router = guarded_router(tags=["account"])


@router.post("/token", form_limits={"max_fields": 20, "max_files": 0})
async def token(
    request: Request,
    portal: PortalDep,
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    otp: Annotated[str, Form(max_length=100)] = "",
) -> dict[str, object]:
    """Sign in with user name and password; 429 with Retry-After after too many failures.

    An account with a second factor gives `otp` too, a code of its authenticator or a recovery code: 401 `otp_required` where
    it is missing, `otp_invalid` where it is wrong or was used before.

    The token lives 12 hours, and 2 hours without a request; an account has at most 20 sessions, a further one ends the oldest.
    """
    access = await portal.sign_in.sign_in(
        form.username, form.password, address_of(request), otp=otp, agent=agent_of(request)
    )
    return {"access_token": access, "token_type": "bearer", "expires_in": int(LIFETIME.total_seconds())}


@router.delete("/token", status_code=204, response_class=Response)
async def sign_out(request: Request, portal: PortalDep, user: BearerBeforeDutyDep) -> Response:
    """Sign out: this token is good for nothing from now on; others of the same user stay."""
    await portal.sign_in.sign_out(user, address_of(request))
    return Response(status_code=204)


@router.get("/me")
async def me(portal: PortalDep, user: BearerDep) -> dict[str, object]:
    """Who is signed in, for which authority, and what it may apply for."""
    authority = await find_authority(portal.store, user.authority)
    place = PLACES.get(user.country)
    return {
        "user": user.username, "role": user.role, "authority": user.authority or None,
        "authority_name_zh": authority and authority.name_zh,
        "authority_name_en": authority and authority.name_en,
        "country": user.country or None, "country_zh": place and place.zh, "country_en": place and place.en,
        "scope": list(user.scope),
    }  # fmt: skip


@router.put("/me/password", status_code=204, response_class=Response)
async def change_password(
    request: Request, portal: PortalDep, user: BearerBeforeDutyDep, body: PasswordBody
) -> Response:
    """Give oneself another password; every other session ends. Throttled as signing in is.

    Where somebody else gave out the password, nothing else answers before: 403 `password_change_required`.
    """
    await portal.sign_in.change_password(user, body.old, body.new, address_of(request))
    return Response(status_code=204)


@router.get("/catalogue")
async def catalogue(portal: PortalDep, user: BearerDep) -> dict[str, object]:
    """Categories in the authority's scope, and those that it was checked for beyond it; stages and statuses with labels.

    `in_scope` of a specific category: the authority may apply for it (DOMAIN 1.4, B10).
    """
    return {
        "categories": _categories(user, await portal.cases.foods_of(user)),
        "stages": [{"code": stage, **label(found)} for stage, found in STAGE_LABELS.items()],
        "statuses": [{"code": status, **label(found)} for status, found in STATUS_LABELS.items()],
    }


def _categories(user: User, foods: Collection[str]) -> list[dict[str, object]]:
    scope = user.scope if user.role is Role.OFFICER else foods
    found: list[dict[str, object]] = []
    for category in CATEGORIES:
        specific = [
            {"code": s.code, "zh": s.zh, "en": s.en, "in_scope": s.code in scope}
            for s in category.specific if s.code in foods
        ]  # fmt: skip
        if specific:
            found.append({"code": category.code, "zh": category.zh, "en": category.en, "specific": specific})
    return found

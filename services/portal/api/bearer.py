"""Who asks the API: the user of the request's bearer token, of whichever role a route insists on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.portal.context import insist_on, portal_of
from services.portal.identity.duties import refusal_for
from services.portal.identity.sessions import User, user_of
from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Role
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
_bearer = HTTPBearer(auto_error=False, description="The access_token of POST /api/v1/token")
_ROLES = {Role.OFFICER: "经办人", Role.OPERATOR: "运维人员"}


async def user_for(request: Request, role: Role | None = None) -> User:
    """The user of a request, asked for once; 401 without a valid token, 403 for another role, or with a duty that comes first."""
    user = await before_duty(request)
    if user.duty is not None:
        log.warning("access_denied", reason=user.duty.value, user=user.username)
        raise refusal_for(user.duty)
    return user if role is None else _only(role, user)


async def before_duty(request: Request) -> User:
    """The user of a request, whatever else is to be done first; 401 without a valid token."""
    user: User | None = getattr(request.state, "user", None)
    if user is None:
        credentials = await _bearer(request)
        if credentials is None:
            raise RequestRejected("not_signed_in", Bilingual("请先登录。", "Please sign in."), status=401)
        user = request.state.user = await user_of(portal_of(request).store, credentials.credentials)
    return user


async def signed_in(
    request: Request, _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """The user of a request; 401 without a valid token."""
    return await user_for(request)


async def signed_in_before_duty(
    request: Request, _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """The user of a request that is a way out of a duty; 401 without a valid token."""
    return await before_duty(request)


async def officer(user: Annotated[User, Depends(signed_in)]) -> User:
    """An officer; 403 for anyone else."""
    return _only(Role.OFFICER, user)


async def operator(user: Annotated[User, Depends(signed_in)]) -> User:
    """An operator; 403 for anyone else."""
    return _only(Role.OPERATOR, user)


ROLES: dict[Callable[..., object], Role] = {officer: Role.OFFICER, operator: Role.OPERATOR}
"""Which role a dependency insists on."""


def _only(role: Role, user: User) -> User:
    return insist_on(
        role, user, Bilingual(f"只有{_ROLES[role]}可以进行此操作。", f"Only an {role} may do this.")
    )


BearerDep = Annotated[User, Depends(signed_in)]
BearerBeforeDutyDep = Annotated[User, Depends(signed_in_before_duty)]
BearerOfficerDep = Annotated[User, Depends(officer)]
BearerOperatorDep = Annotated[User, Depends(operator)]

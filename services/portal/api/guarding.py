"""Who are you comes before what do you say: the routes of the API know their user before they read a body."""

from collections.abc import Callable, Coroutine, Iterator
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.portal.api.bearer import ROLES, before_duty, signed_in, signed_in_before_duty, user_for
from services.portal.http.limits import most_bytes
from shared.bilingual import Bilingual
from shared.runtime.errors import RequestRejected

_BYTES_EACH = 24
"""A list, an object or a field with what is in it is longer than that on average; a maze is of shorter ones."""
_FEW = 2000


CaseReference = Annotated[str, Path(alias="case")]
"""The case of a path, by its id or its number."""


class Guarded(APIRoute):
    """A route whose user is asked for first, and whose JSON is read only where it is no maze of lists in lists."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, guarded."""
        handler, asked = super().get_route_handler(), set(_calls(self.dependant))
        role = next((role for call, role in ROLES.items() if call in asked), None)

        async def guarded(request: Request) -> Response:
            if signed_in in asked:
                await user_for(request, role)
            elif signed_in_before_duty in asked:
                await before_duty(request)
            if "json" in request.headers.get("Content-Type", "").lower():
                _refuse_maze(await request.body(), most_bytes(request.url.path))
            return await handler(request)

        return guarded


def guarded_router(prefix: str = "", *, tags: list[str | Enum]) -> APIRouter:
    """A router of the API."""
    return APIRouter(route_class=Guarded, prefix=prefix, tags=tags)


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def _refuse_maze(body: bytes, limit: int) -> None:
    """Objects of Python are many times as large as their JSON: count them before they are made."""
    most = max(limit // _BYTES_EACH, _FEW)
    if body.count(b"[") + body.count(b"{") + body.count(b":") > most:
        text = Bilingual(
            f"内容的结构过于复杂，列表、对象和字段不能超过{most}个。",
            f"The body has more than {most} lists, objects and fields.",
        )
        raise RequestRejected("too_complex", text, status=422)

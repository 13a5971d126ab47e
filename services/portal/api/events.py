"""Server-sent events: a page learns of a movement when it happens."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.portal.api.bearer import BearerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.live import Live, Shown
from services.portal.context import PortalDep
from services.portal.identity.sessions import User, is_there
from shared.contracts.vocabulary import Role
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Store
from shared.runtime.tracing import SpanPart, span

router = guarded_router(tags=["events"])
QUIET_SECONDS = 15.0
ASK_SECONDS = 1.0


@router.get("/events", response_class=StreamingResponse)
async def events(portal: PortalDep, user: BearerDep) -> StreamingResponse:
    """`case` events of one's own cases; a comment line every 15 s keeps the connection open.

    The stream ends when the session does, which it does not keep from being idle. 429 `too_many_streams` for an eleventh
    stream of one session.
    """
    authority = None if user.role is Role.OPERATOR else user.authority
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    lines = _lines(portal.live, authority, _still(portal.store, user))
    portal.live.enter(user.session)
    return _Stream(lines, portal.live, user.session, headers)


class _Stream(StreamingResponse):
    """A stream that holds its session's place until it ends, in whatever way."""

    def __init__(self, lines: AsyncIterator[str], live: Live, session: str, headers: dict[str, str]) -> None:
        super().__init__(lines, media_type="text/event-stream", headers=headers)
        self._live, self._session = live, session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what comes, then give the place back."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.leave(self._session)


async def _lines(
    live: Live, authority: str | None, signed_in: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    with live.page(authority) as page:
        yield "retry: 2000\n\n"
        async for shown in page.movements(QUIET_SECONDS):
            if not await signed_in():
                return
            yield _event(shown) if shown else ": still here\n\n"


def _still(store: Store, user: User) -> Callable[[], Awaitable[bool]]:
    """Whether the user is signed in still, asked of the database once a second at most."""
    asked = time.monotonic()

    async def still() -> bool:
        nonlocal asked
        if time.monotonic() - asked < ASK_SECONDS:
            return True
        asked = time.monotonic()
        try:
            return await is_there(store, user.session)
        except DependencyUnavailable:  # the page comes back, and is told then
            return False

    return still


def _event(shown: Shown) -> str:
    moved = shown.moved
    with span("event stream", SpanPart.PRODUCER, follows=shown.trace, case_no=moved.case_no):
        body = moved.model_dump_json(include={"case_no", "stage", "status", "kind", "cause", "at"})
        return f'event: case\ndata: {{"id":"{moved.case_id}",{body[1:]}\n\n'

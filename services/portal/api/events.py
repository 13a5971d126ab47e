"""Server-sent events: a page learns of a movement when it happens."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.portal.api.context import PortalDep, UserDep
from services.portal.live import Live
from shared.contracts.events import CaseMoved
from shared.contracts.vocabulary import Role

router = APIRouter(tags=["events"])
QUIET_SECONDS = 15.0


@router.get("/events", response_class=StreamingResponse)
async def events(portal: PortalDep, user: UserDep) -> StreamingResponse:
    """`case` events of one's own cases; a comment line every 15 s keeps the connection open."""
    authority = None if user.role is Role.OPERATOR else user.authority
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(portal.live, authority), media_type="text/event-stream", headers=headers)


async def _lines(live: Live, authority: str | None) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for moved in live.movements(authority, QUIET_SECONDS):
        yield _event(moved) if moved else ": still here\n\n"


def _event(moved: CaseMoved) -> str:
    body = moved.model_dump_json(include={"case_no", "stage", "status", "kind", "cause", "at"})
    return f'event: case\ndata: {{"id":"{moved.case_id}",{body[1:]}\n\n'

"""Movements as they happen, for open pages: the API's stream with the browser's session."""

from fastapi.responses import StreamingResponse

from services.portal.api.events import events
from services.portal.context import PortalDep
from services.portal.pages.rendering import pages
from services.portal.pages.request_context import VisitorDep

router = pages()


@router.get("/live", response_class=StreamingResponse)
async def live(portal: PortalDep, user: VisitorDep) -> StreamingResponse:
    """`case` events of one's own cases (CONTRACT 3); an open page alone does not keep the session from ending."""
    return await events(portal, user)

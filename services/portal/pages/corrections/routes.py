"""Ticking off what customs pinned."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from services.portal.context import PortalDep
from services.portal.pages.corrections.items import tick
from services.portal.pages.form_commands import text
from services.portal.pages.rendering import onward, pages, safe_path, wants_json
from services.portal.pages.request_context import CaseDep, VisitingOfficerDep

router = pages()


@router.post("/cases/{case}/corrections")
async def corrections(
    request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """`item` is done, or open again without `done`; `next` is the page to go back to."""
    form = await request.form()
    await tick(portal.store, case, text(form, "item"), text(form, "done") == "1", user.username)
    return (
        JSONResponse({"base_digests": {}}) if wants_json(request) else onward(safe_path(text(form, "next")))
    )

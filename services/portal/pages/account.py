"""One's own account: who one is, and another password."""

from fastapi import Request, Response

from services.portal.api.context import PortalDep, address_of
from services.portal.pages.carrying import faults_of
from services.portal.pages.kit import _, onward, page, pages, said_now
from services.portal.pages.visit import SignedInDep, VisitDep
from shared.runtime.errors import Refuse

router = pages()


@router.get("/account")
async def account(request: Request, user: SignedInDep) -> Response:
    """Who is signed in, and the form for another password."""
    return await _account(request, {})


@router.post("/account/password")
async def change_password(
    request: Request, portal: PortalDep, user: SignedInDep, visit: VisitDep
) -> Response:
    """Another password, typed twice; every other session of the account ends."""
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    if new != again:
        return await _account(request, {"again": said_now(visit, _("The two passwords differ."))})
    try:
        await portal.entrance.change_password(user, old, new, address_of(request))
    except Refuse as refusal:
        return await _account(request, faults_of(refusal, visit.lang))
    return onward("/account?changed=1")


async def _account(request: Request, faults: dict[str, str]) -> Response:
    request.state.address = "/account"
    context = {"faults": faults, "changed": request.query_params.get("changed") == "1"}
    return await page(request, "frame/account.html", context, 422 if faults else 200)

"""One's own account: another password, and a second factor."""

from fastapi import Request, Response
from markupsafe import Markup

from services.portal.context import Portal, PortalDep, address_of
from services.portal.identity import second_factor
from services.portal.identity.seals import OFFERED_SECONDS, opened
from services.portal.identity.sessions import User
from services.portal.pages.account.sections import show_account
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.rendering import _, onward, page, pages, said_now
from services.portal.pages.request_context import VisitDep, VisitorDep
from shared.runtime.errors import RequestRejected

router = pages()


@router.get("/account")
async def account(request: Request, user: VisitorDep) -> Response:
    """Who is signed in, and what can be changed."""
    return await show_account(request, user)


@router.post("/account/password")
async def change_password(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Another password, typed twice; every other session of the account ends."""
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    if new != again:
        differ = {"again": said_now(visit, _("The two passwords differ."))}
        return await show_account(request, user, "password", differ)
    try:
        await portal.sign_in.change_password(user, old, new, address_of(request))
    except RequestRejected as refusal:
        return await show_account(request, user, "password", faults_of(refusal, visit.lang))
    return onward("/account?done=password#password")


@router.get("/account/second-factor")
async def offer(request: Request, portal: PortalDep, user: VisitorDep) -> Response:
    """A secret for the authenticator, as text and as a picture; it is kept once a code proves that it has arrived."""
    if await second_factor.recovery_codes_left(portal.store, user.username) is not None:
        return onward("/account")
    return await _offered(request, portal, user, second_factor.new_secret(), {})


@router.post("/account/second-factor")
async def enrol(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Begin to ask for a second factor, and show the recovery codes this once."""
    form = await request.form()
    offered = opened(portal.seals.factors, text(form, "offered"), max_age=OFFERED_SECONDS)
    if not offered or offered[0] != user.session:
        return onward("/account/second-factor")
    secret = str(offered[1])
    try:
        await portal.sign_in.shows_password(user, str(form.get("old", "")), address_of(request), "old")
        codes = await second_factor.enrol(portal.store, user.username, secret, text(form, "code"))
    except RequestRejected as refusal:
        return await _offered(request, portal, user, secret, faults_of(refusal, visit.lang))
    request.state.address = "/account"
    return await page(request, "account/recovery_codes.html", {"codes": codes})


@router.post("/account/second-factor/remove")
async def remove(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Ask for the password alone again; a code shows that it is the owner who wants it."""
    try:
        await portal.sign_in.shows_code(user, text(await request.form(), "code"), address_of(request))
    except RequestRejected as refusal:
        return await show_account(request, user, "second_factor", faults_of(refusal, visit.lang))
    await second_factor.remove(portal.store, user.username)
    return onward("/account")


async def _offered(
    request: Request, portal: Portal, user: User, secret: str, faults: dict[str, str]
) -> Response:
    request.state.address = "/account/second-factor"
    context = {
        "secret": secret, "picture": Markup(second_factor.picture(secret, user.username)),  # noqa: S704  (made by us)
        "offered": portal.seals.factors.dumps([user.session, secret]), "faults": faults,
    }  # fmt: skip
    return await page(request, "account/offer.html", context, 422 if faults else 200)

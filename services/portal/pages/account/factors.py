"""One's own second factor: set up, other recovery codes, taken away."""

from fastapi import Request, Response
from markupsafe import Markup

from services.portal.context import Portal, PortalDep, address_of, portal_of
from services.portal.identity.duties import Duty
from services.portal.identity.seals import OFFERED_SECONDS, opened
from services.portal.identity.second_factor import new_secret, picture, remove_second_factor
from services.portal.identity.sessions import User
from services.portal.identity.sign_in_trail import note
from services.portal.pages.account.onward import Destination
from services.portal.pages.account.sections import show_account
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitorBeforeDutyDep, VisitorDep
from shared.contracts.states import Action, AuditOutcome
from shared.runtime.errors import RequestRejected

router = pages()


@router.get("/account/second-factor")
async def offer(
    request: Request, portal: PortalDep, user: VisitorBeforeDutyDep, next: str = "/account"
) -> Response:
    """A secret for the authenticator, as text and as a picture; it is kept once a code proves that it has arrived."""
    if user.duty is Duty.CHANGE_PASSWORD:
        return onward("/account/password")
    if await portal.factors.recovery_codes_left(user.username) is not None:
        return onward("/account")
    return await show_offer(request, user, Destination(next))


@router.post("/account/second-factor")
async def enrol(request: Request, portal: PortalDep, user: VisitorBeforeDutyDep, visit: VisitDep) -> Response:
    """Begin to ask for a second factor, and show the recovery codes this once."""
    form = await request.form()
    offered = opened(portal.seals.factors, text(form, "offered"), max_age=OFFERED_SECONDS)
    if user.duty is Duty.CHANGE_PASSWORD or not offered or offered[0] != user.session:
        return onward("/account/second-factor")
    secret, leads_to = str(offered[1]), Destination.of(form)
    try:
        await portal.sign_in.shows_password(user, str(form.get("old", "")), address_of(request), "old")
        codes = await portal.factors.enrol(user.username, secret, text(form, "code"))
    except RequestRejected as refusal:
        return await _offered(request, portal, user, secret, leads_to, faults_of(refusal, visit.lang))
    await _note(portal, user, Action.SET_UP_SECOND_FACTOR)
    return await _codes(request, codes, leads_to.resumed(request, user))


@router.post("/account/second-factor/codes")
async def renew_codes(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Other recovery codes, shown this once, for who shows a code."""
    try:
        await portal.sign_in.shows_code(user, text(await request.form(), "code"), address_of(request))
        codes = await portal.factors.renew_recovery_codes(user.username)
    except RequestRejected as refusal:
        return await show_account(request, user, "second_factor", faults_of(refusal, visit.lang))
    await _note(portal, user, Action.RENEW_RECOVERY_CODES)
    return await _codes(request, codes, {"next": "/account", "fields": []})


@router.post("/account/second-factor/remove")
async def remove(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Ask for the password alone again; a code shows that it is the owner who wants it."""
    try:
        await portal.sign_in.shows_code(user, text(await request.form(), "code"), address_of(request))
    except RequestRejected as refusal:
        return await show_account(request, user, "second_factor", faults_of(refusal, visit.lang))
    await _note(portal, user, Action.REMOVE_SECOND_FACTOR)
    await remove_second_factor(portal.store, user.username)
    return onward("/account#second-factor")


async def show_offer(request: Request, user: User, leads_to: Destination) -> Response:
    """A new secret, and where the page leads once it was set up."""
    return await _offered(request, portal_of(request), user, new_secret(), leads_to)


async def _note(portal: Portal, user: User, action: Action) -> None:
    await note(portal.store, action, user.username, user.username, AuditOutcome.DONE)


async def _codes(request: Request, codes: tuple[str, ...], leads_to: dict[str, object]) -> Response:
    request.state.address = "/account"
    return await page(request, "account/recovery_codes.html", {"codes": codes, **leads_to})


async def _offered(
    request: Request, portal: Portal, user: User, secret: str, leads_to: Destination,
    faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    request.state.address = "/account/second-factor"
    context = {
        "secret": secret, "picture": Markup(picture(secret, user.username)),  # noqa: S704  (made by us)
        "offered": portal.seals.factors.dumps([user.session, secret]), "faults": faults or {},
        "demanded": user.duty is Duty.SET_UP_SECOND_FACTOR, "next": leads_to.next, "carried": leads_to.carried,
    }  # fmt: skip
    return await page(request, "account/offer.html", context, 422 if faults else 200)

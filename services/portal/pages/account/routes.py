"""One's own account: who one is, which language, another password, and where one is signed in."""

from fastapi import Request, Response

from services.portal.context import PortalDep, address_of
from services.portal.identity.accounts import describe_oneself
from services.portal.identity.duties import Duty
from services.portal.identity.session_repository import end_own_session, end_sessions_of
from services.portal.identity.sessions import User
from services.portal.identity.sign_in_trail import note
from services.portal.pages.account.onward import Destination, go_on, show_duty
from services.portal.pages.account.sections import show_account
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.language import COOKIE, Lang
from services.portal.pages.rendering import YEAR, _, onward, pages, said_now
from services.portal.pages.request_context import VisitDep, VisitorBeforeDutyDep, VisitorDep, keep_cookie
from shared.bilingual import Bilingual
from shared.contracts.states import Action, AuditOutcome
from shared.runtime.errors import RequestRejected

router = pages()


@router.get("/account")
async def account(request: Request, user: VisitorDep) -> Response:
    """Who is signed in, and what can be changed."""
    return await show_account(request, user)


@router.post("/account/about")
async def describe(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Another name, another language: of this browser now, of e-mails, and of other browsers at their first sign-in."""
    form = await request.form()
    lang = Lang(chosen) if (chosen := text(form, "language")) in list(Lang) else visit.lang
    try:
        await describe_oneself(
            portal.store, user.username, name=text(form, "name").strip(), language=lang.value
        )
    except RequestRejected as refusal:
        return await show_account(request, user, "about", faults_of(refusal, visit.lang))
    answer = onward("/account?done=about#done")
    keep_cookie(request, answer, COOKIE, lang.value, YEAR)
    return answer


@router.get("/account/password")
async def password_page(request: Request, user: VisitorBeforeDutyDep, next: str = "/") -> Response:
    """The change of password alone, where it comes before anything else; else it is a part of the account."""
    if user.duty is not Duty.CHANGE_PASSWORD:
        return onward("/account#password")
    return await show_duty(request, user, Destination(next))


@router.post("/account/password")
async def change_password(
    request: Request, portal: PortalDep, user: VisitorBeforeDutyDep, visit: VisitDep
) -> Response:
    """Another password, typed twice; every other session of the account ends."""
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    if new != again:
        return await _password_refused(
            request, user, {"again": said_now(visit, _("The two passwords differ."))}
        )
    try:
        await portal.sign_in.change_password(user, old, new, address_of(request))
    except RequestRejected as refusal:
        return await _password_refused(request, user, faults_of(refusal, visit.lang))
    if user.duty is not Duty.CHANGE_PASSWORD:
        return onward("/account?done=password#done")
    return await go_on(request, user, Destination.of(form))


async def _password_refused(request: Request, user: User, faults: dict[str, str]) -> Response:
    if user.duty is Duty.CHANGE_PASSWORD:
        return await show_duty(request, user, Destination.of(await request.form()), faults)
    return await show_account(request, user, "password", faults)


@router.post("/account/sessions")
async def end_sessions(request: Request, portal: PortalDep, user: VisitorDep) -> Response:
    """End one session of one's own (`session`), or all but this one; what is open there ends within a second."""
    session = text(await request.form(), "session")
    await note(portal.store, Action.END_SESSIONS, user.username, user.username, AuditOutcome.DONE)
    if not session:
        await end_sessions_of(portal.store, user.username, besides=user.session)
    elif not await end_own_session(portal.store, user.username, session):
        gone = Bilingual("该登录已经结束。", "This session has ended already.")
        raise RequestRejected("not_found", gone, status=404)
    return onward("/account?done=sessions#done")

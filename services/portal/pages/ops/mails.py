"""The delivery log of e-mails: to which account, what became of each; parked ones are tried again or put aside."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from services.portal.cases.paging import Paged
from services.portal.cases.query import given
from services.portal.context import PortalDep
from services.portal.news.mails import MailLedger
from services.portal.operations.mail_log import MailLog
from services.portal.pages.form_commands import text
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from shared.bilingual import Bilingual
from shared.contracts.news import MailKind, MailState
from shared.contracts.vocabulary import Status
from shared.runtime.errors import RequestRejected

router = pages()
MAIL_STATES = {
    MailState.QUEUED: Bilingual("待发送", "To be sent"),
    MailState.SENT: Bilingual("已发送", "Sent"),
    MailState.PARKED: Bilingual("已搁置", "Parked"),
    MailState.DISMISSED: Bilingual("已作废", "Dismissed"),
    MailState.UNWANTED: Bilingual("对方已不再接收", "Wanted no more"),
}
MAIL_KINDS = {
    MailKind.NEWS: Bilingual("动态", "News"),
    MailKind.REMINDER: Bilingual("期限提醒", "Reminder"),
    MailKind.DAILY: Bilingual("每日摘要", "Daily digest"),
    MailKind.WEEKLY: Bilingual("每周摘要", "Weekly digest"),
}
_COLOURS = {
    MailState.QUEUED: Status.PENDING,
    MailState.SENT: Status.APPROVED,
    MailState.PARKED: Status.REJECTED,
}


class MailQuery(Paged):
    """The filter of the log; every state where none is chosen."""

    state: Annotated[str, Field(max_length=20)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/ops/mails")
async def mails(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[MailQuery, Query()]
) -> Response:
    """E-mails, newest first, without addresses and texts."""
    ledger = MailLedger(portal.store)
    context = {
        "found": await ledger.page(wanted.state, wanted), "parked": await ledger.count_in(MailState.PARKED),
        "wanted": wanted, "given": given(wanted), "states": MAIL_STATES, "kinds": MAIL_KINDS, "colours": _COLOURS,
        "on": portal.mails,
    }  # fmt: skip
    return await page(request, "ops/mails.html", context)


@router.post("/ops/mails")
async def act_on(request: Request, portal: PortalDep, user: VisitingOperatorDep) -> Response:
    """Have the chosen (`id`, one or more) sent again or put aside (`what`), or all that are parked sent again."""
    form, log = await request.form(), MailLog(portal.store)
    chosen = [str(each) for each in form.getlist("id")]
    match text(form, "what"):
        case "resend-all":
            await log.resend_all(user.username)
        case "resend" if chosen:
            await log.resend(chosen, user.username)
        case "dismiss" if chosen:
            await log.dismiss(chosen, user.username)
        case _:
            raise RequestRejected("validation_error", _CHOOSE, status=422)
    return onward("/ops/mails")


_CHOOSE = Bilingual("请先选择邮件。", "Choose e-mails first.")

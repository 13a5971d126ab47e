"""The delivery log of e-mails: to which account, what became of each; parked ones are tried again or put aside."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from starlette.datastructures import FormData

from services.portal.cases.paging import Paged
from services.portal.cases.query import given
from services.portal.context import Portal, PortalDep
from services.portal.news.mails import MailLedger
from services.portal.operations.audit import audited
from services.portal.operations.mail_log import MailLog
from services.portal.pages.form_commands import text
from services.portal.pages.lists.last_page import to_last_page
from services.portal.pages.ops.exporting import batches_file
from services.portal.pages.rendering import address_of, onward, page, pages
from services.portal.pages.request_context import VisitingOperatorDep
from services.portal.tables.taking_along import TableFormat
from shared.bilingual import Bilingual
from shared.contracts.news import MailKind, MailState
from shared.contracts.states import Action
from shared.contracts.vocabulary import Status
from shared.runtime.errors import RequestRejected

router = pages()
COLUMNS = (
    "id", "state", "kind", "username", "authority", "at", "due_at", "attempts", "next_at", "sent_at", "last_error",
)  # fmt: skip
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
    return await _listed(request, portal, wanted)


@router.get("/ops/mails.{as_format}")
async def export(
    portal: PortalDep, user: VisitingOperatorDep, as_format: TableFormat, wanted: Annotated[MailQuery, Query()]
) -> Response:  # fmt: skip
    """The e-mails in this state, newest first."""
    async with audited(portal.store, user.username, Action.EXPORT, f"e-mails {wanted.state}".strip()):
        found = MailLedger(portal.store).each(wanted.state)
        return await batches_file("e-mails", as_format, COLUMNS, found)


async def _listed(
    request: Request, portal: Portal, wanted: MailQuery, refused: RequestRejected | None = None
) -> Response:
    """The list, with why nothing was done with it where that was refused."""
    ledger = MailLedger(portal.store)
    found = await ledger.page(wanted.state, wanted)
    if elsewhere := to_last_page(request, found, wanted):
        return elsewhere
    context = {
        "found": found, "refused": refused and refused.text, "parked": await ledger.count_in(MailState.PARKED),
        "wanted": wanted, "given": given(wanted), "states": MAIL_STATES, "kinds": MAIL_KINDS, "colours": _COLOURS,
        "on": portal.mails,
    }  # fmt: skip
    return await page(request, "ops/mails.html", context, refused.status if refused else 200)


@router.post("/ops/mails")
async def act_on(
    request: Request, portal: PortalDep, user: VisitingOperatorDep, wanted: Annotated[MailQuery, Query()]
) -> Response:
    """Have the chosen (`id`, one or more) sent again or put aside (`what`), or all that are parked sent again."""
    request.state.address = address_of(request)
    try:
        await _carry_out(MailLog(portal.store), await request.form(), user.username)
    except RequestRejected as refusal:
        return await _listed(request, portal, wanted, refusal)
    return onward(address_of(request))


async def _carry_out(log: MailLog, form: FormData, by: str) -> None:
    chosen = [str(each) for each in form.getlist("id")]
    match text(form, "what"):
        case "resend-all":
            await log.resend_all(by)
        case "resend" if chosen:
            await log.resend(chosen, by)
        case "dismiss" if chosen:
            await log.dismiss(chosen, by)
        case _:
            raise RequestRejected("validation_error", _CHOOSE, status=422)


_CHOOSE = Bilingual("请先勾选邮件，再按此按钮。", "Choose e-mails first, then press the button.")

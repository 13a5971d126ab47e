"""What an operator does with e-mails that could not be sent; on the audit trail."""

from collections.abc import Sequence

from services.portal.news.mails import MailLedger
from services.portal.operations.audit import audited
from shared.bilingual import Bilingual
from shared.contracts.news import MailState
from shared.contracts.states import Action
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

MOST_AT_ONCE = 1000


class MailLog:
    """Has parked e-mails tried again, or puts them aside."""

    def __init__(self, store: Store) -> None:
        self._store, self._ledger = store, MailLedger(store)

    async def resend(self, ids: Sequence[str], by: str) -> None:
        """Have these parked e-mails tried again, at once and as often as new ones."""
        again = {"state": MailState.QUEUED, "attempts": 0, "next_at": now()}
        for each in ids:
            async with audited(self._store, by, Action.RESEND_MAIL, each):
                mail = await self._ledger.get(each)
                if (
                    mail is None
                    or mail.state is not MailState.PARKED
                    or not await self._ledger.change(mail, again)
                ):
                    raise _NOT_PARKED

    async def resend_all(self, by: str) -> None:
        """Have every parked e-mail tried again, of up to 1,000."""
        await self.resend([each.id for each in await self._ledger.parked(MOST_AT_ONCE)], by)

    async def dismiss(self, ids: Sequence[str], by: str) -> None:
        """Put these parked e-mails aside for good."""
        for each in ids:
            async with audited(self._store, by, Action.DISMISS_MAIL, each):
                mail = await self._ledger.get(each)
                parked = mail is not None and mail.state is MailState.PARKED
                if mail is None or not parked or not await self._ledger.end(mail, MailState.DISMISSED):
                    raise _NOT_PARKED


_NOT_PARKED = RequestRejected(
    "not_parked",
    Bilingual(
        "该邮件不再处于搁置状态，请重新查看列表。",
        "This e-mail is not parked any more; look at the list again.",
    ),
)

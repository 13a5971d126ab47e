"""Sends the e-mails of the ledger: each until the mail server has it, with growing pauses, then left to an operator."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage

from services.portal.identity.accounts import get_account
from services.portal.news.choices import NewsChoices
from services.portal.news.inbox import Inbox
from services.portal.news.letters import Letterhead, letter_of
from services.portal.news.mails import MailLedger
from services.portal.news.post import MailAttempt, Postman
from shared.contracts.documents.news import Mail
from shared.contracts.news import MailOutcome, MailState, Rhythm
from shared.ledgers.work_queue import WorkQueue
from shared.runtime import metrics
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.store import Document, Store

log = get_logger()
LEASE = timedelta(minutes=2)
"""How long an attempt may take before another process may begin one: more than all its steps together."""
PAUSES = (60, 300, 900, 1800, 3600, 7200, *[14400] * 17)
"""Seconds between two attempts; after the last of them, nearly three days, an e-mail is parked."""
_AT_ONCE = 4


class MailSender:
    """Sends what the ledger holds, in any number of processes.

    Before an attempt it is written down that one is under way, after it how it ended. A process that ends between the two
    leaves an e-mail of which nobody knows whether it arrived; it is sent again with the same Message-ID.
    """

    def __init__(
        self,
        store: Store,
        ledger: MailLedger,
        post: Postman,
        public_url: str,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._store, self._ledger, self._post, self._pauses = store, ledger, post, pauses
        self._inbox, self._choices = Inbox(store), NewsChoices(store)
        self._head = Letterhead(post.server.sender, public_url)
        self._room = asyncio.Semaphore(_AT_ONCE)
        self.queue = WorkQueue(ledger, self._work)

    async def _work(self, mail: Mail) -> None:
        if mail.state is not MailState.QUEUED:
            return
        letter = await self._letter(mail)
        if letter is None:
            await self._ledger.end(mail, MailState.UNWANTED)
            return
        async with self._room:
            if mail.under_way:
                log.warning("mail_perhaps_twice", **_fields(mail))
            begun = {"under_way": True, "attempts": mail.attempts + 1, "next_at": now() + LEASE}
            if await self._ledger.change(mail, begun):
                await self._note(mail, await self._post.send(letter))

    async def _letter(self, mail: Mail) -> EmailMessage | None:
        """The e-mail as it goes out now; None where the person wants none any more, or is no officer of the authority."""
        choice, account = await self._choices.of(mail.username), await get_account(self._store, mail.username)
        wanted = choice is not None and choice.rhythm is not Rhythm.OFF and choice.email
        told = await self._inbox.these(mail.authority, mail.notifications)
        if not choice or not wanted or not told or account is None:
            return None
        if account.disabled or account.authority != mail.authority:
            return None
        return letter_of(mail, told, choice.email, account.language or choice.language, self._head)

    async def _note(self, mail: Mail, attempt: MailAttempt) -> None:
        """Write down how an attempt ended, as long as it takes: what was sent and not noted would be sent again."""
        metrics.MAILS.labels(attempt.outcome).inc()
        while True:
            try:
                noted = await self._noted(mail, attempt)
                break
            except DependencyUnavailable:  # said where it was noticed
                await asyncio.sleep(1)
        if attempt.outcome is MailOutcome.SENT:
            log.info("mail_sent", **_fields(mail), outcome=attempt.outcome)
        elif noted and mail.state is MailState.PARKED:
            log.error("mail_parked", **_fields(mail), outcome=attempt.outcome, error=attempt.error)
        else:
            log.warning("mail_put_off", **_fields(mail), outcome=attempt.outcome, error=attempt.error)

    async def _noted(self, mail: Mail, attempt: MailAttempt) -> bool:
        if attempt.outcome is MailOutcome.SENT:
            return await self._ledger.end(mail, MailState.SENT, sent_at=now(), last_error=None)
        failed: Document = {"under_way": False, "last_error": attempt.error}
        if attempt.outcome is MailOutcome.REFUSED or mail.attempts > len(self._pauses):
            return await self._ledger.change(mail, failed | {"state": MailState.PARKED, "next_at": None})
        pause = self._pauses[mail.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries
        return await self._ledger.change(mail, failed | {"next_at": now() + timedelta(seconds=pause)})


def _fields(mail: Mail) -> dict[str, str | int]:
    return {"entry": mail.id, "user": mail.username, "attempts": mail.attempts}

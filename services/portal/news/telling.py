"""Movements of cases become entries of the inbox, and e-mails for those who want them."""

from services.portal.identity.accounts import officers_of
from services.portal.news.choices import NewsChoices
from services.portal.news.digests import KINDS
from services.portal.news.events import event_of
from services.portal.news.inbox import KEPT, Inbox, id_of
from services.portal.news.mails import MailLedger
from services.portal.news.sender import MailSender
from shared.contracts.documents.news import NewsChoice, Notification
from shared.contracts.events import CaseMoved
from shared.contracts.news import MailKind, NewsEvent, Rhythm
from shared.runtime.clock import now
from shared.runtime.store import Document, Store


class News:
    """Tells the officers of an authority; what comes twice is told once.

    Without a `sender` nobody gets e-mail, and none is kept for later. Digests go out at `hour` of Beijing.
    """

    def __init__(self, store: Store, sender: MailSender | None = None, hour: int = 8) -> None:
        self._store, self._inbox, self._choices = store, Inbox(store), NewsChoices(store)
        self._mails, self._sender, self._hour = MailLedger(store), sender, hour

    async def tell(self, moved: CaseMoved) -> None:
        """Keep a movement in the inbox of its authority, and have it e-mailed."""
        await self.tell_officers({
            "_id": id_of(moved.case_id, moved.message_id), "authority": moved.authority, "case_id": moved.case_id,
            "case_no": moved.case_no, "kind": moved.kind, "stage": moved.stage, "status": moved.status,
            "event": event_of(moved.cause, moved.stage, moved.status), "at": moved.at,
        })  # fmt: skip

    async def tell_officers(self, told: Document) -> None:
        """Keep a notification, unread by everybody who is an officer of its authority now, and have it e-mailed."""
        usernames = [each.username for each in await officers_of(self._store, told["authority"])]
        unread = {"kept_at": (at := now()), "unread_by": usernames, "forget_at": at + KEPT}
        kept = await self._inbox.keep(Notification(told | unread))
        if self._sender:
            for choice in await self._choices.of_these(usernames):
                if kept.event in choice.events:
                    await self._mail(choice, kept, self._sender)

    async def _mail(self, choice: NewsChoice, told: Notification, sender: MailSender) -> None:
        if choice.rhythm in KINDS:
            await self._mails.gather(KINDS[choice.rhythm], choice.username, told, self._hour)
        elif choice.rhythm is Rhythm.AT_ONCE:
            kind = MailKind.REMINDER if told.event is NewsEvent.REMINDER else MailKind.NEWS
            mail = await self._mails.queue(kind, choice.username, told)
            if mail:
                sender.queue.enqueue(mail)

"""Wires the portal."""

from ulid import ULID

from services.portal import handlers
from services.portal.cases.command_client import CommandClient
from services.portal.cases.live import Live
from services.portal.cases.repository import CaseRepository
from services.portal.context import Portal
from services.portal.identity.calendar_feeds import prepare_feeds
from services.portal.identity.seals import Seals
from services.portal.identity.sign_in import SignIn
from services.portal.news.gauges import join_gauges
from services.portal.news.inbox import Inbox
from services.portal.news.mails import MailLedger
from services.portal.news.post import MailServer, Postman
from services.portal.news.reminding import Reminders
from services.portal.news.sender import MailSender
from services.portal.news.telling import News
from services.portal.printing.pdf_renderer import PdfRenderer
from services.portal.web import make_app, serve
from shared.contracts.collections import ACCOUNTS, AUDIT, IDEMPOTENCY
from shared.contracts.topology import OWN_QUEUES, QUEUES
from shared.ledgers.work_queue import sweep_together
from shared.lifecycle.cases import Cases
from shared.lifecycle.indexes import make_indexes
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.metrics import QUEUE_CONSUMERS, QUEUE_MESSAGES
from shared.runtime.service import Runtime
from shared.runtime.store import Store
from shared.runtime.tasks import Work


async def prepare(store: Store) -> None:
    """Make the indexes; also done by `fas prepare`."""
    await SignIn(store, (b"",)).prepare()
    await prepare_feeds(store)
    await make_indexes(store, AUDIT, IDEMPOTENCY, ACCOUNTS)
    await Inbox(store).prepare()
    await MailLedger(store).prepare()
    await Cases(store).prepare()


NEEDED = ("secret_key",)
"""Settings that a portal can't do without."""


async def build(runtime: Runtime) -> list[Work]:
    """Connect the HTTP API to the stores and to the services that it asks."""
    settings, live = runtime.settings, Live()
    handlers.live.provide(live)
    sender = _mail_sender(runtime)
    news = News(runtime.store, sender, settings.smtp_digest_hour)
    handlers.news.provide(news)
    runtime.broker.include_router(handlers.router)
    runtime.broker.include_router(handlers.movements_router(str(ULID())))
    desk = CommandClient(runtime.rpc, runtime.store, OWN_QUEUES if settings.customs_apart else QUEUES)
    runtime.state.add("queues", desk.show_queues, QUEUE_MESSAGES, QUEUE_CONSUMERS)
    entrance = SignIn(runtime.store, settings.secret_keys)
    await prepare(runtime.store)
    await entrance.factors.seal_again()
    seals = Seals.of(settings.secret_keys)
    portal = Portal(
        store=runtime.store, objects=runtime.objects, cases=CaseRepository(runtime.store), commands=desk, live=live,
        questionnaires=QuestionnaireRepository(runtime.store), sign_in=entrance, pdf=PdfRenderer(),
        factors=entrance.factors, seals=seals, public_url=settings.public_url, mails=bool(sender),
    )  # fmt: skip
    reminders = Reminders(runtime.store, news).run(runtime.peers)
    works = [serve(make_app(portal, settings.public_url), settings, live), reminders]
    return [*works, sweep_together(runtime.peers, sender.queue)] if sender else works


def _mail_sender(runtime: Runtime) -> MailSender | None:
    """Who sends e-mail; None where no mail server is named."""
    settings, ledger = runtime.settings, MailLedger(runtime.store)
    join_gauges(ledger, runtime.state)
    if not settings.smtp_host:
        return None
    return MailSender(runtime.store, ledger, Postman(MailServer.of(settings)), settings.public_url)

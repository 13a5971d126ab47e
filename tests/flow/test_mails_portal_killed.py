"""A portal as a process of its own sends e-mail of what it hears; killed, it has lost nothing and sends nothing twice."""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from ulid import ULID

from deploy.local.ports import Ports
from deploy.local.servers import start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from services.portal.app import prepare
from services.portal.cases.paging import Paged
from services.portal.identity import authorities
from services.portal.news.choices import NewsChoices
from services.portal.news.choosing import AT_FIRST, choice_of
from services.portal.news.inbox import id_of
from services.portal.news.letters import message_id
from services.portal.news.mails import MailLedger
from shared.contracts.collections import MAILS
from shared.contracts.documents.news import Mail
from shared.contracts.events import CaseMoved
from shared.contracts.news import MailState, Rhythm
from shared.contracts.topology import CASE_MOVED, EVENTS
from shared.contracts.vocabulary import Cause, Kind, Role, Stage, Status
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.extent import ALL
from tests.mail_catcher import MailCatcher, Manner, catching
from tests.people import add_account

pytestmark = pytest.mark.skipif(
    not ALL, reason="starts a second broker and a portal of its own: make test-all"
)
AUTHORITY, OFFICER, ADDRESS = "AW-01", "maria", "maria@example.aw"
SENDER, URL = "fas@example.org", "https://fas.example.org"
WITHIN = 30.0


@dataclass
class MailingPortal:
    """A portal that sends e-mail, with a broker and a database of its own, and the mail server that catches them."""

    portal: RunningSystem
    store: Store
    publisher: Publisher
    catcher: MailCatcher

    async def hears(self, *movements: CaseMoved) -> None:
        """Publish movements as a service does."""
        for each in movements:
            published = await self.publisher.publish(EVENTS, CASE_MOVED, each.model_dump_json().encode())
            assert published is Published.CONFIRMED

    async def until(self, holds: Callable[[dict[str, Mail]], bool]) -> dict[str, Mail]:
        """The ledger of e-mails by id, once it is so."""
        async with asyncio.timeout(WITHIN):
            while True:
                rows = (await MailLedger(self.store).page("", Paged(size=100))).rows
                if holds(found := {each.id: each for each in rows}):
                    return found
                await asyncio.sleep(0.05)

    async def starts_again(self) -> None:
        """The portal, at a time when every pause and every lease of before is over."""
        for each in (await self.until(lambda _: True)).values():
            if each.next_at is not None:
                await self.store.collection(MAILS.name).update_one(
                    {"_id": each.id}, {"$set": {"next_at": now()}}
                )
        self.portal.programs["portal"].start()
        await asyncio.to_thread(self.portal.wait_until_ready, "portal")

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines with this event that the portal has logged."""
        lines = self.portal.programs["portal"].log.read_text().splitlines()
        return [line for line in map(json.loads, lines) if line["event"] == event]


@pytest.fixture
async def mailing(
    environment: dict[str, str], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MailingPortal]:
    folder = tmp_path_factory.mktemp("mails")
    rest = {name: value for name, value in environment.items() if name != "FAS_RABBIT_URL"}
    async with AsyncExitStack() as held:
        servers = await asyncio.to_thread(start_servers, folder, ports=Ports.random(), given=rest)
        held.push_async_callback(asyncio.to_thread, servers.stop)
        catcher = await held.enter_async_context(catching())
        own = environment | servers.environment | {
            "FAS_MONGO_DATABASE": f"mails-{secrets.token_hex(4)}", "FAS_PUBLIC_URL": URL, "FAS_SMTP_HOST": "127.0.0.1",
            "FAS_SMTP_PORT": str(catcher.port), "FAS_SMTP_TLS": "none", "FAS_SMTP_FROM": SENDER, "FAS_LOG_FORMAT": "json",
        }  # fmt: skip
        found = settings.model_copy(
            update={"rabbit_url": own["FAS_RABBIT_URL"], "mongo_database": own["FAS_MONGO_DATABASE"]}
        )
        store = open_store(found)
        held.push_async_callback(store.close)
        await prepare(store)
        await authorities.add_authority(store, AUTHORITY, "AW", "阿鲁巴", "Aruba", ["aquatic"])
        await add_account(store, OFFICER, Role.OFFICER, "a long password", AUTHORITY)
        await NewsChoices(store).keep(choice_of(OFFICER, ADDRESS, "en", Rhythm.AT_ONCE, AT_FIRST))
        portal = await asyncio.to_thread(
            start_system, own, data_dir=folder, services=("portal",), ports=SystemPorts.random()
        )
        held.push_async_callback(asyncio.to_thread, portal.stop)
        publisher = Publisher(found.broker, "test")
        await publisher.start()
        held.push_async_callback(publisher.close)
        yield MailingPortal(portal, store, publisher, catcher)


async def test_what_was_taken_before_a_kill_is_sent_once_by_the_portal_that_comes_after(
    mailing: MailingPortal,
) -> None:
    at_once, put_off, under_way, unheard, last = [_movement(number) for number in range(1, 6)]
    await mailing.hears(at_once)
    await mailing.until(lambda mails: [each.state for each in mails.values()] == [MailState.SENT])
    (letter,) = mailing.catcher.of(ADDRESS)
    assert f"{URL}/notifications/{id_of(at_once.case_id, at_once.message_id)}" in letter.get_content()

    mailing.catcher.manner = Manner.NOT_NOW
    await mailing.hears(put_off)
    await mailing.until(lambda mails: _stands(mails, put_off, under_way=False, attempts=1))
    mailing.catcher.manner = Manner.SILENT
    mailing.catcher.came.clear()
    await mailing.hears(under_way)
    await asyncio.wait_for(mailing.catcher.came.wait(), WITHIN)
    assert _stands(await mailing.until(lambda mails: len(mails) == 3), under_way, under_way=True, attempts=1)
    mailing.portal.programs["portal"].kill()
    await mailing.hears(unheard, at_once, under_way)
    mailing.catcher.manner = Manner.TAKES
    assert len(mailing.catcher.caught) == 1

    await mailing.starts_again()
    await mailing.hears(put_off, last)
    told = await mailing.until(lambda mails: len(mails) == 5 and _all_sent(mails))

    assert set(told) == {_mail_of(each) for each in (at_once, put_off, under_way, unheard, last)}
    caught = Counter(each["Message-ID"] for each in mailing.catcher.of(ADDRESS))
    assert caught == {message_id(each, SENDER): 1 for each in told}
    assert [line["entry"] for line in mailing.said("mail_perhaps_twice")] == [_mail_of(under_way)]


def _movement(number: int) -> CaseMoved:
    return CaseMoved(
        case_id=str(ULID()), case_no=f"2026110000000{number:05d}", authority=AUTHORITY, kind=Kind.ASSESSMENT,
        stage=Stage.APPLICATION, status=Status.SUPPLEMENT, status_from=Status.RECEIVED, cause=Cause.SUPPLEMENT,
        message_id=f"R-{number}", at=now(), version=3,
    )  # fmt: skip


def _mail_of(moved: CaseMoved) -> str:
    return f"{id_of(moved.case_id, moved.message_id)}.{OFFICER}"


def _stands(mails: dict[str, Mail], moved: CaseMoved, *, under_way: bool, attempts: int) -> bool:
    mail = mails.get(_mail_of(moved))
    return mail is not None and (mail.state, mail.under_way, mail.attempts) == (
        MailState.QUEUED, under_way, attempts,
    )  # fmt: skip


def _all_sent(mails: dict[str, Mail]) -> bool:
    return all(each.state is MailState.SENT for each in mails.values())

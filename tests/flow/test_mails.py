"""E-mails of news, read in a mail server that catches them: of each kind, in both languages, once, and none is lost."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import trustme
from ulid import ULID

from cli.doctor.database import indexes_made
from services.portal.app import prepare
from services.portal.cases.paging import Paged
from services.portal.identity import accounts, authorities
from services.portal.news.choices import NewsChoices
from services.portal.news.choosing import AT_FIRST, choice_of
from services.portal.news.digests import digest_after
from services.portal.news.inbox import KEPT, Inbox, id_of
from services.portal.news.letters import message_id
from services.portal.news.mails import MailLedger
from services.portal.news.post import MailServer, Postman
from services.portal.news.reminding import Reminders
from services.portal.news.sender import MailSender
from services.portal.news.telling import News
from services.portal.operations.mail_log import MailLog
from shared.contracts.collections import CASES, NOTIFICATIONS
from shared.contracts.documents.news import Mail
from shared.contracts.events import CaseMoved
from shared.contracts.news import MailKind, MailState, NewsEvent, Rhythm
from shared.contracts.times import CHINA
from shared.contracts.vocabulary import Cause, Kind, Role, Stage, Status, Turn
from shared.runtime import clock
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.mail_catcher import NOBODY, PASSWORD, USER, MailCatcher, Manner, catching, text_of
from tests.people import add_account

AUTHORITY, URL = "AW-01", "https://fas.example.org"
WITHIN = 15.0


@dataclass
class Desk:
    """A portal's part that sends e-mail, with a database and a mail server of its own."""

    store: Store
    catcher: MailCatcher
    tls: str = "none"
    user: str = ""
    password: str = ""
    trusted: ssl.SSLContext | None = None
    pauses: tuple[float, ...] = (0.05, 0.05, 0.05)
    senders: list[MailSender] = field(default_factory=list)

    def sender(self) -> MailSender:
        """What one process has."""
        server = MailServer(
            "127.0.0.1" if self.trusted is None else "localhost", self.catcher.port, self.tls, "fas@example.org",
            self.user, self.password, self.trusted,
        )  # fmt: skip
        made = MailSender(self.store, MailLedger(self.store), Postman(server), URL, self.pauses)
        self.senders.append(made)
        return made

    async def officer(
        self, rhythm: Rhythm, language: str = "en", events: Any = AT_FIRST, email: str = ""
    ) -> str:
        """An officer who chose; the e-mail address."""
        name = f"officer.{ULID()}".lower()
        await add_account(self.store, name, Role.OFFICER, "a long password", AUTHORITY)
        email = email or f"{name}@example.aw"
        await NewsChoices(self.store).keep(choice_of(name, email, language, rhythm, events))
        return email

    async def mails(self) -> list[Mail]:
        """All e-mails of the ledger."""
        return (await MailLedger(self.store).page("", Paged(size=100))).rows

    async def until(self, holds: Callable[[list[Mail]], bool]) -> list[Mail]:
        """Sweep as the processes do until the ledger is so."""
        async with asyncio.timeout(WITHIN):
            while not holds(found := await self.mails()):
                for each in self.senders:
                    await each.queue.sweep()
                await asyncio.sleep(0.02)
        return found


def all_are(*states: MailState) -> Callable[[list[Mail]], bool]:
    """That every e-mail is in one of these states."""
    return lambda mails: bool(mails) and all(mail.state in states for mail in mails)


def a_movement(
    cause: Cause = Cause.SUPPLEMENT, status: Status = Status.SUPPLEMENT, **given: Any
) -> CaseMoved:
    return CaseMoved(**{
        "case_id": str(ULID()), "case_no": "202611000000000017", "authority": AUTHORITY, "kind": Kind.ASSESSMENT,
        "stage": Stage.APPLICATION, "status": status, "status_from": Status.RECEIVED, "cause": cause,
        "message_id": str(ULID()), "at": now(), **given,
    })  # fmt: skip


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        store = open_store(settings.model_copy(update={"mongo_database": f"mails-{ULID()}"}))
        stack.push_async_callback(store.close)
        await prepare(store)
        await authorities.add_authority(store, AUTHORITY, "AW", "阿鲁巴", "Aruba", ["aquatic"])
        desk = Desk(store, await stack.enter_async_context(catching()))
        yield desk
        for sender in desk.senders:
            await sender.queue.finish()


@pytest.mark.parametrize(("language", "greeting"), [("zh", "您好"), ("en", "Hello")])
async def test_news_comes_at_once_in_the_officers_language_with_a_link_and_nothing_of_the_case(
    desk: Desk, language: str, greeting: str
) -> None:
    address = await desk.officer(Rhythm.AT_ONCE, language)
    moved = a_movement()

    await News(desk.store, desk.sender()).tell(moved)
    await desk.until(all_are(MailState.SENT))

    (letter,) = desk.catcher.of(address)
    text = text_of(letter)
    notification = id_of(moved.case_id, moved.message_id)
    assert text.startswith(greeting)
    assert f"{URL}/notifications/{notification}" in text
    assert "202611000000000017" in letter["Subject"]
    assert moved.case_id not in text
    for word in ("Supplement", "补齐补正"):
        assert word not in text + letter["Subject"]


@pytest.mark.parametrize(("language", "greeting"), [("zh", "您好"), ("en", "Hello")])
async def test_the_language_of_the_account_counts_before_that_of_the_page_where_emails_were_chosen(
    desk: Desk, language: str, greeting: str
) -> None:
    address = await desk.officer(Rhythm.AT_ONCE, "zh" if language == "en" else "en")
    username = address.partition("@")[0]
    await accounts.describe_oneself(desk.store, username, name="Maria", language=language)

    await News(desk.store, desk.sender()).tell(a_movement())
    await desk.until(all_are(MailState.SENT))

    (letter,) = desk.catcher.of(address)
    assert text_of(letter).startswith(greeting)


async def test_an_event_that_comes_twice_or_to_two_processes_is_mailed_once(desk: Desk) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    moved = a_movement()
    first, second = (News(desk.store, desk.sender()) for _ in range(2))

    await asyncio.gather(first.tell(moved), second.tell(moved), first.tell(moved))
    await desk.until(all_are(MailState.SENT))
    await first.tell(moved)

    assert len(desk.catcher.of(address)) == len(await desk.mails()) == 1


async def test_an_entry_of_the_inbox_ends_two_years_after_it_was_kept(desk: Desk) -> None:
    moved = a_movement(at=now() - timedelta(days=400))
    await News(desk.store).tell(moved)

    entry = id_of(moved.case_id, moved.message_id)
    (kept,) = await Inbox(desk.store).these(AUTHORITY, (entry,))
    assert kept.forget_at == kept.kept_at + KEPT
    assert (await indexes_made(desk.store, NOTIFICATIONS.name))[("forget_at", 1),] is True


async def test_the_same_state_a_second_time_is_news_again(desk: Desk) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    news, moved = News(desk.store, desk.sender()), a_movement()

    await news.tell(moved)
    await news.tell(moved.model_copy(update={"message_id": "R-2"}))
    await desk.until(lambda mails: len(mails) == 2 and all_are(MailState.SENT)(mails))

    ids = [each["Message-ID"] for each in desk.catcher.of(address)]
    assert len(set(ids)) == 2


async def test_only_who_chose_it_and_is_let_in_gets_it(desk: Desk) -> None:
    wanted = await desk.officer(Rhythm.AT_ONCE)
    await desk.officer(Rhythm.OFF)
    await desk.officer(Rhythm.AT_ONCE, events={NewsEvent.OURS})
    await authorities.add_authority(desk.store, "FJ-01", "FJ", "斐济", "Fiji", ["aquatic"])
    news = News(desk.store, desk.sender())

    await news.tell(a_movement())
    await news.tell(a_movement(authority="FJ-01"))
    await desk.until(all_are(MailState.SENT))

    assert [each["To"] for each in desk.catcher.caught] == [wanted]


@pytest.mark.parametrize(
    ("rhythm", "kind"), [(Rhythm.DAILY, MailKind.DAILY), (Rhythm.WEEKLY, MailKind.WEEKLY)]
)
@pytest.mark.parametrize(("language", "subject"), [("zh", "3条新动态"), ("en", "3 pieces of news")])
async def test_a_digest_tells_all_of_its_time_in_one_email(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, rhythm: Rhythm, kind: MailKind, language: str, subject: str
) -> None:
    address = await desk.officer(rhythm, language)
    news, movements = News(desk.store, desk.sender()), [a_movement() for _ in range(3)]
    for moved in [*movements, movements[0]]:
        await news.tell(moved)
    (waiting,) = await desk.mails()
    assert (waiting.state, waiting.kind, len(waiting.notifications)) == (MailState.QUEUED, kind, 3)
    assert desk.catcher.caught == []

    _later(monkeypatch, waiting.due_at)
    await desk.until(all_are(MailState.SENT))
    (letter,) = desk.catcher.of(address)
    assert subject in letter["Subject"]
    assert text_of(letter).count(f"{URL}/notifications/") == 3

    await news.tell(movements[0])
    await news.tell(a_movement())
    found = await desk.mails()
    assert sorted(len(mail.notifications) for mail in found) == [1, 3], "what was told is not told again"
    assert max(mail.due_at for mail in found) == digest_after(kind, waiting.due_at, 8)


@pytest.mark.parametrize(("language", "words"), [("zh", "期限还剩7天"), ("en", "7 days are left")])
async def test_reminders_come_once_for_each_turn_by_email_and_in_the_inbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    address = await desk.officer(Rhythm.AT_ONCE, language)
    began = datetime(2026, 1, 10, 4, tzinfo=UTC)
    case = {
        "_id": str(ULID()), "case_no": "202611000000000017", "authority": AUTHORITY, "kind": Kind.ASSESSMENT,
        "stage": Stage.QUESTIONNAIRE, "status": Status.PENDING, "turn": Turn.AUTHORITY, "turn_began_at": began,
    }  # fmt: skip
    await desk.store.collection(CASES.name).insert_one(case)
    processes = [Reminders(desk.store, News(desk.store, desk.sender())) for _ in range(2)]

    for day, reminders in (
        (date(2026, 10, 10), 0), (date(2026, 10, 12), 1), (date(2026, 12, 1), 1), (date(2026, 12, 11), 2),
        (date(2027, 1, 3), 3), (date(2027, 1, 9), 4), (date(2027, 1, 11), 4),
    ):  # fmt: skip
        _later(monkeypatch, datetime.combine(day, time(1, tzinfo=CHINA)))
        await asyncio.gather(*(each.remind() for each in processes))
        assert len(await desk.mails()) == reminders, day
    await desk.until(all_are(MailState.SENT))

    letters = desk.catcher.of(address)
    assert len(letters) == 4
    assert len([each for each in letters if words in text_of(each)]) == 1
    assert {mail.kind for mail in await desk.mails()} == {MailKind.REMINDER}


async def test_a_mail_server_that_is_away_loses_nothing(desk: Desk) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    desk.pauses = (0.05,) * 200
    async with catching() as away:
        desk.catcher = away
        sender = desk.sender()
    await asyncio.sleep(0)
    await News(desk.store, sender).tell(a_movement())
    (mail,) = await desk.until(lambda mails: mails[0].attempts >= 2)
    assert (mail.state, bool(mail.last_error)) == (MailState.QUEUED, True)

    async with catching(port=away.port) as back:
        await desk.until(all_are(MailState.SENT))
        assert len(back.of(address)) == 1


@pytest.mark.parametrize("manner", [Manner.NOT_NOW, Manner.GONE_BEFORE, Manner.GONE_AFTER])
async def test_a_mail_server_in_trouble_is_tried_again_with_the_same_email(
    desk: Desk, manner: Manner
) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    desk.pauses = (0.3,) * 20
    desk.catcher.manner = manner
    await News(desk.store, desk.sender()).tell(a_movement())
    await asyncio.wait_for(desk.catcher.came.wait(), WITHIN)

    desk.catcher.manner = Manner.TAKES
    (mail,) = await desk.until(all_are(MailState.SENT))

    expected = 2 if manner is Manner.GONE_AFTER else 1  # it had it and did not say so: SMTP can't be asked
    assert len(desk.catcher.of(address)) == expected
    assert {each["Message-ID"] for each in desk.catcher.caught} == {message_id(mail.id, "fas@example.org")}
    assert len({each.as_bytes() for each in desk.catcher.caught}) == 1


async def test_what_is_refused_for_good_is_parked_and_an_operator_has_it_tried_again(desk: Desk) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    desk.catcher.manner = Manner.REFUSES
    await News(desk.store, desk.sender()).tell(a_movement())
    (mail,) = await desk.until(all_are(MailState.PARKED))
    assert (mail.attempts, mail.last_error) == (1, "554 5.7.1 not from you")

    desk.catcher.manner = Manner.TAKES
    log = MailLog(desk.store)
    await log.resend_all("operator")
    await desk.until(all_are(MailState.SENT))
    assert len(desk.catcher.of(address)) == 1
    with pytest.raises(RequestRejected):
        await log.resend([mail.id], "operator")


async def test_an_unknown_recipient_is_parked_without_the_address_and_put_aside(desk: Desk) -> None:
    await desk.officer(Rhythm.AT_ONCE, email=NOBODY)
    await News(desk.store, desk.sender()).tell(a_movement())
    (mail,) = await desk.until(all_are(MailState.PARKED))
    assert mail.last_error == "550 5.1.1 <…>: user unknown"

    await MailLog(desk.store).dismiss([mail.id], "operator")
    (mail,) = await desk.mails()
    assert (mail.state, mail.next_at) == (MailState.DISMISSED, None)


async def test_after_the_last_pause_an_email_is_parked(desk: Desk) -> None:
    await desk.officer(Rhythm.AT_ONCE)
    desk.catcher.manner = Manner.NOT_NOW
    await News(desk.store, desk.sender()).tell(a_movement())
    (mail,) = await desk.until(all_are(MailState.PARKED))
    assert mail.attempts == desk.catcher.tries == len(desk.pauses) + 1


async def test_an_attempt_that_a_process_did_not_end_is_made_again_by_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    await News(desk.store, desk.sender()).tell(a_movement())
    (mail,) = await desk.until(all_are(MailState.SENT))
    ledger = MailLedger(desk.store)
    lost = {"state": MailState.QUEUED, "under_way": True, "next_at": now() + timedelta(minutes=2)}
    await ledger.change(mail, lost)  # as a process leaves it that was killed after the server had taken it
    await desk.sender().queue.sweep()
    assert (await desk.mails())[0].state is MailState.QUEUED, "it is another's until its lease ends"

    _later(monkeypatch, now() + timedelta(minutes=3))
    await desk.until(all_are(MailState.SENT))
    assert len({each["Message-ID"] for each in desk.catcher.of(address)}) == 1


async def test_whoever_wants_no_email_any_more_gets_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.officer(Rhythm.DAILY)
    await News(desk.store, desk.sender()).tell(a_movement())
    (mail,) = await desk.mails()
    await accounts.set_disabled(desk.store, mail.username, True)

    _later(monkeypatch, mail.due_at)
    await desk.until(all_are(MailState.UNWANTED))
    assert desk.catcher.tries == 0


async def test_an_encrypted_mail_server_is_signed_in_to_and_another_one_is_not_trusted(desk: Desk) -> None:
    address = await desk.officer(Rhythm.AT_ONCE)
    ours, theirs = trustme.CA(), trustme.CA()
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("localhost").configure_cert(shown)
    async with catching(tls=shown, signs_in=True) as catcher:
        desk.catcher, desk.tls, desk.user, desk.password = catcher, "starttls", USER, PASSWORD
        desk.trusted = ssl.create_default_context()
        theirs.configure_trust(desk.trusted)
        await News(desk.store, desk.sender()).tell(a_movement())
        (mail,) = await desk.until(lambda mails: bool(mails[0].last_error))
        assert "certificate" in str(mail.last_error).lower()

        desk.senders.clear()
        desk.trusted = ssl.create_default_context()
        ours.configure_trust(desk.trusted)
        desk.sender()
        await desk.until(all_are(MailState.SENT))
        assert len(catcher.of(address)) == 1


def _later(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The clock as it is a second after this moment, for all of this process."""
    ahead = moment - datetime.now(moment.tzinfo) + timedelta(seconds=1)
    monkeypatch.setattr(clock._CLOCK, "_wrong_by", -ahead)

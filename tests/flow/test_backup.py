"""A backup of a system at work, restored under another name on an empty broker: nothing is lost, nothing is done twice.

These systems have servers of their own, since two systems on one broker would take each other's messages.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest
from ulid import ULID

from cli.backup.order import LEFT_OUT, ORDER
from deploy.local.sample_accounts import settings_of
from deploy.local.system import ALL, RunningSystem, SystemPorts, start_system
from services.portal.cases.repository import CaseRepository
from services.portal.cases.saved_filters import save_filter
from services.portal.identity import authorities
from services.portal.identity.calendar_feeds import make_feed
from services.portal.identity.sessions import User
from services.portal.news.choices import NewsChoices
from services.portal.operations.audit import whole_trail
from services.portal.pages.corrections.items import corrections, tick
from services.portal.pages.waiting import since_last_visit
from shared.contracts.collections import FIRST_QUESTIONNAIRES
from shared.contracts.documents.news import NewsChoice
from shared.contracts.topology import DEAD, DECLARATIONS_QUEUE, QUEUES, SUBMISSIONS_QUEUE, Queue
from shared.contracts.vocabulary import Role, Stage
from shared.lifecycle.authorities import find_authority
from shared.lifecycle.kept_limits import keep_limits
from shared.lifecycle.time_limits import DEFAULT_LIMITS
from shared.runtime.store import Store, open_store
from simulator.customs import SimulatedCustoms
from tests.api_client import FORM, Person, World, a_check
from tests.backup_load import BackupLoad, Promised, applied_with
from tests.flow.test_cli import Ran, fas
from tests.flow.test_questionnaire_versions import store_version
from tests.people import add_account
from tests.servers import running_servers

AUTHORITY, LATE_AUTHORITY = "BK-01", "BK-02"
OF_A_RELEASE_BEFORE = 1
OFFICER, OPERATOR, PASSWORD = "backup.officer", "backup.operator", "a long enough password"
SECONDS = 60.0


@dataclass
class BackupSite:
    """A system that runs, with its officer, its operator and customs."""

    system: RunningSystem
    store: Store
    world: World

    async def until(self, what: str, is_so: Callable[["BackupSite"], Any]) -> Any:
        """Wait until the database says so; what it says."""
        try:
            async with asyncio.timeout(SECONDS):
                while not (found := await is_so(self)):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"not within {SECONDS:g} s: {what}") from None
        return found


AT_LENGTH = "附件无法读取。" * 200
"""So long that it does not stay in its case once customs writes again."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A broker, a database and an object store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "FAS_RABBIT_URL",
            "FAS_MONGO_URL",
            "FAS_S3_ENDPOINT",
            "FAS_S3_ACCESS_KEY",
            "FAS_S3_SECRET_KEY",
        ):
            patch.delenv(name, raising=False)
        with running_servers(tmp_path_factory.mktemp("backup-servers"), print) as found:
            yield found


def named(servers: dict[str, str], name: str) -> dict[str, str]:
    """The settings of a system with a database and a bucket of this name; what comes too early waits for long."""
    return servers | {"FAS_MONGO_DATABASE": name, "FAS_S3_BUCKET": name, "FAS_RECEIPT_DELAYS": "600"}


@asynccontextmanager
async def site(environment: dict[str, str], folder: Path, *services: str) -> AsyncIterator[BackupSite]:
    """The services with these settings; signed in where there is a portal."""
    settings = settings_of(environment)
    async with AsyncExitStack() as held:
        system = await asyncio.to_thread(
            start_system,
            environment,
            data_dir=folder,
            say=print,
            services=services or ALL,
            ports=SystemPorts.random(),
        )
        held.push_async_callback(asyncio.to_thread, system.stop)
        store = open_store(settings)
        held.push_async_callback(store.close)
        if await find_authority(store, AUTHORITY) is None:
            await _settle_in(store)
        customs = await held.enter_async_context(
            SimulatedCustoms.at(settings)
        )  # fmt: skip
        officer, operator = [
            Person(
                await held.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30, trust_env=False))
            )
            for url in [f"{system.portal_url}/api/v1"] * 2
        ]
        if "portal" in system.programs:
            await officer.sign_in(OFFICER, PASSWORD)
            await operator.sign_in(OPERATOR, PASSWORD)
        yield BackupSite(system, store, World(customs, officer, operator, AUTHORITY, OFFICER, "", ""))


async def _settle_in(store: Store) -> None:
    await authorities.add_authority(store, AUTHORITY, "AW", "阿鲁巴", "Aruba", ["aquatic"])
    await add_account(store, OFFICER, Role.OFFICER, PASSWORD, AUTHORITY)
    await add_account(store, OPERATOR, Role.OPERATOR, PASSWORD)


async def _unbind(servers: dict[str, str], queue: Queue) -> None:
    """Nothing reaches the queue any more; unlike a deleted one, it is not missed and declared again by a service's next look."""
    async with await aio_pika.connect(servers["FAS_RABBIT_URL"]) as connection:
        channel = await (await connection.channel()).get_underlay_channel()
        await channel.queue_unbind(queue.name, queue.exchange, queue.key)


async def _empty_broker(servers: dict[str, str]) -> None:
    """Every queue with all that stands in it is gone."""
    async with await aio_pika.connect(servers["FAS_RABBIT_URL"]) as connection:
        channel = await connection.channel()
        for name in (*(queue.name for queue in QUEUES), DEAD):
            await channel.queue_delete(name)


async def _backup(environment: dict[str, str], folder: Path) -> Ran:
    ran = await fas(environment, "backup", "create", str(folder))
    assert ran.status == 0, ran
    return ran


async def _restore(environment: dict[str, str], folder: Path) -> None:
    ran = await fas(environment, "backup", "restore", str(folder))
    assert ran.status == 0, ran


async def _leave_marks(at: BackupSite, environment: dict[str, str]) -> None:
    """Customs writes at length, twice; the officer looks in and ticks an item off; limits and an account change."""
    number, declaration = await at.world.submitted()
    await at.world.receipt(
        "RECEIVE_FAILED", number, "application", in_reply_to=declaration, opinion=AT_LENGTH
    )
    await at.world.officer.ask("POST", f"/assessments/{number}/submit", 202)
    declaration = (await at.world.customs.next_declaration(type="APPLICATION", case_no=number)).message_id
    items = [("field:overview", "INCOMPLETE", "请补充拉丁学名")]
    await at.world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充", items=items
    )
    case = await CaseRepository(at.store).find(number)
    assert case is not None
    [item] = (await corrections(at.store, case, Stage.APPLICATION)).items
    await tick(at.store, case, item.key, True, OFFICER)
    officer = User(OFFICER, Role.OFFICER, AUTHORITY, "AW", ("aquatic",), "a session")
    await since_last_visit(at.store, CaseRepository(at.store), officer)
    assert await keep_limits(at.store, DEFAULT_LIMITS, {}, OPERATOR)
    await make_feed(at.store, OFFICER, "en")
    await NewsChoices(at.store).keep(
        NewsChoice(
            {
                "_id": OFFICER,
                "email": "a@b.example",
                "language": "en",
                "rhythm": "weekly",
                "events": ["reminder"],
            }
        )
    )
    await store_version(at.store, FIRST_QUESTIONNAIRES.name, OF_A_RELEASE_BEFORE)
    await save_filter(at.store, OFFICER, "Mine", "/assessments", {"turn": "authority"})
    for word in ("disable", "enable"):
        ran = await fas(environment, "account", word, OPERATOR)
        assert ran.status == 0, ran
    await at.world.operator.sign_in(OPERATOR, PASSWORD)


@dataclass
class BackupStory:
    """What happened at the first site: promises before the backup, numbers given out after it, receipts that wait."""

    before: Promised
    numbers: set[str]
    check: str
    deferred: str
    parked: str
    token: str


@pytest.fixture(scope="module")
async def story(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> BackupStory:
    """A backup that was taken while everybody worked; then the first site and all that stood in the broker are gone."""
    folder, environment = tmp_path_factory.mktemp("first"), named(servers, "first")
    async with site(environment, folder) as first:
        world = first.world
        parked = await world.customs.send_check(LATE_AUTHORITY)
        check = str(ULID())
        deferred = await world.customs.send("NOT_APPROVED", check, "acceptance", opinion="不符合要求。")
        await first.until(
            "it waits",
            lambda at: at.store.collection("receipts").find_one({"_id": deferred, "state": "deferred"}),
        )
        assert (await world.customs.ack_of(parked)).outcome == "PARKED"
        await _leave_marks(first, environment)
        async with BackupLoad(world).running() as load:
            before = await load.at_least(6)
            await _backup(environment, folder / "backup")
            after = load.promised()
        assert after.least() > before.least(), "they worked while the backup was taken"
        token = world.officer.client.headers["Authorization"]
    await _empty_broker(servers)
    await _restore(named(servers, "second"), folder / "backup")
    return BackupStory(before, set(after.submitted), check, deferred, parked, token)


@pytest.fixture(scope="module")
async def second(
    servers: dict[str, str], story: BackupStory, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BackupSite]:
    """The restored system, at rest."""
    async with site(named(servers, "second"), tmp_path_factory.mktemp("second")) as restored:
        await restored.until("nothing is under way", _at_rest)
        yield restored


async def _at_rest(at: BackupSite) -> bool:
    """Whether every outbox is empty, every receipt at its end or waiting, and every declaration sent and told."""
    open_ = (("cases", {"outbox.0": {"$exists": True}}), ("declarations", {"told": False}),
             ("receipts", {"next_at": {"$ne": None}, "state": {"$ne": "deferred"}}))  # fmt: skip
    return not any([await at.store.collection(name).count(which) for name, which in open_])


async def test_everything_that_was_promised_before_the_backup_is_there(
    second: BackupSite, story: BackupStory
) -> None:
    officer = second.world.officer
    for number, case in story.before.submitted.items():
        assert (await officer.ask("GET", f"/cases/{number}"))["id"] == case
    for case, text in story.before.drafts.items():
        assert int((await officer.ask("GET", f"/cases/{case}/stages/application"))["overview"]) >= text
    for file, digest in story.before.files.items():
        answer = await officer.client.get(f"/attachments/{file}")
        assert (answer.status_code, sha256(answer.content).hexdigest()) == (200, digest)


async def test_a_command_that_was_answered_before_is_answered_the_same(
    second: BackupSite, story: BackupStory
) -> None:
    case, letter = next(iter(story.before.letters.items()))
    assert await applied_with(second.world, letter) == case


async def test_every_collection_of_a_system_at_work_has_its_place(second: BackupSite) -> None:
    assert set(ORDER) <= set(await second.store.names()) <= {*ORDER, *LEFT_OUT}


async def test_a_questionnaire_of_the_release_before_is_there(second: BackupSite) -> None:
    kept = await second.store.collection(FIRST_QUESTIONNAIRES.name).find({})
    assert [each["version"] for each in kept] == [OF_A_RELEASE_BEFORE]


async def test_what_stands_beside_a_case_is_read_with_it(second: BackupSite) -> None:
    [beside] = await second.store.collection("rounds").find({})
    opinions = await second.world.officer.ask("GET", f"/cases/{beside['case_id']}/replies")
    assert [each["opinion"] for each in opinions] == ["请补充", AT_LENGTH]


async def test_what_was_ticked_off_seen_and_done_by_operators_is_there(second: BackupSite) -> None:
    [ticked] = await second.store.collection("corrections").find({})
    assert (ticked["done"], ticked["by"]) == (True, OFFICER)
    assert OFFICER in {visit["_id"] for visit in await second.store.collection("visits").find({})}
    chosen = await NewsChoices(second.store).of(OFFICER)
    assert chosen is not None
    assert chosen.email == "a@b.example"
    trail = [entry async for entries in whole_trail(second.store) for entry in entries]
    assert {"disable_account", "enable_account"} <= {entry.action for entry in trail}


async def test_every_receipt_was_applied_once(second: BackupSite, story: BackupStory) -> None:
    entries = {entry["_id"]: entry for entry in await second.store.collection("receipts").find({})}
    cases = await second.store.collection("cases").find({})
    times = Counter(message_id for case in cases for message_id in case["inbox"])
    moved = Counter(entry["message_id"] for case in cases for entry in case["timeline"])

    assert {entries[receipt]["state"] for receipt in story.before.receipts} == {"applied"}
    applied = [receipt for receipt, entry in entries.items() if entry["state"] == "applied"]
    assert len(applied) >= len(story.before.receipts)
    assert {times[receipt] for receipt in applied} == {1}
    assert set(times.values()) == set(moved.values()) == {1}


async def test_every_submission_has_gone_out_and_its_case_knows(second: BackupSite) -> None:
    cases = await second.store.collection("cases").find({"case_no": {"$ne": None}})
    declarations = {each["_id"]: each for each in await second.store.collection("declarations").find({})}
    made = {submission["id"] for case in cases for submission in case["submissions"]}

    assert made <= set(declarations), "none was left in the old broker"
    assert {each["state"] for each in declarations.values()} == {"sent"}
    assert "declared" not in {case["status"] for case in cases}


async def test_everybody_signs_in_again(second: BackupSite, story: BackupStory) -> None:
    answer = await second.world.officer.client.get("/me", headers={"Authorization": story.token})
    assert answer.status_code == 401


async def test_a_receipt_that_waited_goes_on_waiting_for_its_predecessor(
    second: BackupSite, story: BackupStory
) -> None:
    customs = second.world.customs
    await customs.send("CHECK_INITIATED", story.check, "acceptance", **a_check(AUTHORITY))

    assert (await customs.ack_of(story.deferred)).outcome == "APPLIED"
    await second.world.officer.stands(story.check, "completed", "not_approved")


async def test_a_parked_receipt_can_be_replayed(second: BackupSite, story: BackupStory) -> None:
    await authorities.add_authority(second.store, LATE_AUTHORITY, "NZ", "新西兰", "New Zealand", ["aquatic"])
    await second.world.operator.ask("POST", f"/ops/receipts/{story.parked}/replay", 202)
    assert (await second.world.customs.ack_of(story.parked)).outcome == "APPLIED"


async def test_a_number_that_was_given_out_after_the_backup_is_not_given_out_again(
    second: BackupSite, story: BackupStory
) -> None:
    number, _ = await second.world.submitted()
    assert story.before.submitted.keys() < story.numbers, "some were given out while the backup was taken"
    assert number > max(story.numbers)


async def test_what_stood_in_the_outbox_and_what_customs_did_not_take_goes_out_after_a_restore(
    second: BackupSite, servers: dict[str, str], tmp_path: Path
) -> None:
    await second.world.customs.__aexit__(None, None, None)
    await _unbind(servers, DECLARATIONS_QUEUE)
    not_taken = await _submitted(second)
    await second.world.officer.stands(not_taken, "application", "send_failed")
    await _unbind(servers, SUBMISSIONS_QUEUE)
    in_outbox = await _submitted(second)
    await asyncio.to_thread(second.system.stop)
    await _backup(named(servers, "second"), tmp_path / "backup")
    await _empty_broker(servers)

    await _restore(named(servers, "third"), tmp_path / "backup")

    async with site(named(servers, "third"), tmp_path, "intake", "customs_gateway") as third:
        for number in (not_taken, in_outbox):
            declaration = await third.world.customs.next_declaration(case_no=number)
            assert (declaration.type, declaration.faults) == ("APPLICATION", ())
        await third.until("the cases know", _at_rest)


async def _submitted(at: BackupSite) -> str:
    """An application that is declared; its number."""
    case = await at.world.draft(**FORM)
    return str((await at.world.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"])

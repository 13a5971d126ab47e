"""The alert rules on the real system: a Prometheus scrapes it, and one thing after the other breaks.

Nobody waits a quarter of an hour here: `for` is 8 s, and ages and sizes alert sooner (`SOONER`). Those rules that can't be
made true within a minute are fired by promtool alone (tests/unit/test_alert_rules.py).
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import httpx
import pytest
import yaml

from deploy.local.ports import LOOPBACK, free_ports
from services.portal.news.choices import NewsChoices
from services.portal.news.choosing import choice_of
from shared.contracts.news import NewsEvent, Rhythm
from shared.contracts.topology import DECLARATIONS_QUEUE, SUBMISSIONS_QUEUE
from shared.contracts.vocabulary import Role
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.extent import ALONE
from tests.faults.system_under_test import Hooks, SystemUnderTest, running_plant
from tests.mail_catcher import NOBODY, MailCatcher, Manner, catching
from tests.people import add_account
from tests.promql import promtool

pytestmark = pytest.mark.skipif(
    not (ALONE and promtool), reason="`make test-alone`, with the system's package prometheus"
)
RULES = Path(__file__).parents[2] / "deploy/observability/alerts.yaml"
SOONER = {"FasOutboxStuck": 3, "FasReceiptsStuck": 3, "FasReceiptsDeferredLong": 3, "FasDeclarationsStuck": 3,
          "FasCustomsNotReading": 5, "FasQueueBacklog": 5, "FasMailsWaiting": 3}  # fmt: skip
NOT_HERE = {
    "FasDatabaseRefuses": "needs a full disk",
    "FasDeclarationsInvalid": "needs a fault of ours",
    "FasClockWrong": "needs a machine whose clock is wrong",
    "FasMessagesWaitLong": "needs ten minutes of waiting messages",
    "FasReceiptsSlow": "needs ten minutes of slow receipts",
}
SECONDS = 40.0


class Watching:
    """A Prometheus that scrapes the services every two seconds."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def fired(self) -> set[str]:
        """The alerts that fired until now."""
        asked = {"query": 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[30m]))'}
        answer = (await self._client.get("/api/v1/query", params=asked)).json()
        return {each["metric"]["alertname"] for each in answer["data"]["result"]}

    async def fires(self, *alerts: str) -> None:
        """Wait until these have fired."""
        try:
            async with asyncio.timeout(SECONDS):
                while not {*alerts} <= await self.fired():
                    await asyncio.sleep(0.5)
        except TimeoutError:
            raise AssertionError(f"{sorted({*alerts} - await self.fired())} did not fire") from None

    async def said(self) -> list[str]:
        """What the annotations of those that fire now say."""
        found = (await self._client.get("/api/v1/alerts")).json()["data"]["alerts"]
        return [text for alert in found for text in alert["annotations"].values()]

    async def sees_all(self, services: int) -> None:
        """Wait until every service was scraped twice."""
        asked = {"query": "count(count_over_time(fas_service_started_seconds[1m]) > 1)"}
        async with asyncio.timeout(SECONDS):
            while True:
                found = (await self._client.get("/api/v1/query", params=asked)).json()["data"]["result"]
                if found and int(found[0]["value"][1]) == services:
                    return
                await asyncio.sleep(0.5)


@pytest.fixture
async def post() -> AsyncIterator[MailCatcher]:
    async with catching() as catcher:
        yield catcher


@pytest.fixture
async def plant(
    post: MailCatcher, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SystemUnderTest]:
    limits = {"shared.runtime.shared_state.READ_SECONDS": 1.0}
    mail = {
        "FAS_PUBLIC_URL": f"http://{LOOPBACK}", "FAS_SMTP_HOST": LOOPBACK, "FAS_SMTP_PORT": str(post.port),
        "FAS_SMTP_TLS": "none", "FAS_SMTP_FROM": "fas@example.org",
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("plant")
    async with running_plant(folder, 1, Hooks(limits=limits), given=mail) as plant:
        yield plant


async def test_each_breakage_fires_its_alerts_and_a_sound_system_none(
    plant: SystemUnderTest, post: MailCatcher, tmp_path: Path
) -> None:
    async with _prometheus(tmp_path, plant) as watching:
        async with _a_world(plant) as world:
            number, declared = await world.submitted()
            await watching.sees_all(6)
            assert await watching.fired() == set()

            await _refuse_mails(plant, post, world)
            await world.receipt("RECEIVED", number, "application", in_reply_to=declared)
            await watching.fires("FasMailsParked", "FasMailsWaiting")
            await _spoil_messages(plant, world, number)
            await watching.fires("FasReceiptsParked", "FasReceiptsDeferredLong", "FasDeadLetters")
            await _lose_queues(plant, world)
            await watching.fires("FasDeclarationsRefused", "FasDeclarationsStuck", "FasOutboxStuck")
            await plant.leave("consultation")
            await world.customs.send("CONSULTATION_OPENED", number, "protocol_consultation", text_en="open")
            await watching.fires("FasServiceDown", "FasQueueNotConsumed", "FasReceiptsStuck")
            for _ in range(4):
                await plant.kill("questionnaire")
                await asyncio.sleep(0.5)
                await asyncio.to_thread(plant.system.wait_until_ready, "questionnaire")
                await asyncio.sleep(2.5)  # it is scraped every two seconds
            await watching.fires("FasServiceRestarting")
            await _freeze_database(plant, world)
            await watching.fires("FasDependencyDown", "FasStateUnread", "FasHttpErrors", "FasHttpSlow")
        await _send_many(plant, ["consultation.facts", "customs.receipt-acks"])
        await watching.fires("FasQueueBacklog", "FasCustomsNotReading")

        fired, said = await watching.fired(), await watching.said()
    assert fired >= {rule["alert"] for rule in _rules()} - NOT_HERE.keys()
    assert not [each for each in said if "error" in each and "expanding" in each]


async def _refuse_mails(plant: SystemUnderTest, post: MailCatcher, world: World) -> None:
    """Two officers want every news by e-mail: one has an address that nobody has, the mail server takes none for the other."""
    post.manner = Manner.NOT_NOW
    for name, address in (("gone", NOBODY), ("waiting", "waiting@example.org")):
        username = f"{name}.{world.authority}".lower()
        await add_account(plant.store, username, Role.OFFICER, "a long password", world.authority)
        await NewsChoices(plant.store).keep(choice_of(username, address, "en", Rhythm.AT_ONCE, NewsEvent))


async def _spoil_messages(plant: SystemUnderTest, world: World, number: str) -> None:
    """A receipt that nobody can read, one that comes far too early, and an event that is none."""
    await world.customs.send("ACCEPTED", number, "nowhere")
    await world.customs.send(
        "ANNOUNCEMENT_PUBLISHED", number, "announcement", announcement_no="1", title="t", published_on="2026-11-01"
    )  # fmt: skip
    await _send_many(plant, ["intake.facts"], 1)


async def _lose_queues(plant: SystemUnderTest, world: World) -> None:
    """Customs' queue is not reached by its exchange any more, then one of ours."""
    for queue in (DECLARATIONS_QUEUE, SUBMISSIONS_QUEUE):
        case = await world.draft()
        async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
            channel = await connection.channel()
            bound = await channel.get_queue(queue.name)
            await bound.unbind(queue.exchange, queue.key)
        await world.officer.ask("POST", f"/assessments/{case}/submit", 202)


async def _freeze_database(plant: SystemUnderTest, world: World) -> None:
    """Somebody goes on looking at pages while the database does not answer."""
    frozen = asyncio.create_task(plant.pause_program(plant.servers.server("mongodb").main, 18))
    while not frozen.done():
        await asyncio.gather(*(world.officer.client.get("/cases", timeout=30) for _ in range(5)))
    await frozen


async def _send_many(plant: SystemUnderTest, queues: Iterable[str], count: int = 10) -> None:
    async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
        channel = await connection.channel()
        for queue in queues:
            for _ in range(count):
                message = aio_pika.Message(b'{"is": "no event"}', content_type="application/json")
                await channel.default_exchange.publish(message, queue)


@asynccontextmanager
async def _a_world(plant: SystemUnderTest) -> AsyncIterator[World]:
    async with (
        SimulatedCustoms.at(plant.settings) as customs,
        a_world(plant.system, customs, plant.store) as world,
    ):  # fmt: skip
        yield world


def _rules() -> list[dict[str, str]]:
    """The rules, each alert after eight seconds at most, and sooner."""
    found = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    rules: list[dict[str, str]] = [rule for group in found["groups"] for rule in group["rules"]]
    for rule in rules:
        if "for" in rule:
            rule["for"] = "8s"
        if rule["alert"] in SOONER:
            rule["expr"] = re.sub(r"> \d+$", f"> {SOONER[rule['alert']]}", rule["expr"])
            assert f"> {SOONER[rule['alert']]}" in rule["expr"], rule["alert"]
    return rules


@asynccontextmanager
async def _prometheus(folder: Path, plant: SystemUnderTest) -> AsyncIterator[Watching]:
    """A Prometheus on loopback with our rules, which scrapes every service."""
    (port,) = free_ports(1)
    targets = [f"{LOOPBACK}:{health}" for health in plant.system.ports.health.values()]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "fas", "rules": _rules()}]}))
    (folder / "prometheus.yaml").write_text(yaml.safe_dump({
        "global": {"scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yaml")],
        "scrape_configs": [{"job_name": "any", "static_configs": [{"targets": targets}]}],
    }))  # fmt: skip
    program = await asyncio.create_subprocess_exec(
        shutil.which("prometheus") or "", f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={LOOPBACK}:{port}", "--log.level=warn",
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{port}", trust_env=False, timeout=10
        ) as client:
            async with asyncio.timeout(20):
                while not await _answers(client):
                    await asyncio.sleep(0.1)
            yield Watching(client)
    finally:
        program.terminate()
        async with asyncio.timeout(20):
            await program.wait()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/-/ready")).status_code == 200
    except httpx.TransportError:
        return False

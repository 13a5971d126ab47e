"""Prints one JSON object a measurement: runs, median, unit, and the ratio to a bare counterpart in the same run."""

import asyncio
import json
import os
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from lxml import etree
from ulid import ULID

from deploy.demo.customs import CHECK, Customs
from deploy.local.ports import Ports
from deploy.local.servers import start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from deploy.local.temporary import temporary_data_dir
from services.customs_gateway.receipts import read_receipt
from services.portal import accounts
from shared.contracts.vocabulary import Role
from shared.runtime.settings import Settings, load_settings
from shared.runtime.store import open_store

RUNS = 5
RECEIPTS = 200
CALLS = 100
PASSWORD = "only for this benchmark"
SAMPLE = (Path(__file__).parent.parent / "data" / "receipts" / "RECTIFICATION_REQUIRED.xml").read_bytes()


def tell(name: str, unit: str, values: list[float], bare_name: str, bare: list[float]) -> None:
    """One measurement."""
    median, bare_median = statistics.median(values), statistics.median(bare)
    found = {
        "measurement": name, "runs": len(values), "median": round(median, 4), "unit": unit,
        "ratio": round(median / bare_median, 3), "ratio_to": bare_name, "bare_median": round(bare_median, 4),
    }  # fmt: skip
    print(json.dumps(found), flush=True)


def translation() -> None:
    """A receipt from bytes to values, against parsing alone."""

    def microseconds(work: Callable[[bytes], object]) -> float:
        begun = time.perf_counter()
        for _ in range(1000):
            work(SAMPLE)
        return (time.perf_counter() - begun) * 1000

    ours = [microseconds(read_receipt) for _ in range(RUNS)]
    tell(
        "receipt_translated", "µs", ours, "lxml parse", [microseconds(etree.fromstring) for _ in range(RUNS)]
    )


async def receipts(customs: Customs, settings: Settings, authority: str) -> None:
    """Retrospective checks opened by receipts, from the queue to the acknowledgement, against bare messages."""

    async def ours() -> float:
        body: dict[str, Any] = {
            **CHECK,
            "authority_code": authority,
            "category": "aquatic",
            "specific": ("farmed",),
        }
        begun = time.perf_counter()
        sent = [customs.send("CHECK_INITIATED", str(ULID()), "acceptance", **body) for _ in range(RECEIPTS)]
        ids = await asyncio.gather(*sent)
        await asyncio.gather(*(customs.ack_of(message_id, limit=120) for message_id in ids))
        return RECEIPTS / (time.perf_counter() - begun)

    async def bare() -> float:
        connection = await aio_pika.connect(settings.rabbit_url)
        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(
                f"bench.{ULID()}", durable=True, arguments={"x-queue-type": "quorum"}
            )
            message = aio_pika.Message(SAMPLE, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            begun = time.perf_counter()
            await asyncio.gather(
                *(channel.default_exchange.publish(message, queue.name) for _ in range(RECEIPTS))
            )
            async with queue.iterator() as incoming:
                left = RECEIPTS
                async for each in incoming:
                    await each.ack()
                    left -= 1
                    if not left:
                        break
            rate = RECEIPTS / (time.perf_counter() - begun)
            await queue.delete(if_unused=False, if_empty=False)
            return rate

    tell(
        "receipts_to_acknowledgement",
        "1/s",
        await _runs(ours),
        "bare publish, consume, ack",
        await _runs(bare),
    )


async def api(system: RunningSystem, username: str) -> None:
    """The officer's list and one case, against the same process answering /live."""
    url = f"{system.portal_url}/api/v1"
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        token = (await client.post("/token", data={"username": username, "password": PASSWORD})).json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        case = (await client.get("/cases")).json()["items"][0]["id"]
        live = await _milliseconds(client, f"{system.health_url('portal')}/live")
        for name, path in (("api_list", "/cases"), ("api_case", f"/cases/{case}")):
            tell(name, "ms", await _milliseconds(client, path), "GET /live", live)


async def pages(system: RunningSystem, customs: Customs, officer: str, operator: str) -> None:
    """Every kind of page, with the cases that `receipts` opened, against the same process answering /live."""
    async with _signed_in(system, officer) as client:
        case = await _questionnaire(client, system, customs)
        live = await _milliseconds(client, f"{system.health_url('portal')}/live")
        for name, path in _officers(case).items():
            tell(f"page_{name}", "ms", await _milliseconds(client, path), "GET /live", live)
    async with _signed_in(system, operator) as client:
        for name, path in _operators(case).items():
            tell(f"page_{name}", "ms", await _milliseconds(client, path), "GET /live", live)


def _officers(case: str) -> dict[str, str]:
    of_case = {
        name: f"/cases/{case}/{name}"
        for name in ("acceptance", "questionnaire", "questionnaire/offline", "opinion")
    }
    return {
        "start": "/", "apply": "/assessments/new", "applications": "/assessments", "checks": "/checks",
        "checks_filtered": "/checks?turn=authority&sort=moved_at&size=50",
        "submissions": f"/cases/{case}/questionnaire/submissions",
        **{name.replace("/", "_"): path for name, path in of_case.items()},
    }  # fmt: skip


def _operators(case: str) -> dict[str, str]:
    names = ("receipts", "reconciliation", "cases", "authorities", "accounts", "audit")
    return {"ops": "/ops", "ops_ledger": f"/ops/cases/{case}"} | {
        f"ops_{name}": f"/ops/{name}" for name in names
    }


async def _questionnaire(client: httpx.AsyncClient, system: RunningSystem, customs: Customs) -> str:
    """One of the checks, agreed to, with its questionnaire opened; its number."""
    token = (
        await client.post("/api/v1/token", data={"username": client.headers["X-Name"], "password": PASSWORD})
    ).json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    number = str((await client.get("/api/v1/cases", headers=bearer)).json()["items"][0]["case_no"])
    contact = {
        "name": "M. Croes", "title": "Director", "phone": {"country": "297", "area": "", "number": "5850400"},
        "email": "m@example.aw",
    }  # fmt: skip
    path = f"/api/v1/cases/{number}/stages/acceptance/agree"
    (await client.post(path, json={"contact": contact}, headers=bearer)).raise_for_status()
    declared = await customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    received = await customs.send("RECEIVED", number, "acceptance", in_reply_to=declared.message_id)
    await customs.ack_of(received)
    await customs.ack_of(await customs.send("QUESTIONNAIRE_OPENED", number, "questionnaire"))
    return number


@asynccontextmanager
async def _signed_in(system: RunningSystem, username: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's session, without its scripts."""
    async with httpx.AsyncClient(
        base_url=system.portal_url, timeout=30, trust_env=False, headers={"X-Name": username}
    ) as client:
        token = re.search(r'name="csrf" content="(\w+)"', (await client.get("/sign-in")).text)
        if token is None:
            raise LookupError("the sign-in page has no token")
        form = {"username": username, "password": PASSWORD, "csrf": token[1]}
        if (await client.post("/sign-in", data=form)).status_code != 303:
            raise PermissionError(username)
        yield client


async def _milliseconds(client: httpx.AsyncClient, path: str) -> list[float]:
    found = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        (await client.get(path)).raise_for_status()
        found.append((time.perf_counter() - begun) * 1000)
    return found


async def _runs(measured: Callable[[], Awaitable[float]]) -> list[float]:
    return [await measured() for _ in range(RUNS)]


async def measure(system: RunningSystem) -> None:
    """All measurements that need the system."""
    settings = load_settings()
    store = open_store(settings)
    authority, username = f"B-{ULID()}", f"bench.{ULID()}".lower()
    await accounts.add_authority(store, authority, "AW", "阿鲁巴", "Aruba", ["aquatic"])
    await accounts.add_account(store, username, Role.OFFICER, PASSWORD, authority)
    operator = f"bench.ops.{ULID()}".lower()
    await accounts.add_account(store, operator, Role.OPERATOR, PASSWORD)
    secret = settings.s3_secret_key.get_secret_value()
    async with Customs(
        settings.rabbit_url, settings.s3_endpoint, settings.s3_access_key, secret, settings.s3_bucket
    ) as customs:
        await receipts(customs, settings, authority)
        await api(system, username)
        await pages(system, customs, username, operator)
    await store.close()


def main() -> int:
    """Start everything on free ports, measure, stop everything."""

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    translation()
    with (
        temporary_data_dir() as folder,
        start_servers(folder, ports=Ports.random(), say=say) as servers,
    ):
        os.environ |= servers.environment
        with start_system(
            servers.environment, data_dir=folder, say=say, ports=SystemPorts.random()
        ) as system:
            asyncio.run(measure(system))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Prints one JSON object a measurement: runs, median, unit, and the ratio to a bare counterpart in the same run."""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
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


async def pages(system: RunningSystem, username: str) -> None:
    """The officer's list and one case, against the same process answering /live."""
    url = f"{system.portal_url}/api/v1"
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        token = (await client.post("/token", data={"username": username, "password": PASSWORD})).json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        case = (await client.get("/cases")).json()["items"][0]["id"]
        live = await _milliseconds(client, f"{system.health_url('portal')}/live")
        for name, path in (("api_list", "/cases"), ("api_case", f"/cases/{case}")):
            tell(name, "ms", await _milliseconds(client, path), "GET /live", live)


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
    secret = settings.s3_secret_key.get_secret_value()
    async with Customs(
        settings.rabbit_url, settings.s3_endpoint, settings.s3_access_key, secret, settings.s3_bucket
    ) as customs:
        await receipts(customs, settings, authority)
    await pages(system, username)
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

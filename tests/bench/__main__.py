"""Prints one JSON object a measurement: runs, median, unit, and the ratio to a bare counterpart in the same run."""

import asyncio
import json
import os
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import httpx
from lxml import etree
from ulid import ULID

from deploy.local.ports import Ports
from deploy.local.servers import start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from deploy.local.temporary import temporary_data_dir
from services.customs_gateway.receipts.translation import read_receipt
from shared.runtime.settings import Settings, load_settings
from shared.runtime.store import open_store
from simulator.customs import SimulatedCustoms
from simulator.files import pdf
from tests.api_client import FORM, World, a_check, a_world

RUNS = 5
RECEIPTS = 200
CALLS = 100
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


async def receipts(customs: SimulatedCustoms, settings: Settings, authority: str) -> None:
    """Retrospective checks opened by receipts, from the queue to the acknowledgement, against bare messages."""

    async def ours() -> float:
        begun, body = time.perf_counter(), a_check(authority)
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


async def api(system: RunningSystem, world: World) -> None:
    """The officer's list and one case, against the same process answering /live."""
    client = world.officer.client
    case = (await world.officer.ask("GET", "/cases"))["items"][0]["id"]
    live = await _milliseconds(client, f"{system.health_url('portal')}/live")
    for name, path in (("api_list", "/cases"), ("api_case", f"/cases/{case}")):
        tell(name, "ms", await _milliseconds(client, path), "GET /live", live)


async def pages(system: RunningSystem, world: World) -> None:
    """Every kind of page, with the cases that `receipts` opened, against the same process answering /live."""
    async with _browser(system) as nobody:
        live = await _milliseconds(nobody, f"{system.health_url('portal')}/live")

        async def measured(client: httpx.AsyncClient, addresses: Mapping[str, str]) -> None:
            for name, path in addresses.items():
                tell(f"page_{name}", "ms", await _milliseconds(client, path), "GET /live", live)

        await measured(nobody, {"sign_in": "/sign-in"})
        async with _signed_in(system, world.username, world.password) as earlier:
            (
                await earlier.get("/")
            ).raise_for_status()  # those that follow are told what happened since a visit
        cases = await _at_every_stage(world)
        async with _signed_in(system, world.username, world.password) as officer:
            await measured(officer, _officers(**cases))
        async with _signed_in(system, world.operators_name, world.password) as operator:
            await measured(operator, _operators(cases["ended"], await _parked(world)))


def _officers(*, check: str, draft: str, rectified: str, consulted: str, ended: str) -> dict[str, str]:
    return {
        "start": "/", "apply": "/assessments/new", "applications": "/assessments", "checks": "/checks",
        "checks_filtered": "/checks?turn=authority&sort=turn_began_at&size=50",
        "application": f"/cases/{draft}/application", "overview": f"/cases/{draft}/overview",
        "acceptance": f"/cases/{check}/acceptance", "opinion": f"/cases/{rectified}/opinion",
        "questionnaire": f"/cases/{check}/questionnaire", "questionnaire_offline": f"/cases/{check}/questionnaire/offline",
        "questionnaire_answered": f"/cases/{rectified}/questionnaire",
        "submissions": f"/cases/{rectified}/questionnaire/submissions", "rectification": f"/cases/{rectified}/evaluation",
        "consultation": f"/cases/{consulted}/protocol_consultation",
        "comparison": f"/cases/{consulted}/protocol_consultation/compare",
        "round": f"/cases/{consulted}/protocol_consultation/history/1",
        "signatories": f"/cases/{ended}/certificate_consultation", "signing": f"/cases/{ended}/protocol_signing",
        "certificates": f"/cases/{ended}/certificate_confirmation",
    }  # fmt: skip


def _operators(case: str, parked: str) -> dict[str, str]:
    names = ("receipts", "reconciliation", "cases", "authorities", "accounts", "audit")
    of_one = {"ops_ledger": f"/ops/cases/{case}", "ops_receipt": f"/ops/receipts/{parked}"}
    return {"ops": "/ops", **of_one} | {f"ops_{name}": f"/ops/{name}" for name in names}


async def _at_every_stage(world: World) -> dict[str, str]:
    """Cases, by number or id, that stand where the pages have most to show."""
    check = str((await world.officer.ask("GET", "/cases"))["items"][0]["case_no"])
    contact = {**FORM["contact"], "phone": {"country": "297", "area": "", "number": "5850400"}}
    await world.officer.ask("POST", f"/cases/{check}/stages/acceptance/agree", 202, json={"contact": contact})
    declared = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=check)
    await world.receipt("RECEIVED", check, "acceptance", in_reply_to=declared.message_id)
    await world.receipt("QUESTIONNAIRE_OPENED", check, "questionnaire")
    rectified, consulted, ended = [await world.questionnaire_opened() for _ in range(3)]
    for number in (rectified, consulted, ended):
        await world.answered(number)
    required = {"rectification_no": "ZG1", "issued_on": "2026-11-01", "requirement": "请整改 Rectify."}
    await world.receipt("RECTIFICATION_REQUIRED", rectified, "evaluation", **required)
    for text in ("议定书草案一", "议定书草案二"):
        await world.receipt("CONSULTATION_OPENED", consulted, "protocol_consultation", text_zh=text)
        if text.endswith("一"):
            await world.replied(consulted, "protocol_consultation")
    await world.signed(ended)
    await world.replied(ended, "certificate_consultation")
    await world.receipt("CONSULTATION_COMPLETED", ended, "certificate_consultation")
    files = [("certificate.pdf", pdf("certificate"))]
    await world.receipt("CERTIFICATE_CONFIRMED", ended, "certificate_confirmation", attachments=files)
    return {
        "check": check, "draft": await world.draft(), "rectified": rectified, "consulted": consulted, "ended": ended,
    }  # fmt: skip


async def _parked(world: World) -> str:
    """A receipt that can't be applied, once it is parked."""
    return await world.receipt(
        "CONSULTATION_COMPLETED", "202611000000999999", "application", outcome="PARKED"
    )


@asynccontextmanager
async def _browser(system: RunningSystem) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without its scripts."""
    async with httpx.AsyncClient(base_url=system.portal_url, timeout=30, trust_env=False) as client:
        yield client


@asynccontextmanager
async def _signed_in(system: RunningSystem, username: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's session."""
    async with _browser(system) as client:
        token = re.search(r'name="csrf" content="([^"]+)"', (await client.get("/sign-in")).text)
        if token is None:
            raise LookupError("the sign-in page has no token")
        form = {"username": username, "password": password, "csrf": token[1]}
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
    secret = settings.s3_secret_key.get_secret_value()
    async with (
        SimulatedCustoms(
            settings.rabbit_url, settings.s3_endpoint, settings.s3_access_key, secret, settings.s3_bucket
        ) as customs,
        a_world(system, customs, store) as world,
    ):  # fmt: skip
        await receipts(customs, settings, world.authority)
        await api(system, world)
        await pages(system, world)
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

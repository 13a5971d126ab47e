"""One trace from an officer's click to customs and back to the officer's page, exported by five processes, across a crash.

Servers and services are this module's own: the others' trace nothing.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from shared.runtime.store import Store
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.collector import CollectedSpan, TraceCollector, running_collector
from tests.extent import ALL
from tests.faults.system_under_test import Hooks, SystemUnderTest, running_plant

ASKED_EARLY = "fas.events.fact.documents process"
pytestmark = pytest.mark.skipif(not ALL, reason="a whole system of its own: make test-all")


@pytest.fixture(scope="module")
def collector() -> Iterator[TraceCollector]:
    with running_collector() as running:
        yield running


@pytest.fixture(scope="module")
async def plant(
    collector: TraceCollector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SystemUnderTest]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        patched.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        async with running_plant(tmp_path_factory.mktemp("plant"), 1, Hooks()) as plant:
            yield plant


@pytest.fixture
async def world(plant: SystemUnderTest) -> AsyncIterator[World]:
    async with (
        SimulatedCustoms.at(plant.settings) as customs,
        a_world(plant.system, customs, plant.store) as world,
    ):
        yield world


async def test_one_trace_leads_from_the_click_to_customs_and_back_to_the_page_across_a_crash(
    plant: SystemUnderTest, world: World, collector: TraceCollector
) -> None:
    trace, click = secrets.token_hex(16), secrets.token_hex(8)
    case = await world.draft()
    page = asyncio.create_task(_page_of(world, case, "received"))
    await asyncio.sleep(0)

    asked = await world.officer.ask(
        "POST", f"/assessments/{case}/submit", 202, headers={"traceparent": f"00-{trace}-{click}-01"}
    )
    number = asked["case_no"]
    declaration = (await world.customs.next_declaration(case_no=number)).message_id
    await world.officer.stands(number, "application", "sent")
    early = await world.customs.send(
        "ANNOUNCEMENT_PUBLISHED", number, "announcement", announcement_no="1", title="t",
        published_on="2026-11-01", trace={"traceparent": f"00-{trace}-{click}-01"},
    )  # fmt: skip
    await _deferred(plant.store, early)
    await _comes(collector, "documents", ASKED_EARLY, trace)
    assert await asyncio.to_thread(collector.without_parent, trace) == {click}
    await plant.kill("customs_gateway")
    known = len(collector.spans)

    await world.customs.send("RECEIVED", number, "application", in_reply_to=declaration)
    async with asyncio.timeout(30):
        await page
    shown = await _comes(collector, "portal", "event stream", trace, after=known, case_no=number)
    assert collector.path(click, shown) == [
        ("portal", "POST /api/v1/assessments/{case}/submit"),
        ("portal", "default.intake.commands request"),
        ("intake", "default.intake.commands process"),
        ("intake", "outbox submission.declared"),
        ("intake", "fas.events.submission.declared publish"),
        ("customs_gateway", "fas.events.submission.declared process"),
        ("customs_gateway", "DeclarationEntry work"),
        ("customs_gateway", "customs.declarations.declaration publish"),
        ("customs_gateway", "customs.receipts.receipt process"),
        ("customs_gateway", "ReceiptEntry work"),
        ("customs_gateway", "fas.events.fact.intake publish"),
        ("intake", "fas.events.fact.intake process"),
        ("intake", "outbox case.moved"),
        ("intake", "fas.events.case.moved publish"),
        ("portal", "fas.events.case.moved process"),
        ("portal", "event stream"),
    ]
    asked_again = await _comes(collector, "documents", ASKED_EARLY, trace, after=known)
    assert collector.path(click, asked_again) == [
        ("customs_gateway", "customs.receipts.receipt process"),
        ("customs_gateway", "ReceiptEntry work"),
        ("customs_gateway", "fas.events.fact.documents publish"),
        ("documents", ASKED_EARLY),
    ], "what the process that died had stored goes on in the same trace"
    answered = await _comes(collector, "intake", "reply publish", trace)
    assert ("intake", "default.intake.commands process") in collector.path(click, answered)
    assert await asyncio.to_thread(collector.without_parent, trace) == {click}
    of_trace = [span for span in collector.spans if span.trace == trace]
    typed = [value for span in of_trace for value in span.attributes.values() if "Croes" in value]
    assert typed == []


async def test_what_was_searched_for_stands_in_no_span(world: World, collector: TraceCollector) -> None:
    trace = secrets.token_hex(16)
    header = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    await world.officer.ask("GET", "/cases", params={"q": "Maria Croes"}, headers=header)

    span = await _comes(collector, "portal", "GET /api/v1/cases", trace)

    assert span.attributes["url.query"] == ""


async def _comes(
    collector: TraceCollector, service: str, name: str, trace: str, *, after: int = 0, case_no: str = ""
) -> CollectedSpan:
    return await asyncio.to_thread(collector.wait_for, service, name, trace, after=after, case_no=case_no)


async def _page_of(world: World, case: str, status: str) -> None:
    """An officer's open page, until it is told that the case has a status."""
    async with world.officer.client.stream("GET", "/events", timeout=60) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data:") and case in line and f'"status":"{status}"' in line:
                return


async def _deferred(store: Store, receipt: str) -> None:
    async with asyncio.timeout(20):
        while (found := await store.collection("receipts").find_one({"_id": receipt})) is None or found[
            "state"
        ] != "deferred":
            await asyncio.sleep(0.05)
    assert found["trace"].startswith("00-")

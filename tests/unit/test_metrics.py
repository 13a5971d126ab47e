"""What Prometheus reads of a process: each service shows its own, and what is shared is read seldom and never guessed."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector
from starlette.types import Receive, Scope, Send

from services.portal.http.observed import Observed
from shared.contracts.topology import SERVICES
from shared.runtime import dependencies, metrics, shared_state
from shared.runtime.dependencies import mark_down, mark_up, watch
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.health import READY, Health
from shared.runtime.metered import DECLARED, SharedAge, SharedGauge
from shared.runtime.shared_state import SharedState

REFUSED = {"object_store": "object_store does not answer: refused."}


@pytest.fixture(autouse=True)
def _nothing_away() -> Iterator[None]:
    dependencies._away.clear()
    dependencies._returned_at.clear()
    yield
    dependencies._away.clear()


def shown(*collectors: Collector) -> dict[str, float]:
    """Every sample, by its name with labels."""
    registry = CollectorRegistry()
    for each in collectors:
        registry.register(each)
    return samples(generate_latest(registry).decode())


def samples(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_shows_what_it_owns_and_nothing_else(service: str) -> None:
    registry = CollectorRegistry()
    metrics.expose(service, registry)
    named = set(re.findall(r"^# TYPE (fas_\w+)", generate_latest(registry).decode(), re.MULTILINE))
    assert named == {each.name for each in DECLARED if not each.owners or service in each.owners}
    assert ("fas_receipts_parked" in named) == (service == "customs_gateway")
    started = [name for name in samples(generate_latest(registry).decode()) if "fas_service_started" in name]
    assert [name for name in started if f'service="{service}"' in name]


def test_every_owner_is_a_service() -> None:
    assert {owner for each in DECLARED for owner in each.owners} <= {*SERVICES}


def test_what_was_not_read_is_not_shown() -> None:
    parked = SharedGauge("parked", "…")
    assert shown(parked) == {}
    parked.show({(): 3})
    assert shown(parked) == {"parked": 3}
    parked.forget()
    assert shown(parked) == {}


def test_an_age_grows_until_it_is_read_again_and_nothing_has_no_age(monkeypatch: pytest.MonkeyPatch) -> None:
    oldest, time = SharedAge("oldest", "…", ["state"]), 100.0
    monkeypatch.setattr("shared.runtime.metered.time.monotonic", lambda: time)
    oldest.show({("parked",): 7.0, ("stored",): 0.0})
    time = 110.0
    assert shown(oldest) == {'oldest{state="parked"}': 17.0, 'oldest{state="stored"}': 0.0}


async def test_shared_state_is_read_when_asked_for_and_not_again_for_15_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, read = 100.0, 0
    monkeypatch.setattr("shared.runtime.shared_state.time.monotonic", lambda: time)

    async def reading() -> None:
        nonlocal read
        read += 1
        await asyncio.sleep(0)

    state = SharedState()
    state.add("queues", reading)
    assert read == 0
    await asyncio.gather(state.refresh(), state.refresh(), state.refresh())
    time += shared_state.READ_SECONDS - 0.1
    await state.refresh()
    assert read == 1
    time += 0.2
    await state.refresh()
    assert read == 2


@pytest.mark.parametrize("fault", [DependencyUnavailable("database", "away"), KeyError("messages"), None])
async def test_a_reading_that_fails_or_hangs_hides_its_gauges_alone_and_is_counted(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    monkeypatch.setattr(shared_state, "LIMIT_SECONDS", 0.01)
    parked, waiting, state = SharedGauge("parked", "…"), SharedGauge("waiting", "…"), SharedState()
    parked.show({(): 3})

    async def failing() -> None:
        if fault:
            raise fault
        await asyncio.Event().wait()

    async def well() -> None:
        waiting.show({(): 1})

    state.add("ledger", failing, parked)
    state.add("queues", well, waiting)
    before = shown(metrics.STATE_UNREAD)['fas_state_unread_total{state="ledger"}']
    await state.refresh()
    assert shown(parked, waiting) == {"waiting": 1}
    assert shown(metrics.STATE_UNREAD)['fas_state_unread_total{state="ledger"}'] == before + 1


def test_a_server_is_down_from_its_loss_to_its_return_and_another_service_is_no_server() -> None:
    watch("database")
    assert up("database") == 1
    mark_down("database", "gone")
    mark_down("questionnaire", "no answer")
    assert up("database") == 0
    mark_up("database")
    mark_up("questionnaire")
    assert up("database") == 1
    assert up("questionnaire") is None


def up(server: str) -> float | None:
    return shown(metrics.DEPENDENCY_UP).get(f'fas_dependency_up{{server="{server}"}}')


async def test_a_service_that_can_spare_a_server_stays_ready_without_it_and_says_so() -> None:
    async def away() -> None:
        raise DependencyUnavailable("object_store", "refused")

    async def well() -> None:
        pass

    for can_spare, status in ((frozenset({"object_store"}), 200), (frozenset[str](), 503)):
        health = Health(0, {"database": well, "object_store": away}, lambda: "", can_spare=can_spare)
        async with _client(health) as client:
            assert (await client.get("/ready")).status_code == 503, "while it starts it needs all of them"
            health.state = READY
            answer = await client.get("/ready")
        assert answer.status_code == status
        said = answer.json()
        assert (said["ready"], said["failing"] | said["spared"]) == (
            status == 200,
            REFUSED,
        )
        assert await health.failing() == REFUSED, "the operators' overview shows it all the same"


async def test_sizes_are_read_before_the_metrics_are_told() -> None:
    read: list[str] = []

    async def reading() -> None:
        read.append("queues")

    async with _client(Health(0, {}, lambda: "", before_metrics=reading)) as client:
        await client.get("/live")
        assert read == []
        assert (await client.get("/metrics")).status_code == 200
    assert read == ["queues"]


def _client(health: Health) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(health.app), base_url="http://health")


async def test_a_method_that_a_client_made_up_is_no_series_of_its_own() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 405, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(Observed(app)), base_url="http://a") as client:
        for method in ("GET", "MADE1", "MADE2"):
            await client.request(method, "/")
    methods = {name.split('"')[1] for name in shown(metrics.HTTP)}
    assert methods == {"GET", "other"}

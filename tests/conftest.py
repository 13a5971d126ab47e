"""One fixture starts the servers, one the whole system; every test makes an authority of its own."""

import gc
import os
import secrets
from collections.abc import AsyncIterator, Generator, Iterator

import pytest

from deploy.local.system import RunningSystem, SystemPorts, start_system
from shared.contracts.catalogue import CATEGORY
from shared.runtime.settings import Settings, load_settings
from shared.runtime.store import Store, open_store
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.log_lines import lines_of, not_as_described
from tests.servers import running_servers


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: there is hardly any, and a look goes through everything that was collected."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of real servers, with a database and a bucket of this run's own."""
    with running_servers(tmp_path_factory.mktemp("servers"), _say) as found:
        own = f"fas-{secrets.token_hex(4)}"
        yield found | {"FAS_MONGO_DATABASE": own, "FAS_S3_BUCKET": own, "FAS_RECEIPT_DELAYS": "0.3,0.5,0.7"}


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> Iterator[Settings]:
    """The settings of the running servers."""
    before = dict(os.environ)
    os.environ |= environment
    yield load_settings()
    os.environ.clear()
    os.environ |= before


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """The database of this run."""
    opened = open_store(settings)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def system(
    environment: dict[str, str], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSystem]:
    """All six services as processes of their own."""
    folder = tmp_path_factory.mktemp("system")
    running = start_system(environment, data_dir=folder, say=_say, ports=SystemPorts.random())
    yield running
    codes = running.stop()
    assert not_as_described(lines_of(running)) == [], "every line of every test is described (docs/logs.md)"
    assert set(codes.values()) == {0}, f"every service ends with status 0 on SIGTERM: {codes}"


@pytest.fixture(scope="session")
async def customs(system: RunningSystem, settings: Settings) -> AsyncIterator[SimulatedCustoms]:
    """Customs' side of the queues and the bucket."""
    async with SimulatedCustoms.at(settings) as customs:  # fmt: skip
        yield customs


@pytest.fixture
async def world(system: RunningSystem, customs: SimulatedCustoms, store: Store) -> AsyncIterator[World]:
    """A new authority with an officer, and an operator, all signed in."""
    async with a_world(system, customs, store) as found:
        yield found


@pytest.fixture
async def other_world(system: RunningSystem, customs: SimulatedCustoms, store: Store) -> AsyncIterator[World]:
    """Another authority."""
    async with a_world(system, customs, store) as found:
        yield found


@pytest.fixture
async def wide_world(system: RunningSystem, customs: SimulatedCustoms, store: Store) -> AsyncIterator[World]:
    """An authority that manages every food."""
    async with a_world(system, customs, store, [*CATEGORY]) as found:
        yield found


def _say(text: str) -> None:
    print(text)

"""Processes of one service count each other, and each looks so much less often."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from ulid import ULID

from shared.runtime.heartbeat import Peers, send_heartbeats
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.waiting import until


@pytest.fixture
async def own(settings: Settings) -> AsyncIterator[Store]:
    """A database of its own."""
    store = open_store(settings.model_copy(update={"mongo_database": f"peers-{ULID()}"}))
    yield store
    await store.close()


async def _nothing_fails() -> dict[str, str]:
    return {}


async def test_processes_of_a_service_share_their_sweeps(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.runtime.heartbeat.SECONDS", 0.05)
    peers, other, portal = Peers(), Peers(), Peers()
    processes = (("intake", peers), ("intake", other), ("portal", portal))
    tasks = [
        asyncio.create_task(send_heartbeats(own, service, _nothing_fails, each))
        for service, each in processes
    ]

    await until(lambda: peers.count == other.count == 2)
    assert portal.count == 1
    assert all(1.5 <= peers.spread(1) <= 2.5 for _ in range(100))
    assert portal.spread(1) == 1
    for task in tasks:
        task.cancel()

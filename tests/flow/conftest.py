"""Browsers that are signed in, for flows that visit pages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api_client import World
from tests.flow.test_page_access import Browser


@pytest.fixture
async def officer(world: World, system: Any) -> AsyncIterator[Browser]:
    """An officer's browser."""
    found = await Browser(system.portal_url).signs_in(world.username, world.password)
    yield found
    await found.client.aclose()


@pytest.fixture
async def operator(world: World, system: Any) -> AsyncIterator[Browser]:
    """An operator's browser."""
    found = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    yield found
    await found.client.aclose()

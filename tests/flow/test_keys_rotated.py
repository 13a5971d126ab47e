"""FAS_SECRET_KEY is changed under people who are signed in: old key, both, the new one alone."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.system import SystemPorts, start_system
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.extent import ALL
from tests.flow.test_page_access import Browser
from tests.people import add_account

pytestmark = pytest.mark.skipif(not ALL, reason="starts the portal three times: make test-all")


async def test_who_signed_in_under_the_old_key_stays_signed_in_and_old_pages_are_good_while_it_is_named(
    environment: dict[str, str], store: Store, tmp_path: Path
) -> None:
    old, new, ports = secrets.token_urlsafe(32), secrets.token_urlsafe(32), SystemPorts.random()
    username, password = f"rotated.{now():%H%M%S%f}", "correct horse battery"
    await add_account(store, username, Role.OPERATOR, password)

    @asynccontextmanager
    async def portal(keys: str) -> AsyncIterator[str]:
        running = await asyncio.to_thread(
            start_system,
            environment | {"FAS_SECRET_KEY": keys},
            data_dir=tmp_path,
            ports=ports,
            services=("portal",),
        )
        try:
            yield running.portal_url
        finally:
            await asyncio.to_thread(running.stop)

    async with portal(old) as url:
        browser = await Browser(url).signs_in(username, password)
        under_old = browser.csrf
    async with portal(f"{new},{old}"):
        assert (await _stays(browser, under_old)) == 204, "a page that was open before goes on"
        under_both = await browser.token("/account")
        assert under_both != under_old, "what is new is signed by the new key"
    async with portal(new):
        assert (await _stays(browser, under_both)) == 204
        refused = await browser.client.post("/stay", data={"csrf": under_old})
        assert refused.status_code == 403
        assert "send it again" in refused.text
        assert (await _stays(browser, await browser.token("/account"))) == 204, (
            "the session is no matter of keys"
        )
    await browser.client.aclose()


async def _stays(browser: Browser, token: str) -> int:
    return (await browser.client.post("/stay", data={"csrf": token})).status_code

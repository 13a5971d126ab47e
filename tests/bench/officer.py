"""An officer whose page is open: when the event stream shows a movement."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from deploy.local.system import RunningSystem
from services.portal.identity import authorities
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store
from tests.people import add_account

PATIENCE = 120.0
SCOPE = ("aquatic", "meat.beef", "milling_malt", "nuts_seeds")


@dataclass
class Officer:
    """Signed in at the API, by `client`; `shown` says when the stream showed a case last (seconds, monotonic)."""

    client: httpx.AsyncClient
    authority: str
    username: str
    password: str = field(repr=False)
    shown: dict[str, float] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """The event stream is open until the block ends."""
        async with self.client.stream("GET", "/events", timeout=None) as answer:
            answer.raise_for_status()
            lines = answer.aiter_lines()
            await anext(lines)  # the stream is open once it said how to come back
            reading = asyncio.create_task(self._read(lines))
            yield
            reading.cancel()

    async def saw(self, cases: Iterable[str]) -> dict[str, float]:
        """When each of these cases was shown, once all were."""
        wanted = set(cases)
        async with asyncio.timeout(PATIENCE):
            while not wanted <= self.shown.keys():
                self._news.clear()
                await self._news.wait()
        return self.shown

    async def _read(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            if line.startswith("data:"):
                self.shown.setdefault(json.loads(line[5:])["id"], time.perf_counter())
                self._news.set()


@asynccontextmanager
async def an_officer(system: RunningSystem, store: Store) -> AsyncIterator[Officer]:
    """A new authority with an officer who is signed in."""
    code, password = f"B-{secrets.token_hex(3)}".upper(), secrets.token_urlsafe(16)
    username = f"officer.{code}".lower()
    await authorities.add_authority(store, code, "AW", "阿鲁巴", "Aruba", SCOPE)
    await add_account(store, username, Role.OFFICER, password, code)
    url = f"{system.portal_url}/api/v1"
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        answer = await client.post("/token", data={"username": username, "password": password})
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Officer(client, code, username, password)

"""An officer who does not give up: the same request with the same Idempotency-Key until the portal has answered."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from itertools import cycle
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from simulator.files import pdf
from tests.faults.event_log import Witness
from tests.faults.system_under_test import PlantOfficer as Account

_PAUSE = 0.3
_LATER = (401, 429)


class RigRefused(Exception):
    """The portal's answer is final, and not the one that was wanted."""


class RigOfficer:
    """Signs in, fills in, uploads; writes down what was told. A portal that does not answer, or not now, is left for the next."""

    def __init__(self, apis: Sequence[str], account: Account, witness: Witness) -> None:
        self._account, self._witness, self._apis = account, witness, cycle(apis)
        self.client = httpx.AsyncClient(base_url=next(self._apis), timeout=20, trust_env=False)

    @property
    def authority(self) -> str:
        """Whose officer it is."""
        return self._account.authority

    def saw(self, what: str, **about: Any) -> None:
        """Write down what was told."""
        self._witness.saw("officer", what, by=self._account.username, **about)

    async def ask(self, method: str, path: str, status: int = 200, **given: Any) -> Any:
        """Ask until there is an answer; Refused where it is final and has another status."""
        headers = {"Idempotency-Key": uuid4().hex} if method != "GET" else {}
        while True:
            try:
                if "Authorization" not in self.client.headers:
                    await self._sign_in()
                answer = await self.client.request(method, path, headers=headers, **given)
            except httpx.TransportError:
                self.client.base_url = next(self._apis)
                await asyncio.sleep(_PAUSE)
                continue
            if answer.status_code == status:
                return answer.json() if "json" in answer.headers["content-type"] else answer.content
            if answer.status_code >= 500 or answer.status_code in _LATER:
                if answer.status_code >= 500:
                    self.client.base_url = next(self._apis)
                if answer.status_code == 401:
                    self.client.headers.pop("Authorization", None)
                await asyncio.sleep(_PAUSE)
                continue
            raise RigRefused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")

    async def upload(self, random: Random, purpose: str, size: int = 0) -> str:
        """Upload a PDF that is like no other; the id under which the portal keeps it."""
        data = pdf(*(f"{random.getrandbits(320):080x}" for _ in range(1 + size // 100)))
        files = {"file": (f"{purpose}.pdf", data)}
        kept = await self.ask("POST", "/attachments", 201, files=files, data={"purpose": purpose})
        self.saw("uploaded", id=kept["id"], sha256=sha256(data).hexdigest())
        return str(kept["id"])

    async def _sign_in(self) -> None:
        form = {"username": self._account.username, "password": self._account.password}
        answer = await self.client.post("/token", data=form)
        if answer.status_code == 200:
            self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        else:
            await asyncio.sleep(_PAUSE)

"""An officer or operator at the HTTP API, who hears of movements by server-sent events (CONTRACT 3)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from shared.contracts.topology import OWNERS
from shared.contracts.vocabulary import Stage

ANSWER_SECONDS = 30.0
MOVEMENT_SECONDS = 60.0
RECHECK_SECONDS = 2.0

Json = dict[str, Any]


class UnexpectedAnswer(Exception):
    """One thing was expected and another came; `about` names the services to look at."""

    def __init__(self, expected: str, came: str, *about: str) -> None:
        super().__init__(f"expected {expected}\n    came {came}")
        self.about = about


class OfficerClient:
    """Somebody who is signed in with a bearer token."""

    def __init__(self, client: httpx.AsyncClient, username: str) -> None:
        self.username = username
        self._client = client
        self._moved = asyncio.Condition()
        self._movements = 0

    async def get(self, path: str, **params: str | int) -> Any:
        """Ask for something that is there."""
        return (await self._call("GET", path, 200, params=params)).json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, status: int = 202) -> Json:
        """Have something done."""
        answer: Json = (await self._call("POST", path, status, json=body)).json()
        return answer

    async def put(self, path: str, body: Mapping[str, Any]) -> Json:
        """Save something."""
        answer: Json = (await self._call("PUT", path, 200, json=body)).json()
        return answer

    async def upload(self, name: str, data: bytes, purpose: str) -> str:
        """Upload a file; its id."""
        kept = await self._call(
            "POST", "/attachments", 201, files={"file": (name, data)}, data={"purpose": purpose}
        )
        return str(kept.json()["id"])

    async def download(self, attachment_id: str) -> bytes:
        """A file's bytes."""
        return (await self._call("GET", f"/attachments/{attachment_id}", 200)).content

    async def stands(self, case: str, stage: str, status: str, limit: float = MOVEMENT_SECONDS) -> Json:
        """The header of a case once it stands there; asked again at each movement, and now and then."""
        header: Json = {"stage": "nowhere", "status": "unknown"}
        try:
            async with asyncio.timeout(limit):
                while (header["stage"], header["status"]) != (stage, status):
                    seen = self._movements
                    header = await self.get(f"/cases/{case}")
                    if (header["stage"], header["status"]) != (stage, status):
                        await self._next_movement(seen)
        except TimeoutError:
            came = f"{header['stage']} / {header['status']} after {limit:g} s"
            concerned = (OWNERS[Stage(stage)], "customs_gateway")
            raise UnexpectedAnswer(f"case {case} at {stage} / {status}", came, *concerned) from None
        return header

    async def hear(self, on_moved: Callable[[str], Awaitable[None]], ready: asyncio.Event) -> None:
        """Listen to the events until cancelled; `on_moved` gets the id of each case that moves."""
        unlimited = httpx.Timeout(ANSWER_SECONDS, read=None)
        async with self._client.stream("GET", "/events", timeout=unlimited) as stream:
            if stream.status_code != httpx.codes.OK:
                raise UnexpectedAnswer("GET /events to answer 200", str(stream.status_code), "portal")
            ready.set()
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    await on_moved(json.loads(line.removeprefix("data:"))["id"])
                    await self._tell()
        raise UnexpectedAnswer("the event stream to stay open", "its end", "portal")

    async def _tell(self) -> None:
        async with self._moved:
            self._movements += 1
            self._moved.notify_all()

    async def _next_movement(self, seen: int) -> None:
        try:
            async with asyncio.timeout(RECHECK_SECONDS), self._moved:
                await self._moved.wait_for(lambda: self._movements > seen)
        except TimeoutError:
            return

    async def _call(self, method: str, path: str, status: int, **given: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **given)
        except httpx.HTTPError as error:
            expected = f"{method} {path} to answer {status}"
            raise UnexpectedAnswer(expected, f"no answer: {error!r}", "portal") from error
        if answer.status_code != status:
            raise UnexpectedAnswer(
                f"{method} {path} to answer {status}", f"{answer.status_code} {_why(answer)}", "portal"
            )
        return answer


@asynccontextmanager
async def signed_in(portal: str, username: str, password: str) -> AsyncIterator[OfficerClient]:
    """Sign in at the portal (its address without /api/v1)."""
    async with httpx.AsyncClient(
        base_url=f"{portal}/api/v1", timeout=ANSWER_SECONDS, trust_env=False
    ) as client:
        answer = await client.post("/token", data={"username": username, "password": password})
        if answer.status_code != httpx.codes.OK:
            raise UnexpectedAnswer(
                f"{username} to be signed in", f"{answer.status_code} {_why(answer)}", "portal"
            )
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield OfficerClient(client, username)


def _why(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:500]
    fields = "; ".join(f"{each.get('field')}: {each.get('message_en')}" for each in problem.get("errors", []))
    return f"{problem.get('code')}: {problem.get('detail')} {fields}".strip()

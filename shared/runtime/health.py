"""Health and metrics of a service on a port of its own (CONTRACT 6)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Set

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.runtime.connection import is_cancelled
from shared.runtime.dependencies import down, reasons
from shared.runtime.metrics import REGISTRY

Check = Callable[[], Awaitable[None]]
Why = Callable[[], str]
CHECK_SECONDS = 2.0
STARTING, READY, STOPPING = "starting", "ready", "stopping"


class Health:
    """`/live`, `/ready` (names each check that fails, or during the start what is waited for) and `/metrics`.

    `/live` answers 503 where `ill` says why only a new process will help. Checks that the service `can_spare` leave it ready
    once it has begun.
    `before_metrics` reads what is read only when somebody asks.
    """

    def __init__(
        self, port: int, checks: Mapping[str, Check], ill: Why, address: str = "127.0.0.1", *,
        can_spare: Set[str] = frozenset(), before_metrics: Check | None = None,
    ) -> None:  # fmt: skip
        self._checks, self._ill = checks, ill
        self.can_spare, self._before_metrics = can_spare, before_metrics
        self.state = STARTING
        routes = [Route("/live", self._live), Route("/ready", self._ready), Route("/metrics", self._metrics)]
        self.app = Starlette(routes=routes)
        config = uvicorn.Config(
            self.app, host=address, port=port, log_config=None, access_log=False, lifespan="off",
            http="h11", timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    async def failing(self) -> dict[str, str]:
        """The checks that fail, each with what it says; also those that can be spared."""
        if self.state != READY:
            return {"service": self.state} | (reasons() if self.state == STARTING else {})
        checks = dict(self._checks)
        answers = await asyncio.gather(*(_asked(check) for check in checks.values()))
        known = reasons()
        return {name: known.get(name, answer) for name, answer in zip(checks, answers, strict=True) if answer}

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._server._serve()  # the public serve() takes over signal handling, which is the service's

    async def _live(self, request: Request) -> Response:
        why = self._ill()
        return JSONResponse({"live": not why} | ({"reason": why} if why else {}), 503 if why else 200)

    async def _ready(self, request: Request) -> Response:
        failing = await self.failing()
        can_spare = self.can_spare if self.state == READY else frozenset()
        spared = {name: failing.pop(name) for name in can_spare & failing.keys()}
        answer = {"ready": not failing, "failing": failing, "spared": spared}
        if self.state == STARTING:
            answer["waiting_for"] = down()
        return JSONResponse(answer, 503 if failing else 200)

    async def _metrics(self, request: Request) -> Response:
        if self._before_metrics:
            await self._before_metrics()
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _asked(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        return "the connection was lost"
    except Exception as error:
        return str(error) or type(error).__name__
    return ""

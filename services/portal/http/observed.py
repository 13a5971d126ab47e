"""One correlation id and one log line for each request; a fault of ours is answered like every other error."""

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from services.portal.http import problems
from services.portal.http.limits import TooLarge
from shared.runtime import metrics
from shared.runtime.logs import bind_fields, get_logger

log = get_logger()
_NAME = "X-Request-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
"""A client may send any word as a method; each would be a series of its own."""


class Observed:
    """ASGI middleware that binds a correlation id (the caller's X-Request-ID where it has one), counts, and logs.

    A middleware of Starlette's own kind makes tasks for every piece of a body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and say so when the answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, started = time.perf_counter(), False
        correlation = Headers(scope=scope).get(_NAME, "")[:64] or str(ULID())

        async def told(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _tell(scope, message["status"], begun)
                MutableHeaders(scope=message)[_NAME] = correlation
            await send(message)

        with bind_fields(correlation_id=correlation):
            try:
                await self._app(scope, receive, told)
            except TooLarge:
                raise
            except Exception:
                if started:
                    raise
                log.exception("request_failed", method=scope["method"])
                await problems.fault()(scope, receive, told)


def _tell(scope: Scope, status: int, begun: float) -> None:
    method, route = scope["method"], getattr(scope.get("route"), "path", "unknown")
    taken, counted = time.perf_counter() - begun, method if method in _METHODS else "other"
    metrics.HTTP.labels(counted, route, str(status)).inc()
    metrics.HTTP_SECONDS.labels(counted, route).observe(taken)
    log.info(
        "http_answered", method=method, route=route, status=status, duration_ms=round(taken * 1000, 1),
    )  # fmt: skip

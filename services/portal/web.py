"""The web application: routes, errors, limits, one correlation id and one log line for each request."""

import os
import time
from collections.abc import Awaitable, Callable

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from ulid import ULID

from services.portal.api import (
    account,
    assessments,
    attachments,
    cases,
    dead,
    events,
    ops,
    questionnaire,
    stages,
    workbooks,
)
from services.portal.cases.live import Live
from services.portal.context import Portal
from services.portal.http import problems
from services.portal.http.headers import SafeHeaders
from services.portal.http.hosts import OwnHosts, warn_of
from services.portal.http.limits import Limits, TooLarge
from services.portal.pages.rendering import not_there
from services.portal.pages.routes import PAGES
from shared.runtime import metrics
from shared.runtime.logs import bind_fields, get_logger
from shared.runtime.settings import Settings

log = get_logger()
API = "/api/v1"
_STOPPING_SECONDS = 5


def make_app(portal: Portal, public_url: str = "") -> FastAPI:
    """The application, with everything it works with at `app.state.portal`; `public_url` is the address that people type."""
    app = FastAPIOffline(
        title="境外食品安全管理体系评估与审查 / Evaluation and review of overseas food safety management systems",
        version="1", openapi_url=f"{API}/openapi.json", docs_url=f"{API}/docs", redoc_url=None,
        static_url=f"{API}/docs-assets", redirect_slashes=False, swagger_ui_oauth2_redirect_url=f"{API}/docs/oauth2-redirect",
    )  # fmt: skip
    app.state.portal = portal
    problems.install(app, not_there)
    for routes in (
        account,
        attachments,
        assessments,
        cases,
        questionnaire,
        stages,
        workbooks,
        events,
        ops,
        dead,
    ):
        app.include_router(routes.router, prefix=API)
    app.middleware("http")(_observed)
    app.add_middleware(Limits)
    app.add_middleware(SafeHeaders, open_to_caches=(f"{API}/docs", "/static/"))
    app.add_middleware(OwnHosts, public_url=public_url)

    for page in PAGES:
        app.include_router(page)
    return app


async def serve(app: FastAPI, settings: Settings, live: Live) -> None:
    """Serve until cancelled; open event streams end first, so that stopping does not wait for them.

    Whoever connects is the client; X-Forwarded-For counts from FAS_TRUSTED_PROXIES alone (else from
    FORWARDED_ALLOW_IPS, as it was called before). A header has 64 KiB at most.
    """
    warn_of(settings)
    config = uvicorn.Config(
        app, host=str(settings.bind_address), port=settings.portal_port, log_config=None, access_log=False,
        lifespan="off", http="h11", timeout_graceful_shutdown=_STOPPING_SECONDS,
        forwarded_allow_ips=settings.trusted_proxies or os.environ.get("FORWARDED_ALLOW_IPS", ""),
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the service handles signals
    try:
        await server.serve()
    finally:
        live.close()


async def _observed(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bind a correlation id (the caller's X-Request-ID where it has one), count, and log."""
    begun = time.perf_counter()
    correlation = request.headers.get("X-Request-ID", "")[:64] or str(ULID())
    with bind_fields(correlation_id=correlation):
        response = await _answered(request, answer)
        route = getattr(request.scope.get("route"), "path", "unknown")
        metrics.HTTP.labels(request.method, route, str(response.status_code)).inc()
        log.info(
            "http_answered", method=request.method, route=route, status=response.status_code,
            duration_ms=round((time.perf_counter() - begun) * 1000, 1),
        )  # fmt: skip
    response.headers["X-Request-ID"] = correlation
    return response


async def _answered(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """The answer; a fault of ours is logged and answered like every other error."""
    try:
        return await answer(request)
    except TooLarge:
        raise
    except Exception:
        log.exception("request_failed", method=request.method)
        return problems.fault()

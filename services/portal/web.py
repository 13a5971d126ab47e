"""The web application: routes, errors, limits."""

import os

import uvicorn
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline

from services.portal.api import (
    account,
    assessments,
    attachments,
    cases,
    cases_along,
    dead,
    earlier_answers,
    events,
    notifications,
    ops,
    questionnaire,
    stages,
    workbooks,
    worklist,
)
from services.portal.cases.live import Live
from services.portal.context import Portal
from services.portal.http import problems
from services.portal.http.compressed import CompressedPages
from services.portal.http.headers import SafeHeaders
from services.portal.http.hosts import OwnHosts, warn_of
from services.portal.http.limits import Limits
from services.portal.http.observed import Observed
from services.portal.pages.rendering import not_there
from services.portal.pages.routes import PAGES
from shared.runtime.settings import Settings

API = "/api/v1"
_TRACED: TelemetryConfig = {
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""One span a request, where traces are on (shared/runtime/tracing.py)."""
_STOPPING_SECONDS = 5
_IDLE_SECONDS = 120
"""Longer than proxies keep theirs (ingress-nginx 60 s, Traefik 90 s): who closes last resets no request just sent."""


def make_app(portal: Portal, public_url: str = "") -> FastAPI:
    """The application, with everything it works with at `app.state.portal`; `public_url` is the address that people type."""
    app = FastAPIOffline(
        title="境外食品安全管理体系评估与审查 / Evaluation and review of overseas food safety management systems",
        version="1", openapi_url=f"{API}/openapi.json", docs_url=f"{API}/docs", redoc_url=None,
        static_url=f"{API}/docs-assets", redirect_slashes=False, swagger_ui_oauth2_redirect_url=f"{API}/docs/oauth2-redirect",
        telemetry=_TRACED,
    )  # fmt: skip
    app.state.portal = portal
    problems.install(app, not_there)
    for routes in (
        account,
        attachments,
        assessments,
        cases,
        cases_along,
        questionnaire,
        earlier_answers,
        stages,
        workbooks,
        worklist,
        events,
        notifications,
        ops,
        dead,
    ):
        app.include_router(routes.router, prefix=API)
    app.add_middleware(Observed)
    app.add_middleware(Limits)
    app.add_middleware(CompressedPages)
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
        lifespan="off", http="h11", timeout_graceful_shutdown=_STOPPING_SECONDS, timeout_keep_alive=_IDLE_SECONDS,
        forwarded_allow_ips=settings.trusted_proxies or os.environ.get("FORWARDED_ALLOW_IPS", ""),
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the service handles signals
    try:
        await server.serve()
    finally:
        live.close()

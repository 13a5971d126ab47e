"""Wires the portal."""

from collections.abc import Coroutine
from typing import Any

from ulid import ULID

from services.portal.cases.command_client import CommandClient
from services.portal.cases.live import Live
from services.portal.context import Portal
from services.portal.handlers import register
from services.portal.identity.seals import Seals
from services.portal.identity.sign_in import SignIn
from services.portal.printing.pdf_renderer import PdfRenderer
from services.portal.web import make_app, serve
from shared.contracts.topology import CASE_MOVED
from shared.lifecycle.cases import Cases
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.broker import own_queue
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes; also done by `fas prepare`."""
    await SignIn(store, (b"",)).prepare()
    await Cases(store).prepare()


NEEDED = ("secret_key",)
"""Settings that a portal can't do without."""


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the HTTP API to the stores and to the services that it asks."""
    live = Live()
    register(runtime.broker, own_queue(f"portal.moved.{ULID()}", CASE_MOVED), live)
    desk = CommandClient(runtime.rpc, runtime.store)
    settings = runtime.settings
    entrance = SignIn(runtime.store, settings.secret_keys)
    await prepare(runtime.store)
    seals = Seals.of(settings.secret_keys)
    portal = Portal(
        runtime.store, runtime.objects, desk, live, QuestionnaireRepository(runtime.store), entrance, PdfRenderer(), seals,
        settings.public_url,
    )  # fmt: skip
    return [serve(make_app(portal, settings.public_url), settings, live)]

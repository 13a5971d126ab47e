"""Wires the portal."""

from collections.abc import Coroutine
from typing import Any

from ulid import ULID

from services.portal.api.context import Portal
from services.portal.desk import Desk
from services.portal.handlers import register
from services.portal.live import Live
from services.portal.printing.press import Press
from services.portal.seals import Seals
from services.portal.sign_in import Entrance
from services.portal.web import make_app, serve
from shared.contracts.topology import CASE_MOVED
from shared.lifecycle.cases import Cases
from shared.lifecycle.library import Library
from shared.runtime.broker import own_queue
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes; also done by `fas prepare`."""
    await Entrance(store, (b"",)).prepare()
    await Cases(store).prepare()


NEEDED = ("secret_key",)
"""Settings that a portal can't do without."""


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the HTTP API to the stores and to the services that it asks."""
    live = Live()
    register(runtime.broker, own_queue(f"portal.moved.{ULID()}", CASE_MOVED), live)
    desk = Desk(runtime.asker, runtime.store)
    settings = runtime.settings
    entrance = Entrance(runtime.store, settings.secret_keys)
    await prepare(runtime.store)
    seals = Seals.of(settings.secret_keys)
    portal = Portal(
        runtime.store, runtime.objects, desk, live, Library(runtime.store), entrance, Press(), seals,
        settings.public_url,
    )  # fmt: skip
    return [serve(make_app(portal, settings.public_url), settings, live)]

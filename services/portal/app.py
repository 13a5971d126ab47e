"""Wires the portal."""

import hmac
from collections.abc import Coroutine
from typing import Any

from ulid import ULID

from services.portal.api.context import Portal
from services.portal.desk import Desk
from services.portal.handlers import register
from services.portal.live import Live
from services.portal.printing.press import Press
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
    await Entrance(store, b"").prepare()
    await Cases(store).prepare()


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the HTTP API to the stores and to the services that it asks."""
    live = Live()
    register(runtime.broker, own_queue(f"portal.moved.{ULID()}", CASE_MOVED), live)
    desk = Desk(runtime.asker, runtime.store)
    key = runtime.settings.secret_key.get_secret_value().encode()
    entrance = Entrance(runtime.store, key)
    await prepare(runtime.store)
    forms = hmac.digest(key, b"forms", "sha256")
    portal = Portal(
        runtime.store, runtime.objects, desk, live, Library(runtime.store), entrance, Press(), forms
    )
    return [serve(make_app(portal), runtime.settings.portal_port, live)]

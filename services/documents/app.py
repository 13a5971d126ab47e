"""Wires documents."""

from collections.abc import Coroutine
from typing import Any

from services.documents.attachment_store import AttachmentStore
from services.documents.handlers import register
from services.documents.isolation import Inspectors
from services.documents.orphans import sweeping
from services.documents.updates import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime
from shared.runtime.store import Store


async def prepare(store: Store) -> None:
    """Make the indexes; also done by `fas prepare`."""
    await Cases(store).prepare()


async def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of documents to its rules and its shelf."""
    cases = Cases(runtime.store)
    await prepare(runtime.store)
    lifecycle = Lifecycle("documents", cases, runtime.publisher, runtime.relay, RECORDS)
    inspectors = Inspectors()
    await inspectors.prepare()
    register(
        runtime.broker, lifecycle.advance, AttachmentStore(runtime.store, runtime.objects, inspectors).keep
    )
    return [sweeping(runtime.objects)]

"""Wires documents."""

from datetime import timedelta

from services.documents.attachment_store import AttachmentStore
from services.documents.handlers import attachments, router
from services.documents.isolation import Inspectors
from services.documents.orphans import keep_sweeping
from services.documents.updates import RECORDS
from shared.lifecycle.stage_service import prepare_cases, stage_service
from shared.runtime.service import Runtime
from shared.runtime.tasks import Work

prepare = prepare_cases
CAN_SPARE = frozenset[str]()
"""Without the object store no file is inspected, kept or handed out."""


async def build(runtime: Runtime) -> list[Work]:
    """Connect the queues of documents to its rules and its attachment store."""
    settings = runtime.settings
    await prepare(runtime.store)
    stage_service(runtime, router, RECORDS)
    inspectors = Inspectors(processes=settings.file_checks)
    attachments.provide(AttachmentStore(runtime.store, runtime.objects, inspectors))
    kept = timedelta(hours=settings.uploads_kept_hours)
    return [keep_sweeping(runtime.objects, runtime.peers, kept)]

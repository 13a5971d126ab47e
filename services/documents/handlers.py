"""Attachments that the portal or the gateway wrote; facts come to `on_fact` of the stage services."""

from services.documents.attachment_store import AttachmentStore
from shared.contracts.commands import KeepAttachment
from shared.contracts.replies import Reply
from shared.contracts.topology import commands_of
from shared.lifecycle.replies import reply_to
from shared.lifecycle.stage_service import facts_router
from shared.runtime.broker import channel_of, queue
from shared.runtime.provided import Provided

router = facts_router("documents")
attachments = Provided[AttachmentStore]("attachment store")


@router.subscriber(queue(commands_of("documents").name), channel=channel_of(8))
async def on_attachment(command: KeepAttachment) -> Reply:
    """A file that the portal or the gateway wrote, to be inspected and kept."""
    return await reply_to(attachments().keep(command))

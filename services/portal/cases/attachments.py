"""The kept files, as downloads find them; the service documents alone adds them."""

from shared.contracts.collections import ATTACHMENTS
from shared.contracts.documents.files import Attachment
from shared.runtime.store import Store


async def find_attachment(store: Store, attachment_id: str) -> Attachment | None:
    """The attachment with this id, whoever may see it."""
    document = await store.collection(ATTACHMENTS.name).find_one({"_id": attachment_id})
    return Attachment(document) if document else None

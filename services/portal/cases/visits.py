"""When officers were here: what happened since the last session is told on the start page."""

from datetime import datetime

from services.portal.identity.sessions import User
from shared.contracts.collections import VISITS
from shared.contracts.documents.people import LastVisit
from shared.runtime.clock import now
from shared.runtime.store import Document, Store


async def note_visit(store: Store, user: User) -> datetime | None:
    """Note that an officer is here; when the last session before this one was here last, or None for a first one."""
    visits = store.collection(VISITS.name)
    document = await visits.find_one({"_id": user.username})
    last = LastVisit(document) if document else None
    change: Document = {"seen_at": now(), "session": user.session}
    before = last.before if last else None
    if last is None or last.session != user.session:
        before = change["before"] = last.seen_at if last else None
    await visits.update_one({"_id": user.username}, {"$set": change}, upsert=True)
    return before

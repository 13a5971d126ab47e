"""The audit trail of operators: written before anything is done, and what became of it afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime

from ulid import ULID

from services.portal.cases.paging import Page, Paged, PagedList
from shared.contracts.collections import AUDIT
from shared.contracts.documents.people import AuditEntry
from shared.contracts.faults import FieldFault
from shared.contracts.limits import PRUNED_AT_ONCE
from shared.contracts.states import Action, AuditOutcome
from shared.contracts.text_checks import text_faults
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.store import Document, Store

log = get_logger()
LONGEST_WHY = 1000


def why_faults(why: str) -> Iterator[FieldFault]:
    """What is wrong with the reason that an operator gives."""
    return text_faults("why", "原因", "reason", why, LONGEST_WHY, required=True)


@asynccontextmanager
async def audited(store: Store, by: str, action: Action, subject: str, why: str = "") -> AsyncIterator[None]:
    """Around an operator's action; what can't be written down is not done (DependencyUnavailable)."""
    entry: Document = {
        "_id": str(ULID()), "at": now(), "by": by, "action": action, "subject": _storable(subject),
        "why": _storable(why),
        "outcome": AuditOutcome.BEGUN, "detail": "",
    }  # fmt: skip
    trail = store.collection(AUDIT.name)
    await trail.insert_one(entry)
    outcome, detail = AuditOutcome.DONE, ""
    try:
        yield
    except RequestRejected as refusal:
        outcome, detail = AuditOutcome.REFUSED, refusal.code
        raise
    except BaseException as error:
        outcome, detail = AuditOutcome.FAILED, type(error).__name__
        raise
    finally:
        await trail.update_one({"_id": entry["_id"]}, {"$set": {"outcome": outcome, "detail": detail}})
        log.info("operator_acted", action=action, subject=subject, user=by, outcome=outcome)


async def page_of_trail(store: Store, which: Paged, *, action: str = "", by: str = "") -> Page[AuditEntry]:
    """A page of the entries, newest first."""
    trail = PagedList(store.collection(AUDIT.name), [_fitting(action, by)], [("_id", -1)], {})
    return await trail.page(which, AuditEntry)


async def whole_trail(store: Store, *, action: str = "", by: str = "") -> AsyncIterator[list[AuditEntry]]:
    """Every entry that fits, newest first, some at a time."""
    trail = PagedList(store.collection(AUDIT.name), [_fitting(action, by)], [("_id", -1)], {})
    async for entries in trail.batches():
        yield [AuditEntry(entry) for entry in entries]


def _fitting(action: str, by: str) -> Document:
    return {name: value for name, value in (("action", action), ("by", by)) if value}


async def prune_trail(store: Store, before: datetime) -> int:
    """Remove up to PRUNED_AT_ONCE entries that were made before this; how many: 0 at the end."""
    trail = store.collection(AUDIT.name)
    found = await trail.find(
        {"_id": {"$lt": str(ULID.from_datetime(before))}},
        sort=[("_id", 1)],
        limit=PRUNED_AT_ONCE,
        projection={"_id": 1},
    )
    await asyncio.gather(*map(trail.delete_one, found))
    return len(found)


def _storable(text: str) -> str:
    """What was asked for, whatever it is: half a character, which nothing can store, is written as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()

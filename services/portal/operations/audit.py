"""The audit trail of operators: written before anything is done, and what became of it afterwards.

The collection `audit`: `_id` (ULID), `at`, `by`, `action`, `subject`, `why`, `outcome` (`begun`, `done`, `refused`, `failed`),
`detail`. An entry that stays `begun` was cut off: whether it was done stands where it would have been done.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

from ulid import ULID

from shared.contracts.faults import FieldFault
from shared.contracts.text_checks import text_faults
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.store import Document, Store

log = get_logger()
AUDIT = "audit"
LONGEST_WHY = 1000


class Action(StrEnum):
    """What operators do."""

    REPLAY_RECEIPT = "replay_receipt"
    DISMISS_RECEIPT = "dismiss_receipt"
    REPLAY_DEAD = "replay_dead"
    DISMISS_DEAD = "dismiss_dead"
    ADD_AUTHORITY = "add_authority"
    ADD_ACCOUNT = "add_account"
    DISABLE_ACCOUNT = "disable_account"
    ENABLE_ACCOUNT = "enable_account"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    RESET_SECOND_FACTOR = "reset_second_factor"
    EXPORT = "export"


def why_faults(why: str) -> Iterator[FieldFault]:
    """What is wrong with the reason that an operator gives."""
    return text_faults("why", "原因", "reason", why, LONGEST_WHY, required=True)


@asynccontextmanager
async def audited(
    store: Store, by: str, action: Action, subject: str, why: str = ""
) -> AsyncIterator[Document]:
    """Around an operator's action; what can't be written down is not done (DependencyUnavailable)."""
    entry: Document = {
        "_id": str(ULID()), "at": now(), "by": by, "action": action.value, "subject": _storable(subject),
        "why": _storable(why),
        "outcome": "begun", "detail": "",
    }  # fmt: skip
    trail = store.collection(AUDIT)
    await trail.insert_one(entry)
    ended = {"outcome": "done"}
    try:
        yield entry
    except RequestRejected as refusal:
        ended = {"outcome": "refused", "detail": refusal.code}
        raise
    except BaseException as error:
        ended = {"outcome": "failed", "detail": type(error).__name__}
        raise
    finally:
        await trail.update_one({"_id": entry["_id"]}, {"$set": ended})
        log.info("operator_acted", action=action.value, subject=subject, user=by, outcome=ended["outcome"])


async def trail_of(
    store: Store, *, action: str = "", by: str = "", page: int = 1, size: int = 0
) -> tuple[list[Document], int]:
    """Entries, newest first, and how many there are in all; `size` 0 is all of them."""
    wanted: dict[str, Any] = {name: value for name, value in (("action", action), ("by", by)) if value}
    trail = store.collection(AUDIT)
    found = await trail.find(wanted, sort=[("_id", -1)], skip=(page - 1) * size, limit=size)
    return found, await trail.count(wanted)


def _storable(text: str) -> str:
    """What was asked for, whatever it is: half a character, which nothing can store, is written as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()

"""Who came, who was refused and who left, on the audit trail; unlike what operators do it is forgotten after a year."""

from datetime import timedelta

from ulid import ULID

from shared.contracts.collections import AUDIT
from shared.contracts.states import Action, AuditOutcome
from shared.runtime.clock import now
from shared.runtime.store import Store

KEPT = timedelta(days=365)


async def note(
    store: Store, action: Action, username: str, subject: str, outcome: AuditOutcome, detail: str = ""
) -> None:
    """Write it down; DependencyUnavailable where that can't be done, so that nobody comes in unseen.

    `subject` is the address of who signs in, else what it was done to. A username that no account has is not written:
    people type passwords into the wrong field.
    """
    moment = now()
    entry = {
        "_id": str(ULID()), "at": moment, "by": username, "action": action, "subject": subject, "why": "",
        "outcome": outcome, "detail": detail, "forget_at": moment + KEPT,
    }  # fmt: skip
    await store.collection(AUDIT.name).insert_one(entry)

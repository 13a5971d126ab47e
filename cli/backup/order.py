"""What a backup holds, and in which order: whatever names something is read before what it names.

A backup of a running system is no picture of one moment, since there are no transactions: each collection is read
while the others go on. The order makes that harmless (docs/decisions/0009).
"""

from collections.abc import Iterable

from shared.contracts import collections
from shared.runtime.heartbeat import PRESENCES

_IN_ORDER = (
    collections.IDEMPOTENCY,  # an answer kept here promises its effect in what follows
    collections.MAILS,  # one that was sent while the others are read would be sent again
    collections.NOTIFICATIONS,  # each is of a movement that stands in its case
    collections.RECEIPTS,  # one that stands here as applied is in its case; an open one is applied again, which the inbox bears
    collections.CASES,  # a submission that has left the outbox is in `declarations` (submissions.py waits for it)
    collections.ROUNDS,  # what the cases have set aside
    collections.CASE_WORDS,  # what the cases are found by: more than they hold, never less
    collections.DEAD_LETTERS,  # a submission that died after it left the outbox; replayed, it is in `declarations`
    collections.DECLARATIONS,
    collections.ATTACHMENTS,  # every file that a case names; the objects come after all collections
    collections.CORRECTIONS,  # ticks of items that stand in their cases
    collections.VISITS,
    collections.NEWS_CHOICES,
    collections.TIME_LIMITS,
    collections.CALENDAR_FEEDS,
    collections.SAVED_FILTERS,
    collections.AUDIT,
    collections.ACCOUNTS,
    collections.AUTHORITIES,
    collections.QUESTIONNAIRES,
    collections.FIRST_QUESTIONNAIRES,
    collections.NUMBERS,  # not below any number that a case has
)
ORDER = tuple(stored.name for stored in _IN_ORDER)
LEFT_OUT = frozenset({collections.SESSIONS.name, collections.SIGN_IN_FAILURES.name, PRESENCES})
"""Everybody signs in again after a restore, nobody is paused, and the processes that run then say so themselves."""


def in_order(found: Iterable[str]) -> list[str]:
    """The collections to be read, there or not; one without a place in the order stands before the numbers.

    All of the order, since a collection may come to be while others are read.
    """
    return [*ORDER[:-1], *sorted(set(found) - LEFT_OUT - set(ORDER)), ORDER[-1]]


def written_in_order(names: Iterable[str]) -> list[str]:
    """The order of a restore: nobody can sign in to half a system, so the accounts come last."""
    return sorted(names, key=collections.ACCOUNTS.name.__eq__)

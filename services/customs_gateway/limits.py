"""How much of a message the ledgers keep, and how often they go on after a failure of ours."""

KEPT_BYTES = 15 * 1024 * 1024
"""Up to here a message is kept whole: a document of the database takes 16 MiB."""
PREFIX_BYTES = 1024 * 1024
"""What is kept of a longer one."""
FAILURES = 5
"""So often a service may fail on what a ledger tells it. Then a receipt is parked; a sent declaration is told no more."""


def bytes_kept(message: bytes) -> bytes:
    """What is stored of a message: all of it, or its first PREFIX_BYTES where it is too long for the database."""
    return message if len(message) <= KEPT_BYTES else message[:PREFIX_BYTES]

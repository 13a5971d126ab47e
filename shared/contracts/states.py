"""How entries of the ledgers stand, and what operators do: closed sets, as they are stored."""

from enum import StrEnum


class ReceiptState(StrEnum):
    """Where a receipt of customs stands, from its arrival to its end; `published`: a service has the fact."""

    STORED = "stored"
    PUBLISHED = "published"
    DEFERRED = "deferred"
    APPLIED = "applied"
    STALE = "stale"
    PARKED = "parked"
    DISMISSED = "dismissed"


FINAL = frozenset({ReceiptState.APPLIED, ReceiptState.STALE, ReceiptState.PARKED, ReceiptState.DISMISSED})
"""The ends of a receipt; an operator may take a parked one up again."""


class AckOutcome(StrEnum):
    """What customs is told of a receipt (CONTRACT 2, ReceiptAck)."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    STALE = "STALE"
    PARKED = "PARKED"


class DeclarationState(StrEnum):
    """Where a declaration to customs stands; one that failed is tried again."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class SendOutcome(StrEnum):
    """How one attempt to send a declaration ended."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """By customs' broker."""
    INVALID = "invalid"
    """Our own fault: there is nothing to be sent."""
    UNKNOWN = "unknown"
    """Customs' broker did not say whether it has it."""
    WAITING = "waiting"
    """A server of ours is away; nothing was sent."""


class DeadLetterState(StrEnum):
    """Where a dead letter stands; one that is replaying is still to be put back into its queue."""

    OPEN = "open"
    REPLAYING = "replaying"
    REPLAYED = "replayed"
    DISMISSED = "dismissed"


class Intervention(StrEnum):
    """What an operator does with a parked receipt or a dead letter."""

    REPLAY = "replay"
    DISMISS = "dismiss"


class Action(StrEnum):
    """What operators do, and how people come and go, by the names of the audit trail."""

    REPLAY_RECEIPT = "replay_receipt"
    DISMISS_RECEIPT = "dismiss_receipt"
    REPLAY_DEAD = "replay_dead"
    DISMISS_DEAD = "dismiss_dead"
    ADD_AUTHORITY = "add_authority"
    CHANGE_AUTHORITY = "change_authority"
    CORRECT_COUNTRY = "correct_country"
    ADD_ACCOUNT = "add_account"
    DISABLE_ACCOUNT = "disable_account"
    ENABLE_ACCOUNT = "enable_account"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    RESET_SECOND_FACTOR = "reset_second_factor"
    WANT_SECOND_FACTOR = "want_second_factor"
    WAIVE_SECOND_FACTOR = "waive_second_factor"
    RESEND_MAIL = "resend_mail"
    DISMISS_MAIL = "dismiss_mail"
    SET_LIMITS = "set_limits"
    EXPORT = "export"
    PRUNE = "prune"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    END_SESSIONS = "end_sessions"
    CHANGE_PASSWORD = "change_password"  # noqa: S105
    SET_UP_SECOND_FACTOR = "set_up_second_factor"
    REMOVE_SECOND_FACTOR = "remove_second_factor"
    RENEW_RECOVERY_CODES = "renew_recovery_codes"


class AuditOutcome(StrEnum):
    """What became of an operator's action; one that stays `begun` was cut off."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"

"""Who may come in and what they did, as it is stored: authorities, accounts, sessions, the throttle, the audit trail."""

from datetime import datetime

from shared.contracts.documents.record import Field, Record
from shared.contracts.states import Action, AuditOutcome


class Authority(Record):
    """A document of `authorities`."""

    code = Field[str]("_id")


class Account(Record):
    """A document of `accounts`."""

    username = Field[str]("_id")


class Session(Record):
    """A document of `sessions`."""

    id = Field[str]("_id")


class SignInFailures(Record):
    """A document of `sign_in_failures`."""

    id = Field[str]("_id")


class IdempotentAnswer(Record):
    """A document of `idempotency`: the answer to a request with a key."""

    id = Field[str]("_id")


class CorrectionTick(Record):
    """A document of `corrections`: what officers ticked of one list of corrections."""

    id = Field[str]("_id")


class CaseVisit(Record):
    """A document of `visits`: what an officer saw of a case."""

    id = Field[str]("_id")


class AuditEntry(Record):
    """A document of `audit`: what an operator did.

    An entry that stays `begun` was cut off: whether it was done stands where it would have been done.
    """

    id = Field[str]("_id")
    at = Field[datetime]("at")
    by = Field[str]("by")
    action = Field("action", Action)
    subject = Field[str]("subject")
    why = Field[str]("why")
    outcome = Field("outcome", AuditOutcome)
    detail = Field[str]("detail")

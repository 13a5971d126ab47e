"""Who may come in and what they did, as it is stored: authorities, accounts, sessions, the throttle, the audit trail."""

from shared.contracts.documents.record import Field, Record


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
    """A document of `audit`: what an operator did."""

    id = Field[str]("_id")

"""Who may come in and what they did, as it is stored: authorities, accounts, sessions, the throttle, the audit trail."""

from datetime import datetime

from shared.contracts.documents.record import Field, Record, many, maybe
from shared.contracts.states import Action, AuditOutcome
from shared.contracts.vocabulary import Role


class Authority(Record):
    """A document of `authorities`: an overseas competent authority, and the specific categories that it manages.

    `factor_wanted`: its officers must have a second factor.
    """

    code = Field[str]("_id")
    country = Field[str]("country")
    name_zh = Field[str]("name_zh")
    name_en = Field[str]("name_en")
    scope = Field("scope", many(str))
    factor_wanted = Field[bool]("factor_wanted", absent=False)


class SecondFactor(Record):
    """What an authenticator shares with an account, and `recovery` codes (their digests) of which each is good once.

    `sealed` is the secret, encrypted; earlier versions kept it as it is, in `secret`. `last_step`: the 30 seconds (since 1970,
    counted) whose code was used last.
    """

    sealed = Field[str | None]("sealed", absent=None)
    secret = Field[str | None]("secret", absent=None)
    last_step = Field[int]("last_step")
    recovery = Field("recovery", many(str))


class Account(Record):
    """A document of `accounts`: somebody who may sign in; an officer acts for one authority, an operator for none.

    A session is good as long as its account is of the `generation` that it began with. `must_change`: somebody else was shown
    the password, so another one comes first. `factor_wanted`: so does a second factor. `name` is the person's, `language` (`zh`,
    `en`) what they read; both are empty where nobody said.
    """

    username = Field[str]("_id")
    role = Field("role", Role)
    authority = Field[str | None]("authority")
    disabled = Field[bool]("disabled")
    password_hash = Field[str]("password_hash")
    created_at = Field[datetime]("created_at")
    generation = Field[int]("generation", absent=0)
    second_factor = Field("second_factor", maybe(SecondFactor), absent=None)
    must_change = Field[bool]("must_change", absent=False)
    factor_wanted = Field[bool]("factor_wanted", absent=False)
    last_sign_in = Field[datetime | None]("last_sign_in", absent=None)
    name = Field[str]("name", absent="")
    language = Field[str]("language", absent="")


class Session(Record):
    """A document of `sessions`; `page` ones are a browser's, `id` is the digest of the token.

    It ends at `ends_at`, and at `idle_ends_at` unless a request comes before that. `agent` is what the program that began it
    calls itself.
    """

    id = Field[str]("_id")
    username = Field[str]("username")
    generation = Field[int]("generation", absent=0)
    begun_at = Field[datetime]("begun_at")
    ends_at = Field[datetime]("ends_at")
    idle_ends_at = Field[datetime | None]("idle_ends_at", absent=None)
    page = Field[bool]("page", absent=True)
    agent = Field[str]("agent", absent="")


class CalendarFeed(Record):
    """A document of `calendar_feeds`: an address at which an officer's calendar program reads; `id` is its secret's digest.

    `lang` is the language in which tasks are told there, `zh` or `en`.
    """

    id = Field[str]("_id")
    username = Field[str]("username")
    lang = Field[str]("lang")
    made_at = Field[datetime]("made_at")


class SavedFilter(Record):
    """Filters of a list that somebody gave a name: the list's address, and what stands behind it."""

    id = Field[str]("id")
    name = Field[str]("name")
    list = Field[str]("list")
    query = Field[dict[str, str]]("query")


class FiltersOfOne(Record):
    """A document of `saved_filters`: what a person keeps, in the order in which it was saved."""

    username = Field[str]("_id")
    version = Field[int]("version")
    filters = Field("filters", many(SavedFilter))


class SignInFailures(Record):
    """A document of `sign_in_failures`: what was counted for an account, an address, or an account from an address.

    An account has signed in from an address before as long as `known_until` is to come.
    """

    id = Field[str]("_id")
    failures = Field[int]("failures")
    window_ends = Field[datetime]("window_ends")
    paused_until = Field[datetime]("paused_until")
    known_until = Field[datetime | None]("known_until", absent=None)


class IdempotentAnswer(Record):
    """A document of `idempotency`: the answer to a request with a key."""

    id = Field[str]("_id")
    body_sha256 = Field[str]("body_sha256")
    status = Field[int]("status")
    content = Field[dict[str, object]]("content")
    at = Field[datetime]("at")


class CorrectionTick(Record):
    """A document of `corrections`: an item of customs' opinion that an officer ticked off, or opened again."""

    key = Field[str]("_id")
    case_id = Field[str]("case_id")
    done = Field[bool]("done")
    by = Field[str]("by")
    at = Field[datetime]("at")


class LastVisit(Record):
    """A document of `visits`: when an officer was here last, and `before` in an earlier session."""

    username = Field[str]("_id")
    session = Field[str]("session")
    seen_at = Field[datetime]("seen_at")
    before = Field[datetime | None]("before", absent=None)


class AuditEntry(Record):
    """A document of `audit`: what an operator did, or who signed in and out (`by` is empty where no account has the name).

    `forget_at`: when an entry of signing in is removed; what operators did stays until it is pruned. An entry that stays `begun`
    was cut off: whether it was done stands where it would have been done.
    """

    id = Field[str]("_id")
    at = Field[datetime]("at")
    by = Field[str]("by")
    action = Field("action", Action)
    subject = Field[str]("subject")
    why = Field[str]("why")
    outcome = Field("outcome", AuditOutcome)
    detail = Field[str]("detail")
    forget_at = Field[datetime | None]("forget_at", absent=None)

"""News as it is stored: the entries of the inbox, what each person wants by e-mail, and the e-mails on their way."""

from datetime import datetime

from shared.contracts.documents.ledgers import WaitingEntry
from shared.contracts.documents.record import Field, Record, many
from shared.contracts.news import MailKind, MailState, NewsEvent, Rhythm
from shared.contracts.vocabulary import Kind, Stage, Status


class Notification(Record):
    """A document of `notifications`: a movement of a case, or a reminder, told to the officers of an authority.

    The id follows from the case and the movement, so each movement has one. `at` is when it happened, `kept_at` when the portal
    heard of it. `unread_by` are the usernames that have not read it. A reminder says how many `days` are left until `due`.
    `forget_at`: when it is removed.
    """

    id = Field[str]("_id")
    authority = Field[str]("authority")
    case_id = Field[str]("case_id")
    case_no = Field[str | None]("case_no")
    kind = Field("kind", Kind)
    stage = Field("stage", Stage)
    status = Field("status", Status)
    event = Field("event", NewsEvent)
    at = Field[datetime]("at")
    kept_at = Field[datetime]("kept_at")
    unread_by = Field("unread_by", many(str))
    days = Field[int | None]("days", absent=None)
    due = Field[datetime | None]("due", absent=None)
    forget_at = Field[datetime | None]("forget_at", absent=None)


class NewsChoice(Record):
    """A document of `news_choices`: what a person wants to be told by e-mail, and where.

    `language` (`zh`, `en`) is that of the page on which it was chosen; it counts while the account has chosen none.
    """

    username = Field[str]("_id")
    email = Field[str]("email")
    language = Field[str]("language")
    rhythm = Field("rhythm", Rhythm)
    events = Field("events", many(NewsEvent))


class Mail(WaitingEntry):
    """A document of `mails`: an e-mail to an account, in which these `notifications` (ids) are told.

    It has no address and no text: both are looked up when it is sent. A digest takes up notifications until `due_at`, as long
    as it was never tried. `under_way` is true from before an attempt until it is known how it ended; who finds it so knows
    that the e-mail may have arrived. `attempts` counts since an operator had it tried again. `forget_at`: when it is removed.
    """

    state = Field("state", MailState)
    kind = Field("kind", MailKind)
    username = Field[str]("username")
    authority = Field[str]("authority")
    notifications = Field("notifications", many(str))
    at = Field[datetime]("at")
    due_at = Field[datetime]("due_at")
    attempts = Field[int]("attempts")
    under_way = Field[bool]("under_way")
    last_error = Field[str | None]("last_error")
    sent_at = Field[datetime | None]("sent_at")
    forget_at = Field[datetime | None]("forget_at", absent=None)

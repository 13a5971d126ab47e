"""What people are told, how often by e-mail, and where an e-mail stands: closed sets, as they are stored."""

from enum import StrEnum


class NewsEvent(StrEnum):
    """What a notification is about; each person chooses of which they get e-mail."""

    OUR_TURN = "our_turn"
    """Customs asks for something: it is the authority's turn."""
    FROM_CUSTOMS = "from_customs"
    """Customs took another step."""
    ENDED = "ended"
    """The case has ended, or was not accepted."""
    OURS = "ours"
    """What the authority did itself, and how its submissions travel."""
    REMINDER = "reminder"
    """A time limit comes near."""


class Rhythm(StrEnum):
    """How often a person gets e-mail."""

    OFF = "off"
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailKind(StrEnum):
    """What an e-mail is: one piece of news or one reminder at once, or what there was in a day or a week."""

    NEWS = "news"
    REMINDER = "reminder"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailState(StrEnum):
    """Where an e-mail stands; a parked one waits for an operator."""

    QUEUED = "queued"
    SENT = "sent"
    PARKED = "parked"
    DISMISSED = "dismissed"
    UNWANTED = "unwanted"
    """When it was to go out, the person wanted no e-mail any more, or was let in no more."""


class MailOutcome(StrEnum):
    """How one attempt to send an e-mail ended."""

    SENT = "sent"
    AWAY = "away"
    """The mail server does not answer, or takes nothing now."""
    REFUSED = "refused"
    """The mail server does not take this e-mail, now or later."""
    UNKNOWN = "unknown"
    """The connection was lost before the mail server said whether it has it."""

"""What may be chosen of e-mails, and what is wrong with a choice. Pure."""

from collections.abc import Iterable, Iterator

from shared.contracts.documents.news import NewsChoice
from shared.contracts.faults import FieldFault
from shared.contracts.news import NewsEvent, Rhythm
from shared.contracts.reading import is_email

LONGEST_ADDRESS = 254
"""RFC 5321 4.5.3.1.3: a path has 256 characters with its brackets."""
AT_FIRST = frozenset(NewsEvent) - {NewsEvent.OURS}
"""What is ticked before anybody has chosen."""


def no_choice(username: str, language: str) -> NewsChoice:
    """How somebody stands who has not chosen: no e-mail."""
    return choice_of(username, "", language, Rhythm.OFF, AT_FIRST)


def choice_of(username: str, email: str, language: str, rhythm: str, events: Iterable[str]) -> NewsChoice:
    """A choice as it is kept; `choice_faults` says whether it may be."""
    return NewsChoice(
        {"_id": username, "email": email, "language": language, "rhythm": rhythm, "events": sorted(events)}
    )


def choice_faults(choice: NewsChoice) -> Iterator[FieldFault]:
    """What keeps a choice from being kept; the address may stay empty where there is to be no e-mail."""
    chosen = choice.document
    if chosen["rhythm"] not in list(Rhythm):
        yield FieldFault("rhythm", "unknown", "请从列表中选择。", "Choose one of the list.")
    if not set(chosen["events"]) <= set(NewsEvent):
        yield FieldFault("events", "unknown", "请从列表中选择。", "Choose from the list.")
    yield from _address_faults(choice.email, wanted=chosen["rhythm"] != Rhythm.OFF)


def _address_faults(email: str, *, wanted: bool) -> Iterator[FieldFault]:
    if not email:
        if wanted:
            yield FieldFault(
                "email", "required", "请填写接收通知的邮箱，或选择不发邮件。",
                "Give the e-mail address for the news, or choose no e-mail.",
            )  # fmt: skip
    elif len(email) > LONGEST_ADDRESS or not is_email(email):
        yield FieldFault(
            "email", "malformed", "邮箱格式不正确，应如name@example.org。",
            "This is not an e-mail address such as name@example.org.",
        )  # fmt: skip

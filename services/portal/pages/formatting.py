"""How times, sizes and durations are written on the pages. Times are Beijing's, as customs' are (DOMAIN 1.1)."""

import textwrap
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from unicodedata import combining, normalize

from services.portal.cases.paging import MOST_COUNTED
from services.portal.pages.language import Lang, said
from shared.contracts import times
from shared.contracts.numbers import number_text
from shared.contracts.times import CHINA
from shared.lifecycle.time_limits import Urgency, urgency_of
from shared.runtime.clock import now

Time = datetime | date | str | None
"""A moment, a day, one of the two in ISO 8601, or none."""


def moment(value: Time, seconds: bool = False) -> str:
    """A time as `2026-11-22 14:05`, with seconds where two may fall into one minute; `—` for none."""
    found = _time(value)
    return "—" if found is None else f"{found:%Y-%m-%d %H:%M:%S}" if seconds else f"{found:%Y-%m-%d %H:%M}"


def day(value: Time) -> str:
    """A time as its date (DOMAIN D11)."""
    found = _time(value)
    return f"{found:%Y-%m-%d}" if found else "—"


def urgency(due: Time) -> Urgency:
    """How near the moment is at which something is due, as `overdue`, `week` or `later`."""
    return urgency_of(_time(due), now())


def size(value: int) -> str:
    """Bytes as people read them."""
    return (
        f"{value}\N{NO-BREAK SPACE}B"
        if value < 1024
        else f"{value / 1024:.0f}\N{NO-BREAK SPACE}KB"
        if value < 1024**2
        else f"{value / 1024**2:.1f}\N{NO-BREAK SPACE}MB"
    )


def number(value: object) -> str:
    """A number with all its digits, never an exponent; what is none stays as it is."""
    return number_text(value) if isinstance(value, int | float) else str(value or "")


def counted(total: int) -> str:
    """How many there are, «10,000+» where no further was counted."""
    return str(total) if total <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def telephone(phone: Mapping[str, str]) -> str:
    """A telephone number, of whose parts any may be missing."""
    country = phone["country"]
    return " ".join(filter(None, (country and f"+{country}", phone["area"], phone["number"])))


def lasted(value: timedelta, lang: Lang) -> str:
    """A duration in its largest unit, `3 days`."""
    return said(times.lasted(value), lang)


def _time(value: Time) -> datetime | None:
    if not value:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=CHINA)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(CHINA)


def wrapped(text: str) -> list[str]:
    """A short name in lines that fit below each other in a picture: 13 letters, or 6 Chinese characters."""
    if text.isascii():
        return textwrap.wrap(text, 13)
    return [text[start : start + 6] for start in range(0, len(text), 6)]


def clock_time(value: datetime) -> str:
    """The time of day in Beijing, as `10:41:07`: when something was saved."""
    return f"{value.astimezone(CHINA):%H:%M:%S}"


def collation_key(name: str) -> tuple[bytes, str]:
    """The order of names to choose from: Chinese by their sound (GB 2312 has them so), Latin without accents."""
    plain = "".join(each for each in normalize("NFD", name.casefold()) if not combining(each))
    return plain.encode("gb18030"), name

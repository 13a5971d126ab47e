"""Days as an iCalendar file (RFC 5545): whole days with a summary, as any calendar program subscribes to them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_OCTETS = 75
"""A line has no more; what is longer goes on in the next one, after a space (3.1)."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class WholeDay:
    """Something on a day; `uid` is the same in every edition of the file, `address` is where it stands."""

    uid: str
    day: date
    summary: str
    address: str


def calendar_of(name: str, days: Iterable[WholeDay], at: datetime) -> bytes:
    """The file, as it is at this moment; a program is asked to look again every six hours."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//fas//work list//EN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
        *(line for each in days for line in _event(each, at)),
        "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(folded for line in lines for folded in _folded(line.encode()))


def _event(each: WholeDay, at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{_text(each.uid)}", f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}", f"DTEND;VALUE=DATE:{each.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(each.summary)}", f"URL:{each.address}", "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _folded(line: bytes) -> Iterator[bytes]:
    """A line in pieces of at most 75 octets, none of which ends within a character."""
    start, room = 0, _OCTETS
    while len(line) - start > room:
        end = start + room
        while line[end] & 0b1100_0000 == 0b1000_0000:
            end -= 1
        yield line[start:end] + b"\r\n "
        start, room = end, _OCTETS - 1
    yield line[start:] + b"\r\n"

"""A calendar file is what RFC 5545 says, so that every program can read it."""

import re
from datetime import UTC, date, datetime

from services.portal.cases.icalendar import WholeDay, calendar_of

AT = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)


def lines_of(file: bytes) -> list[str]:
    """Its lines as a program reads them: what was folded is one line again (3.1)."""
    assert file.endswith(b"\r\n")
    return file.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_day_is_a_whole_day_with_what_is_to_be_done() -> None:
    day = WholeDay(
        "1-rectify@fas", date(2027, 12, 31), "牛肉: 答复第2轮; a, b\\c", "https://fas.example/cases/1"
    )
    found = lines_of(calendar_of("Work", [day], AT))
    assert found[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//fas//work list//EN", "METHOD:PUBLISH"]
    assert found[-1] == "END:VCALENDAR"
    event = found[found.index("BEGIN:VEVENT") : found.index("END:VEVENT") + 1]
    assert event == [
        "BEGIN:VEVENT", "UID:1-rectify@fas", "DTSTAMP:20261129T123000Z", "DTSTART;VALUE=DATE:20271231",
        "DTEND;VALUE=DATE:20280101", "SUMMARY:牛肉: 答复第2轮\\; a\\, b\\\\c", "URL:https://fas.example/cases/1",
        "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def test_no_line_has_more_than_75_octets_and_none_ends_within_a_character() -> None:
    for before in range(4):
        long = "x" * before + "填写问卷" * 60
        file = calendar_of("Work", [WholeDay("1", date(2027, 1, 1), long, "https://fas.example")], AT)
        pieces = file.split(b"\r\n")
        assert max(map(len, pieces)) <= 75
        assert all(piece.decode() is not None for piece in pieces)
        assert f"SUMMARY:{long}" in lines_of(file)


def test_nothing_that_was_typed_becomes_a_line_of_its_own() -> None:
    file = calendar_of(
        "Work\r\nX-EVIL:1", [WholeDay("1", date(2027, 1, 1), "a\nEND:VCALENDAR\rb", "https://f")], AT
    )
    assert "X-WR-CALNAME:Work\\nX-EVIL:1" in lines_of(file)
    assert "SUMMARY:a\\nEND:VCALENDARb" in lines_of(file)
    assert len(re.findall(rb"(?m)^END:VCALENDAR", file)) == 1

"""What a log line must be (CONTRACT 5): held to the table of events, and to what is known when it is written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from deploy.local.system import RunningSystem
from shared.contracts.log_events.event import ON_ANY_LINE, ON_EVERY_LINE
from shared.contracts.log_events.table import LOG_EVENTS

Line = dict[str, Any]
_OF_LIBRARIES = "library_warned"


def lengths(system: RunningSystem) -> dict[str, int]:
    """How long each service's log is now."""
    return {name: program.log.stat().st_size for name, program in system.programs.items()}


def lines_of(system: RunningSystem, since: Mapping[str, int] | None = None) -> list[Line]:
    """What the services have logged, or what came after these lengths; a line that is no JSON is an event without a name."""
    found: list[Line] = []
    for name, program in system.programs.items():
        written = program.log.read_bytes()[(since or {}).get(name, 0) :]
        found += [_read(each) for each in written.decode("utf-8", "replace").splitlines()]
    return sorted(found, key=lambda line: str(line.get("timestamp", "")))


def not_as_described(lines: Iterable[Line]) -> list[str]:
    """Lines whose event, level, service or fields the table does not have."""
    return [f"{why}: {line}" for line in lines for why in _faults(line)]


def without_their_case(lines: Iterable[Line]) -> list[Line]:
    """Lines that don't name the case although it was known: by its id when they began, or by the message they belong to."""
    numbers: dict[str, tuple[str, str]] = {}
    of_messages: dict[str, str] = {}
    found = []
    for line in lines:
        case_id, number, message = line.get("case_id"), line.get("case_no"), line.get("message_id")
        known, since = numbers.get(case_id or "", ("", ""))
        if not number and ((known and since < _began(line)) or (message and message in of_messages)):
            found.append(line)
        if number and case_id:
            numbers.setdefault(case_id, (number, line["timestamp"]))
        if number and message:
            of_messages[message] = number
    return found


def _read(raw: str) -> Line:
    try:
        line = json.loads(raw)
    except ValueError:
        return {"text": raw}
    return line if isinstance(line, dict) else {"text": raw}


def _faults(line: Line) -> Iterator[str]:
    event = LOG_EVENTS.get(str(line.get("event")))
    if event is None:
        yield "no event of the table"
        return
    if line.get("level") not in event.levels:
        yield "another level"
    if line.get("service") not in event.by:
        yield "another service"
    more = line.keys() - {*event.fields, *ON_EVERY_LINE, *ON_ANY_LINE}
    if more and event.name != _OF_LIBRARIES:
        yield f"fields {sorted(more)}"


def _began(line: Line) -> str:
    """When that began which a line tells the end of."""
    at = datetime.fromisoformat(line["timestamp"]) - timedelta(milliseconds=line.get("duration_ms") or 0)
    return at.isoformat().replace("+00:00", "Z")

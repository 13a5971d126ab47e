"""One case's story out of the log lines of all services."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cli.log_lines import LogLine
from shared.bilingual import Bilingual
from shared.contracts.log_events.table import LOG_EVENTS
from shared.contracts.vocabulary import CAUSE_LABELS, Cause, Stage, Status
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS

_IDS = ("case_id", "document")
_MESSAGES = ("correlation_id", "message_id", "declaration_id")
_MARKS = {"warning": "!", "error": "!!"}
_SHOWN_APART = {
    "timestamp", "level", "service", "event", "case_no", "case_id", "correlation_id", "traceback", "stage", "status_from",
    "status_to", "cause",
}  # fmt: skip
_TAIL = 6


@dataclass(slots=True)
class SoughtCase:
    """A case by its number or its id, and what its lines say of it: its other names, and the ids of its messages."""

    names: set[str]
    messages: set[str] = field(default_factory=set)

    def is_named(self, line: LogLine) -> bool:
        """Whether a line names the case."""
        return line.of("case_no") in self.names or any(line.of(name) in self.names for name in _IDS)

    def is_told(self, line: LogLine) -> bool:
        """Whether a line belongs to the case's story: it names the case, or no case and a message of this one."""
        if self.is_named(line):
            return True
        other = line.of("case_no") or line.of("case_id")
        return not other and any(line.of(name) in self.messages for name in _MESSAGES)


def story_of(case: str, lines: Callable[[], Iterable[LogLine]]) -> list[LogLine]:
    """The lines about a case (its number, or its id), oldest first; `lines` is read three times.

    A line that names no case is found by the correlation id, or the MessageId, of one that does. A draft's lines, which have
    no number yet, are found by the case's id.
    """
    sought = SoughtCase({case})
    for line in filter(sought.is_named, lines()):
        sought.names |= {name for name in (line.of("case_no"), *map(line.of, _IDS)) if name}
    for line in filter(sought.is_named, lines()):
        sought.messages |= {name for name in map(line.of, _MESSAGES) if name}
    return sorted(filter(sought.is_told, lines()), key=lambda line: line.of("timestamp"))


def told(line: LogLine) -> tuple[str, ...]:
    """A line as cells: when (UTC), which service, how grave, of which message, what, and the rest of it."""
    event = LOG_EVENTS.get(line.of("event"))
    rest = [
        f"{name}={value}" for name, value in line.said.items() if name not in _SHOWN_APART and value is not None
    ]  # fmt: skip
    cells = (
        line.of("timestamp")[:23].replace("T", " "), line.of("service"), _MARKS.get(line.of("level"), ""),
        line.of("correlation_id")[-_TAIL:], str(event.label) if event else line.of("event"),
        " · ".join([*dict.fromkeys(_standing(line)), *rest]),
    )  # fmt: skip
    return tuple(map(_shown, cells))


def _standing(line: LogLine) -> Iterator[str]:
    """Stage, status and cause as people call them."""
    for name, labels in _LABELS:
        value = line.of(name)
        if value:
            yield str(labels.get(value, value))


_LABELS: tuple[tuple[str, Mapping[str, Bilingual]], ...] = (
    ("stage", {stage.value: STAGE_LABELS[stage] for stage in Stage}),
    ("status_to", {status.value: STATUS_LABELS[status] for status in Status}),
    ("cause", {cause.value: CAUSE_LABELS[cause] for cause in Cause}),
)


def _shown(value: object) -> str:
    """A value in one line that a terminal bears: what is not printable stands there as its escape."""
    text = str(value)
    return text if text.isprintable() else "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )  # fmt: skip

"""How the table of rules is written: during a status of a stage, when a message comes, its subject becomes. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.contracts.vocabulary import Cause, CheckAnswer, Kind, Result, Stage, Status
from shared.lifecycle.stages import POSITION


@dataclass(frozen=True, slots=True)
class When:
    """A message that moves a case, and the status that its subject gets: the current stage, or another one.

    `closes` ends the case with that status. `result` is the message's own; `kind` and `answer` are the case's.
    Where one is None, the row fits any.
    """

    message: Cause
    becomes: Status
    subject: Stage | None = None
    closes: Status | None = None
    kind: Kind | None = None
    answer: CheckAnswer | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, for one stage and one status in which the case is.

    A row that `opens` its subject approves every earlier stage in flight.
    """

    message: Cause
    subject: Stage
    current_stage: Stage
    current_status: Status
    becomes: Status
    opens: bool = False
    closes: Status | None = None
    kind: Kind | None = None
    answer: CheckAnswer | None = None
    result: Result | None = None


class During:
    """A block of the table: in each of these stages and statuses the same messages do the same."""

    def __init__(
        self, stages: Stage | tuple[Stage, ...], statuses: Status | tuple[Status, ...], *whens: When
    ) -> None:
        self.stages = (stages,) if isinstance(stages, Stage) else stages
        self.statuses = (statuses,) if isinstance(statuses, Status) else statuses
        self.whens = whens

    def rows(self) -> Iterator[Row]:
        """Every line of the block."""
        for when in self.whens:
            for stage in self.stages:
                yield from (_row(when, stage, status) for status in self.statuses)


def all_rows(table: Iterable[During]) -> tuple[Row, ...]:
    """Every line of a table."""
    return tuple(row for block in table for row in block.rows())


def _row(when: When, stage: Stage, status: Status) -> Row:
    subject = when.subject or stage
    opens = when.becomes is Status.PENDING or POSITION[subject] > POSITION[stage]
    return Row(
        when.message,
        subject,
        stage,
        status,
        when.becomes,
        opens,
        when.closes,
        when.kind,
        when.answer,
        when.result,
    )

"""The only writer of a status: read the case, decide, save by one conditional update, tell by the outbox."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Protocol

from shared.bilingual import Bilingual
from shared.contracts.commands import CaseCommand, DiscardDraft, Rehearsal
from shared.contracts.documents.cases import Case
from shared.contracts.documents.record import Document
from shared.contracts.events import ReceiptSettled
from shared.contracts.facts import CaseFact, CheckInitiated
from shared.contracts.replies import CaseAnswer, Prompt
from shared.contracts.topology import EVENTS, RECEIPT_SETTLED
from shared.contracts.vocabulary import TRANSPORT, Cause, Outcome, Reason, Status
from shared.lifecycle.case import state_of, trigger_of
from shared.lifecycle.cases import CUSTOMS_BYTES, OFFICERS_BYTES, CaseFull, Cases
from shared.lifecycle.decide import (
    Ignored,
    Movement,
    NotAllowed,
    Noted,
    Trigger,
    decide,
    permit,
)
from shared.lifecycle.movement import (
    CUSTOMS,
    SYSTEM,
    RecordContext,
    Recorder,
    StageUpdate,
    Step,
    entries_of,
    fields_read,
    note_of,
    pushes_of,
    update_of,
)
from shared.lifecycle.stages import NO_CASE, NOT_EDITABLE, NOT_ENTERED
from shared.lifecycle.table import Row
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import add_fields, correlation_id, get_logger
from shared.runtime.outbox import Relay
from shared.runtime.turns import Turns

log = get_logger()
Opening = Callable[[CheckInitiated], Awaitable[Case | Ignored]]
_TRIES = 30


class Clock(Protocol):
    """Something that gives the time."""

    def __call__(self) -> datetime:
        """Now, with its zone."""
        ...


class Lifecycle:
    """Moves cases for one service; `records` says what the service writes for each message, by the message's class."""

    def __init__(
        self, service: str, cases: Cases, publisher: Publisher, relay: Relay, records: Mapping[type, Recorder],
        opening: Opening | None = None, clock: Clock = now,
    ) -> None:  # fmt: skip
        self._service, self._cases, self._publisher, self._relay = service, cases, publisher, relay
        self._records, self._opening, self._clock = records, opening, clock
        self._turns = Turns()

    async def advance(self, fact: CaseFact) -> None:
        """Apply a fact and settle it with the gateway, whatever comes of it; DependencyUnavailable when a server is away.

        Facts of one case are applied in the order in which they come to this process.
        """
        async with self._turns.of(fact.case_no):
            await self._advance(fact)

    async def _advance(self, fact: CaseFact) -> None:
        for attempt in range(_TRIES):
            case = await self._cases.by_number(fact.case_no, fields_read(fact, self._records.get(type(fact))))
            if case is None:
                done = await self._begin(fact)
            else:
                done = await self._apply_or_park(case, fact)
            if done:
                return
            await _back_off(attempt)
        raise DependencyUnavailable("database", "the case is changed by others all the time")

    async def carry_out(self, command: CaseCommand | Rehearsal) -> CaseAnswer:
        """Carry out an officer's command; RequestRejected says why not, with every field at once."""
        return (await self.carry_out_on_case(command))[1]

    async def carry_out_on_case(self, command: CaseCommand | Rehearsal) -> tuple[Case, CaseAnswer]:
        """As `carry_out`; also the case as it was before."""
        if isinstance(command, Rehearsal):
            return await self._rehearse(command.submission)
        add_fields(case_id=command.case_id)
        files = await self._cases.files(command.authority, command.file_ids)
        numbers = _CaseNumber(self._cases)
        for attempt in range(_TRIES):
            case = await self._own(command)
            if command.command_id in case.inbox:
                return case, self._answer_again(case, command, RecordContext(self._clock(), files))
            if command.version not in (None, case.version):
                raise RequestRejected("version_conflict", _REFUSALS["version_conflict"])
            movement = _permitted(case, command)
            answer = await self._take(case, command, movement, RecordContext(self._clock(), files), numbers)
            if answer:
                return case, answer
            await _back_off(attempt)
        raise DependencyUnavailable("database", "the case is changed by others all the time")

    async def _rehearse(self, command: CaseCommand) -> tuple[Case, CaseAnswer]:
        """What a submission would be answered with; refused as it would be."""
        add_fields(case_id=command.case_id)
        files = await self._cases.files(command.authority, command.file_ids)
        case = await self._own(command)
        _permitted(case, command)
        return case, _answer(
            case, case.status, self._change(case, command, RecordContext(self._clock(), files))
        )

    async def _own(self, command: CaseCommand) -> Case:
        case = await self._cases.own(command.case_id, command.authority)
        if case is None:
            raise RequestRejected("not_found", NO_CASE, status=404)
        add_fields(case_no=case.case_no)
        return case

    async def begin(self, case: Case, message_id: str, cause: Cause, by: str) -> bool:
        """Write a new case with its first movement; False where it is already there."""
        step = Step(
            Trigger(message_id, cause, case.stage), _first_movement(case, cause), by, case.created_at,
            self._service, correlation_id(),
        )  # fmt: skip
        before = case.changed(version=case.version - 1, waiting=True)
        lists = pushes_of(before, step, StageUpdate(), None, case.case_no)
        touched = {"touched_by": by} if by != CUSTOMS else {}
        begun = await self._cases.begin(case.changed(**lists, **touched, owes=[self._service]))
        if begun:
            self._tell(case, step, case.case_no, None, lists["outbox"])
        return begun

    async def _begin(self, fact: CaseFact) -> bool:
        """A fact about an unknown case: the one that creates it, or one that came too early."""
        if self._opening is None or not isinstance(fact, CheckInitiated):
            await self._settle(fact, Ignored(Outcome.NOT_YET, Reason.UNKNOWN_CASE))
            return True
        opened = await self._opening(fact)
        if isinstance(opened, Ignored):
            await self._settle(fact, opened, opened.why)
            return True
        return await self.begin(opened, fact.message_id, fact.cause, CUSTOMS)

    async def _apply_or_park(self, case: Case, fact: CaseFact) -> bool:
        """Apply a fact; one that the case has no room for is parked, so that an operator sees it."""
        try:
            return await self._apply(case, fact)
        except CaseFull:
            await self._settle(fact, Ignored(Outcome.INVALID, Reason.INTERNAL), str(_FULL))
            return True

    async def _apply(self, case: Case, fact: CaseFact) -> bool:
        trigger = trigger_of(fact)
        decision = decide(state_of(case), trigger)
        if isinstance(decision, Ignored):
            if decision.outcome is Outcome.NOT_YET and not (
                case.waiting or await self._cases.mark_waiting(case)
            ):
                return False
            await self._settle(fact, decision)
            return True
        if isinstance(decision, Noted):
            return await self._annotate_declaration(case, fact, decision)
        by = SYSTEM if trigger.cause in TRANSPORT else CUSTOMS
        step = Step(trigger, decision, by, self._clock(), self._service, correlation_id())
        change = self._change(case, fact, RecordContext(step.at))
        most = None if by == SYSTEM else CUSTOMS_BYTES
        update = update_of(case, step, change, fact, case.case_no)
        saved = await self._cases.save(case, update, most)
        if saved:
            self._tell(case, step, case.case_no, case.status, entries_of(update))
        return saved

    async def _take(
        self,
        case: Case,
        command: CaseCommand,
        movement: Movement,
        moment: RecordContext,
        numbers: "_CaseNumber",
    ) -> CaseAnswer | None:
        """Save what a permitted command does; None where somebody was faster."""
        if isinstance(command, DiscardDraft):
            return _answer(case, case.status, StageUpdate()) if await self._cases.discard(case) else None
        trigger = Trigger(command.command_id, command.cause, command.stage)
        step = Step(trigger, movement, command.by, moment.at, self._service, correlation_id())
        change = self._change(case, command, moment)
        case_no = await numbers.of(case, moment.at) if change.submission else case.case_no
        update = update_of(case, step, change, command, case_no)
        try:
            saved = await self._cases.save(case, update, OFFICERS_BYTES)
        except CaseFull:
            raise RequestRejected("case_full", _FULL) from None
        if not saved:
            return None
        if not step.silent:
            self._tell(case, step, case_no, case.status, entries_of(update))
        return _answer(case.changed(case_no=case_no, stage=movement.stage), movement.row.becomes, change)

    def _answer_again(self, case: Case, command: CaseCommand, moment: RecordContext) -> CaseAnswer:
        """The answer that the command got the first time: the status it set is in the timeline, what it saved in the case."""
        entry = next(entry for entry in case.timeline if entry.message_id == command.command_id)
        change = self._change(case, command, moment) if command.cause is Cause.SAVE else StageUpdate()
        return _answer(case.changed(stage=entry.stage), entry.status, change)

    def _change(self, case: Case, message: CaseFact | CaseCommand, moment: RecordContext) -> StageUpdate:
        record = self._records.get(type(message))
        return record(case, message, moment) if record else StageUpdate()

    async def _annotate_declaration(self, case: Case, fact: CaseFact, noted: Noted) -> bool:
        """Write a receipt for a SIGNATORIES declaration beside that declaration."""
        update = note_of(case, noted.declaration_id, fact.message_id, fact.cause, self._clock())
        saved = await self._cases.save(case, update, CUSTOMS_BYTES)
        if saved:
            await self._settle(fact, Ignored(Outcome.APPLIED))
        return saved

    async def _settle(self, fact: CaseFact, ignored: Ignored, why: str = "") -> None:
        """Tell the gateway what became of a fact that moved nothing."""
        detail = why or f"{fact.cause} for {fact.stage} of case {fact.case_no}: {ignored.outcome}."
        settled = ReceiptSettled(
            message_id=fact.message_id, outcome=ignored.outcome, reason=ignored.reason, detail=detail,
            waits=ignored.outcome is Outcome.DUPLICATE,
        )  # fmt: skip
        sent = await self._publisher.publish(
            EVENTS, RECEIPT_SETTLED, settled.model_dump_json().encode(), correlation_id=correlation_id()
        )
        if sent is not Published.CONFIRMED:
            raise DependencyUnavailable("broker")

    def _tell(
        self, case: Case, step: Step, case_no: str | None, status_from: Status | None, outbox: Sequence[Document],
    ) -> None:  # fmt: skip
        self._relay.wake(case.id, outbox, owed_before=self._service in case.owes)
        metrics.MOVEMENTS.labels(step.movement.stage, step.movement.status).inc()
        log.info(
            "case_moved", case_id=case.id, case_no=case_no, stage=step.movement.stage, status_from=status_from,
            status_to=step.movement.status, cause=step.trigger.cause, message_id=step.trigger.message_id,
        )  # fmt: skip


class _CaseNumber:
    """Draws a number for a case that has none, once for all tries of a command, and only when nothing else is missing."""

    def __init__(self, cases: Cases) -> None:
        self._cases, self._drawn = cases, ""

    async def of(self, case: Case, at: datetime) -> str:
        """The case's number."""
        if case.case_no:
            return case.case_no
        self._drawn = self._drawn or await self._cases.next_number(at)
        return self._drawn


async def _back_off(attempt: int) -> None:
    await asyncio.sleep(random.uniform(0, 0.005 * attempt))  # noqa: S311 - spreads writers, protects nothing


def _permitted(case: Case, command: CaseCommand) -> Movement:
    decision = permit(state_of(case), Trigger(command.command_id, command.cause, command.stage))
    if isinstance(decision, NotAllowed):
        raise RequestRejected(decision.code, _REFUSALS[decision.code])
    return decision


_FULL = Bilingual(
    "本案记录已接近系统可保存的上限，未作任何更改；请联系系统运维人员。",
    "The record of this case is near the most that the system can keep; nothing was changed. Please tell the operators.",
)
_REFUSALS = {
    "not_editable": NOT_EDITABLE,
    "version_conflict": Bilingual(
        "案件在此期间有变动，请重试。", "The case has changed meanwhile; please try again."
    ),
    "stage_not_entered": NOT_ENTERED,
}


def _first_movement(case: Case, cause: Cause) -> Movement:
    stage, status = case.stage, case.status
    return Movement(Row(cause, stage, stage, status, status, opens=True), stage, status, {stage: status})


def _answer(case: Case, status: Status, change: StageUpdate) -> CaseAnswer:
    return CaseAnswer(
        id=case.id, case_no=case.case_no, stage=case.stage, status=status,
        versions=dict(change.versions), open_required=change.open_required,
        prompts=tuple(Prompt(**asdict(fault)) for fault in change.prompts),
    )  # fmt: skip

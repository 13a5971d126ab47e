"""What intake does besides moving cases: begins drafts and checks, and warns of a second open application."""

from services.intake.repository import ScopeRepository
from services.intake.updates import ScopeWarnings, begun_check, begun_draft
from shared.contracts.commands import CaseCommand, Rehearsal, SaveApplication, SubmitApplication
from shared.contracts.documents.cases import Case
from shared.contracts.facts import CheckInitiated
from shared.contracts.replies import CaseAnswer, OpenCaseWarning
from shared.contracts.vocabulary import Cause, Outcome, Reason
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.authorities import not_known
from shared.lifecycle.case import check_id
from shared.lifecycle.cases import Cases
from shared.lifecycle.decide import Ignored
from shared.runtime.clock import now
from shared.runtime.logs import get_logger

log = get_logger()


class Checks:
    """Opens the retrospective checks that customs plans."""

    def __init__(self, repository: ScopeRepository) -> None:
        self._repository = repository

    async def open(self, fact: CheckInitiated) -> Case | Ignored:
        """The case of a check; invalid where customs names an authority that we don't know.

        A food that the authority does not manage, or that was never approved here, is checked all the same, and told.
        """
        authority = await self._repository.authority(fact.authority)
        if authority is None:
            return Ignored(Outcome.INVALID, Reason.UNKNOWN_AUTHORITY, not_known(fact.authority))
        outside = tuple(code for code in fact.specific if code not in authority.scope)
        never = await self._repository.never_approved(fact.authority, fact.specific)
        unexpected = ScopeWarnings(outside, tuple(never))
        if unexpected != ScopeWarnings():
            log.warning(
                "check_outside_scope", case_no=fact.case_no, case_id=check_id(fact.case_no), authority=fact.authority,
                stage=fact.stage, message_id=fact.message_id, outside_scope=unexpected.outside_scope,
                never_approved=unexpected.never_approved,
            )  # fmt: skip
        return begun_check(fact, authority.country, now(), unexpected)


class IntakeCommands:
    """Takes the officer's commands to intake."""

    def __init__(self, lifecycle: Lifecycle, cases: Cases) -> None:
        self._lifecycle, self._cases = lifecycle, cases

    async def carry_out(self, command: CaseCommand | Rehearsal) -> CaseAnswer:
        """Carry out a command; a save that names a country begins a draft, the first submission comes back with its warnings."""
        if isinstance(command, SaveApplication) and command.country is not None:
            await self._begin(command, command.country)
        case, answer = await self._lifecycle.carry_out_on_case(command)
        asked = command.submission if isinstance(command, Rehearsal) else command
        is_first = isinstance(asked, SubmitApplication) and _submitted_first(case) in (None, asked.command_id)
        return await self._warned(case, answer) if is_first else answer

    async def _begin(self, command: SaveApplication, country: str) -> None:
        files = await self._cases.files(command.authority, command.file_ids)
        draft = begun_draft(command, country, files, now())
        await self._lifecycle.begin(draft, command.command_id, Cause.SAVE, command.by)

    async def _warned(self, case: Case, answer: CaseAnswer) -> CaseAnswer:
        others = await self._cases.open_applications(case.authority, case.specific, case.id)
        warnings = tuple(OpenCaseWarning(case_no=number) for number in others)
        return answer.model_copy(update={"warnings": warnings})


def _submitted_first(case: Case) -> str | None:
    """The command that submitted the application for the first time."""
    submits = (entry.message_id for entry in case.timeline if entry.cause is Cause.SUBMIT)
    return next(submits, None)

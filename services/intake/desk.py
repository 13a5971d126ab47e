"""What intake does besides moving cases: begins drafts and checks, and warns of a second open application."""

from services.intake.records import begun_check, begun_draft
from shared.contracts.commands import (
    CaseAnswer,
    CaseCommand,
    OpenCaseWarning,
    SaveApplication,
    SubmitApplication,
)
from shared.contracts.facts import CheckInitiated
from shared.contracts.vocabulary import Cause, Outcome, Reason
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.case import Document
from shared.lifecycle.cases import Cases
from shared.lifecycle.clock import now
from shared.lifecycle.decide import Ignored
from shared.runtime.store import Store


class Checks:
    """Opens the retrospective checks that customs plans."""

    def __init__(self, store: Store) -> None:
        self._authorities = store.collection("authorities")

    async def open(self, fact: CheckInitiated) -> Document | Ignored:
        """The document of a check; invalid where customs names an authority that we don't know."""
        authority = await self._authorities.find_one({"_id": fact.authority})
        if authority is None:
            return Ignored(Outcome.INVALID, Reason.UNKNOWN_AUTHORITY)
        return begun_check(fact, authority["country"], now())


class Desk:
    """Takes the officer's commands to intake."""

    def __init__(self, lifecycle: Lifecycle, cases: Cases) -> None:
        self._lifecycle, self._cases = lifecycle, cases

    async def carry_out(self, command: CaseCommand) -> CaseAnswer:
        """Carry out a command; a save that names a country begins a draft, a submit comes back with its warnings."""
        if isinstance(command, SaveApplication) and command.country is not None:
            await self._begin(command, command.country)
        answer = await self._lifecycle.carry_out(command)
        return await self._warned(command, answer) if isinstance(command, SubmitApplication) else answer

    async def _begin(self, command: SaveApplication, country: str) -> None:
        files = await self._cases.files(command.authority, command.file_ids)
        draft = begun_draft(command, country, files, now())
        await self._lifecycle.begin(draft, command.command_id, Cause.SAVE, command.by)

    async def _warned(self, command: SubmitApplication, answer: CaseAnswer) -> CaseAnswer:
        case = await self._cases.own(command.case_id, command.authority) or {}
        others = await self._cases.open_applications(
            command.authority, case.get("specific", []), command.case_id
        )
        return answer.model_copy(
            update={"warnings": tuple(OpenCaseWarning(case_no=other["case_no"]) for other in others)}
        )

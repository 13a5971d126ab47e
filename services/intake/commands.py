"""What intake does besides moving cases: begins drafts and checks, and warns of a second open application."""

from collections.abc import Collection

from services.intake.updates import ScopeWarnings, begun_check, begun_draft
from shared.contracts.commands import (
    CaseAnswer,
    CaseCommand,
    OpenCaseWarning,
    SaveApplication,
    SubmitApplication,
)
from shared.contracts.facts import CheckInitiated
from shared.contracts.vocabulary import Cause, Kind, Outcome, Reason, Stage, Status
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.case import Document, check_id
from shared.lifecycle.cases import Cases
from shared.lifecycle.decide import Ignored
from shared.runtime.clock import now
from shared.runtime.logs import get_logger
from shared.runtime.store import Store

log = get_logger()


class Checks:
    """Opens the retrospective checks that customs plans."""

    def __init__(self, store: Store) -> None:
        self._authorities, self._cases = store.collection("authorities"), store.collection("cases")

    async def prepare(self) -> None:
        """Checks that an earlier version stored are told apart by the scope, too."""
        untold = {"kind": Kind.RETROSPECTIVE.value, "outside_scope": {"$exists": False}}
        for check in await self._cases.find(untold, projection={"authority": 1, "specific": 1}):
            authority = await self._authorities.find_one({"_id": check["authority"]}) or {}
            outside = [code for code in check["specific"] if code not in authority.get("scope", ())]
            await self._cases.update_one(
                {"_id": check["_id"], **untold}, {"$set": {"outside_scope": outside}}
            )

    async def open(self, fact: CheckInitiated) -> Document | Ignored:
        """The document of a check; invalid where customs names an authority that we don't know.

        A food that the authority does not manage, or that was never approved here, is checked all the same, and told.
        """
        authority = await self._authorities.find_one({"_id": fact.authority})
        if authority is None:
            return Ignored(Outcome.INVALID, Reason.UNKNOWN_AUTHORITY)
        unexpected = await self._unexpected(fact, authority["scope"])
        if unexpected != ScopeWarnings():
            log.warning(
                "check_outside_scope", case_no=fact.case_no, case_id=check_id(fact.case_no), authority=fact.authority,
                stage=fact.stage, message_id=fact.message_id, outside_scope=unexpected.outside_scope,
                never_approved=unexpected.never_approved,
            )  # fmt: skip
        return begun_check(fact, authority["country"], now(), unexpected)

    async def _unexpected(self, fact: CheckInitiated, scope: Collection[str]) -> ScopeWarnings:
        outside = tuple(code for code in fact.specific if code not in scope)
        never = [code for code in fact.specific if not await self._approved(fact.authority, code)]
        return ScopeWarnings(outside, tuple(never))

    async def _approved(self, authority: str, specific: str) -> bool:
        ended = {"stage": Stage.COMPLETED.value, "status": Status.APPROVED.value}
        asked = {"authority": authority, "kind": Kind.ASSESSMENT.value, "specific": specific, **ended}
        return await self._cases.find_one(asked, projection={"_id": 1}) is not None


class IntakeCommands:
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

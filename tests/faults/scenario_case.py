"""One case of the load, from its beginning to an approved evaluation: eight receipts, three declarations, some files."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from typing import Any

from ulid import ULID

from simulator.customs import CHECK
from tests.api_client import FORM
from tests.faults.customs import FaultyCustoms
from tests.faults.officer import RigOfficer

RECEIPTS = 8
ENDS_AT = ("evaluation", "approved")
_SPECIFIC = ("farmed", "wild")
_A, _C, _Q, _E = "application", "acceptance", "questionnaire", "evaluation"
_MATERIALS = {"materials_only": "true"}
Sent = tuple[str, str, dict[str, Any]]


class ScenarioCase:
    """Plays officer and customs for one case; `soon` runs what need not be waited for."""

    def __init__(
        self, officer: RigOfficer, customs: FaultyCustoms, random: Random, soon: Callable[[Coroutine[Any, Any, None]], None],
        *, repeated: float, disordered: float, early: float, file_bytes: int,
    ) -> None:  # fmt: skip
        self._officer, self._customs, self._random, self._soon = officer, customs, random, soon
        self._repeated, self._disordered, self._early = repeated, disordered, early
        self._file_bytes = file_bytes
        self.number = ""

    async def assessment(self) -> str:
        """The authority applies; returns the case's number at its end."""
        letter = await self._officer.upload(self._random, "application_letter")
        body = {**FORM, "specific": [self._random.choice(_SPECIFIC)], "attachments": [letter]}
        draft = await self._officer.ask("POST", "/assessments", 201, json=body)
        self._officer.saw("saved", id=draft["id"])
        self.number = (await self._officer.ask("POST", f"/assessments/{draft['id']}/submit", 202))["case_no"]
        declared = await self._declared(_A)
        await self._batch(
            ("RECEIVED", _A, {"in_reply_to": declared}), ("ACCEPTED", _A, {}), ("QUESTIONNAIRE_OPENED", _Q, _MATERIALS),
        )  # fmt: skip
        return await self._answered()

    async def check(self) -> str:
        """Customs starts a retrospective check; returns the case's number at its end."""
        self.number = str(ULID())
        about = {**CHECK, "authority_code": self._officer.authority, "category": "aquatic"}
        await self._batch(("CHECK_INITIATED", _C, {**about, "specific": (self._random.choice(_SPECIFIC),)}))
        contact = {"department": FORM["department"], "contact": FORM["contact"], "attachments": []}
        await self._officer.ask("POST", f"/cases/{self.number}/stages/acceptance/agree", 202, json=contact)
        declared = await self._declared(_C)
        await self._batch(
            ("RECEIVED", _C, {"in_reply_to": declared}), ("QUESTIONNAIRE_OPENED", _Q, _MATERIALS)
        )
        return await self._answered()

    async def _answered(self) -> str:
        early = await self._rectify_early() if self._random.random() < self._early else None
        stage = await self._officer.ask("GET", f"/cases/{self.number}/stages/questionnaire")
        question = stage["questionnaires"][0]["parts"][0]["questions"][0]
        file = await self._officer.upload(self._random, "answer", self._random.randrange(self._file_bytes))
        answer = {
            "value": f"{self.number} 资料", "note": "", "attachments": [file], "version": question["answer"]["version"],
        }  # fmt: skip
        await self._save(_Q, {"answers": {question["id"]: answer}})
        declared = await self._submit(_Q)
        received = ("RECEIVED", _Q, {"in_reply_to": declared})
        if early:
            await self._batch(received, ("ACCEPTED", _Q, {}), last=early)
        else:
            await self._batch(
                received, ("ACCEPTED", _Q, {}), ("RECTIFICATION_REQUIRED", _E, self._requirement())
            )
        return await self._rectified()

    async def _rectified(self) -> str:
        evidence = await self._officer.upload(self._random, "evidence")
        await self._save(_E, {"statement": f"{self.number} 已整改", "attachments": [evidence]})
        declared = await self._submit(_E)
        await self._batch(("RECEIVED", _E, {"in_reply_to": declared}), ("APPROVED", _E, {}))
        return self.number

    async def _rectify_early(self) -> str:
        """The rectification is asked for before the questionnaire is answered: it has to wait for its turn."""
        return await self._customs.send("RECTIFICATION_REQUIRED", self.number, _E, **self._requirement())

    def _requirement(self) -> dict[str, Any]:
        return {
            "rectification_no": f"RC-{self.number[-6:]}",
            "issued_on": "2026-11-01",
            "requirement": "整改 rectify",
        }

    async def _save(self, stage: str, body: dict[str, Any]) -> None:
        await self._officer.ask("PUT", f"/cases/{self.number}/stages/{stage}", json=body)

    async def _submit(self, stage: str) -> str:
        await self._officer.ask("POST", f"/cases/{self.number}/stages/{stage}/submit", 202)
        return await self._declared(stage)

    async def _declared(self, stage: str) -> str:
        self._officer.saw("submitted", case=self.number, stage=stage)
        return await self._customs.declared(self.number, stage)

    async def _batch(self, *receipts: Sent, last: str | None = None) -> None:
        """Send them, some batches the wrong way round, some receipts twice; goes on when the last one has acted."""
        order: Sequence[Sent] = receipts
        if self._random.random() < self._disordered:
            order = receipts[::-1]
        sent = {}
        for kind, stage, body in order:
            sent[kind] = await self._customs.send(kind, self.number, stage, **body)
            if self._random.random() < self._repeated:
                self._soon(self._repeat(sent[kind], self._random.uniform(0, 4)))
        await self._customs.acked(last or sent[receipts[-1][0]])

    async def _repeat(self, message_id: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._customs.repeat(message_id)

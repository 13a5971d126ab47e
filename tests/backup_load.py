"""A system at work while it is backed up: officers apply, save and upload, customs answers; and who was promised what."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256

from simulator.files import pdf
from tests.api_client import FORM, World


@dataclass
class Promised:
    """What was acknowledged: cases by number, the last saved text of each draft, digests of files, applied receipts.

    `letters` has the attachment of each application; the case's request had it as Idempotency-Key, too.
    """

    submitted: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, int] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)

    def least(self) -> int:
        """Of what there is least."""
        return min(len(self.submitted), len(self.drafts), len(self.files), len(self.receipts))


class BackupLoad:
    """Officers and customs who do not wait for anybody."""

    def __init__(self, world: World) -> None:
        self._world, self._promised, self._news = world, Promised(), asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["BackupLoad"]:
        """Work until the block ends; what fails meanwhile fails the block."""
        async with asyncio.TaskGroup() as group:
            work = [self._apply(), self._apply(), self._save(), self._upload(), self._answer()]
            tasks = [group.create_task(each) for each in work]
            yield self
            for task in tasks:
                task.cancel()

    def promised(self) -> Promised:
        """What was acknowledged so far."""
        applied = {ack.message_id for ack in self._world.customs.acks if ack.outcome == "APPLIED"}
        self._promised.receipts = {message_id for message_id in applied if message_id}
        return deepcopy(self._promised)

    async def at_least(self, count: int) -> Promised:
        """What was acknowledged, once there are so many of each."""
        async with asyncio.timeout(120), self._news:
            await self._news.wait_for(lambda: self.promised().least() >= count)
        return self.promised()

    async def _apply(self) -> None:
        """Submit applications, one after the other."""
        while True:
            letter = await self._uploaded("application_letter")
            case = await applied_with(self._world, letter)
            number = (await self._world.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"]
            self._promised.submitted[number], self._promised.letters[case] = case, letter
            await self._tell()

    async def _save(self) -> None:
        """Save each of a few drafts again and again."""
        while True:
            case = await self._world.draft(overview="0")
            for text in range(1, 4):
                await self._world.officer.ask(
                    "PUT", f"/assessments/{case}", json={**FORM, "overview": str(text)}
                )
                self._promised.drafts[case] = text
                await self._tell()

    async def _upload(self) -> None:
        while True:
            await self._uploaded("evidence")
            await self._tell()

    async def _answer(self) -> None:
        """Customs receives every declaration, and opens the questionnaire."""
        customs = self._world.customs
        while True:
            declaration = await customs.next_declaration(limit=None)
            number = declaration.case_no
            await customs.send("RECEIVED", number, "application", in_reply_to=declaration.message_id)
            await customs.send("QUESTIONNAIRE_OPENED", number, "questionnaire", opinion="请填写问卷。")
            await self._tell()

    async def _uploaded(self, purpose: str) -> str:
        data = pdf(f"file {len(self._promised.files)} {purpose}")
        file = await self._world.officer.upload(data=data, purpose=purpose)
        self._promised.files[file] = sha256(data).hexdigest()
        return file

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


async def applied_with(world: World, letter: str) -> str:
    """A draft with this letter, whose id is the Idempotency-Key; its id, the same when it is asked again."""
    given = {"json": {**FORM, "attachments": [letter]}, "headers": {"Idempotency-Key": letter}}
    return str((await world.officer.ask("POST", "/assessments", 201, **given))["id"])

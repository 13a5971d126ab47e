"""The load of a run: cases of officers and of customs, receipts that come twice, out of turn, or can't be read."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ulid import ULID

from deploy.demo.customs import CHECK
from tests.faults.customs import Customs
from tests.faults.officer import Officer
from tests.faults.plant import Plant
from tests.world import FORM

Sent = tuple[str, str, dict[str, Any]]
A, C, Q, E = "application", "acceptance", "questionnaire", "evaluation"
RECEIPTS_A_CASE = 8
ENDS_AT = (E, "approved")
_SPECIFIC = ("farmed", "wild")


@dataclass(frozen=True)
class Shape:
    """How much, and how bad. A case has eight different receipts; two of ten that are sent are repeats."""

    cases: int = 300
    at_once: int = 24
    repeated: float = 0.25
    disordered: float = 0.2
    poison: float = 0.01
    checks: float = 0.2
    uploaded_bytes: int = 60_000
    seconds: float = 0
    """Over how many seconds the cases begin; 0 is as fast as `at_once` lets them."""

    @property
    def receipts(self) -> int:
        """How many different receipts are sent, poison aside."""
        return self.cases * RECEIPTS_A_CASE


class Load:
    """Drives every case to its end; `reached` tells the faults how far it is."""

    def __init__(self, plant: Plant, customs: Customs, shape: Shape, seed: int) -> None:
        self._plant, self.customs, self._shape = plant, customs, shape
        self._random = Random(seed)
        self._officers = [Officer(plant.api, each, plant.witness) for each in plant.officers]
        self._room = asyncio.Semaphore(shape.at_once)
        self._news = asyncio.Condition()
        self._later: set[asyncio.Task[None]] = set()
        self._first_acks: set[str] = set()
        self.over = asyncio.Event()
        self.numbers: list[str] = []
        self.failures: list[str] = []
        customs.on_ack = self._on_ack

    @property
    def part(self) -> float:
        """How much of the load has been acknowledged, from 0 to 1."""
        return len(self._first_acks) / self._shape.receipts

    async def reached(self, part: float) -> None:
        """Wait until so much is done, or all is over."""
        async with self._news:
            await self._news.wait_for(lambda: self.part >= part or self.over.is_set())

    async def run(self, limit: float) -> None:
        """All of it; a case that is not at its end after `limit` seconds is a failure."""
        random = self._random
        works: list[Callable[[Random], Any]] = [
            self._check if random.random() < self._shape.checks else self._assessment
            for _ in range(self._shape.cases)
        ]
        works += [self._poison] * round(self._shape.cases * RECEIPTS_A_CASE / 0.8 * self._shape.poison)
        random.shuffle(works)
        pause = self._shape.seconds / len(works)
        runs = [
            asyncio.create_task(self._one(work, Random(random.getrandbits(64)), number * pause))
            for number, work in enumerate(works)
        ]
        _, late = await asyncio.wait(runs, timeout=limit)
        for task in late:
            task.cancel()
        self.failures += [f"{len(late)} cases were not at their end after {limit:g} s"] if late else []
        if self._later:
            await asyncio.wait(self._later, timeout=60)
        self.over.set()
        async with self._news:
            self._news.notify_all()
        for officer in self._officers:
            await officer.client.aclose()

    async def _one(self, work: Callable[[Random], Any], random: Random, begins: float) -> None:
        await asyncio.sleep(begins)
        async with self._room:
            try:
                await work(random)
            except Exception as error:
                self.failures.append(f"{type(error).__name__}: {error}")

    async def _assessment(self, random: Random) -> None:
        officer = random.choice(self._officers)
        letter = await officer.upload(random, "application_letter")
        body = {**FORM, "specific": [random.choice(_SPECIFIC)], "attachments": [letter]}
        draft = await officer.ask("POST", "/assessments", 201, json=body)
        self._plant.witness.saw("officer", "saved", id=draft["id"])
        submitted = await officer.ask("POST", f"/assessments/{draft['id']}/submit", 202)
        number = submitted["case_no"]
        self._submitted(number, A)
        await self._batch(
            random, number, [
                ("RECEIVED", A, {"in_reply_to": await self.customs.declared(number, A)}),
                ("ACCEPTED", A, {}),
                ("QUESTIONNAIRE_OPENED", Q, {"materials_only": "true"}),
            ],
        )  # fmt: skip
        await self._on_from_the_questionnaire(officer, random, number, "ACCEPTED")

    async def _check(self, random: Random) -> None:
        place = random.randrange(len(self._officers))
        officer, number = self._officers[place], str(ULID())
        about = {**CHECK, "authority_code": self._plant.officers[place].authority, "category": "aquatic"}
        await self._batch(
            random, number, [("CHECK_INITIATED", C, {**about, "specific": (random.choice(_SPECIFIC),)})]
        )
        contact = {
            "department": FORM["department"],
            "contact": FORM["contact"],
            "overview": FORM["overview"],
            "attachments": [],
        }
        await officer.ask("POST", f"/cases/{number}/stages/acceptance/agree", 202, json=contact)
        self._submitted(number, C)
        await self._batch(
            random, number, [
                ("RECEIVED", C, {"in_reply_to": await self.customs.declared(number, C)}),
                ("QUESTIONNAIRE_OPENED", Q, {"materials_only": "true"}),
            ],
        )  # fmt: skip
        await self._on_from_the_questionnaire(officer, random, number, "ACCEPTED")

    async def _on_from_the_questionnaire(
        self, officer: Officer, random: Random, number: str, accepted: str
    ) -> None:
        stage = await officer.ask("GET", f"/cases/{number}/stages/questionnaire")
        question = stage["questionnaires"][0]["parts"][0]["questions"][0]
        files = [await officer.upload(random, "answer", random.randrange(self._shape.uploaded_bytes))]
        answer = {
            "value": f"{number} 资料",
            "note": "",
            "attachments": files,
            "version": question["answer"]["version"],
        }
        await officer.ask(
            "PUT", f"/cases/{number}/stages/questionnaire", json={"answers": {question["id"]: answer}}
        )
        await officer.ask("POST", f"/cases/{number}/stages/questionnaire/submit", 202)
        self._submitted(number, Q)
        about = {
            "rectification_no": f"RC-{number[-6:]}",
            "issued_on": "2026-11-01",
            "requirement": "整改 rectify",
        }
        await self._batch(
            random, number, [
                ("RECEIVED", Q, {"in_reply_to": await self.customs.declared(number, Q)}),
                (accepted, Q, {}),
                ("RECTIFICATION_REQUIRED", E, about),
            ],
        )  # fmt: skip
        evidence = [await officer.upload(random, "evidence")]
        await officer.ask(
            "PUT",
            f"/cases/{number}/stages/evaluation",
            json={"statement": f"{number} 已整改", "attachments": evidence},
        )
        await officer.ask("POST", f"/cases/{number}/stages/evaluation/submit", 202)
        self._submitted(number, E)
        declared = await self.customs.declared(number, E)
        await self._batch(random, number, [("RECEIVED", E, {"in_reply_to": declared}), ("APPROVED", E, {})])
        self.numbers.append(number)

    async def _batch(self, random: Random, number: str, receipts: Sequence[Sent]) -> None:
        """Send the receipts, some batches the wrong way round, some receipts twice; goes on when the last one has acted."""
        order = list(receipts)
        if len(order) > 1 and random.random() < self._shape.disordered * 2:
            order.reverse()
        sent: dict[str, str] = {}
        for type, stage, body in order:
            sent[type] = await self.customs.send(type, number, stage, **body)
            if random.random() < self._shape.repeated:
                self._soon(self._repeat(sent[type], random.uniform(0, 4)))
        await self.customs.acked(sent[receipts[-1][0]])

    async def _repeat(self, message_id: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.customs.repeat(message_id)

    async def _poison(self, random: Random) -> None:
        await self.customs.poison(poison(random))

    def _soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _submitted(self, number: str, stage: str) -> None:
        self._plant.witness.saw("officer", "submitted", case=number, stage=stage)

    def _on_ack(self, message_id: str | None) -> None:
        if message_id in self.customs.sent and message_id not in self._first_acks:
            self._first_acks.add(message_id)
            self._soon(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def poison(random: Random) -> bytes:
    """Something that is no receipt, each time another."""
    mark = f"{random.getrandbits(64):016x}"
    kinds = (
        f"this is no XML {mark}".encode(),
        f'<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>P-{mark}'.encode(),
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;{mark}</r>'.encode(),
        f'<?xml version="1.0" encoding="UTF-16"?><Receipt>{mark}</Receipt>'.encode(),
        f'<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>P-{mark}</MessageId></Head></Receipt>'.encode(),
        f"<r>{mark}{'x' * 1_200_000}</r>".encode(),
        bytes(random.randbytes(200)),
    )  # fmt: skip
    return random.choice(kinds)

"""The load of a run: cases of officers and of customs, receipts that come twice, out of turn, or can't be read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.faults.customs import FaultyCustoms
from tests.faults.officer import RigOfficer
from tests.faults.scenario_case import RECEIPTS, ScenarioCase
from tests.faults.system_under_test import SystemUnderTest


@dataclass(frozen=True)
class Shape:
    """How much, and how bad. A case has eight different receipts; two of ten that are sent are repeats."""

    cases: int = 300
    at_once: int = 24
    repeated: float = 0.25
    disordered: float = 0.2
    poison: float = 0.01
    checks: float = 0.2
    early: float = 0.05
    file_bytes: int = 60_000
    seconds: float = 0
    """Over how many seconds the cases begin; 0 is as fast as `at_once` lets them."""

    @property
    def receipts(self) -> int:
        """How many different receipts are sent, poison aside."""
        return self.cases * RECEIPTS

    @property
    def poisonous(self) -> int:
        """How many messages can't be read."""
        readable = self.receipts * (1 + self.repeated)
        return round(readable * self.poison / (1 - self.poison))


class FaultLoad:
    """Drives every case to its end; `reached` tells the faults how far it is."""

    def __init__(self, plant: SystemUnderTest, customs: FaultyCustoms, shape: Shape, seed: int) -> None:
        self._plant, self.customs, self._shape = plant, customs, shape
        self._random = Random(seed)
        apis = plant.apis
        self._officers = [
            RigOfficer([*apis[number % len(apis) :], *apis], each, plant.witness)
            for number, each in enumerate(plant.officers)
        ]
        self._room = asyncio.Semaphore(shape.at_once)
        self._news = asyncio.Condition()
        self._reschedule: set[asyncio.Task[None]] = set()
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
        works += [self._poison] * self._shape.poisonous
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
        if self._reschedule:
            await asyncio.wait(self._reschedule, timeout=60)
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
                self._plant.witness.saw("rig", "failed", why=self.failures[-1])

    async def _assessment(self, random: Random) -> None:
        self.numbers.append(await self._story(random).assessment())

    async def _check(self, random: Random) -> None:
        self.numbers.append(await self._story(random).check())

    def _story(self, random: Random) -> ScenarioCase:
        shape = self._shape
        return ScenarioCase(
            random.choice(self._officers), self.customs, random, self._soon, repeated=shape.repeated,
            disordered=shape.disordered, early=shape.early, file_bytes=shape.file_bytes,
        )  # fmt: skip

    async def _poison(self, random: Random) -> None:
        await self.customs.poison(poison(random))

    def _soon(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._reschedule.add(task)
        task.add_done_callback(self._reschedule.discard)

    def _on_ack(self, message_id: str) -> None:
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

"""(a), (b): a receipt from customs' queue to what customs and the officer are told, against the references."""

import re
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bson import encode
from pymongo import AsyncMongoClient

from deploy.local.programs import Program
from deploy.local.system import RunningSystem
from shared.contracts.collections import CASES, RECEIPTS
from shared.runtime.store import RawCollection, Store, open_store
from tests.bench.canned.answers import COUNTS
from tests.bench.contestants import (
    APART,
    BARE,
    CELERY,
    GUARDED,
    OURS,
    REFERENCES,
    SYSTEM,
    TASKIQ,
    Contestant,
    running,
)
from tests.bench.load import Load
from tests.bench.measurement import Goal, Measurement, percentile
from tests.bench.officer import Officer, an_officer
from tests.bench.processes import cpu_seconds
from tests.bench.receipts import Receipt, begin_cases, receipts
from tests.bench.references.job import COLLECTION
from tests.bench.serve import COUNTER
from tests.bench.stand import CANNED, STANDIN, Stand, say

_GOALS = {
    BARE.name: Goal(at_least=0.5), GUARDED.name: Goal(at_least=0.8), APART.name: Goal(at_least=0.8),
    CELERY.name: Goal(at_least=1.5), TASKIQ.name: Goal(at_least=1.0),
}  # fmt: skip
_CPU_GOALS = {BARE.name: Goal(at_most=2.0)}


@dataclass(frozen=True, slots=True)
class Round:
    """One run of one contestant: receipts a second, and milliseconds of the processor a receipt by process."""

    rate: float
    cpu: Mapping[str, float]

    @property
    def total(self) -> float:
        """Of all its processes."""
        return sum(self.cpu.values())


@dataclass
class Race:
    """The system and the references side by side on one database."""

    stand: Stand
    kind: str
    environment: Mapping[str, str]
    system: RunningSystem
    officer: Officer
    load: Load
    programs: Mapping[str, Sequence[Program]]
    store: Store
    collections: Mapping[str, RawCollection]
    database: Any
    rounds: dict[str, list[Round]] = field(default_factory=dict)

    async def prepared(self, contestant: Contestant, count: int, *, full: bool = False) -> list[Receipt]:
        """Receipts whose cases stand in the database."""
        made = receipts(count, self.officer.authority, full=full)
        if contestant is SYSTEM:
            await begin_cases(self.store, [each.case for each in made])
        else:
            own = [{**each.case.document, "_id": each.case.case_no} for each in made]
            await self.collections[COLLECTION].add([encode(each) for each in own])
        return made

    async def run(self, contestant: Contestant, count: int, *, full: bool = False) -> Round:
        """One round; what it left in the database is taken away."""
        made = await self.prepared(contestant, count, full=full)
        before = self._cpu(contestant)
        sending = await self.load.send(contestant, made)
        after = self._cpu(contestant)
        if self.kind == CANNED:
            for each in self.collections.values():
                await each.clear()
        return Round(sending.rate, {name: (after[name] - before[name]) * 1000 / count for name in after})

    def _cpu(self, contestant: Contestant) -> dict[str, float]:
        programs = (
            self.system.programs
            if contestant is SYSTEM
            else {f"{n}": each for n, each in enumerate(self.programs[contestant.name])}
        )
        return {name: cpu_seconds(each.pid) for name, each in programs.items()}

    def hops(self) -> float:
        """How many calls the services have handed to worker threads."""
        return sum(_counter(f"{self.system.health_url(each)}/metrics") for each in self.system.programs)

    async def commands(self) -> dict[str, int]:
        """The commands that the canned server answered since it was asked last."""
        counted: dict[str, int] = (await self.database.command({COUNTS: 1}))["counts"]
        return counted


async def end_to_end(stand: Stand) -> None:
    """On the database that there is."""
    await _compare(stand, "a", STANDIN, "motor")


async def canned(stand: Stand) -> None:
    """Where every reply of the database comes at once, with either driver."""
    for driver in stand.sizes.drivers:
        await _compare(stand, "b", CANNED, driver)


async def _compare(stand: Stand, part: str, kind: str, driver: str) -> None:
    sizes, label = stand.sizes, f"{kind}, {driver}"
    async with _race(stand, kind, driver) as race:
        for contestant in (SYSTEM, *REFERENCES):
            await race.run(contestant, sizes.warm)
            race.rounds[contestant.name] = []
        for number in range(sizes.runs):
            for contestant in (SYSTEM, *REFERENCES):
                found = await race.run(contestant, sizes.receipts[kind])
                race.rounds[contestant.name].append(found)
            rates = {name: round(rounds[-1].rate) for name, rounds in race.rounds.items()}
            say(f"{label}: run {number + 1} of {sizes.runs}, receipts a second: {rates}")
        _tell_rounds(race, part, label)
        await _count_hops(race, part, label)
        if kind == CANNED:
            await _fill_cases(race, part, label)
        await _pace(race, part, label)


def _tell_rounds(race: Race, part: str, label: str) -> None:
    ours, goals = race.rounds[OURS], race.kind == CANNED
    for name, others in race.rounds.items():
        if name == OURS:
            continue
        goal, cpu_goal = ([found[name]] if goals and name in found else [] for found in (_GOALS, _CPU_GOALS))
        race.stand.tell(
            Measurement(
                part, f"throughput ({label})", "1/s", [each.rate for each in ours], name, [each.rate for each in others],
                goal,
            )
        )  # fmt: skip
        race.stand.tell(
            Measurement(
                part, f"CPU a receipt ({label})", "ms", [each.total for each in ours], name,
                [each.total for each in others], cpu_goal, {"by_process": _by_process(ours)},
            )
        )  # fmt: skip


def _by_process(rounds: Sequence[Round]) -> dict[str, float]:
    middle = sorted(rounds, key=lambda each: each.total)[len(rounds) // 2]
    return {name: round(each, 3) for name, each in middle.cpu.items()}


async def _count_hops(race: Race, part: str, label: str) -> None:
    """Calls that go through worker threads, and commands to the database, for one receipt."""
    count = race.stand.sizes.receipts[race.kind]
    made = await race.prepared(SYSTEM, count)
    if race.kind == CANNED:
        await race.commands()
    before = race.hops()
    await race.load.send(SYSTEM, made)
    hops = (race.hops() - before) / count
    more: dict[str, Any] = {}
    if race.kind == CANNED:
        commands = {
            name: round(each / count, 2)
            for name, each in (await race.commands()).items()
            if each >= count * 0.5
        }
        more = {"commands_a_receipt": commands}
    goals = [Goal(at_most=0.5, of="median")] if "pymongo" in label else []
    race.stand.tell(
        Measurement(part, f"worker-thread hops a receipt ({label})", "hops", [hops], goals=goals, more=more)
    )


async def _fill_cases(race: Race, part: str, label: str) -> None:
    """The same receipt of a full case, and of one that has just begun."""
    count, found = race.stand.sizes.receipts[race.kind] // 2, dict[bool, list[float]]({False: [], True: []})
    for _ in range(race.stand.sizes.runs):
        for full, costs in found.items():
            costs.append((await race.run(SYSTEM, count, full=full)).total)
    race.stand.tell(
        Measurement(
            part, f"CPU a receipt of a case with 125 long answers and 20 rounds ({label})", "ms", found[True],
            "an empty case", found[False], [Goal(at_most=1.2)],
        )
    )  # fmt: skip


async def _pace(race: Race, part: str, label: str) -> None:
    """The time from customs' queue to the officer's open page, against two hops of the bare one."""
    sizes, ours, bare = race.stand.sizes, list[list[float]](), list[list[float]]()
    count, pace = sizes.paced[race.kind]
    async with race.officer.watching():
        for number in range(sizes.runs):
            made = await race.prepared(SYSTEM, count)
            sending = await race.load.send(SYSTEM, made, pace)
            cases = {each.message_id: each.case.id for each in made}
            shown = await race.officer.saw(cases.values())
            ours.append([(shown[cases[known]] - at) * 1000 for known, at in sending.sent.items()])
            other = await race.prepared(BARE, count)
            bare.append((await race.load.send(BARE, other, pace)).milliseconds())
            say(f"{label}: paced run {number + 1} of {sizes.runs}")
    for name, part_of in (("p50", 0.5), ("p99", 0.99)):
        goals = [Goal(at_most=4.0)] if name == "p99" and race.kind == CANNED else []
        race.stand.tell(
            Measurement(
                part, f"{name} to the officer's event stream at {pace:g} a second ({label})", "ms",
                [percentile(each, part_of) for each in ours], "bare aio-pika, two hops",
                [percentile(each, part_of) for each in bare], goals,
            )
        )  # fmt: skip


@asynccontextmanager
async def _race(stand: Stand, kind: str, driver: str) -> AsyncIterator[Race]:
    """Everything started on a database of its own, and warm."""
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.database(kind)), driver)
        store = open_store(stand.settings(environment))
        system = held.enter_context(stand.system(environment))
        database = AsyncMongoClient[dict[str, Any]](environment["FAS_MONGO_URL"])
        async with Load(environment["FAS_RABBIT_URL"]) as load, an_officer(system, store) as officer:
            for each in REFERENCES:
                await load.prepare(each)
            programs = held.enter_context(running(REFERENCES, environment, system_folder(system)))
            for each in (SYSTEM, *REFERENCES):
                await load.begin(each, programs.get(each.name, ()))
            names = (CASES.name, RECEIPTS.name, COLLECTION, "bench_ledger")
            yield Race(
                stand, kind, environment, system, officer, load, programs, store, {name: store.raw(name) for name in names},
                database[environment["FAS_MONGO_DATABASE"]],
            )  # fmt: skip
        await database.close()
        await store.close()


def system_folder(system: RunningSystem) -> Any:
    """Where the records of a system's processes stand."""
    return next(iter(system.programs.values())).data_dir


def _counter(url: str) -> float:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
        found = re.search(rf"^{COUNTER}_total (\S+)", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0

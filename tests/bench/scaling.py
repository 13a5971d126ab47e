"""(g): one, two and four processes of the busiest service, the gateway; and whether a case's order holds with several."""

from contextlib import ExitStack
from itertools import chain

from deploy.local.programs import Program
from deploy.local.system import SystemPorts, service_program
from shared.contracts.collections import CASES
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Cause
from shared.runtime.store import Store, open_store
from tests.bench.contestants import SYSTEM
from tests.bench.load import Load
from tests.bench.measurement import Goal, Measurement
from tests.bench.receipts import LADDER, begin_cases, ladders, receipts
from tests.bench.stand import CANNED, SERVE, STANDIN, Stand, say

_BUSIEST = "customs_gateway"
_SLOW_SECONDS = 0.05
_COUNTS = (1, 2, 4)
_ORDER = [cause for cause, _ in LADDER]


async def scaling(stand: Stand) -> None:
    """As fast as the cores allow, then against a database that is slow to answer, where only waiting counts."""
    await _rates(stand, 0, (_BUSIEST,))
    await _rates(stand, _SLOW_SECONDS, (_BUSIEST, "intake"))
    await _order(stand)


async def _rates(stand: Stand, delay: float, services: tuple[str, ...]) -> None:
    sizes, rates = stand.sizes, dict[int, list[float]]()
    count = sizes.receipts[CANNED]
    label = f"{' and '.join(services)}, replies {f'after {delay * 1000:g} ms' if delay else 'at once'}"
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.canned(delay)))
        held.enter_context(stand.system(environment))
        store = open_store(stand.settings(environment))
        async with Load(environment["FAS_RABBIT_URL"]) as load:
            await load.begin(SYSTEM)
            there = 1
            for wanted in _COUNTS:
                for _ in range(wanted - there):
                    await _another(stand, environment, services, held)
                there = wanted
                await _rate(load, store, sizes.warm)
                rates[wanted] = [await _rate(load, store, count) for _ in range(sizes.runs)]
                say(f"{label}: {wanted} processes, {[round(each) for each in rates[wanted]]} a second")
        await store.close()
    for wanted in _COUNTS[1:]:
        goals = [Goal(at_least=1.7)] if wanted == 2 else []
        stand.tell(
            Measurement(
                "g",
                f"throughput with {wanted} processes ({label})",
                "1/s",
                rates[wanted],
                "one process",
                rates[1],
                goals,
            )
        )


async def _rate(load: Load, store: Store, count: int) -> float:
    made = receipts(count, "B-SCALING")
    await begin_cases(store, [each.case for each in made])
    rate = (await load.send(SYSTEM, made)).rate
    for name in ("cases", "receipts"):
        await store.raw(name).clear()
    return rate


async def _another(
    stand: Stand, environment: dict[str, str], services: tuple[str, ...], held: ExitStack
) -> None:
    """One process more of each."""
    ports = SystemPorts.random()
    folder = stand.folder / f"more-{ports.portal}"
    folder.mkdir()
    programs = [service_program(name, environment, ports, folder, serve=SERVE) for name in services]
    for program in programs:
        program.start()
        held.callback(Program.stop, program)
    await stand.ready([ports.health[name] for name in services])


async def _order(stand: Stand) -> None:
    """All that customs says of a case, sent at once: what was overtaken, and what stands wrong in the end."""
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.database(STANDIN)))
        held.enter_context(stand.system(environment))
        store = open_store(stand.settings(environment))
        async with Load(environment["FAS_RABBIT_URL"]) as load:
            await load.begin(SYSTEM)
            await _overtake(stand, load, store, "one process")
            await _another(stand, environment, (_BUSIEST, "intake", "questionnaire"), held)
            await _overtake(stand, load, store, "two processes")
        await store.close()


async def _overtake(stand: Stand, load: Load, store: Store, label: str) -> None:
    wrong, overtaken = list[float](), list[float]()
    for _ in range(stand.sizes.runs):
        made = ladders(stand.sizes.ladders, "B-SCALING")
        await begin_cases(store, [each[0].case for each in made])
        load.refused.clear()
        await load.send(SYSTEM, [*chain.from_iterable(made)], all_apply=False)
        overtaken.append(len(load.refused) / len(LADDER) / len(made) * 100)
        ids = [each[0].case.id for each in made]
        found = map(Case, await store.collection(CASES.name).find({"_id": {"$in": ids}}))
        wrong.append(sum(not _in_order(case) for case in found))
    more = {"receipts_overtaken_percent": [round(each, 1) for each in overtaken]}
    stand.tell(
        Measurement(
            "g", f"cases out of order, {label} of each service", "cases", wrong, goals=[Goal(at_most=0, of="high")],
            more=more,
        )
    )  # fmt: skip


def _in_order(case: Case) -> bool:
    """Whether a case went up the ladder, and stands where the last receipt leaves it."""
    steps = [_ORDER.index(entry.cause) for entry in case.timeline if entry.cause in _ORDER]
    return steps == sorted(steps) and case.timeline[-1].cause is Cause.QUESTIONNAIRE_OPENED

"""(d): pages and API by route, with few and with many cases of the authority, in the same system."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import httpx

from deploy.local.system import RunningSystem
from shared.contracts.catalogue import CATEGORY_OF
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Cause, Stage, Status
from shared.lifecycle.migration import write_all_words
from shared.runtime.store import Store, open_store
from simulator.customs import SimulatedCustoms
from tests.api_client import World, a_world
from tests.bench.addresses import (
    a_parked_receipt,
    api_lists,
    cases_at_every_stage,
    officers_lists,
    officers_pages,
    operators_pages,
)
from tests.bench.measurement import Goal, Measurement, percentile
from tests.bench.receipts import an_application, begin_cases
from tests.bench.stand import STANDIN, Stand, say

_FLAT = Goal(at_most=1.5)
_FLAT_ROUTES = {*officers_lists(1), *api_lists(1), "case", "API: case"}
_FEWEST = 8
_ROUTE_SECONDS = 0.8
_STANDS = (
    (Stage.APPLICATION, Status.PENDING), (Stage.APPLICATION, Status.SENT), (Stage.QUESTIONNAIRE, Status.PENDING),
    (Stage.QUESTIONNAIRE, Status.APPROVED), (Stage.EVALUATION, Status.PENDING), (Stage.COMPLETED, Status.APPROVED),
)  # fmt: skip
_WORDS = (
    "沙丁鱼 sardine Sardina pilchardus",
    "冷冻虾 frozen shrimp",
    "牛肉 beef of cattle",
    "麦芽 barley malt",
    "坚果 cashew nuts",
)


@dataclass
class Routes:
    """The same routes asked again and again: milliseconds by route, a list for each run."""

    found: dict[str, list[list[float]]] = field(default_factory=dict)

    async def ask(self, client: httpx.AsyncClient, routes: Mapping[str, str], most: int) -> None:
        """One run of some routes: `most` calls of each, or fewer where they are slow."""
        for name, path in routes.items():
            until, calls = time.monotonic() + _ROUTE_SECONDS, list[float]()
            while len(calls) < most and (len(calls) < min(_FEWEST, most) or time.monotonic() < until):
                begun = time.perf_counter()
                (await client.get(path)).raise_for_status()
                calls.append((time.perf_counter() - begun) * 1000)
            self.found.setdefault(name, []).append(calls)


async def pages(stand: Stand) -> None:
    """All routes at each size; the lists and one case must cost the same with many."""
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.database(STANDIN)))
        system = held.enter_context(stand.system(environment))
        settings = stand.settings(environment)
        store = open_store(settings)
        customs = SimulatedCustoms.at(settings)  # fmt: skip
        async with customs, a_world(system, customs, store) as world:
            cases, parked = await cases_at_every_stage(world), await a_parked_receipt(world)
            few, many = stand.sizes.cases
            before = await _at(stand, system, world, store, cases, parked, few)
            after = await _at(stand, system, world, store, cases, parked, many - few)
        await store.close()
    for name, runs in after.found.items():
        goals = [_FLAT] if name in _FLAT_ROUTES else []
        p95 = [percentile(each, 0.95) for each in runs]
        less = [percentile(each, 0.95) for each in before.found[name]]
        p50 = round(percentile([ms for run in runs for ms in run], 0.5), 2)
        stand.tell(
            Measurement(
                "d", f"p95 of {name}, {many:,} cases", "ms", p95, f"{few:,} cases", less, goals, {"p50": p50}
            )
        )


async def _at(
    stand: Stand, system: RunningSystem, world: World, store: Store, cases: Mapping[str, str], parked: str, more: int
) -> Routes:  # fmt: skip
    """Everything measured once so many more cases are there."""
    say(f"{more:,} cases more")
    await _seed(store, world.authority, more)
    routes, calls, deep = Routes(), stand.sizes.calls, stand.sizes.cases[0] // 10
    async with (
        _browser(system) as nobody,
        _signed_in(system, world.username, world.password) as officer,
        _signed_in(system, world.operators_name, world.password) as operator,
    ):
        for number in range(stand.sizes.runs):
            await routes.ask(nobody, {"sign in": "/sign-in"}, calls)
            await routes.ask(officer, officers_lists(deep) | officers_pages(**cases), calls)
            await routes.ask(operator, operators_pages(cases["ended"], parked), calls)
            of_one = {"API: case": f"/cases/{cases['rectified']}"}
            await routes.ask(world.officer.client, api_lists(deep) | of_one, calls)
            say(f"pages: run {number + 1} of {stand.sizes.runs}")
    return routes


async def _seed(store: Store, authority: str, count: int) -> None:
    """Cases of every stage and food, as the system would have written them."""
    random = Random(count)
    await begin_cases(store, (_a_case(authority, random) for _ in range(count)))
    await write_all_words(store, lambda *_: None)


def _a_case(authority: str, random: Random) -> Case:
    at = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(minutes=random.randrange(500_000))
    (stage, status), words = random.choice(_STANDS), random.choice(_WORDS)
    specific = random.choice(list(CATEGORY_OF))
    number, category = f"202611{random.randrange(10**12):012d}", CATEGORY_OF[specific]
    case = an_application(authority, number, at, status, [specific], category, words)
    entry = {"at": at, "stage": stage.value, "status": status.value, "cause": Cause.RECEIVED.value, "by": "customs",
             "message_id": uuid4().hex}  # fmt: skip
    stages = {**case.document["stages"], stage.value: {"status": status.value, "entered_at": at}}
    if stage is Stage.APPLICATION:
        stages = case.document["stages"]
    return case.changed(stage=stage.value, applied_at=at, timeline=[entry], stages=stages)


@asynccontextmanager
async def _browser(system: RunningSystem) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without its scripts."""
    async with httpx.AsyncClient(base_url=system.portal_url, timeout=60, trust_env=False) as client:
        yield client


@asynccontextmanager
async def _signed_in(system: RunningSystem, username: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's session; somebody's second, so that the start page tells what happened since a visit."""
    async with _browser(system) as client:
        for _ in range(2):
            token = re.search(r'name="csrf" content="([^"]+)"', (await client.get("/sign-in")).text)
            if token is None:
                break
            form = {"username": username, "password": password, "csrf": token[1]}
            await client.post("/sign-in", data=form)
            (await client.get("/", follow_redirects=True)).raise_for_status()
        yield client

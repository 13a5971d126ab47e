"""`make demo`: starts everything, plays three cases as they happen, sums up, and leaves nothing running."""

import asyncio
import secrets
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import aio_pika
import httpx
from ulid import ULID

from deploy.demo.child_processes import adopt_orphans, left_running
from deploy.demo.failure import told
from deploy.demo.officer import Json, OfficerClient, UnexpectedAnswer, signed_in
from deploy.demo.scenario import assessment, check_without_revision, played, refused_check
from deploy.demo.timeline import Timeline
from deploy.local.ports import Ports
from deploy.local.programs import ROOT
from deploy.local.sample_accounts import SampleAccount, make_sample_accounts, settings_of
from deploy.local.server import DidNotStart
from deploy.local.servers import given_settings, start_servers
from deploy.local.system import RunningSystem, SystemPorts, start_system
from deploy.local.temporary import temporary_data_dir
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from simulator.customs import NothingCame, SimulatedCustoms

AUTHORITY = "AW-01"
LOGS = ROOT / ".local" / "log" / "demo"
FAILURES = (
    UnexpectedAnswer, NothingCame, DidNotStart, RequestRejected, DependencyUnavailable, httpx.HTTPError,
    aio_pika.exceptions.AMQPError, OSError,
)  # fmt: skip


def main() -> int:
    """Play everything; the exit status."""
    adopt_orphans()
    signal.signal(signal.SIGTERM, _interrupt)
    begun = time.monotonic()
    shutil.rmtree(LOGS, ignore_errors=True)
    try:
        with temporary_data_dir() as data_dir, ExitStack() as held:
            status = _played(data_dir, held)
    except KeyboardInterrupt:
        print("\nInterrupted; everything was stopped.", flush=True)
        status = 130
    left = left_running()
    if left:
        print("Left running:", *left, sep="\n    ", flush=True)
        return status or 1
    print(f"Everything was stopped; nothing is left running. {time.monotonic() - begun:.1f} s in all.")
    return status


def _played(data_dir: Path, held: ExitStack) -> int:
    try:
        print("Starting the servers that no setting names (about 10 s)", flush=True)
        servers = start_servers(data_dir, ports=Ports.random(), mongo_engine="memory", say=_say)
        held.callback(servers.stop)
        environment = servers.environment | _own_settings()
        print("Starting the six services", flush=True)
        system = start_system(
            environment, data_dir=data_dir, say=_say, ports=SystemPorts.random(), log_dir=LOGS
        )
        held.callback(system.stop)
        held.callback(_finish_undisturbed)
        with _naming_who_ended(system):
            asyncio.run(play(environment, system.portal_url))
    except FAILURES as failure:
        print(told(failure, LOGS), flush=True)
        return 1
    return 0


@contextmanager
def _naming_who_ended(system: RunningSystem) -> Iterator[None]:
    """After a failure, name the services that did not live to see it."""
    try:
        yield
    except FAILURES:
        for name, program in system.programs.items():
            if not program.is_running():
                print(f"\n{name} had ended by then, with status {program.exit_code()}.", flush=True)
        raise


def _own_settings() -> dict[str, str]:
    own = {"FAS_SECRET_KEY": secrets.token_urlsafe(32), "FAS_LOG_FORMAT": "json"}
    if "FAS_MONGO_URL" in given_settings():
        own["FAS_MONGO_DATABASE"] = f"fas_demo_{secrets.token_hex(4)}"
    return own


async def play(environment: Mapping[str, str], portal_url: str) -> None:
    """Play the three cases in a system that runs, with sample accounts; the environment (FAS_…) leads to its servers.

    One of FAILURES where something else came than was expected.
    """
    people = {account.username: account for account in await make_sample_accounts(environment)}
    settings = settings_of(environment)
    async with (
        _sign_in(portal_url, people["aruba.officer"]) as officer,
        _sign_in(portal_url, people["operator"]) as operator,
        SimulatedCustoms.at(settings) as customs,
    ):  # fmt: skip
        timeline = await Timeline.of(officer)
        before = (await operator.get("/ops/overview"))["receipts"]
        begun = time.monotonic()
        listening = asyncio.Event()
        hearing = asyncio.create_task(officer.hear(timeline.show, listening))
        playing = asyncio.create_task(_cases(officer, customs, timeline, listening))
        try:
            await asyncio.wait({hearing, playing}, return_when=asyncio.FIRST_COMPLETED)
            cases = await (playing if playing.done() else hearing) or []
        finally:
            hearing.cancel()
            playing.cancel()
            await asyncio.gather(hearing, playing, return_exceptions=True)
        after = (await operator.get("/ops/overview"))["receipts"]
        became = {state: count - before[state] for state, count in after.items()}
        _sum_up(became, customs, timeline, cases, time.monotonic() - begun)


async def _cases(
    officer: OfficerClient, customs: SimulatedCustoms, timeline: Timeline, listening: asyncio.Event
) -> list[Json]:
    await listening.wait()
    first, second, third = (played(officer, customs, timeline) for _ in range(3))
    timeline.say("\n① 评估审查 An assessment of farmed aquatic products")
    await assessment(first)
    timeline.say("\n② 回顾性检查 A retrospective check that ends without revision")
    await check_without_revision(second, AUTHORITY, str(ULID()))
    timeline.say("\n③ 回顾性检查 A retrospective check that is refused")
    await refused_check(third, AUTHORITY, str(ULID()))
    return [await officer.get(f"/cases/{play.id}") for play in (first, second, third)]


def _sum_up(
    receipts: Mapping[str, int],
    customs: SimulatedCustoms,
    timeline: Timeline,
    cases: list[Json],
    seconds: float,
) -> None:
    acks = Counter(ack.outcome for ack in customs.acks)
    ended = ", ".join(f"{case['case_no']} {case['status']}" for case in cases)
    timeline.say("\n小结 Summary")
    for name, text in {
        "cases": ended,
        "movements": timeline.movements,
        "receipts applied": receipts["applied"],
        "acknowledgements": ", ".join(f"{outcome} {count}" for outcome, count in sorted(acks.items())),
        "parked": receipts["parked"],
        "seconds": f"{seconds:.1f}",
    }.items():
        print(f"  {name:<18}{text}", flush=True)
    if receipts["parked"] or receipts["applied"] != acks["APPLIED"]:
        applied = f"{acks['APPLIED']} receipts applied and none parked"
        raise UnexpectedAnswer(applied, str(dict(receipts)), "customs_gateway")


def _sign_in(portal_url: str, account: SampleAccount) -> AbstractAsyncContextManager[OfficerClient]:
    return signed_in(portal_url, account.username, account.password)


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _finish_undisturbed() -> None:
    """The stop is not to be stopped: it goes first of all that is held."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    print("\nStopping everything", flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt

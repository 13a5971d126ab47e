"""Where processes run in a test: every call to a server waits until the test lets it happen, and time is a number.

A call is made when it is let go: before that it is on its way, so its process may be paused or killed there. What
becomes of it is the test's choice (`Release`); a killed process's calls are made or lost, and never answered.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from shared.runtime import clock
from shared.runtime.broker import Published
from shared.runtime.clock import SkewCorrectedClock
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import DuplicateKey

START = datetime(2026, 11, 3, 8, tzinfo=UTC)
_running: ContextVar["Process | None"] = ContextVar("running", default=None)


class How(Enum):
    """What becomes of a call: made and answered, lost on its way, made with its answer lost; or its process is paused."""

    DONE = "done"
    LOST = "lost"
    UNANSWERED = "unanswered"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Release:
    """Which of the waiting calls is let go next (counted round), and how it ends."""

    how: How = How.DONE
    which: int = 0


@dataclass(eq=False)
class Process:
    """One running process; `ahead` is by how much its clock is wrong."""

    name: str
    ahead: timedelta = timedelta()
    dead: bool = False
    paused: bool = False


@dataclass(eq=False, slots=True)
class Call:
    """A call to a server, on its way since `begun`; `make` is what the server does, `wait` an error of ours."""

    process: Process
    make: Callable[[], Any]
    trouble: Callable[[], Any]
    answer: asyncio.Future[Any]

    def go(self, how: How) -> None:
        """Make the call, or lose it, and tell the caller."""
        try:
            result = self.make() if how is not How.LOST else None
            if how is not How.DONE:
                result = self.trouble()
        except Exception as error:
            if not self.answer.done():
                self.answer.set_exception(error)
        else:
            if not self.answer.done():
                self.answer.set_result(result)


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time only moves when it is told to; `errors` are the error lines of what runs in it."""

    def __init__(self) -> None:
        self.at = 0.0
        self.errors: list[str] = []
        super().__init__()

    def time(self) -> float:
        return self.at

    async def quiet(self) -> None:
        """Until every task waits for something."""
        while self._ready:  # type: ignore[attr-defined]
            await asyncio.sleep(0)

    def next_timer(self) -> float | None:
        """When the first of the sleeping tasks wakes."""
        timers = self._scheduled  # type: ignore[attr-defined]
        return float(timers[0].when()) if timers else None


@dataclass
class Room:
    """The processes of one example, their calls, and the time."""

    loop: Loop
    calls: list[Call] = field(default_factory=list)
    troubles: int = 0
    _pausing: "list[asyncio.Future[None]]" = field(default_factory=list)
    _began: float = 0.0

    def __post_init__(self) -> None:
        self._began = self.loop.at

    @property
    def seconds(self) -> float:
        """True time since the beginning of the example."""
        return self.loop.at - self._began

    def true_time(self) -> datetime:
        """The time, which the database's clock shows."""
        return START + timedelta(seconds=self.seconds)

    async def call(self, make: Callable[[], Any], trouble: Callable[[], Any]) -> Any:
        """What a double does for each call; calls of the test itself are made at once."""
        process = _running.get()
        if process is None:
            return make()
        if process.dead:
            raise asyncio.CancelledError
        call = Call(process, make, trouble, self.loop.create_future())
        self.calls.append(call)
        return await call.answer

    def spawn(self, process: Process, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin something in a process."""
        context = copy_context()
        context.run(_running.set, process)
        return self.loop.create_task(work, context=context)

    def play(self, releases: Iterator[Release] | None = None) -> None:
        """Let calls go, by `releases` first and then each as it comes, until only paused processes wait."""
        pausing, self._pausing = self._pausing, []
        for each in pausing:
            if not each.done():
                each.set_result(None)
        self.loop.run_until_complete(self._play(releases or iter(())))

    async def pause(self) -> None:
        """What a process waits before it tries again: until the test plays on."""
        self._pausing.append(self.loop.create_future())
        await self._pausing[-1]

    async def _play(self, releases: Iterator[Release]) -> None:
        while True:
            await self.loop.quiet()
            timer = self.loop.next_timer()
            running = [call for call in self.calls if not call.process.paused]
            if running:
                release = next(releases, Release())
                call = running[release.which % len(running)]
                if release.how is How.PAUSED:
                    call.process.paused = True
                    continue
                if release.how is not How.DONE:
                    self.troubles += 1
                self.calls.remove(call)
                call.go(release.how)
            elif timer is not None:
                self.loop.at = max(self.loop.at, timer)
                await asyncio.sleep(0)
            else:
                return

    def kill(self, process: Process, made: int) -> None:
        """End a process as SIGKILL does; of its calls on their way the first `made` still reach their server."""
        process.dead = True
        self.troubles += 1
        under_way = [call for call in self.calls if call.process is process]
        self.calls = [call for call in self.calls if call.process is not process]
        for call in under_way[:made]:
            with suppress(DuplicateKey):
                call.make()
        for task in asyncio.all_tasks(self.loop):
            if task.get_context().get(_running) is process:
                task.cancel()
        self.loop.run_until_complete(self.loop.quiet())

    def empty(self) -> None:
        """Forget every task."""
        for task in asyncio.all_tasks(self.loop):
            owner = task.get_context().get(_running)
            if owner:
                owner.dead = True
            task.cancel()
        self.calls.clear()
        self.loop.run_until_complete(self.loop.quiet())


def no_answer() -> Any:
    """The database does not answer."""
    raise DependencyUnavailable("database")


def no_confirm() -> Published:
    """The broker's confirm did not come."""
    return Published.UNKNOWN


class _Watches(SkewCorrectedClock):
    """In the place of this process's clock: each process of the room has its own."""

    def __init__(self, room: Room) -> None:
        super().__init__(room.true_time)
        self._room, self._own = room, WeakKeyDictionary[Process, SkewCorrectedClock]()

    def now(self) -> datetime:
        return self._of_whoever_asks().now()

    def compare(self, true: datetime) -> None:
        self._of_whoever_asks().compare(true)

    def _of_whoever_asks(self) -> SkewCorrectedClock:
        process, true_time = _running.get(), self._room.true_time
        if process is None:
            return SkewCorrectedClock(true_time)
        ahead = process.ahead
        return self._own.setdefault(process, SkewCorrectedClock(lambda: true_time() + ahead))


def set_clock(room: Room) -> None:
    """From now on the processes' clocks show the time of this room."""
    clock._CLOCK = _Watches(room)


@contextmanager
def own_time() -> Iterator[Loop]:
    """A loop with a time of its own; logs are silent but for errors. The real clock and logs afterwards."""
    loop, real = Loop(), clock._CLOCK

    def kept(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
        loop.errors.append(f"{event} {sys.exception()!r}")
        raise structlog.DropEvent

    structlog.configure(processors=[kept], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield loop
    finally:
        clock._CLOCK = real
        structlog.reset_defaults()
        loop.close()

"""Inspects in a process of its own with limited time and memory, which is ended where a file exceeds them.

A thread could not be stopped; and a process that a hostile file takes over has no secrets.
"""

import asyncio
import gc
import math
import resource
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from anyio import BrokenResourceError, BrokenWorkerProcess, CapacityLimiter, open_process, to_process

from services.documents.inspection import inspect
from shared.bilingual import Bilingual
from shared.runtime.errors import DependencyUnavailable, RequestRejected

CPU_SECONDS = 4
"""Of the processor, for one file, as the kernel counts them: on a busy machine a file takes longer, and is not refused."""
PATIENCE_SECONDS = 8.0
"""The longest that one inspection takes once it began; the portal waits 10 s for the answer."""
MEMORY_BYTES = 1536 * 1024 * 1024
PROCESSES = 2

# anyio has no argument for the environment of its processes, which have all of ours else; a test reads theirs.
_of_anyio: Any = to_process
_of_anyio.open_process = partial(open_process, env={})


class Verdict(NamedTuple):
    """What came of an inspection, as it travels between processes: a media type, or a refusal."""

    media_type: str = ""
    code: str = ""
    text: Bilingual = Bilingual("", "")
    status: int = 0


def examine(name: str, data: bytes) -> Verdict:
    """Inspect a file, in the other process: its verdict, within the limits."""
    limit_process()
    gc.freeze()  # what is there before the file is not looked at again, which makes collecting cheap
    try:
        return Verdict(inspect(name, data))
    except RequestRejected as refusal:
        return Verdict("", refusal.code, refusal.text, refusal.status)
    finally:
        gc.collect()  # readers of PDF are rings that hold the whole file, of which the collector knows only a few objects


def limit_process(seconds: int = CPU_SECONDS) -> None:
    """Let the kernel end this process when it has used so many seconds more; memory is bounded, no core is dumped."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends its processes
    used = math.ceil(time.process_time())
    for what, most in (
        (resource.RLIMIT_CPU, used + seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


class Inspectors:
    """At most so many (`processes`) files are inspected at a time, the others wait for their turn.

    `examine` is a function that another process can import.
    """

    def __init__(
        self, examine: Callable[[str, bytes], Verdict] = examine, processes: int = PROCESSES
    ) -> None:
        self._examine = examine
        self._turns = CapacityLimiter(processes)
        self._processes = CapacityLimiter(processes + 1)

    async def prepare(self) -> None:
        """Start the first process, so that the first file need not wait for it."""
        await to_process.run_sync(examine, "", b"", cancellable=True, limiter=self._processes)

    async def inspect(self, name: str, data: bytes) -> str:
        """The media type; RequestRejected as `inspection.inspect` does, and for a file that takes too long or ends its process.

        DependencyUnavailable where the machine is too busy for a verdict.
        """
        async with self._turns:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    verdict = await self._verdict(name, data)
            except TimeoutError:
                raise DependencyUnavailable(
                    "documents", f"no verdict within {PATIENCE_SECONDS:g} s"
                ) from None
        if verdict.code:
            raise RequestRejected(verdict.code, verdict.text, status=verdict.status)
        return verdict.media_type

    async def _verdict(self, name: str, data: bytes) -> Verdict:
        try:
            return await to_process.run_sync(
                self._examine, name, data, cancellable=True, limiter=self._processes
            )
        except BrokenWorkerProcess as ended:
            await self._prove()
            if isinstance(ended.__cause__, BrokenResourceError):  # it was gone before it had the file
                return await self._verdict(name, data)
        return Verdict(
            "", "content_mismatch",
            Bilingual(
                f"文件过于复杂或已损坏，无法检查：{name}。",
                f"The file is too complicated or too damaged to inspect: {name}.",
            ), 422,
        )  # fmt: skip

    async def _prove(self) -> None:
        """Return where a fresh process answers, so that the file was to blame for the one that ended.

        DependencyUnavailable where none can be started.
        """
        try:
            await self.prepare()
        except (BrokenWorkerProcess, OSError) as error:
            raise DependencyUnavailable("documents", "no process can be started for an inspection") from error

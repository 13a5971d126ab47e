"""Inspects in a process of its own with limited time and memory, which is ended where a file exceeds them.

A thread could not be stopped; and a process that a hostile file takes over has no secrets, and is believed a refusal only.
"""

import asyncio
import json
import subprocess
import sys
from contextlib import suppress
from typing import IO, cast

from services.documents.kinds import media_type_of
from services.documents.rejection import Verdict
from shared.bilingual import Bilingual
from shared.runtime.errors import DependencyUnavailable, RequestRejected

EXAMINE = "services.documents.inspector:examine"
PATIENCE_SECONDS = 8.0
"""The longest that one inspection takes once it began; the portal waits 10 s for the answer."""
PROCESSES = 2
IDLE_SECONDS = 60.0
"""So long a process waits for another file before it is ended: idle, the service is one process."""
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; from services.documents.inspector import main; main(sys.argv[1])"
)
_ANSWER_BYTES = 2**16


class FileGone(Exception):
    """The process ended while it had the file."""


class Inspector:
    """One process, with nothing of our environment and none of our open files. All methods block."""

    def __init__(self, examine: str) -> None:
        """Start it, and return when it can be asked; OSError where none can be started."""
        self._process = subprocess.Popen(  # noqa: S603 - every argument is ours
            [sys.executable, "-I", "-c", _PROGRAM, examine, *sys.path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        )  # fmt: skip
        self._files = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        if not self._answer():
            self.end()
            raise ChildProcessError("it ended before it was ready")

    def ask(self, name: str, data: bytes) -> Verdict:
        """FileGone where the file ends the process; BrokenPipeError where it had ended before."""
        self._files.write(json.dumps([name, len(data)]).encode() + b"\n")
        self._files.write(data)
        self._files.flush()
        try:
            return Verdict(*json.loads(self._answer()))
        except (ValueError, TypeError) as error:  # its end, or what a hostile file made of it
            self.end()
            raise FileGone from error

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):  # what it did not read goes with it
            self._files.close()

    def _answer(self) -> bytes:
        return self._answers.readline(_ANSWER_BYTES)


class Inspectors:
    """At most so many (`processes`) files are inspected at a time, the others wait for their turn.

    `examine` is the «module:function» that the processes import: of a name and the bytes it makes a Verdict.
    """

    def __init__(self, examine: str = EXAMINE, processes: int = PROCESSES) -> None:
        self._examine = examine
        self._turns = asyncio.Semaphore(processes)
        self._idle: dict[Inspector, asyncio.TimerHandle] = {}

    async def inspect(self, name: str, data: bytes) -> str:
        """The media type; RequestRejected as `inspection.inspect` does, and for a file that takes too long or ends its process.

        DependencyUnavailable where the machine is too busy for a verdict.
        """
        media_type = media_type_of(name)
        async with self._turns:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    verdict = await self._verdict(name, data)
            except TimeoutError:
                raise DependencyUnavailable(
                    "documents", f"no verdict within {PATIENCE_SECONDS:g} s"
                ) from None
        if verdict.code:
            text = Bilingual(verdict.text_zh, verdict.text_en)
            raise RequestRejected(verdict.code, text, status=verdict.status)
        return media_type

    async def prepare(self) -> None:
        """Start a process, so that the next file need not wait for it; DependencyUnavailable where none can be started."""
        try:
            self._rest(await asyncio.to_thread(Inspector, self._examine))
        except OSError as error:
            raise DependencyUnavailable("documents", "no process can be started for an inspection") from error

    async def _verdict(self, name: str, data: bytes) -> Verdict:
        inspector = await self._awake()
        try:
            verdict = await asyncio.to_thread(inspector.ask, name, data)
        except BrokenPipeError:  # it was gone before it had the file
            self._end(inspector)
            return await self._verdict(name, data)
        except FileGone:
            await self.prepare()  # where a fresh process answers, the file was to blame
            return _too_complicated(name)
        except BaseException:
            self._end(inspector)
            raise
        self._rest(inspector)
        return verdict

    async def _awake(self) -> Inspector:
        """The process that rested last, or a new one."""
        if not self._idle:
            await self.prepare()
        inspector, ending = self._idle.popitem()
        ending.cancel()
        return inspector

    def _rest(self, inspector: Inspector) -> None:
        ending = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end, inspector)
        self._idle[inspector] = ending

    def _end(self, inspector: Inspector) -> None:
        self._idle.pop(inspector, None)
        asyncio.get_running_loop().run_in_executor(None, inspector.end)


def _too_complicated(name: str) -> Verdict:
    zh = f"文件过于复杂或已损坏，无法检查：{name}。"
    en = f"The file is too complicated or too damaged to inspect: {name}."
    return Verdict("content_mismatch", zh, en, 422)

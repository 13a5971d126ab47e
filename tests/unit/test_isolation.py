"""No file takes more than its share: what inspects it may die alone, and the service goes on."""

import asyncio
import os
import signal
import time

import pytest

from services.documents import isolation
from services.documents.inspector import limit_process
from services.documents.isolation import Inspector, Inspectors
from services.documents.rejection import Verdict
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from tests.sample_files import EXE, gif_of
from tests.sample_pdfs import assembled

HERE = f"{__name__}:"


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine of the tests is, a process has its time to start and to use up its share."""
    monkeypatch.setattr(isolation, "PATIENCE_SECONDS", 240.0)


def for_ever(name: str, data: bytes) -> Verdict:
    """As a parser does that a file leads in circles."""
    limit_process(1)
    while True:
        pass


def dies(name: str, data: bytes) -> Verdict:
    """As a decoder does that a file makes write beyond its memory."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return Verdict()


def hoards(name: str, data: bytes) -> Verdict:
    """As a decoder does that believes a header."""
    limit_process()
    try:
        return Verdict(str(len(bytes(4 * 1024**3))))
    except MemoryError:
        return Verdict("content_mismatch", "内存不足", "no memory", 422)


def raves(name: str, data: bytes) -> Verdict:
    """As a file does that took its process over."""
    return 7  # type: ignore[return-value]


def sleeps(name: str, data: bytes) -> Verdict:
    """As a machine does that has no time for us."""
    time.sleep(60)
    return Verdict()


async def test_a_verdict_comes_back_as_if_there_were_no_other_process() -> None:
    inspectors = Inspectors()

    assert await inspectors.inspect("a.pdf", assembled()) == "application/pdf"
    with pytest.raises(RequestRejected) as refused:
        await inspectors.inspect("a.pdf", EXE)

    assert (refused.value.code, refused.value.status) == ("content_mismatch", 422)


@pytest.mark.parametrize("examine", ["for_ever", "dies", "hoards", "raves"])
async def test_a_file_that_ends_its_process_is_refused_and_the_next_is_inspected(examine: str) -> None:
    with pytest.raises(RequestRejected) as refused:
        await Inspectors(HERE + examine).inspect("a.pdf", b"")

    assert (refused.value.code, refused.value.status) == ("content_mismatch", 422)
    assert await Inspectors().inspect("a.gif", gif_of(2)) == "image/gif"


async def test_where_the_machine_has_no_time_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    inspectors = Inspectors(HERE + "sleeps")
    await inspectors.prepare()
    monkeypatch.setattr(isolation, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(DependencyUnavailable) as waited:
        await inspectors.inspect("a.pdf", b"")

    assert waited.value.dependency == "documents"


async def test_a_process_that_was_ended_while_it_was_idle_costs_no_file_anything() -> None:
    inspectors = Inspectors()
    await inspectors.prepare()
    (resting,) = inspectors._idle
    resting._process.kill()
    resting._process.wait()

    assert await inspectors.inspect("a.gif", gif_of(2)) == "image/gif"


async def test_a_process_without_files_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    inspectors = Inspectors()
    monkeypatch.setattr(isolation, "IDLE_SECONDS", 0.0)
    ended = asyncio.Event()
    loop, end = asyncio.get_running_loop(), Inspector.end

    def noticed(resting: Inspector) -> None:
        end(resting)
        loop.call_soon_threadsafe(ended.set)

    monkeypatch.setattr(Inspector, "end", noticed)

    assert await inspectors.inspect("a.gif", gif_of(2)) == "image/gif"

    await asyncio.wait_for(ended.wait(), 60)
    assert not inspectors._idle


async def test_the_loop_turns_while_a_file_is_inspected() -> None:
    inspecting = asyncio.create_task(Inspectors(HERE + "for_ever").inspect("a.pdf", b""))
    turns, longest, before = 0, 0.0, time.thread_time()

    while not inspecting.done():
        await asyncio.sleep(0.01)
        turns += 1
        longest, before = max(longest, time.thread_time() - before), time.thread_time()

    assert isinstance(inspecting.exception(), RequestRejected)
    assert longest < 0.5
    assert turns > 20, "it takes a second of another process, however long that is on a busy machine"

"""No file takes more than its share: what inspects it may die alone, and the service goes on."""

import asyncio
import os
import signal
import time

import pytest

from services.documents import isolation
from services.documents.isolation import Inspectors, Verdict, limit
from shared.bilingual import Bilingual
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from tests.sample_files import EXE, gif_of
from tests.sample_pdfs import assembled

pytestmark = pytest.mark.asyncio(
    loop_scope="function"
)  # anyio ends its processes with the task that a loop runs


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine of the tests is, a process has its time to start and to use up its share."""
    monkeypatch.setattr(isolation, "PATIENCE_SECONDS", 240.0)


def for_ever(name: str, data: bytes) -> Verdict:
    """As a parser does that a file leads in circles."""
    limit(1)
    while True:
        pass


def dies(name: str, data: bytes) -> Verdict:
    """As a decoder does that a file makes write beyond its memory."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return Verdict()


def hoards(name: str, data: bytes) -> Verdict:
    """As a decoder does that believes a header."""
    limit()
    try:
        return Verdict(str(len(bytes(4 * 1024**3))))
    except MemoryError:
        return Verdict("", "content_mismatch", Bilingual("内存不足", "no memory"), 422)


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


@pytest.mark.parametrize("examine", [for_ever, dies, hoards])
async def test_a_file_that_ends_its_process_is_refused_and_the_next_is_inspected(examine: object) -> None:
    with pytest.raises(RequestRejected) as refused:
        await Inspectors(examine).inspect("a.pdf", b"")  # type: ignore[arg-type]

    assert (refused.value.code, refused.value.status) == ("content_mismatch", 422)
    assert await Inspectors().inspect("a.gif", gif_of(2)) == "image/gif"


async def test_where_the_machine_has_no_time_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    inspectors = Inspectors(sleeps)
    await inspectors.prepare()
    monkeypatch.setattr(isolation, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(DependencyUnavailable) as waited:
        await inspectors.inspect("a.pdf", b"")

    assert waited.value.dependency == "documents"


async def test_the_loop_turns_while_a_file_is_inspected() -> None:
    inspecting = asyncio.create_task(Inspectors(for_ever).inspect("a.pdf", b""))
    turns, longest, before = 0, 0.0, time.thread_time()

    while not inspecting.done():
        await asyncio.sleep(0.01)
        turns += 1
        longest, before = max(longest, time.thread_time() - before), time.thread_time()

    assert isinstance(inspecting.exception(), RequestRejected)
    assert longest < 0.5
    assert turns > 20, "it takes a second of another process, however long that is on a busy machine"

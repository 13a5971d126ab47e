"""(e): files of 4 MiB through the portal, many at once, against a direct put into the object store."""

import asyncio
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import urllib3

from deploy.local.system import RunningSystem
from shared.contracts.vocabulary import Purpose
from shared.runtime.objects import Objects
from shared.runtime.store import open_store
from tests.bench.measurement import Goal, Measurement
from tests.bench.officer import Officer, an_officer
from tests.bench.processes import pss_megabytes
from tests.bench.stand import STANDIN, Stand, say
from tests.sample_pdfs import CATALOG, PAGE, PAGES, assembled, stream

_MIB = 4
_BYTES = _MIB * 2**20
_FLAT = Goal(at_most=1.1)
_MEMORY_OF = ("portal", "documents")


async def uploads(stand: Stand) -> None:
    """The rate, and the memory of the two services that handle the bytes, run by run."""
    sizes = stand.sizes
    with ExitStack() as held:
        environment = stand.own(held.enter_context(stand.database(STANDIN)))
        system = held.enter_context(stand.system(environment))
        settings = stand.settings(environment)
        store, objects = open_store(settings), Objects(settings)
        ours, direct, memory = list[float](), list[float](), list[float]()
        async with an_officer(system, store) as officer:
            client = Client(officer, sizes.uploads)
            await client.upload(sizes.uploads)  # so that pools and heaps have their size
            first = _memory(system)
            for number in range(sizes.runs):
                ours.append(await client.upload(sizes.uploads))
                direct.append(await _direct(objects, sizes.uploads))
                memory.append(_memory(system))
                say(
                    f"uploads: run {number + 1} of {sizes.runs}: {ours[-1]:.1f} against {direct[-1]:.1f} MiB/s"
                )
        objects.close()
        await store.close()
    name = f"uploads of 4 MiB, {sizes.uploads} at once"
    stand.tell(Measurement("e", name, "MiB/s", ours, "a direct put each", direct, [Goal(at_least=0.5)]))
    stand.tell(
        Measurement(
            "e", f"memory of {' and '.join(_MEMORY_OF)} after {name}", "MB", memory, "after the first uploads",
            [first] * len(memory), [_FLAT],
        )
    )  # fmt: skip


class Client:
    """An officer's browsers, as light as can be: each file leaves in one write, from a thread of its own."""

    def __init__(self, officer: Officer, count: int) -> None:
        self._url = f"{officer.client.base_url}attachments"
        self._headers = {"Authorization": officer.client.headers["Authorization"]}
        self._pool = urllib3.PoolManager(maxsize=count)
        self._threads = ThreadPoolExecutor(count)

    async def upload(self, count: int) -> float:
        """Upload so many files at once; MiB a second."""
        forms = [
            urllib3.encode_multipart_formdata(
                {"purpose": Purpose.EVIDENCE.value, "file": ("evidence.pdf", _a_file(), "application/pdf")}
            )
            for _ in range(count)
        ]
        loop, begun = asyncio.get_running_loop(), time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(self._threads, self._send, *form) for form in forms))
        return _MIB * count / (time.perf_counter() - begun)

    def _send(self, body: bytes, content_type: str) -> None:
        headers = self._headers | {"Content-Type": content_type}
        answer = self._pool.request("POST", self._url, body=body, headers=headers, retries=False)
        if answer.status != 201:
            raise ValueError(answer.data.decode())


async def _direct(objects: Objects, count: int) -> float:
    """MiB a second."""
    files = [_a_file() for _ in range(count)]
    begun = time.perf_counter()
    await asyncio.gather(
        *(objects.put(f"bench/{secrets.token_hex(8)}", each, "application/pdf") for each in files)
    )
    return _MIB * count / (time.perf_counter() - begun)


def _a_file() -> bytes:
    """A PDF whose bytes no other has."""
    return assembled((CATALOG, PAGES, PAGE, stream(secrets.token_bytes(_BYTES - 2048))))


def _memory(system: RunningSystem) -> float:
    return sum(pss_megabytes(system.programs[each].pid) for each in _MEMORY_OF)

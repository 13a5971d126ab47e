"""The short form of the rig, with every change: nothing lost, nothing twice, nothing stuck, no lies, no wrong digest."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.ports import LOOPBACK, free_ports
from tests.faults.customs import FaultyCustoms
from tests.faults.event_log import Witness
from tests.faults.proxy import Proxy
from tests.faults.run import run, shown
from tests.faults.scenarios import SHORT

SEED = 7


@pytest.mark.usefixtures(
    "settings"
)  # the servers of the other tests, which the environment names, are left alone
async def test_a_bit_of_all_leaves_nothing_lost_twice_stuck_false_or_broken() -> None:
    result = await run(SHORT, SEED, keep=Path("build/faults"))

    assert not result.broken, shown(result)
    assert result.count.receipts > 300
    assert result.count.declarations == 3 * 30
    assert result.points
    assert result.resumed


async def test_the_witness_keeps_every_line(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness.jsonl")
    witness.saw("customs", "sent", id="R-1")
    witness.saw("rig", "killed", service="intake")

    assert [line["id"] for line in witness.lines("sent")] == ["R-1"]
    assert len([*witness.lines()]) == 2
    witness.close()


async def test_customs_that_is_told_to_stop_while_it_closes_a_connection_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lost = _LostConnection()

    async def connect(*_: object, **__: object) -> _LostConnection:
        return lost

    monkeypatch.setattr("tests.faults.customs.aio_pika.connect", connect)
    witness = Witness(tmp_path / "witness.jsonl")
    async with asyncio.timeout(5):
        async with FaultyCustoms("amqp://away", witness):
            await lost.closing.wait()
    witness.close()


class _LostConnection:
    """The connection was lost; closing it takes its time."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    async def channel(self) -> None:
        raise OSError

    async def close(self) -> None:
        self.closing.set()
        await asyncio.Event().wait()


async def test_the_proxy_is_the_network_that_it_is_told_to_be() -> None:
    port = free_ports(1)[0]
    server = await asyncio.start_server(_echo, LOOPBACK, port)
    proxy = Proxy(port, seed=1)
    await proxy.start()
    try:
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        assert await _said(reader, writer, b"one") == b"one"
        proxy.become("hole")
        assert await _said(reader, writer, b"two") == b""
        proxy.become("pass")
        assert await asyncio.wait_for(reader.readexactly(3), 2) == b"two"
        proxy.become("deaf")
        assert await _said(reader, writer, b"three") == b""
        proxy.reset()
        with_an_end = asyncio.wait_for(reader.read(1), 2)
        assert isinstance(
            (await asyncio.gather(with_an_end, return_exceptions=True))[0], ConnectionResetError | bytes
        )
        writer.close()
    finally:
        await proxy.stop()
        server.close()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(100):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes) -> bytes:
    """What comes back within a moment, or nothing."""
    writer.write(words)
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.readexactly(len(words)), 0.3)
    except TimeoutError:
        return b""

"""A TCP proxy that can be a bad network: resets, delays, a black hole, replies that never arrive."""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from typing import Literal

from deploy.local.ports import LOOPBACK, free_ports

Mode = Literal["pass", "refuse", "hole", "delay", "deaf"]
_ABORT = struct.pack("ii", 1, 0)
_CHUNK = 65536


class Proxy:
    """Stands in front of one server.

    Modes: `pass`; `refuse`, new connections are closed; `hole`, nothing goes through and nothing is lost; `delay`, each piece
    waits 500±300 ms; `deaf`, requests arrive and their replies are dropped.
    """

    def __init__(self, target: int, seed: int) -> None:
        self.port, self._target = free_ports(1)[0], target
        self._random = random.Random(seed)
        self._mode: Mode = "pass"
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, LOOPBACK, self.port)

    async def stop(self) -> None:
        """Close every connection and listen no more."""
        if self._server:
            self._server.close()
        self.reset()

    def become(self, mode: Mode) -> None:
        """Change the network for present and new connections."""
        self._mode = mode
        self._open.set() if mode != "hole" else self._open.clear()

    def reset(self) -> None:
        """Reset every connection, as a firewall does that forgot them."""
        for writer in tuple(self._writers):
            _abort(writer)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "refuse":
            _abort(writer)
            return
        try:
            theirs, ours = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            _abort(writer)
            return
        ends = {writer, ours}
        self._writers |= ends
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, ours, replies=False))
                both.create_task(self._pump(theirs, writer, replies=True))
        except* (OSError, _Over):
            pass
        finally:
            self._writers -= ends
            for each in ends:
                _abort(each)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, replies: bool
    ) -> None:
        while piece := await source.read(_CHUNK):
            if self._mode == "delay":
                await asyncio.sleep(self._random.uniform(0.2, 0.8))
            await self._open.wait()
            if replies and self._mode == "deaf":
                continue
            target.write(piece)
            await target.drain()
        raise _Over


class _Over(Exception):
    """One side has ended; the other is ended too."""


def _abort(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    with suppress(OSError, AttributeError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    writer.transport.abort()

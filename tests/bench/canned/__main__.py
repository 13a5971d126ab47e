"""`python -m tests.bench.canned --port N [--delay SECONDS]`: the server, until SIGTERM."""

import argparse
import asyncio
import signal
import struct
from collections.abc import Iterator
from typing import Any

import uvloop
from bson import decode, encode

from tests.bench.canned.answers import CannedAnswers
from tests.bench.canned.matching import Document

_HEADER = struct.Struct("<iiii")
_MESSAGE, _QUERY, _REPLY = 2013, 2004, 1


class Connection(asyncio.Protocol):
    """One client: whole messages are taken from what comes in, and answered."""

    def __init__(self, answers: CannedAnswers, delay: float) -> None:
        self._answers, self._delay, self._left = answers, delay, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._left += data
        while len(self._left) >= _HEADER.size:
            size, number, _, kind = _HEADER.unpack_from(self._left)
            if len(self._left) < size:
                return
            message, self._left = self._left[_HEADER.size : size], self._left[size:]
            self._send(_answered(self._answers, number, kind, message))

    def _send(self, answer: bytes) -> None:
        if not answer:
            return
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _answered(answers: CannedAnswers, number: int, kind: int, message: bytes) -> bytes:
    if kind == _QUERY:
        command = decode(message[message.index(b"\0", 4) + 9 :])
        body = struct.pack("<iqii", 8, 0, 0, 1) + encode(answers.to(command | {"$db": "admin"}))
        return _HEADER.pack(_HEADER.size + len(body), 0, number, _REPLY) + body
    flags, command = struct.unpack_from("<i", message)[0], {}
    for name, part in _sections(message[4:]):
        command |= part if name is None else {name: part}
    body = b"\0\0\0\0\0" + encode(answers.to(command))
    return b"" if flags & 2 else _HEADER.pack(_HEADER.size + len(body), 0, number, _MESSAGE) + body


def _sections(rest: bytes) -> Iterator[tuple[str | None, Any]]:
    """The command, and the lists of documents that go with it, by name."""
    at = 0
    while at < len(rest):
        size = struct.unpack_from("<i", rest, at + 1)[0]
        whole, at = rest[at + 1 : at + 1 + size], at + 1 + size
        if rest[at - 1 - size] == 0:
            yield None, decode(whole)
            continue
        ends = whole.index(b"\0", 4)
        yield whole[4:ends].decode(), [*_each(whole[ends + 1 :])]


def _each(documents: bytes) -> Iterator[Document]:
    at = 0
    while at < len(documents):
        size = struct.unpack_from("<i", documents, at)[0]
        yield decode(documents[at : at + size])
        at += size


async def _serve(port: int, delay: float) -> None:
    stop, loop, answers = asyncio.Event(), asyncio.get_running_loop(), CannedAnswers()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    server = await loop.create_server(lambda: Connection(answers, delay), "127.0.0.1", port)
    await stop.wait()
    server.close()


def main() -> None:
    """Serve on loopback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    asked = parser.parse_args()
    uvloop.run(_serve(asked.port, asked.delay))


if __name__ == "__main__":
    main()

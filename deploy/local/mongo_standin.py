"""The process that stands in for MongoDB where there is none: mongoeco's wire server, for trying out and testing only."""

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Any

from mongoeco.engines.memory import MemoryEngine
from mongoeco.engines.sqlite import SQLiteEngine
from mongoeco.wire.proxy import AsyncMongoEcoProxyServer

# mongoeco compares each new _id with that of every stored document, besides its lookup by key: inserts get 5 to 13
# times faster without. That touches its inside, so requirements-local.in pins the version.


class Memory(MemoryEngine):
    """Keeps everything in memory."""

    def _ensure_unique_indexes(self, *args: Any, **options: Any) -> None:
        options["scan_payload_id"] = False
        super()._ensure_unique_indexes(*args, **options)


class File(SQLiteEngine):
    """Keeps everything in one SQLite file."""

    def _validate_document_against_unique_indexes(self, *args: Any, **options: Any) -> None:
        options["scan_payload_id"] = False
        super()._validate_document_against_unique_indexes(*args, **options)


async def serve(engine: MemoryEngine | SQLiteEngine, port: int) -> None:
    """Answer on loopback until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncMongoEcoProxyServer(engine=engine, port=port):
        await stop.wait()


def main() -> None:
    """Serve a file, or where none is given the memory."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    engine = Memory() if given.file is None else File(path=str(given.file))
    asyncio.run(serve(engine, given.port))


if __name__ == "__main__":
    main()

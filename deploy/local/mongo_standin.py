"""The process that stands in for MongoDB where there is none: mongoeco's wire server, for trying out and testing only."""

import argparse
import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

from mongoeco.compat import base
from mongoeco.engines import sqlite
from mongoeco.engines.memory import MemoryEngine
from mongoeco.engines.sqlite import SQLiteEngine
from mongoeco.wire.proxy import AsyncMongoEcoProxyServer

# mongoeco compares each new _id with that of every stored document, besides its lookup by key: inserts get 5 to 13
# times faster without. It compares texts and moments by a walk over all BSON types: without, filters and lists in order of
# time take half as long. That touches its inside, so requirements-local.in pins the version.

_compare_any = base._compare_values_default


def compare_values(left: Any, right: Any, order: Any) -> Any:
    """-1, 0 or 1, in the order of BSON: two texts and two moments at once, others as mongoeco does."""
    if type(left) is type(right) and type(left) in (str, datetime):
        return (left > right) - (left < right)
    return _compare_any(left, right, order)


base._compare_values_default = compare_values

# SQLite's functions take 127 arguments, and mongoeco writes an update as one of them: one that sets more fields (a whole
# questionnaire) goes the way that mongoeco has for all that SQL can't say, which writes the document anew.

_MOST_FIELDS_IN_SQL = 60
_sql_of = sqlite.translate_compiled_update_plan


def sql_of_update(plan: Any, **options: Any) -> Any:
    """The update as SQL; NotImplementedError, which mongoeco takes for «without SQL», where it has too many fields."""
    if any(len(operator.instructions) > _MOST_FIELDS_IN_SQL for operator in plan.compiled_operators):
        raise NotImplementedError("more fields than a function of SQLite takes")
    return _sql_of(plan, **options)


sqlite.translate_compiled_update_plan = sql_of_update


class Memory(MemoryEngine):
    """Keeps everything in memory."""

    def _ensure_unique_indexes(self, *args: Any, **options: Any) -> None:
        options["scan_payload_id"] = False
        super()._ensure_unique_indexes(*args, **options)

    def _index_keys(self, document: Any, fields: list[str]) -> Any:
        """None of an index with several fields: the engine finds nothing by one, and to keep it costs every write."""
        return super()._index_keys(document, fields) if len(fields) == 1 else set()


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

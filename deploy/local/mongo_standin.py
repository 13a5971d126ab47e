"""The process that stands in for MongoDB where there is none: mongoeco's wire server, for trying out and testing only."""

import argparse
import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

from mongoeco.compat import base
from mongoeco.core.compiled_query import CompiledQuery
from mongoeco.core.query_plan import AndCondition, InCondition, NotEqualsCondition
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

# It asks of each value of `$in` by itself whether it is the document's, and of `$ne: null` by the path of the field: of a field
# with one text, or one value, both are seen at once.

_code_of_any = CompiledQuery._node_to_code


def code_of(self: CompiledQuery, node: Any, depth: int = 0) -> str:
    """What mongoeco runs for a condition on each document."""
    slowly = str(_code_of_any(self, node, depth))
    if "." in getattr(node, "field", "."):
        return slowly
    found = f"doc.get({self._field(node.field)})"
    if isinstance(node, InCondition) and all(type(value) is str for value in node.values):
        known = self._store("texts", frozenset(node.values))
        return f"(({found} in {known}) if type({found}) is str else {slowly})"
    if isinstance(node, NotEqualsCondition) and node.value is None:
        return f"({slowly} if type({found}) is list else ({found} is not None))"
    return slowly


CompiledQuery._node_to_code = code_of

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

    def _candidate_items_for_plan_locked(self, coll: Any, query_plan: Any, **options: Any) -> Any:
        """Of documents that are asked for by several `_id`s, only these are looked at."""
        for each in query_plan.clauses if isinstance(query_plan, AndCondition) else (query_plan,):
            if isinstance(each, InCondition) and each.field == "_id":
                keys = map(self._storage_key, each.values)
                return [(key, coll[key]) for key in keys if key in coll]
        return super()._candidate_items_for_plan_locked(coll, query_plan, **options)


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

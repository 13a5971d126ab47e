"""The process that stands in for MongoDB where there is none: mongoeco's wire server, for trying out and testing only."""

import argparse
import asyncio
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mongoeco.core.codec import DocumentCodec
from mongoeco.engines._memory_collection import MemoryCollection
from mongoeco.engines.memory import _StoredDocument
from mongoeco.wire.proxy import AsyncMongoEcoProxyServer

from deploy.local.mongo_journal import Journal, Place, dropped, removed, written
from deploy.local.mongo_memory import Memory
from deploy.local.mongo_shortcuts import put_in_place


class Kept(Memory):
    """Keeps everything in memory, and each change in a journal before it is answered; for what the services do.

    Indexes are made again by whoever needs them, as every service does when it starts; transactions and renamed
    collections, which no service uses, are not in the journal.
    """

    def __init__(self) -> None:
        super().__init__()
        self._journal: Journal | None = None
        self._place: Place = ("", "")
        self._lines: list[str] = []

    @classmethod
    def of(cls, journal: Journal) -> "Kept":
        """With what the journal holds, which is then written anew and kept from now on."""
        engine = cls()
        for place, found in journal.read().items():
            engine._take_over(place, found.values())
        journal.begin(engine._everything())
        engine._journal = journal
        return engine

    @contextmanager
    def _document_state_rollback_locked(self, db_name: str, coll_name: str, **views: Any) -> Iterator[Any]:
        """What happens within is done as a whole or not at all; where the journal can't be written it is not done."""
        self._place, self._lines = (db_name, coll_name), []
        with super()._document_state_rollback_locked(db_name, coll_name, **views) as undo:
            yield undo
            self._keep(self._lines)

    def _set_storage_document_locked(self, collection: Any, storage_key: Any, document: Any) -> None:
        super()._set_storage_document_locked(collection, storage_key, document)
        self._lines.append(written(self._place, document.payload))

    def _delete_storage_document_locked(self, collection: Any, storage_key: Any) -> None:
        self._lines.append(removed(self._place, collection[storage_key].payload["_id"]))
        super()._delete_storage_document_locked(collection, storage_key)

    async def drop_collection(self, db_name: str, coll_name: str, **options: Any) -> None:
        """Drop a collection, in the journal too."""
        await super().drop_collection(db_name, coll_name, **options)
        self._keep([dropped(db_name, coll_name)])

    async def drop_database(self, db_name: str, **options: Any) -> None:
        """Drop a database, in the journal too."""
        await super().drop_database(db_name, **options)
        self._keep([dropped(db_name)])

    def _keep(self, lines: list[str]) -> None:
        if self._journal and lines:
            self._journal.append(lines)
            if self._journal.is_long():
                self._journal.begin(self._everything())

    def _take_over(self, place: Place, documents: Iterable[Any]) -> None:
        """Have what the journal holds as it is: mongoeco's own insertion takes ten times as long."""
        database, name = place
        collection = self._storage.setdefault(database, {}).setdefault(name, MemoryCollection())
        self._register_collection_locked(database, name)
        for each in documents:
            key = DocumentCodec.decode(each["_id"], preserve_bson_wrappers=True)
            collection[self._storage_key(key)] = _StoredDocument(each)

    def _everything(self) -> Iterator[tuple[Place, Any]]:
        for database, collections in self._storage.items():
            for name, documents in collections.items():
                yield from (((database, name), each.payload) for each in documents.values())


async def serve(port: int, file: Path | None) -> None:
    """Answer on loopback until SIGTERM or SIGINT, with what a file holds, or where none is given with nothing."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine = Memory() if file is None else Kept.of(Journal(file))
    async with AsyncMongoEcoProxyServer(engine=engine, port=port):
        await stop.wait()


def main() -> None:
    """Serve a file, or where none is given the memory."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    put_in_place()
    asyncio.run(serve(given.port, given.file))


if __name__ == "__main__":
    main()

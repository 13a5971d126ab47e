"""The database: opened here alone, by motor or by pymongo's own asyncio client; every call is limited in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any
from urllib.parse import urlsplit

from bson import encode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel, ReadPreference, ReturnDocument, errors
from pymongo.monitoring import CommandListener

from shared.runtime.dependencies import down, mark_down, mark_up
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.handshake import EncryptedEnd, look_closer
from shared.runtime.logs import get_logger
from shared.runtime.metrics import DATABASE_REFUSED
from shared.runtime.settings import Settings
from shared.runtime.tls import explain

log = get_logger()
Document = dict[str, Any]
CALL_SECONDS = 5.0
_PORT = 27017
_OPTIONS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 4000,  # ends before CALL_SECONDS: its error says why no server was found
    "connectTimeoutMS": 5000,
    "socketTimeoutMS": 10_000,  # a thread of motor's few must not wait for ever on a server that is gone
    "tz_aware": True,
    "appname": "fas",
    "w": "majority",
}
_AWAY = (
    errors.ConnectionFailure, errors.ExecutionTimeout, errors.WTimeoutError, errors.WriteConcernError, TimeoutError,
)  # fmt: skip
_NOT_NOW = frozenset({
    13, 18,  # no right (any more), not signed in
    24, 50, 112, 146, 262,  # a lock, time, a conflict of writes, memory
    14031,  # the disk is full
})  # fmt: skip
"""Codes of refusals that are about the server's condition, not about the request: they count as «down»."""
for _code in _NOT_NOW:
    DATABASE_REFUSED.labels(str(_code))  # at 0, so that the first refusal is a growth


class DuplicateKey(Exception):
    """There is a document with this `_id` (`key`) already, or with another value that must be unique."""

    def __init__(self, key: object) -> None:
        super().__init__(f"{key} is there already.")
        self.key = key


class Collection:
    """A collection, by the few calls that we make; each raises DependencyUnavailable('database') where the server is down.

    A DependencyUnavailable after a write leaves open whether it was made: the caller reads again, and every update is
    conditional.
    """

    def __init__(self, driver: Any, end: EncryptedEnd | None = None) -> None:
        self._driver, self._end = driver, end

    async def find_one(self, filter: Document, projection: Document | None = None) -> Document | None:
        """The first document that fits."""
        async with _limited(self._end):
            found: Document | None = await self._driver.find_one(filter, projection)
            return found

    async def insert_one(self, document: Document) -> None:
        """Add a document; DuplicateKey where its `_id` is taken."""
        async with _limited(self._end, document):
            await self._driver.insert_one(document)

    async def update_one(self, filter: Document, update: Document, *, upsert: bool = False) -> int:
        """Change the document that fits; how many there were (an upserted one counts).

        DuplicateKey where an upsert finds nothing that fits, and yet the `_id` is taken.
        """
        async with _limited(self._end, filter):
            result = await self._driver.update_one(filter, update, upsert=upsert)
            return int(result.matched_count or (1 if result.upserted_id is not None else 0))

    async def update_many(self, filter: Document, update: Document) -> int:
        """Change every document that fits; how many there were."""
        async with _limited(self._end):
            return int((await self._driver.update_many(filter, update)).matched_count)

    async def find_one_and_update(
        self, filter: Document, update: Document, *, upsert: bool = False, projection: Document | None = None
    ) -> Document | None:
        """Change the document that fits and return it as it is afterwards; DuplicateKey as in `update_one`."""
        async with _limited(self._end, filter):
            found: Document | None = await self._driver.find_one_and_update(
                filter, update, upsert=upsert, projection=projection, return_document=ReturnDocument.AFTER
            )
            return found

    async def delete_one(self, filter: Document) -> int:
        """Remove the document that fits; how many there were."""
        async with _limited(self._end):
            return int((await self._driver.delete_one(filter)).deleted_count)

    async def find(
        self, filter: Document, *, sort: Sequence[tuple[str, int]] = (), skip: int = 0, limit: int = 0,
        projection: Mapping[str, object] | None = None,
    ) -> list[Document]:  # fmt: skip
        """The documents that fit; `limit` 0 is all."""
        async with _limited(self._end):
            cursor = self._driver.find(filter, projection)
            if sort:
                cursor = cursor.sort(list(sort))
            found: list[Document] = await cursor.skip(skip).limit(limit).to_list(length=None)
            return found

    async def aggregate(self, pipeline: Sequence[Document]) -> list[Document]:
        """What the database makes of the documents, stage by stage; the first stage is a `$match` that an index answers."""
        async with _limited(self._end):
            pending = self._driver.aggregate(list(pipeline))
            cursor = await pending if isawaitable(pending) else pending  # pymongo's own client is asked twice
            found: list[Document] = await cursor.to_list(length=None)
            return found

    async def count(self, filter: Document, *, limit: int = 0) -> int:
        """How many documents fit, by the command `count`; no further than to `limit`, where it is not 0.

        The drivers' own way (an aggregation) takes ten times as long on the stand-in, and only sharded collections need it.
        """
        async with _limited(self._end):
            asked = {"count": self._driver.name, "query": filter} | ({"limit": limit} if limit else {})
            return int((await self._driver.database.command(asked))["n"])

    async def create_indexes(
        self, indexes: Iterable[tuple[Sequence[tuple[str, int]], Mapping[str, object]]]
    ) -> None:
        """Make sure that indexes are there, each with its keys and options; they are built together, in one pass."""
        models = [IndexModel(list(keys), **options) for keys, options in indexes]
        async with _limited(self._end):
            await self._driver.create_indexes(models)


def size_of(document: Mapping[str, object]) -> int:
    """How many bytes a document takes in the database; one may have 16 MiB."""
    return len(encode(document))


class RawCollection:
    """A collection as the bytes of its documents (BSON), for backups: they are not decoded.

    DependencyUnavailable as in Collection.
    """

    def __init__(self, driver: Any, end: EncryptedEnd | None = None) -> None:
        self._end = end
        self._driver = driver.with_options(
            codec_options=CodecOptions(document_class=RawBSONDocument), read_preference=ReadPreference.PRIMARY
        )

    async def each(self) -> AsyncIterator[bytes]:
        """Every document once, by `_id`; one that is there before and after is not missed, whatever else is written.

        Each is as it was at some time between the first and the last; a page of at most 16 MiB is held.
        """
        cursor = self._driver.find({}).sort("_id", 1)
        while True:
            async with _limited(self._end):
                document: RawBSONDocument | None = await anext(cursor, None)
            if document is None:
                return
            yield bytes(document.raw)

    async def count(self) -> int:
        """How many documents there are."""
        async with _limited(self._end):
            return int((await self._driver.database.command({"count": self._driver.name}))["n"])

    async def add(self, documents: Sequence[bytes]) -> None:
        """Add documents; none may be there already."""
        async with _limited(self._end):
            await self._driver.insert_many([RawBSONDocument(each) for each in documents])

    async def clear(self) -> None:
        """Remove the collection with its indexes."""
        async with _limited(self._end):
            await self._driver.drop()


class Store:
    """One database."""

    def __init__(
        self, client: Any, database: str, *, awaits_close: bool, end: EncryptedEnd | None = None
    ) -> None:
        self._client, self._database, self._awaits_close = client, client[database], awaits_close
        self._end = end

    def collection(self, name: str) -> Collection:
        """A collection by name."""
        return Collection(self._database[name], self._end)

    def raw(self, name: str) -> RawCollection:
        """A collection by name, as bytes."""
        return RawCollection(self._database[name], self._end)

    async def names(self) -> list[str]:
        """The names of all collections, in alphabetical order."""
        async with _limited(self._end):
            found = await self._database.list_collection_names()
        return sorted(name for name in found if not name.startswith("system."))

    async def ask(self, question: Document) -> Document:
        """The answer to a command that changes nothing, such as `{"ping": 1}`."""
        async with _limited(self._end):
            answer: Document = await self._database.command(question)
            return answer

    async def ping(self) -> None:
        """Ask whether the server is there; DependencyUnavailable where it is not."""
        async with _limited(self._end, looks_again=True):
            await self._database.command({"ping": 1})

    async def time(self) -> datetime:
        """What the server's clock shows, in UTC; DependencyUnavailable where it does not answer."""
        shown: datetime = (await self.ask({"hello": 1}))["localTime"]
        return shown.replace(tzinfo=UTC)

    async def close(self) -> None:
        """Close all connections."""
        closing = self._client.close()
        if self._awaits_close:
            await closing


def open_store(settings: Settings, listeners: Sequence[CommandListener] = ()) -> Store:
    """The database of the settings; nothing is connected until the first call. `listeners` hear every command."""
    options = _OPTIONS | {"event_listeners": listeners, "maxPoolSize": settings.database_connections}
    encrypted = settings.certificates.for_mongo(settings.mongo_url)
    options |= encrypted or {}
    netloc = urlsplit(settings.mongo_url).netloc
    end = None if encrypted is None else EncryptedEnd.of_host(netloc, _PORT, settings.certificates)
    if settings.mongo_driver == "pymongo":
        from pymongo import AsyncMongoClient

        client: Any = AsyncMongoClient(settings.mongo_url, **options)
        return Store(client, settings.mongo_database, awaits_close=True, end=end)
    from motor.motor_asyncio import AsyncIOMotorClient

    client = AsyncIOMotorClient(settings.mongo_url, **options)
    return Store(client, settings.mongo_database, awaits_close=False, end=end)


@asynccontextmanager
async def _limited(
    end: EncryptedEnd | None, document: Document | None = None, *, looks_again: bool = False
) -> AsyncIterator[None]:
    """A call limited in time; its errors in our terms: DependencyUnavailable, and DuplicateKey for `document`.

    Whoever meets a loss first looks closer at the encrypted `end` before telling it; with `looks_again` later ones, too.
    """
    begun = time.monotonic()
    try:
        async with asyncio.timeout(CALL_SECONDS):
            yield
    except errors.DuplicateKeyError as error:
        mark_up("database")
        raise DuplicateKey((document or {}).get("_id")) from error
    except _AWAY as error:
        raise await _waiting(error, begun, end, looks_again) from error
    except errors.OperationFailure as error:
        if error.has_error_label("RetryableWriteError"):
            raise await _waiting(error, begun, end, looks_again) from error
        if error.code in _NOT_NOW:
            raise _refused(error) from error
        raise
    mark_up("database")


async def _waiting(
    error: Exception, begun: float, end: EncryptedEnd | None, looks_again: bool
) -> DependencyUnavailable:
    why = str(error)
    if looks_again or "database" not in down():
        why = await look_closer("database", why, end)
    why = explain("database", why) or f"no answer within {CALL_SECONDS:g} s"
    mark_down("database", why, begun=begun)
    return DependencyUnavailable("database", why)


def _refused(error: errors.OperationFailure) -> DependencyUnavailable:
    """Whether the server answers but takes nothing (a full disk, for instance): that is no fault of the message."""
    DATABASE_REFUSED.labels(str(error.code)).inc()
    log.error("database_refused", code=error.code, error=str(error)[:200])
    return DependencyUnavailable("database", str(error)[:200])

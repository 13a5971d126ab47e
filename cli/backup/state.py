"""The state of a system: its database and its bucket."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.runtime.objects import Objects
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class State:
    """A database and a bucket, with their names."""

    store: Store
    objects: Objects
    database: str
    bucket: str


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncIterator[State]:
    """The state that the settings name."""
    store, objects = open_store(settings), Objects(settings)
    try:
        yield State(store, objects, settings.mongo_database, settings.s3_bucket)
    finally:
        objects.close()
        await store.close()

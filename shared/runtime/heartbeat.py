"""Each process writes down every few seconds that it is there and what fails, for the operators' overview."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ulid import ULID

from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Store

PRESENCES = "presences"
SECONDS = 5.0
GONE = timedelta(minutes=2)
"""A process whose last sign of life is older was stopped or killed; the others remove its entry."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A document of `presences`: a process of a service, its last sign of life (`at`), what fails by name (as /ready)."""

    service: str
    began_at: datetime
    at: datetime
    failing: Mapping[str, str]


async def find_presences(store: Store) -> list[Presence]:
    """Every process that was heard of lately."""
    return [
        Presence(said["service"], said["began_at"], said["at"], said["failing"])
        for said in await store.collection(PRESENCES).find({})
    ]


async def send_heartbeats(
    store: Store, service: str, failing: Callable[[], Awaitable[dict[str, str]]]
) -> None:
    """Write this process's entry every SECONDS until cancelled, with the checks that fail."""
    collection, process, began = store.collection(PRESENCES), str(ULID()), datetime.now(UTC)
    while True:
        try:
            at = datetime.now(UTC)
            said = {"service": service, "began_at": began, "at": at, "failing": await failing()}
            await collection.update_one({"_id": process}, {"$set": said}, upsert=True)
            for gone in await collection.find({"at": {"$lt": at - GONE}}, projection={"_id": 1}):
                await collection.delete_one({"_id": gone["_id"]})
        except DependencyUnavailable:
            pass  # said where it was noticed; the overview shows how old the last sign is
        await asyncio.sleep(SECONDS)

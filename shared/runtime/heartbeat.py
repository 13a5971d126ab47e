"""Each process writes down every few seconds that it is there and what fails, for the operators' overview and its like."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ulid import ULID

from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Store

PRESENCES = "presences"
SECONDS = 5.0
GONE = timedelta(minutes=2)
"""A process whose last sign of life is older was stopped or killed; the others remove its entry."""


ALIVE = timedelta(seconds=4 * SECONDS)
"""A process that was not heard of for so long does not count among its like."""


@dataclass(frozen=True, slots=True)
class Presence:
    """A document of `presences`: a process of a service, its last sign of life (`at`), what fails by name (as /ready).

    It is ready without those that are `spared`; a process of an earlier version names none.
    """

    service: str
    began_at: datetime
    at: datetime
    failing: Mapping[str, str]
    spared: Set[str] = frozenset()

    @property
    def ready(self) -> bool:
        """Whether the process works."""
        return self.failing.keys() <= self.spared


class Peers:
    """How many processes of this service there are, itself included, as far as it has heard; 1 at first.

    What any of them may do, sweeps for instance, each does so much less often: N processes look as often as one.
    """

    def __init__(self) -> None:
        self.count = 1

    def spread(self, seconds: float) -> float:
        """How long to wait where one process alone would wait so many seconds; not quite the same each time."""
        return seconds * self.count * (random.uniform(0.75, 1.25) if self.count > 1 else 1)  # noqa: S311 - spreads processes


async def find_presences(store: Store) -> list[Presence]:
    """Every process that was heard of lately."""
    return [
        Presence(
            said["service"], said["began_at"], said["at"], said["failing"], frozenset(said.get("spared", ()))
        )
        for said in await store.collection(PRESENCES).find({})
    ]


async def send_heartbeats(
    store: Store, service: str, failing: Callable[[], Awaitable[dict[str, str]]], peers: Peers,
    can_spare: Set[str] = frozenset(),
) -> None:  # fmt: skip
    """Write this process's entry every SECONDS until cancelled, with the checks that fail; count its like.

    The process is ready without those that it `can_spare`.
    """
    collection, process, began = store.collection(PRESENCES), str(ULID()), datetime.now(UTC)
    while True:
        try:
            at = datetime.now(UTC)
            told = await failing()
            said = {
                "service": service,
                "began_at": began,
                "at": at,
                "failing": told,
                "spared": [*(can_spare & told.keys())],
            }
            await collection.update_one({"_id": process}, {"$set": said}, upsert=True)
            all_said = await collection.find({}, projection={"service": 1, "at": 1})
            for gone in (each for each in all_said if each["at"] < at - GONE):
                await collection.delete_one({"_id": gone["_id"]})
            peers.count = max(
                1, sum(each["service"] == service and each["at"] > at - ALIVE for each in all_said)
            )
        except DependencyUnavailable:
            pass  # said where it was noticed; the overview shows how old the last sign is
        await asyncio.sleep(SECONDS)

"""The collection `dead_letters`: one letter for each message that a service could not take."""

import asyncio
from datetime import datetime

from shared.bilingual import Bilingual
from shared.contracts.collections import DEAD_LETTERS
from shared.contracts.documents.ledgers import DeadLetter
from shared.contracts.limits import PRUNED_AT_ONCE
from shared.contracts.states import DeadLetterState
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.store import DuplicateKey, Store
from shared.runtime.versioned import VersionedCollection

_TRIES = 10


class DeadLetterRepository(VersionedCollection[DeadLetter]):
    """Reads and writes letters."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.collection(DEAD_LETTERS.name), DeadLetter)
        self._store = store

    async def prepare(self) -> None:
        """Make the indexes that the reads use."""
        await make_indexes(self._store, DEAD_LETTERS)

    async def keep(self, letter: DeadLetter, *, redelivered: bool) -> None:
        """Keep a letter, or count that a known one died again; DependencyUnavailable where others change it all the time.

        One that the broker handed out before (`redelivered`), and that stands here as open, has not died again.
        """
        for _ in range(_TRIES):
            try:
                await self.add(letter)
            except DuplicateKey:
                known = await self.get(letter.id)
            else:
                return
            if known is None:
                continue
            if known.delivery == letter.delivery or (redelivered and known.state is DeadLetterState.OPEN):
                return
            if await self.change(known, _values_after_death(known, letter)):
                return
        raise DependencyUnavailable("database", "the letter is changed by others all the time")

    async def prune(self, before: datetime) -> int:
        """Remove up to PRUNED_AT_ONCE letters that died before this and that nobody waits for; how many: 0 at the end."""
        ended = {"$in": [DeadLetterState.REPLAYED.value, DeadLetterState.DISMISSED.value]}
        found = await self.collection.find(
            {"state": ended, "last_died_at": {"$lt": before}}, sort=[("last_died_at", 1), ("_id", 1)],
            limit=PRUNED_AT_ONCE, projection={"state": 1},
        )  # fmt: skip
        as_found = ({"_id": letter["_id"], "state": letter["state"]} for letter in found)
        await asyncio.gather(*map(self.collection.delete_one, as_found))
        return len(found)

    async def newest(self, state: DeadLetterState | None, limit: int = 100) -> list[DeadLetter]:
        """Letters without their bodies, the last that died first."""
        found = await self.collection.find(
            {"state": state} if state else {},
            sort=[("last_died_at", -1), ("_id", -1)],
            limit=limit,
            projection={"body": 0},
        )
        return [DeadLetter(letter) for letter in found]

    async def count_open(self) -> int:
        """How many letters wait for an operator."""
        return await self.collection.count({"state": DeadLetterState.OPEN})

    async def require(self, dead_id: str) -> DeadLetter:
        """One letter with its body; RequestRejected where there is none."""
        letter = await self.get(dead_id)
        if letter is None:
            text = Bilingual("没有这条死信。", f"There is no dead letter {dead_id}.")
            raise RequestRejected("not_found", text, status=404)
        return letter

    async def replay_again(self, since: datetime) -> int:
        """Have those put back once more that were replayed at `since` or later; how many."""
        replayed, count = {"state": DeadLetterState.REPLAYED}, 0
        for letter in map(DeadLetter, await self.collection.find(replayed, projection={"audit": 1})):
            if letter.audit[-1].at >= since:
                again = {"state": DeadLetterState.REPLAYING, "next_at": now()}
                count += await self.collection.update_one({"_id": letter.id}, {"$set": again})
        return count


def _values_after_death(known: DeadLetter, letter: DeadLetter) -> dict[str, object]:
    fresh = ("state", "reason", "body", "headers", "delivery", "next_at", "detail")
    return {name: letter.document[name] for name in fresh} | {
        "count": known.count + 1, "last_died_at": letter.last_died_at,
    }  # fmt: skip

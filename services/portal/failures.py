"""Failed sign-ins, counted in the database for all processes of the portal, and the pauses they bring (decision 0008)."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from shared.lifecycle.clock import now
from shared.runtime.store import Document, DuplicateKey, Store

FAILURES = "sign_in_failures"
WINDOW = timedelta(minutes=15)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
ONE_ACCOUNT_FROM_ONE_ADDRESS = 10
ONE_ACCOUNT_FROM_STRANGE_ADDRESSES = 50
ONE_ADDRESS = 100
_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is tried from where: the keys of the three counters, which tell neither to a reader of the database."""

    account: str
    both: str
    address: str


class Failures:
    """The counters; `key` keeps addresses from being guessed from their digests."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._counters, self._key = store.collection(FAILURES), key

    async def prepare(self) -> None:
        """Make the indexes: old counters go by themselves, an account's are found."""
        await self._counters.create_index([("forget_at", 1)], expireAfterSeconds=0)
        await self._counters.create_index([("account", 1)])

    def attempt(self, username: str, address: str) -> Attempt:
        """An attempt to sign in as somebody from an address; an IPv6 network of 64 bits is one address."""
        account = account_digest(username)
        place = hmac.new(self._key, _network(address).encode(), sha256).hexdigest()
        return Attempt(account, f"{account}@{place}", place)

    async def paused_until(self, attempt: Attempt) -> datetime | None:
        """Until when this attempt is refused unseen; an account's pause does not hold where it has signed in before."""
        ids = [attempt.account, attempt.both, attempt.address]
        found = {each["_id"]: each for each in await self._counters.find({"_id": {"$in": ids}})}
        if found.get(attempt.both, {}).get("known_until", _PAST) > now():
            found.pop(attempt.account, None)
        pauses = [each["paused_until"] for each in found.values() if each["paused_until"] > now()]
        return max(pauses, default=None)

    async def failed(self, attempt: Attempt) -> None:
        """Count a failure on each of the three, and pause those that have too many."""
        await self._count(attempt.both, ONE_ACCOUNT_FROM_ONE_ADDRESS, account=attempt.account)
        await self._count(attempt.account, ONE_ACCOUNT_FROM_STRANGE_ADDRESSES, account=attempt.account)
        await self._count(attempt.address, ONE_ADDRESS)

    async def succeeded(self, attempt: Attempt) -> None:
        """Forget the failures of this account from here, and know the address; those of the address itself stay."""
        known = now() + KNOWN_FOR
        fresh = {"failures": 0, "window_ends": _PAST, "paused_until": _PAST, "account": attempt.account}
        await self._counters.update_one(
            {"_id": attempt.both}, {"$set": {**fresh, "known_until": known, "forget_at": known}}, upsert=True
        )

    async def _count(self, counter: str, allowed: int, **kept: str) -> None:
        found = await self._one_more(counter, kept)
        excess = found["failures"] - allowed
        if excess < 0:
            return
        until = now() + min(FIRST_PAUSE * 2 ** min(excess, 10), LONGEST_PAUSE)
        await self._counters.update_one(
            {"_id": counter}, {"$max": {"paused_until": until, "forget_at": until}}
        )

    async def _one_more(self, counter: str, kept: dict[str, str]) -> Document:
        """The counter after one more failure in its window, or in a new window where the last one is over."""
        while True:
            moment = now()
            running = {"_id": counter, "window_ends": {"$gt": moment}}
            found = await self._counters.find_one_and_update(running, {"$inc": {"failures": 1}})
            if found is not None:
                return found
            over = {"_id": counter, "window_ends": {"$lte": moment}}
            ends = moment + WINDOW
            begun = {"failures": 1, "window_ends": ends, "paused_until": _PAST, **kept}
            change = {"$set": begun, "$max": {"forget_at": ends}}
            try:
                found = await self._counters.find_one_and_update(over, change, upsert=True)
            except DuplicateKey:  # another process began the window at the same time
                continue
            if found is not None:
                return found


async def forget_failures(store: Store, username: str) -> None:
    """Forget what was counted for an account: whoever was just given a password is to be let in with it."""
    counters = store.collection(FAILURES)
    for each in await counters.find({"account": account_digest(username)}, projection={"_id": 1}):
        await counters.delete_one({"_id": each["_id"]})


def account_digest(username: str) -> str:
    """What stands for a username here: people type passwords into the wrong field."""
    return sha256(username.encode("utf-8", "replace")).hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> _NETWORK_BITS << _NETWORK_BITS))


_PAST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")

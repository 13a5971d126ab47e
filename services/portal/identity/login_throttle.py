"""Failed sign-ins, counted in the database for all processes of the portal, and the pauses they bring (decisions 0008, 0023)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from shared.contracts.collections import SIGN_IN_FAILURES
from shared.contracts.documents.people import SignInFailures
from shared.lifecycle.indexes import make_indexes
from shared.runtime.clock import now
from shared.runtime.store import DuplicateKey, Store

WINDOW = timedelta(minutes=15)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
ONE_ACCOUNT_FROM_ONE_ADDRESS = 10
ONE_ACCOUNT_FROM_STRANGE_ADDRESSES = 50
ONE_ADDRESS = 100
DELAY_STEP = 0.25
LONGEST_DELAY = 10.0
"""Seconds: each failure of an address beyond its hundred adds a step to how long the next attempt from there waits."""
_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Who is tried from where: the keys of the three counters, which tell neither to a reader of the database.

    `before` are those of `both` under older keys.
    """

    account: str
    both: str
    address: str
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """What stands in the way of an attempt: refused until then, or to be looked at after so many seconds."""

    until: datetime | None = None
    seconds: float = 0.0


class LoginThrottle:
    """The counters; the first of the `keys` keeps addresses from being guessed from their digests."""

    def __init__(self, store: Store, keys: Sequence[bytes]) -> None:
        self._counters, self._keys, self._store = store.collection(SIGN_IN_FAILURES.name), keys, store

    async def prepare(self) -> None:
        """Make the indexes: old counters go by themselves, an account's are found."""
        await make_indexes(self._store, SIGN_IN_FAILURES)

    def attempt(self, username: str, address: str) -> SignInAttempt:
        """An attempt to sign in as somebody from an address; an IPv6 network of 64 bits is one address."""
        account, network = account_digest(username), _network(address).encode()
        place, *before = [hmac.new(key, network, sha256).hexdigest() for key in self._keys]
        return SignInAttempt(
            account, f"{account}@{place}", place, tuple(f"{account}@{each}" for each in before)
        )

    async def hold(self, attempt: SignInAttempt) -> Hold:
        """What stands in the way of this attempt; where the account has signed in before, nobody else's failures do.

        Failures of the account bring a pause, in which it is refused unseen. Those of the address only slow down: many
        people may stand behind it, and all of them count as one where a proxy does not tell them apart.
        """
        ids = [attempt.account, attempt.both, attempt.address, *attempt.before]
        found = {
            each.id: each for each in map(SignInFailures, await self._counters.find({"_id": {"$in": ids}}))
        }
        address = found.pop(attempt.address, None)
        pairs = [found.pop(each) for each in (attempt.both, *attempt.before) if each in found]
        known = any((each.known_until or _PAST) > now() for each in pairs)
        counted = pairs if known else [*pairs, *found.values()]
        until = max((each.paused_until for each in counted if each.paused_until > now()), default=None)
        return Hold(until, 0.0 if known or address is None else _delay(address))

    async def failed(self, attempt: SignInAttempt) -> None:
        """Count a failure on each of the three, and pause the account where it has too many."""
        await self._count(attempt.both, ONE_ACCOUNT_FROM_ONE_ADDRESS, account=attempt.account)
        await self._count(attempt.account, ONE_ACCOUNT_FROM_STRANGE_ADDRESSES, account=attempt.account)
        await self._one_more(attempt.address, {})

    async def succeeded(self, attempt: SignInAttempt) -> None:
        """Forget the failures of this account from here, and know the address; those of the address itself stay."""
        known = now() + KNOWN_FOR
        fresh = {"failures": 0, "window_ends": _PAST, "paused_until": _PAST, "account": attempt.account}
        await self._counters.update_one(
            {"_id": attempt.both}, {"$set": {**fresh, "known_until": known, "forget_at": known}}, upsert=True
        )

    async def _count(self, counter: str, allowed: int, **kept: str) -> None:
        found = await self._one_more(counter, kept)
        excess = found.failures - allowed
        if excess < 0:
            return
        until = now() + min(FIRST_PAUSE * 2 ** min(excess, 10), LONGEST_PAUSE)
        await self._counters.update_one(
            {"_id": counter}, {"$max": {"paused_until": until, "forget_at": until}}
        )

    async def _one_more(self, counter: str, kept: dict[str, str]) -> SignInFailures:
        """The counter after one more failure in its window, or in a new window where the last one is over."""
        while True:
            moment = now()
            running = {"_id": counter, "window_ends": {"$gt": moment}}
            found = await self._counters.find_one_and_update(running, {"$inc": {"failures": 1}})
            if found is not None:
                return SignInFailures(found)
            over = {"_id": counter, "window_ends": {"$lte": moment}}
            ends = moment + WINDOW
            begun = {"failures": 1, "window_ends": ends, "paused_until": _PAST, **kept}
            change = {"$set": begun, "$max": {"forget_at": ends}}
            try:
                found = await self._counters.find_one_and_update(over, change, upsert=True)
            except DuplicateKey:  # another process began the window at the same time
                continue
            if found is not None:
                return SignInFailures(found)


def _delay(address: SignInFailures) -> float:
    """How long an attempt from this address waits before it is looked at."""
    excess = address.failures - ONE_ADDRESS + 1 if address.window_ends > now() else 0
    return min(max(excess, 0) * DELAY_STEP, LONGEST_DELAY)


async def forget_failures(store: Store, username: str) -> None:
    """Forget what was counted for an account: whoever was just given a password is to be let in with it."""
    counters = store.collection(SIGN_IN_FAILURES.name)
    counted = await counters.find({"account": account_digest(username)}, projection={"_id": 1})
    for each in map(SignInFailures, counted):
        await counters.delete_one({"_id": each.id})


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

"""Removes uploads whose command never came to an end, after a crash for instance (FAULTS F14)."""

import asyncio
from datetime import timedelta

from shared.contracts.object_keys import UPLOADS
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import Peers
from shared.runtime.logs import get_logger
from shared.runtime.objects import Objects

log = get_logger()
AGE = timedelta(hours=1)
"""How old an upload must be to be removed: its command expires after the RPC time-out (10 s), and is carried out in seconds."""
_EVERY_SECONDS = 3600.0
_AGAIN_SECONDS = 60.0


async def keep_sweeping(objects: Objects, peers: Peers, age: timedelta = AGE) -> None:
    """Sweep about every hour until cancelled, less often where others do; every minute while the store does not answer."""
    while True:
        try:
            await sweep(objects, age)
        except DependencyUnavailable:  # said where it was noticed
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            await asyncio.sleep(peers.spread(_EVERY_SECONDS))


async def sweep(objects: Objects, age: timedelta = AGE) -> int:
    """Remove the uploads that are older than `age`; how many there were."""
    left = await objects.list_older(UPLOADS, now() - age)
    for key in left:
        await objects.remove(key)
    if left:
        log.info("orphans_removed", count=len(left))
    return len(left)

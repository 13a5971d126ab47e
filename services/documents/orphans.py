"""Removes what crashes leave behind: uploads that nobody came back for (FAULTS F14)."""

import asyncio
from datetime import timedelta

from shared.contracts.object_keys import UPLOADS
from shared.runtime.clock import now
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.objects import Objects

log = get_logger()
AGE = timedelta(hours=1)
"""An upload lives for the seconds between its writing and its record; its command expires with its asker's patience."""
_EVERY_SECONDS = 3600.0
_AGAIN_SECONDS = 60.0


async def sweeping(objects: Objects) -> None:
    """Sweep at once and every hour, until cancelled; a store that is away is tried again in a minute."""
    while True:
        try:
            await sweep(objects)
        except DependencyUnavailable:  # said where it was noticed
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            await asyncio.sleep(_EVERY_SECONDS)


async def sweep(objects: Objects, age: timedelta = AGE) -> int:
    """Remove the uploads that are older than `age`; how many there were."""
    left = await objects.older(UPLOADS, now() - age)
    for key in left:
        await objects.remove(key)
    if left:
        log.info("orphans_removed", count=len(left))
    return len(left)

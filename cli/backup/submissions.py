"""Submissions between a case's outbox and the gateway's ledger: they stand in the broker alone, where no backup looks."""

import asyncio
import json
import time

import bson

from services.customs_gateway.declarations.ledger import DeclarationLedger
from shared.contracts.topology import SUBMISSION_DECLARED
from shared.runtime.store import Document

_AT_ONCE = 200
_POLL_SECONDS = 0.5


class Submissions:
    """Notes the submissions of cases that were read, and waits until the gateway has those that are on their way."""

    def __init__(self, declarations: DeclarationLedger) -> None:
        self._declarations = declarations
        self._unseen: set[str] = set()
        self._underway: set[str] = set()

    async def note(self, case: bytes) -> None:
        """A case (BSON) as the backup holds it; what stands in its outbox is sent after a restore."""
        document = bson.decode(case)
        self._unseen |= {made["id"] for made in document.get("submissions", ())} - _in_outbox(document)
        if len(self._unseen) >= _AT_ONCE:
            await self._look()

    async def arrive(self, seconds: float) -> list[str]:
        """Wait until every submission is in the ledger, so long at most; the declaration ids of those that are not."""
        until = time.monotonic() + seconds
        await self._look()
        while self._underway and time.monotonic() < until:
            await asyncio.sleep(_POLL_SECONDS)
            await self._look()
        return sorted(self._underway)

    async def _look(self) -> None:
        wanted = self._unseen | self._underway
        self._underway = wanted - await self._declarations.known(sorted(wanted))
        self._unseen.clear()


def _in_outbox(case: Document) -> set[str]:
    return {
        json.loads(entry["body"])["declaration_id"]
        for entry in case.get("outbox", ())
        if entry["key"] == SUBMISSION_DECLARED
    }

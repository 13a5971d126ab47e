"""What may never be seen of the gateway's ledgers, noted at every write and looked at after every step."""

from collections import defaultdict
from dataclasses import dataclass, field

from shared.contracts.states import FINAL
from shared.contracts.vocabulary import Reason
from shared.runtime.store import Document
from tests.property.gateways import DELAYS, GatewaySite

_ENDS_LATER = {"parked": {"stored", "dismissed", "applied"}}
"""What an end may still become: an operator's doing, or the news that the case took the receipt after all."""


@dataclass
class Watched:
    """Follows the ledger of receipts; `faults` are sentences about what must not be."""

    site: GatewaySite
    faults: list[str] = field(default_factory=list)
    ends: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    waits_since: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site.store.collection("receipts").watch = self.receipt
        self.site.store.collection("declarations").watch = self.declaration

    def receipt(self, before: Document | None, after: Document | None) -> None:
        """A write to the ledger of receipts."""
        if after is None:
            self.faults.append(f"{before} was removed")
            return
        was, state = before["state"] if before else None, after["state"]
        if before and after["raw"] != before["raw"]:
            self.faults.append(f"the bytes of {after['_id']} changed")
        if before and was in FINAL and state != was and state not in _ENDS_LATER.get(str(was), ()):
            self.faults.append(f"{after['_id']} went from {was} to {state}")
        if state in FINAL and after["ack"] and (not before or after["ack"] != before["ack"]):
            self.ends[after["_id"]].append(after["ack"]["message_id"])
        self._waits(was, after)

    def _waits(self, was: str | None, after: Document) -> None:
        entry_id, seconds = after["_id"], self.site.room.seconds
        if after["state"] == "stored":
            self.waits_since.pop(entry_id, None)
        elif after["state"] == "deferred":
            self.waits_since.setdefault(entry_id, seconds)
        elif after["state"] == "parked" and was != "parked" and after["reason"] == Reason.NOT_YET:
            waited = seconds - self.waits_since.get(entry_id, seconds)
            if waited < sum(DELAYS) - 0.01:
                self.faults.append(f"{entry_id} was parked after {waited:g} s of waiting")

    def declaration(self, before: Document | None, after: Document | None) -> None:
        """A write to the ledger of declarations."""
        if after is None or (before and before["state"] == "sent" and after["state"] != "sent"):
            self.faults.append(f"{before} became {after}")

    def look(self) -> None:
        """What holds at any moment."""
        site = self.site
        told = {(ack.message_id, ack.outcome) for ack in site.broker.told}
        for entry in site.store.collection("receipts").documents.values():
            if entry["next_at"] is None:
                assert entry["state"] in FINAL, f"{entry['_id']} is {entry['state']} for ever"
                ack = entry["ack"]
                assert (ack["message_id"], ack["outcome"]) in told, f"customs was not told of {entry['_id']}"
            if entry["state"] == "applied":
                assert entry["message_id"] in site.services.applied, f"{entry['_id']} was not applied"
            assert entry["replays"] == sum(line["what"] == "replay" for line in entry["audit"])
        for entry in site.store.collection("declarations").documents.values():
            if entry["state"] == "sent":
                assert entry["_id"] in site.broker.declarations, f"{entry['_id']} is not with customs"
            if entry["next_at"] is None:
                assert f"{entry['_id']}:sent" in site.services.heard, (
                    f"the case never heard of {entry['_id']}"
                )
        for message_id in site.services.heard:
            if message_id.endswith(":sent"):
                assert message_id.removesuffix(":sent") in site.broker.declarations, f"{message_id} is a lie"
        assert not site.broker.doubled, f"sent twice without need: {site.broker.doubled}"
        assert not self.faults, self.faults
        assert not site.room.loop.errors, site.room.loop.errors

"""The final count: what the witness saw against what the system holds, after everything has come to rest."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import aio_pika

from shared.contracts.topology import DEAD
from shared.contracts.vocabulary import Stage
from shared.runtime.store import Collection
from tests.faults.event_log import Line
from tests.faults.load import FaultLoad
from tests.faults.officer import RigOfficer
from tests.faults.scenario_case import ENDS_AT
from tests.faults.system_under_test import SystemUnderTest

_OPEN = ["stored", "published", "deferred"]
_TOLD = {"APPLIED": "applied", "STALE": "stale", "PARKED": "parked"}
_TICK = 0.5
_STAGES = [stage.value for stage in Stage]
Documents = list[dict[str, Any]]


@dataclass
class Count:
    """What went wrong, by kind, each with what it is about; all empty is what we want."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    receipts: int = 0
    states: dict[str, int] = field(default_factory=dict)
    declarations: int = 0
    files: int = 0

    @property
    def faults(self) -> dict[str, list[str]]:
        """The five counts that must be 0."""
        return {
            "lost": self.lost, "twice": self.twice, "stuck": self.stuck, "lies": self.lies, "digests": self.digests,
        }  # fmt: skip


async def drained(plant: SystemUnderTest, seconds: float) -> float:
    """Wait until nothing is owed any more, or the time is over; how long that took."""
    begun = plant.witness.seconds()
    while plant.witness.seconds() - begun < seconds:
        owed = [
            await plant.store.collection("receipts").count({"$or": [{"state": {"$in": _OPEN}}, {"next_at": {"$ne": None}}]}),
            await plant.store.collection("declarations").count({"$or": [{"state": {"$ne": "sent"}}, {"told": False}]}),
            await plant.store.collection("cases").count({"outbox.0": {"$exists": True}}),
        ]  # fmt: skip
        if not any(owed):
            break
        await asyncio.sleep(_TICK)
    return plant.witness.seconds() - begun


async def count(plant: SystemUnderTest, load: FaultLoad) -> Count:
    """Compare, after the drain."""
    seen = [*plant.witness.lines()]
    found = Count()
    receipts = await _all(plant.store.collection("receipts"))
    declarations = await _all(plant.store.collection("declarations"))
    cases = {each["case_no"]: each for each in await _all(plant.store.collection("cases")) if each["case_no"]}
    _receipts(found, seen, receipts, cases)
    _acknowledgements(found, seen, receipts)
    _declarations(found, seen, declarations, cases)
    _cases(found, load, seen, cases, await _all(plant.store.collection("cases")))
    await _files(found, plant, seen)
    await _dead(found, plant)
    found.stuck += load.failures
    return found


def _receipts(found: Count, seen: list[Line], receipts: Documents, cases: dict[str, dict[str, Any]]) -> None:
    """Each one that the broker confirmed is known, at its end, and applied once where it was applied."""
    by_id = {each["_id"]: each for each in receipts}
    by_digest = {each["sha256"]: each for each in receipts}
    found.receipts = sum(line["what"] in ("sent", "repeated", "poisoned") for line in seen)
    found.states = dict(Counter(each["state"] for each in receipts))
    for line in _of(seen, "poisoned"):
        entry = by_digest.get(line["sha256"])
        if entry is None:
            found.lost.append(f"poison {line['sha256'][:12]} is not in the ledger")
        elif entry["state"] != "parked":
            found.lies.append(f"poison {entry['_id']} is {entry['state']}")
    for line in _of(seen, "sent"):
        name, entry = f"{line['type']} {line['id']} of {line['case']}", by_id.get(line["id"])
        if entry is None:
            found.lost.append(f"{name} is not in the ledger")
            continue
        if entry["state"] in _OPEN or entry["next_at"] is not None:
            found.stuck.append(f"{name} is {entry['state']}")
        if entry["state"] == "parked":
            found.stuck.append(f"{name} is parked ({entry['reason']})")
        _effect(found, name, entry, cases.get(line["case"]))


def _effect(found: Count, name: str, entry: dict[str, Any], case: dict[str, Any] | None) -> None:
    times = sum(moved["message_id"] == entry["_id"] for moved in case["timeline"]) if case else 0
    if times > 1:
        found.twice.append(f"{name} moved its case {times} times")
    if entry["state"] == "applied" and times == 0:
        found.lost.append(f"{name} is applied in the ledger, and its case does not know it")
    if entry["state"] == "stale" and times:
        found.lies.append(f"{name} moved its case and is called stale")


def _acknowledgements(found: Count, seen: list[Line], receipts: Documents) -> None:
    """Customs was told of every receipt, and the truth."""
    told: dict[str, set[str]] = {}
    for line in _of(seen, "acked"):
        told.setdefault(line["id"], set()).add(line["outcome"])
    for entry in receipts:
        if not entry["message_id"]:
            continue
        outcomes = told.get(entry["message_id"], set()) - {"DUPLICATE"}
        if not outcomes:
            found.lost.append(f"customs was never told of {entry['_id']}")
        elif {_TOLD[outcome] for outcome in outcomes} != {entry["state"]} and not entry["replays"]:
            found.lies.append(
                f"customs was told {sorted(outcomes)} of {entry['_id']}, which is {entry['state']}"
            )


def _declarations(
    found: Count, seen: list[Line], declarations: Documents, cases: dict[str, dict[str, Any]]
) -> None:
    """What the officer submitted has reached customs once, and nothing else is said to have."""
    arrived = {line["id"] for line in _of(seen, "declared")}
    found.declarations = len(arrived)
    for entry in declarations:
        if entry["state"] == "sent" and entry["_id"] not in arrived:
            found.lies.append(
                f"{entry['type']} of {entry['case_no']} is called sent, and customs never got it"
            )
        elif entry["_id"] not in arrived or not entry["told"]:
            found.stuck.append(
                f"{entry['type']} of {entry['case_no']} is {entry['state']}, told {entry['told']}"
            )
    for case in cases.values():
        for moved in case["timeline"]:
            if (
                moved["cause"] == "declaration_sent"
                and moved["message_id"].removesuffix(":sent") not in arrived
            ):
                found.lies.append(f"{case['case_no']} is shown as sent, and customs never got it")
    submitted = Counter((line["case"], line["stage"]) for line in _of(seen, "submitted"))
    made = {line["id"]: (line["case"], line["stage"]) for line in _of(seen, "declared")}
    for place, times in submitted.items():
        came = sum(each == place for each in made.values())
        if came != times:
            (found.lost if came < times else found.twice).append(
                f"{place}: {times} submitted, {came} declared"
            )


def _cases(
    found: Count, load: FaultLoad, seen: list[Line], cases: dict[str, dict[str, Any]], every: Documents
) -> None:
    """Every case stands where its receipts have led it, there is one of each, and every saved draft is there."""
    for number in load.numbers:
        case = cases.get(number)
        if case is None:
            found.lost.append(f"case {number}")
        elif (case["stage"], case["status"]) != ENDS_AT:
            found.stuck.append(f"{number} stands at {case['stage']}/{case['status']}")
        elif case["outbox"]:
            found.stuck.append(f"{number} has {len(case['outbox'])} events that were not sent")
        elif (went := [_STAGES.index(moved["stage"]) for moved in case["timeline"]]) != sorted(went):
            found.lies.append(f"{number} went back: {[moved['stage'] for moved in case['timeline']]}")
    known = {each["_id"] for each in every}
    found.lost += [f"draft {line['id']}" for line in _of(seen, "saved") if line["id"] not in known]
    drafts, saved = sum(each["kind"] == "assessment" for each in every), len([*_of(seen, "saved")])
    if drafts > saved + len(load.failures):
        found.twice.append(f"{saved} drafts were begun, {drafts} are there")
    numbers = Counter(each["case_no"] for each in every if each["case_no"])
    found.twice += [
        f"{times} cases have the number {number}" for number, times in numbers.items() if times > 1
    ]


async def _files(found: Count, plant: SystemUnderTest, seen: list[Line]) -> None:
    """Every file comes back as it was uploaded."""
    officers = {each.username: RigOfficer(plant.apis[:1], each, plant.witness) for each in plant.officers}
    for line in _of(seen, "uploaded"):
        found.files += 1
        data = await officers[line["by"]].ask("GET", f"/attachments/{line['id']}")
        if sha256(data).hexdigest() != line["sha256"]:
            found.digests.append(f"attachment {line['id']}")
    for officer in officers.values():
        await officer.client.aclose()


async def _dead(found: Count, plant: SystemUnderTest) -> None:
    """Nothing that was sent may end among the dead letters: nobody's acknowledgement comes from there.

    A command that has expired may: its asker was told that it was not carried out.
    """
    for letter in await _all(plant.store.collection("dead_letters")):
        name = letter["message_id"] or letter["_id"]
        found.lost.append(f"{name}: {letter['reason']} at {letter['queue']}, now a dead letter")
    async with await aio_pika.connect(plant.settings.rabbit_url) as connection:
        dead = await (await connection.channel()).get_queue(DEAD)
        while message := await dead.get(fail=False):  # given back when the connection closes
            queue, why = message.headers["x-first-death-queue"], message.headers["x-first-death-reason"]
            if why != "expired":
                found.lost.append(f"{why!r} at {queue!r}, now in {DEAD}: {message.body[:200]!r}")


def _of(seen: Iterable[Line], what: str) -> Iterable[Line]:
    return (line for line in seen if line["what"] == what)


async def _all(collection: Collection) -> Documents:
    return await collection.find({}, projection={"raw": 0, "body": 0})

"""Two sets of the four services that own stages, at one case, with their relays and a model of the broker."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.contracts.commands import CaseCommand
from shared.contracts.documents.cases import Case
from shared.contracts.facts import CaseFact, CheckInitiated
from shared.contracts.replies import CaseAnswer
from shared.contracts.topology import OWNERS, RECEIPT_SETTLED, STAGE_SERVICES
from shared.contracts.vocabulary import Kind, Status
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.case import check_id, new_case
from shared.lifecycle.cases import Cases
from shared.lifecycle.decide import Ignored
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import Published, Publisher
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.outbox import Relay
from tests.property.gateways import patiently
from tests.property.memory import MemoryStore
from tests.property.sample_messages import AUTHORITY, RECORDS
from tests.property.scheduler import START, Process, Release, Room, no_confirm


@dataclass
class Post:
    """What our own exchange took, in order; `closed` while it takes nothing."""

    room: Room
    taken: list[tuple[str, str]] = field(default_factory=list)
    settled: dict[str, list[str]] = field(default_factory=dict)
    closed: bool = False

    def take(self, key: str, body: bytes) -> Published:
        """A queue takes a message, or there is none."""
        if self.closed:
            return Published.REFUSED
        self.taken.append((key, body.decode()))
        if key == RECEIPT_SETTLED:
            said = json.loads(body)
            self.settled.setdefault(said["message_id"], []).append(said["outcome"])
        return Published.CONFIRMED


class Posting(Publisher):
    """A process's way to the exchange."""

    def __init__(self, post: Post) -> None:
        super().__init__(BrokerAddress("amqp://nowhere"), "test")
        self._post = post

    async def publish(self, exchange: str, key: str, body: bytes, **given: Any) -> Published:
        return Published(await self._post.room.call(lambda: self._post.take(key, body), no_confirm))


@dataclass(eq=False)
class Replica:
    """Every service in one process, wired as their app.py wire them."""

    process: Process
    store: MemoryStore
    post: Post
    unacknowledged: list[CaseFact] = field(default_factory=list)

    def __post_init__(self) -> None:
        cases, publisher = Cases(self.store), Posting(self.post)
        at_once, clock = timedelta(), self.post.room.true_time  # every meeting of two relays is to be tried
        self.relays = {
            name: Relay(cases.collection, publisher, name, others_first=at_once, clock=clock) for name in STAGE_SERVICES
        }  # fmt: skip
        self.lifecycles = {
            name: Lifecycle(
                name, cases, publisher, relay, RECORDS, opening=opened if name == "intake" else None
            )
            for name, relay in self.relays.items()
        }


async def opened(fact: CheckInitiated) -> Case | Ignored:
    """The document of a check that customs planned."""
    return _begun(Kind.RETROSPECTIVE, check_id(fact.case_no), fact.case_no)


def a_draft(case_id: str) -> Case:
    """A new application."""
    return _begun(Kind.ASSESSMENT, case_id, None)


def _begun(kind: Kind, case_id: str, case_no: str | None) -> Case:
    status = Status.DRAFT if kind is Kind.ASSESSMENT else Status.PENDING
    return new_case(
        case_id=case_id, kind=kind, authority=AUTHORITY, country="AW", case_no=case_no, status=status, at=START,
        header={}, stage_data={},
    )  # fmt: skip


@dataclass
class Replicas:
    """The offices, the facts that wait for them, and what became of facts and commands."""

    room: Room
    post: Post = field(init=False)
    store: MemoryStore = field(init=False)
    offices: list[Replica] = field(init=False)
    waiting: list[CaseFact] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    answered: dict[str, CaseAnswer | RequestRejected] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.post, self.store = Post(self.room), MemoryStore(self.room)
        self.offices = [self._started(), self._started()]

    def deliver(self, which: int, to: int, releases: Iterator[Release] | None = None) -> None:
        """Hand one of the facts that wait to the service that owns its stage."""
        if self.waiting:
            office, fact = self.offices[to], self.waiting.pop(which)
            office.unacknowledged.append(fact)
            self.room.spawn(office.process, self._advance(office, fact))
        self.room.play(releases)

    def command(self, command: CaseCommand, to: int, releases: Iterator[Release]) -> None:
        """An officer asks for something."""
        self.room.spawn(self.offices[to].process, self._carry_out(self.offices[to], command))
        self.room.play(releases)

    def sweep(self, which: int, releases: Iterator[Release] | None = None) -> None:
        """The relays of one office look for what is left to send."""
        office = self.offices[which]
        for relay in office.relays.values():
            self.room.spawn(office.process, _swept(relay))
        self.room.play(releases)

    def kill(self, which: int, made: int) -> None:
        """End an office at once; what it had not acknowledged comes again."""
        self.room.kill(self.offices[which].process, made)
        self.waiting[:0] = self.offices[which].unacknowledged
        self.offices[which] = self._started()

    def _started(self) -> Replica:
        return Replica(Process("office"), self.store, self.post)

    async def _advance(self, office: Replica, fact: CaseFact) -> None:
        lifecycle = office.lifecycles[OWNERS[fact.stage]]
        await patiently(lambda: lifecycle.advance(fact), self.room)
        office.unacknowledged.remove(fact)
        self.acknowledged.append(fact.message_id)

    async def _carry_out(self, office: Replica, command: CaseCommand) -> None:
        try:
            answer: CaseAnswer | RequestRejected = await office.lifecycles[OWNERS[command.stage]].carry_out(
                command
            )
        except RequestRejected as refusal:
            answer = refusal
        except DependencyUnavailable:
            return
        except Exception as error:
            self.room.loop.errors.append(f"A command failed: {error!r}")
            raise
        self.answered[command.command_id] = answer


async def _swept(relay: Relay) -> None:
    with suppress(DependencyUnavailable):
        await relay.sweep()

"""Who does what is done to a receipt: the system, and the references, each a program and two queues."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika

from deploy.local.programs import Program
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_RECEIPTS, RECEIPTS_QUEUE
from tests.bench.references import guarded

Message = Callable[[bytes], aio_pika.Message]
_PERSISTENT = aio_pika.DeliveryMode.PERSISTENT
OURS = "the system"


@dataclass(frozen=True, slots=True)
class Contestant:
    """`incoming` is the exchange and the key that a receipt goes to; in the queue `outgoing` it is told what became of it."""

    name: str
    incoming: tuple[str, str]
    outgoing: str
    message: Message
    commands: tuple[tuple[str, ...], ...] = ()
    declares_itself: bool = False
    others: tuple[str, ...] = ()
    """Queues between its processes."""
    told_also: tuple[str, ...] = ()
    """Queues that hold what others are told; somebody must take it away."""

    @property
    def queues(self) -> tuple[str, ...]:
        """What must be there before it starts."""
        own = () if self.declares_itself else (self.incoming[1],)
        return (*own, self.outgoing, *self.others, *self.told_also)


def _plain(xml: bytes) -> aio_pika.Message:
    return aio_pika.Message(
        xml, content_type="application/xml", delivery_mode=_PERSISTENT, message_id=uuid4().hex
    )


def _for_celery(xml: bytes) -> aio_pika.Message:
    """A task message of Celery's protocol 2."""
    task = uuid4().hex
    headers: dict[str, Any] = {
        "lang": "py", "task": "receive", "id": task, "root_id": task, "parent_id": None, "group": None, "retries": 0,
        "eta": None, "expires": None, "ignore_result": True, "timelimit": [None, None], "argsrepr": "", "kwargsrepr": "",
        "origin": "bench", "shadow": None,
    }  # fmt: skip
    rest = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    return aio_pika.Message(
        json.dumps([[xml.decode()], {}, rest]).encode(), headers=headers, correlation_id=task, content_encoding="utf-8",
        content_type="application/json", delivery_mode=_PERSISTENT,
    )  # fmt: skip


def _for_taskiq(xml: bytes) -> aio_pika.Message:
    """A task message of Taskiq's JSON form."""
    task = uuid4().hex
    body = {
        "task_id": task,
        "task_name": "receive",
        "labels": {},
        "labels_types": {},
        "args": [xml.decode()],
        "kwargs": {},
    }
    headers = {"task_id": task, "task_name": "receive"}
    return aio_pika.Message(json.dumps(body).encode(), headers=headers, delivery_mode=_PERSISTENT)  # type: ignore[arg-type]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _reference(module: str, *arguments: str) -> tuple[str, ...]:
    return _python(f"tests.bench.references.{module}", *arguments)


SYSTEM = Contestant(OURS, (CUSTOMS_RECEIPTS, RECEIPTS_QUEUE.key), CUSTOMS_ACKS, _plain)
BARE = Contestant(
    "bare aio-pika", ("", "bench.bare.in"), "bench.bare.out", _plain,
    (_reference("bare", "bench.bare.in", "bench.bare.out"),),
)  # fmt: skip
GUARDED = Contestant(
    "bare with the guarantees", ("", "bench.whole.in"), "bench.whole.acks", _plain,
    (_reference("guarded", "whole", "bench.whole.in", "bench.whole.acks"),), told_also=(guarded.MOVED,),
)  # fmt: skip
APART = Contestant(
    "bare with the guarantees, in two processes", ("", "bench.apart.in"), "bench.apart.acks", _plain,
    tuple(_reference("guarded", role, "bench.apart.in", "bench.apart.acks") for role in ("gateway", "stage")),
    others=(guarded.FACTS, guarded.SETTLED), told_also=(guarded.MOVED,),
)  # fmt: skip
CELERY = Contestant(
    "Celery, two workers", ("", "bench.celery.in"), "bench.celery.out", _for_celery,
    (_python("celery", "-A", "tests.bench.references.celery_worker", "worker", "--concurrency", "2", "--without-gossip",
             "--without-mingle", "--without-heartbeat", "-l", "WARNING"),), declares_itself=True,
)  # fmt: skip
TASKIQ = Contestant(
    "Taskiq", ("", "bench.taskiq.in"), "bench.taskiq.out", _for_taskiq,
    (_python("taskiq", "worker", "tests.bench.references.taskiq_worker:broker", "--workers", "1", "--ack-type",
             "when_executed", "--max-async-tasks", "32", "--log-level", "WARNING"),), declares_itself=True,
)  # fmt: skip
REFERENCES = (BARE, GUARDED, APART, CELERY, TASKIQ)


@contextmanager
def running(
    references: tuple[Contestant, ...], environment: Mapping[str, str], folder: Path
) -> Iterator[dict[str, list[Program]]]:
    """The references' programs, by the reference's name, until the block ends."""
    programs = {
        each.name: [
            Program(f"{each.outgoing}.{number}", command, folder, environment)
            for number, command in enumerate(each.commands)
        ]
        for each in references
    }
    flat = [program for those in programs.values() for program in those]
    try:
        for program in flat:
            program.start()
        yield programs
    finally:
        for program in flat:
            program.ask_to_end()
        for program in flat:
            program.wait_for_end(5)

"""What the rig does inside a service: dies at a point, takes a protection out, shifts the clock, shrinks a limit, times calls.

Nothing of this is in the product: `tests.faults.serve` puts it around the product's own functions before it starts.
"""

import functools
import json
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from services.customs_gateway.declarations.ledger import DeclarationLedger
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.receipts import processor
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.processor import ReceiptProcessor
from services.documents.attachment_store import AttachmentStore
from services.portal.cases.command_client import CommandClient
from shared.lifecycle.cases import Cases
from shared.runtime import clock
from shared.runtime.broker import Published, Publisher
from shared.runtime.objects import Objects
from shared.runtime.outbox import Relay
from shared.runtime.store import Collection
from tests.faults.mutations import MUTATIONS

SETTING = "FAS_TEST_HOOKS"
SLOW_SECONDS = 1.0
Passed = Callable[[Any, tuple[Any, ...]], bool]


def _always(result: Any, given: tuple[Any, ...]) -> bool:
    return True


POINTS: dict[str, tuple[Any, str, Passed]] = {
    "receipt stored, before the broker is told": (ReceiptProcessor, "store", _always),
    "receipt written as handed over, before the fact is published": (ReceiptLedger, "store", _always),
    "fact published, before anything else": (ReceiptProcessor, "_hand_over", _always),
    "service's answer noted, before the broker is told": (ReceiptProcessor, "settle", _always),
    "customs told, before it is noted": (processor, "send_ack", _always),
    "declaration kept, before the broker is told": (DeclarationSender, "keep", _always),
    "declaration confirmed by customs' broker, before it is noted":
        (DeclarationSender, "_attempt", lambda result, given: result.outcome == "confirmed"),
    "declaration noted as sent, before the case is told":
        (DeclarationLedger, "change", lambda result, given: result and given[2].get("state") == "sent"),
    "case updated, before anything is published": (Cases, "save", lambda result, given: result),
    "case begun, before anything is published": (Cases, "begin", lambda result, given: result),
    "event published, before it is marked":
        (Relay, "_publish", lambda result, given: result is Published.CONFIRMED),
    "file written, before its record": (Objects, "put", lambda result, given: given[1].startswith("files/")),
    "file's record written, before the answer": (AttachmentStore, "_write", _always),
    "command carried out, before its answer is kept": (CommandClient, "ask", _always),
}  # fmt: skip
"""After which call a process dies: the class or module, the function, and for which results."""


def put_in_place(service: str) -> None:
    """Do what FAS_TEST_HOOKS asks of this service (JSON, see `plant.Hooks`)."""
    asked = json.loads(os.environ.get(SETTING, "{}"))
    folder = Path(asked.get("folder", "."))
    for name, seconds in asked.get("limits", {}).items():
        _set_limit(name, seconds)
    if asked.get("mutation"):
        MUTATIONS[asked["mutation"]]()
    if service in asked.get("clocks", {}):
        _shift_the_clock(asked["clocks"][service])
    for point, passage in asked.get("points", {}).items():
        _die_after(point, passage, folder)
    if asked.get("folder"):
        _time_the_calls(service, folder / f"waits-{service}.jsonl")


def _set_limit(name: str, seconds: float) -> None:
    """Let a limit of the product be reached within a run; `name` is that of a constant, with its module."""
    module, _, constant = name.rpartition(".")
    constants = vars(import_module(module))
    constants[constant] = type(constants[constant])(seconds)


def _die_after(point: str, passage: int, folder: Path) -> None:
    """SIGKILL to this process when it passes the point for the nth time; once in the whole run."""
    where, name, counts = POINTS[point]
    original, passed = getattr(where, name), 0

    @functools.wraps(original)
    async def dying(*given: Any, **named: Any) -> Any:
        nonlocal passed
        result = await original(*given, **named)
        if counts(result, given):
            passed += 1
            if passed >= passage and _first(folder / point.replace(" ", "-")):
                os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(where, name, dying)


def _first(marker: Path) -> bool:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _shift_the_clock(seconds: float) -> None:
    class Shifted:
        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return datetime.now(zone) + timedelta(seconds=seconds)

    clock.__dict__["datetime"] = Shifted


def _time_the_calls(service: str, path: Path) -> None:
    """Write down each publish and each call of the database that takes long."""
    names = ("find_one", "insert_one", "update_one", "find_one_and_update", "delete_one", "find", "count")
    for where, called in ((Publisher, ("publish",)), (Collection, names)):
        for name in called:
            _time(where, name, service, path)


def _time(where: type | ModuleType, name: str, service: str, path: Path) -> None:
    original = getattr(where, name)

    @functools.wraps(original)
    async def timed(*given: Any, **named: Any) -> Any:
        since = time.monotonic()
        try:
            return await original(*given, **named)
        finally:
            taken = time.monotonic() - since
            if taken > SLOW_SECONDS:
                with path.open("a") as file:
                    file.write(
                        json.dumps({"service": service, "call": name, "seconds": round(taken, 2)}) + "\n"
                    )

    setattr(where, name, timed)

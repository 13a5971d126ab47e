"""Takes dead messages out of `fas.dead` into a collection that can be read, and puts those back that an operator replays.

A queue can't be looked at without taking from it, so one consumer stores each message before it is acknowledged, and
operators work on what is stored. A fact that a ledger has published is published again and parked by that ledger, so it
is counted there and no letter of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from ulid import ULID

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.declarations.sender import DeclarationSender
from services.customs_gateway.limits import bytes_kept
from services.customs_gateway.receipts.processor import ReceiptProcessor
from services.customs_gateway.receipts.translation import guess_message_id
from shared.contracts.documents.ledgers import DeadLetter
from shared.contracts.facts import is_ours
from shared.contracts.states import DeadLetterState
from shared.contracts.topology import COMMANDS, CUSTOMS_RECEIPTS, FACTS, SETTLED_QUEUE
from shared.ledgers.work_queue import LEASE, WorkQueue
from shared.runtime import metrics
from shared.runtime.broker import Published, Publisher
from shared.runtime.clock import now
from shared.runtime.delivery import Delivery
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import correlation_id, get_logger
from shared.runtime.named import find_names
from shared.runtime.tracing import kept_trace

log = get_logger()
EXPIRED, REJECTED = "expired", "rejected"
"""Why the broker lets a message die: its time is over, or a service failed on it."""
_DEATH = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-opt-")
"""How the headers begin that the broker gives a message that dies."""


class DeadLetterCollector:
    """Takes dead messages in, and puts those back that an operator replays."""

    def __init__(
        self, letters: DeadLetterRepository, publisher: Publisher, receipts: ReceiptProcessor,
        declarations: DeclarationSender,
    ) -> None:  # fmt: skip
        self.letters, self._publisher = letters, publisher
        self._receipts, self._declarations = receipts, declarations
        self.queue = WorkQueue(letters, self._put_back)

    async def receive(self, raw: bytes, delivery: Delivery) -> None:
        """Have customs' message stored; by a fault of ours that can't be, it is kept as dead at once.

        It is not left to the broker: customs' own may drop what we reject.
        """
        try:
            await self._receipts.store(raw, delivery)
        except DependencyUnavailable:
            raise
        except Exception:
            log.exception("message_failed", queue=CUSTOMS_RECEIPTS)
            deaths = {"x-death": [{"queue": CUSTOMS_RECEIPTS, "reason": REJECTED}]}
            await self.take(raw, replace(delivery, headers={**delivery.headers, **deaths}))

    async def take(self, body: bytes, delivery: Delivery) -> None:
        """Keep a dead message, or have its ledger count it.

        Nothing but DependencyUnavailable comes of it, since `fas.dead` is the last queue.

        A command that expired in its queue is not kept: who asked was told that it was not done.
        """
        try:
            await self._take(
                new_letter(body, delivery, correlation_id()), find_names(body), delivery.redelivered
            )
        except DependencyUnavailable:
            raise
        except Exception as error:
            log.exception("dead_letter_not_kept")
            raise DependencyUnavailable("dead_letters", str(error)) from error

    async def _take(self, letter: DeadLetter, names: dict[str, str], redelivered: bool) -> None:
        late = letter.reason == EXPIRED and letter.queue.endswith(COMMANDS)
        if not late and not await self._note_in_ledger(letter):
            await self.letters.keep(letter, redelivered=redelivered)
        metrics.MESSAGES_DEAD.labels(letter.queue).inc()
        say = log.info if late else log.error
        say("message_dead", **names | _log_fields(letter), reason=letter.reason)

    async def _note_in_ledger(self, letter: DeadLetter) -> bool:
        """Have the message's ledger note it; whether it did, and goes on with the message."""
        message_id = letter.message_id
        if not message_id or not _is_ledgers(letter.queue):
            return False
        if is_ours(message_id):
            return await self._declarations.note_failure(message_id)
        return await self._receipts.note_failure(message_id, letter.queue)

    async def _put_back(self, letter: DeadLetter) -> None:
        """Publish a letter to the queue that it came from, to that one alone; it stays here until the broker confirms."""
        if not await self.letters.change(letter, {"next_at": now() + LEASE}):
            return
        if letter.queue == CUSTOMS_RECEIPTS:
            await self.receive(letter.body, Delivery(str(ULID()), headers=letter.headers))
            await self._note_end(letter, Published.CONFIRMED)
            return
        sent = await self._publisher.publish(
            "", letter.queue, letter.body, headers=dict(letter.headers), content_type=letter.content_type,
            correlation_id=letter.correlation_id,
        )  # fmt: skip
        if sent is Published.UNKNOWN:
            raise DependencyUnavailable("broker", "the message was not confirmed")
        await self._note_end(letter, sent)

    async def _note_end(self, letter: DeadLetter, sent: Published) -> None:
        state, detail = DeadLetterState.REPLAYED, ""
        if sent is not Published.CONFIRMED:
            state, detail = DeadLetterState.OPEN, "The queue that it came from did not take it."
        if await self.letters.change(letter, {"state": state, "detail": detail, "next_at": None}):
            log.info("dead_letter_replayed", **_log_fields(letter), outcome=state)


def new_letter(body: bytes, delivery: Delivery, correlation: str) -> DeadLetter:
    """A dead message as it is kept; one without its history is of a queue that nobody knows."""
    deaths = delivery.headers.get("x-death") or [{}]
    death: Mapping[str, object] = deaths[0] if isinstance(deaths[0], Mapping) else {}
    queue, at, names = str(death.get("queue", "")), now(), find_names(body)
    message_id = names.get("message_id") or names.get("declaration_id") or names.get("command_id")
    if queue == CUSTOMS_RECEIPTS:
        message_id = guess_message_id(body)
    kept = bytes_kept(body)
    same = message_id.encode() if message_id and _is_ledgers(queue) else body
    return DeadLetter({
        "_id": sha256(queue.encode() + b"\0" + same).hexdigest()[:26], "state": DeadLetterState.OPEN, "version": 1,
        "queue": queue, "reason": str(death.get("reason", "")), "message_id": message_id, "case_no": names.get("case_no"),
        "body": kept, "size": len(body),
        "truncated": len(kept) < len(body), "headers": _own(delivery.headers), "content_type": delivery.content_type or "",
        "correlation_id": correlation, "count": 1, "first_died_at": at, "last_died_at": at, "next_at": None, "detail": "",
        "delivery": delivery.mark, "audit": [], **kept_trace(),
    })  # fmt: skip


def _own(headers: Mapping[str, object]) -> dict[str, str | int | bool]:
    """The headers that the sender gave, as far as they are plain."""
    return {
        name: value for name, value in headers.items()
        if name.isprintable() and not name.startswith(_DEATH) and isinstance(value, str | int | bool)
    }  # fmt: skip


def _is_ledgers(queue: str) -> bool:
    """Whether facts stand in a queue, or what became of them: our ledgers publish these again by themselves."""
    return queue.endswith(FACTS) or queue == SETTLED_QUEUE.name


def _log_fields(letter: DeadLetter) -> dict[str, str | None]:
    return {"queue": letter.queue, "message_id": letter.message_id, "case_no": letter.case_no}

"""Replaying and dismissing, as they are written into the ledgers; a gateway does the rest as soon as it looks."""

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.receipts.ledger import ReceiptLedger, replay_values
from shared.bilingual import Bilingual
from shared.contracts.documents.ledgers import AuditLine, DeadLetter, ReceiptEntry
from shared.contracts.states import DeadLetterState, Intervention, ReceiptState
from shared.contracts.topology import COMMANDS
from shared.contracts.vocabulary import Reason
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Document, Store
from shared.runtime.versioned import VersionedCollection


async def replay_receipt(store: Store, receipt_id: str, by: str, why: str = "") -> ReceiptEntry:
    """Try a parked receipt again from the beginning; the gateway takes it up within a second. The entry as it is then."""
    ledger = ReceiptLedger(store)
    entry = await replayable(ledger, receipt_id)
    await _change(ledger, entry, replay_values(entry), _line(by, Intervention.REPLAY, why))
    return entry


async def dismiss_receipt(store: Store, receipt_id: str, by: str, why: str) -> None:
    """Put a parked receipt aside for good."""
    ledger = ReceiptLedger(store)
    entry = await _parked(ledger, receipt_id)
    values = {"state": ReceiptState.DISMISSED, "next_at": entry.next_at}
    await _change(ledger, entry, values, _line(by, Intervention.DISMISS, why))


async def replayable(ledger: ReceiptLedger, receipt_id: str) -> ReceiptEntry:
    """A parked receipt that can be tried again; RequestRejected says why not."""
    entry = await _parked(ledger, receipt_id)
    if entry.reason is Reason.MESSAGE_ID_REUSED:
        text = Bilingual(
            "同一MessageId不会再次办理；请作废，并请海关以新编号重发。",
            "A reused MessageId is never applied; dismiss it, and have customs send it anew.",
        )
        raise RequestRejected("not_replayable", text)
    return entry


async def replay_dead(store: Store, dead_id: str, by: str, why: str) -> DeadLetter:
    """Have a letter put back into its queue; the gateway does it within a second. The letter as it is then."""
    letters = DeadLetterRepository(store)
    letter = await _open(letters, dead_id)
    if letter.queue.endswith(COMMANDS):
        raise RequestRejected("not_replayable", _TOLD)
    if letter.truncated or not letter.queue:
        raise RequestRejected("not_replayable", _NOT_WHOLE)
    again = {"state": DeadLetterState.REPLAYING, "next_at": now()}
    await _change(letters, letter, again, _line(by, Intervention.REPLAY, why))
    return letter


async def dismiss_dead(store: Store, dead_id: str, by: str, why: str) -> None:
    """Put a dead letter aside for good."""
    letters = DeadLetterRepository(store)
    letter = await _open(letters, dead_id)
    dismissed = {"state": DeadLetterState.DISMISSED}
    await _change(letters, letter, dismissed, _line(by, Intervention.DISMISS, why))


async def _parked(ledger: ReceiptLedger, receipt_id: str) -> ReceiptEntry:
    entry = await ledger.require(receipt_id)
    if entry.state is not ReceiptState.PARKED:
        zh = f"只能处理已搁置的回执，此条为{entry.state}。"
        en = f"The receipt {receipt_id} is {entry.state}; only parked ones can be changed."
        raise RequestRejected("not_parked", Bilingual(zh, en))
    return entry


async def _open(letters: DeadLetterRepository, dead_id: str) -> DeadLetter:
    letter = await letters.require(dead_id)
    if letter.state is not DeadLetterState.OPEN:
        zh, en = f"该死信已处理（{letter.state}）。", f"The dead letter {dead_id} is {letter.state}."
        raise RequestRejected("not_open", Bilingual(zh, en))
    return letter


def _line(by: str, what: Intervention, why: str) -> AuditLine:
    return AuditLine({"at": now(), "by": by, "what": what, "why": why})


async def _change[Entry: (ReceiptEntry, DeadLetter)](
    entries: VersionedCollection[Entry], entry: Entry, values: Document, line: AuditLine
) -> None:
    """Write values and the line under which they stand; RequestRejected where somebody was faster."""
    audit = [dict(each.document) for each in (*entry.audit, line)]
    if not await entries.change(entry, values | {"audit": audit}):
        raise RequestRejected("changed_meanwhile", _CHANGED[type(entry)].format(id=entry.id))


_TOLD = Bilingual(
    "发出该指令的人已得知未执行；只能作废。",
    "Who asked was told that it was not done; it can only be dismissed.",
)
_NOT_WHOLE = Bilingual(
    "报文不完整或来源不明；只能作废。", "It is not whole, or of an unknown queue; it can only be dismissed."
)
_CHANGED: dict[type, Bilingual] = {
    ReceiptEntry: Bilingual(
        "该回执刚有变动，请重看。", "The receipt {id} was changed meanwhile; look again."
    ),
    DeadLetter: Bilingual(
        "该死信刚有变动，请重看。", "The dead letter {id} was changed meanwhile; look again."
    ),
}

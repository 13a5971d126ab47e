"""What stands in the ledgers, in the outbox and with customs that should have gone on, or waits for an operator."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import MOST_COUNTED
from services.portal.cases.repository import CaseRepository
from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.states import DeclarationState, ReceiptState
from shared.contracts.times import lasted
from shared.contracts.vocabulary import REASON_LABELS, Reason
from shared.runtime.store import Store

OUTBOX_LATE, RECEIPT_LATE, DECLARATION_LATE = (
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
)
CONFIRMATION_LATE = timedelta(days=1)
"""Customs' system confirms by itself what it took from its queue; after a day somebody there has to look."""
_OF_A_DECLARATION = {"state": 1, "at": 1, "last_error": 1, "case_no": 1}


async def examine_ledgers(store: Store, at: datetime) -> list[Finding]:
    """What is late at this moment, and what waits for somebody."""
    ledgers, cases = Ledgers(store), CaseRepository(store)
    receipts, dead, declarations, owed, unconfirmed = await asyncio.gather(
        _of_receipts(ledgers, at),
        ledgers.count_open_dead_letters(MOST_COUNTED + 1),
        ledgers.declarations_to_send(_OF_A_DECLARATION, ()),
        cases.owed_since(),
        cases.unconfirmed_since(at - CONFIRMATION_LATE),
    )
    found = [*receipts, *([] if dead == 0 else [_dead(dead)]), *_unsent(declarations, at)]
    return [*found, *_unconfirmed(unconfirmed, at), *([] if owed is None else _outbox(owed, at))]


async def _of_receipts(ledgers: Ledgers, at: datetime) -> list[Finding]:
    """What is parked, and the oldest receipt that is on its way for too long."""
    counts, parked = await asyncio.gather(
        ledgers.count_receipts(MOST_COUNTED + 1),
        ledgers.newest_receipts({"state": ReceiptState.PARKED}, 1),
    )
    found = []
    if parked and (first := await ledgers.oldest_receipt(ReceiptState.PARKED)):
        found.append(_parked(counts[ReceiptState.PARKED], parked[0], at - first.received_at))
    for state in (ReceiptState.STORED, ReceiptState.PUBLISHED):
        oldest = await ledgers.oldest_receipt(state) if counts[state] else None
        found += [] if oldest is None else _late_receipt(oldest, at)
    return found


def _parked(count: int, newest: ReceiptEntry, oldest: timedelta) -> Finding:
    age, why = lasted(oldest), REASON_LABELS[newest.reason or Reason.INTERNAL]
    return Finding(
        "parked",
        Bilingual(
            f"有{count}条回执被搁置，最早的等待了{age.zh}，最近一条为{newest.id}（{why.zh}）。",
            f"Receipts that are parked: {count}; the newest is {newest.id} ({why.en}), the oldest has waited for {age.en}.",
        ),
        Bilingual("用`fas receipts list --state parked`查看。", "See `fas receipts list --state parked`."),
        "parked-receipts",
    )


def _late_receipt(oldest: ReceiptEntry, at: datetime) -> list[Finding]:
    if at - oldest.received_at <= RECEIPT_LATE:
        return []
    age = lasted(at - oldest.received_at)
    what = Bilingual(
        f"回执{oldest.id}停在{oldest.state}已{age.zh}。",
        f"The receipt {oldest.id} has been {oldest.state} for {age.en}.",
    )
    remedy = Bilingual("看网关和所属服务的日志。", "Read the logs of the gateway and of the stage's service.")
    return [Finding("receipts", what, remedy, "fasreceiptsstuck")]


def _dead(count: int) -> Finding:
    what = Bilingual(f"有{count}条死信等待处理。", f"Dead letters that wait for somebody: {count}.")
    return Finding(
        "dead", what, Bilingual("用`fas dead list`查看。", "See `fas dead list`."), "a-poison-message"
    )


def _unsent(entries: Sequence[DeclarationEntry], at: datetime) -> list[Finding]:
    """Declarations that customs' queue refused, or that have not left for long."""
    refused = [each for each in entries if each.state is DeclarationState.FAILED]
    late = [
        each for each in entries if each.state is DeclarationState.QUEUED and at - each.at > DECLARATION_LATE
    ]
    found = []
    if refused:
        why = (refused[0].last_error or "").rstrip(".")
        what = Bilingual(
            f"有{len(refused)}份申报未被接收（{why}）。",
            f"Declarations that were not taken: {len(refused)} ({why}).",
        )
        remedy = Bilingual("见手册：海关的队列已满。", "See the runbook on customs' queue.")
        found.append(Finding("declarations", what, remedy, "customs-queue-is-full"))
    if late:
        oldest = min(late, key=lambda each: each.at)
        age, why = lasted(at - oldest.at), oldest.last_error or "—"
        what = Bilingual(
            f"申报{oldest.id}已{age.zh}未发出（{why}）。",
            f"The declaration {oldest.id} has not left for {age.en} ({why}).",
        )
        remedy = Bilingual("恢复所指的服务器。", "Bring back what it names.")
        found.append(Finding("declarations", what, remedy, "fasdeclarationsstuck"))
    return found


def _unconfirmed(since: Sequence[datetime], at: datetime) -> list[Finding]:
    """Submissions that customs' queue has, and of which customs has said nothing for long."""
    if not since:
        return []
    age = lasted(at - min(since))
    what = Bilingual(
        f"有{len(since)}份申报海关逾期未确认，最早的已发出{age.zh}。",
        f"Submissions that customs has not confirmed in time: {len(since)}; the oldest was sent {age.en} ago.",
    )
    remedy = Bilingual("请海关查看其申报队列。", "Ask customs to look at its queue of declarations.")
    return [Finding("confirmations", what, remedy, "fascustomsnotreading")]


def _outbox(owed_since: datetime, at: datetime) -> list[Finding]:
    if at - owed_since <= OUTBOX_LATE:
        return []
    age = lasted(at - owed_since)
    what = Bilingual(f"发件箱中有事件已{age.zh}未发出。", f"An event has waited in the outbox for {age.en}.")
    remedy = Bilingual(
        "看消息服务器和该服务的日志（outbox_kept）。", "Look at the broker and at the log (outbox_kept)."
    )
    return [Finding("outbox", what, remedy, "fasoutboxstuck")]

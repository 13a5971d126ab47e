"""What stands in the ledgers and in the outbox that should have gone on, or waits for an operator."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from cli.doctor.finding import Finding
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.repository import CaseRepository
from shared.bilingual import Bilingual
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.states import DeclarationState, ReceiptState
from shared.runtime.store import Store

OUTBOX_LATE, RECEIPT_LATE, DECLARATION_LATE = (
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
)
_OF_A_DECLARATION = {"state": 1, "at": 1, "last_error": 1, "case_no": 1}


async def examine_ledgers(store: Store, at: datetime) -> list[Finding]:
    """What is late at this moment, and what waits for somebody."""
    ledgers, cases = Ledgers(store), CaseRepository(store)
    counts, parked, dead, declarations, owed = await asyncio.gather(
        ledgers.count_receipts(), ledgers.newest_receipts({"state": ReceiptState.PARKED}, 1), ledgers.count_open_dead_letters(),
        ledgers.declarations_to_send(_OF_A_DECLARATION, ()), cases.owed_since(),
    )  # fmt: skip
    found = [] if not parked else [_parked(counts[ReceiptState.PARKED], parked[0])]
    for state in (ReceiptState.STORED, ReceiptState.PUBLISHED):
        oldest = await ledgers.oldest_receipt(state) if counts[state] else None
        found += [] if oldest is None else _late_receipt(oldest, at)
    found += [] if dead == 0 else [_dead(dead)]
    found += _unsent(declarations, at)
    return found + ([] if owed is None else _outbox(owed, at))


def _parked(count: int, newest: ReceiptEntry) -> Finding:
    return Finding(
        "parked",
        Bilingual(
            f"有{count}条回执停放，最近一条为{newest.id}（{newest.reason}）。",
            f"Receipts that are parked: {count}; the newest is {newest.id} ({newest.reason}).",
        ),
        Bilingual("用`fas receipts list --state parked`查看。", "See `fas receipts list --state parked`."),
        "parked-receipts",
    )


def _late_receipt(oldest: ReceiptEntry, at: datetime) -> list[Finding]:
    if at - oldest.received_at <= RECEIPT_LATE:
        return []
    what = Bilingual(
        f"回执{oldest.id}自{oldest.received_at:%Y-%m-%d %H:%M}起处于{oldest.state}。",
        f"The receipt {oldest.id} is {oldest.state} since {oldest.received_at:%Y-%m-%d %H:%M}.",
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
        what = Bilingual(
            f"申报{oldest.id}自{oldest.at:%Y-%m-%d %H:%M}起未发出（{oldest.last_error}）。",
            f"The declaration {oldest.id} has not left since {oldest.at:%Y-%m-%d %H:%M} ({oldest.last_error}).",
        )
        remedy = Bilingual("恢复所指的服务器。", "Bring back what it names.")
        found.append(Finding("declarations", what, remedy, "fasdeclarationsstuck"))
    return found


def _outbox(owed_since: datetime, at: datetime) -> list[Finding]:
    if at - owed_since <= OUTBOX_LATE:
        return []
    what = Bilingual(
        f"发件箱中有事件自{owed_since:%Y-%m-%d %H:%M}起未发出。",
        f"An event has waited in the outbox since {owed_since:%Y-%m-%d %H:%M}.",
    )
    remedy = Bilingual(
        "看消息服务器和该服务的日志（outbox_kept）。", "Look at the broker and at the log (outbox_kept)."
    )
    return [Finding("outbox", what, remedy, "fasoutboxstuck")]

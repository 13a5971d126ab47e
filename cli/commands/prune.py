"""`fas prune`: what may go after years goes (docs/scale.md, «What grows, and for how long»)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli.commands.failing import fail
from cli.commands.output import Explains, with_audit
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.portal.operations.audit import prune_trail
from shared.contracts.states import Action
from shared.runtime.store import Store


class Prunable(StrEnum):
    """What may go."""

    RECEIPTS = "receipts"
    DEAD = "dead"
    AUDIT = "audit"


_PRUNING: Mapping[Prunable, Callable[[Store, datetime], Awaitable[int]]] = {
    Prunable.RECEIPTS: lambda store, before: ReceiptLedger(store).prune(before),
    Prunable.DEAD: lambda store, before: DeadLetterRepository(store).prune(before),
    Prunable.AUDIT: prune_trail,
}
_Before = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d"], help="What came before this day (UTC) goes.")
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def prune(what: Prunable, before: _Before, why: Explains, yes: _Yes = False) -> None:
    """Drop the bytes of receipts that are done, or remove dead letters that are done, or the audit trail: what is old.

    A receipt's entry stays, so that its MessageId is known for ever. Back up first; nothing brings it back.
    """
    day = before.replace(tzinfo=UTC)
    if day > datetime.now(UTC):
        fail(f"--before {before:%Y-%m-%d} is in the future.")
    if not yes:
        typer.confirm(f"{what}: drop what came before {before:%Y-%m-%d} for good?", abort=True)
    gone = with_audit(
        Action.PRUNE, f"{what} before {before:%Y-%m-%d}", lambda store: _all(store, what, day), why
    )
    typer.echo(f"{what}: {gone} pruned")


async def _all(store: Store, what: Prunable, before: datetime) -> int:
    gone = 0
    while some := await _PRUNING[what](store, before):
        gone += some
        typer.echo(f"{what}: {gone} so far", err=True)
    return gone

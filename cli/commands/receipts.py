"""`fas receipts`: look at what customs sent, replay or dismiss what was parked."""

from typing import Annotated

import typer

from cli.commands.output import AsJson, Explains, entry_row, me, show, show_entry, with_audit, with_store
from services.customs_gateway.operators import actions
from services.customs_gateway.receipts.ledger import ReceiptLedger
from shared.contracts.encodings import guess_text
from shared.contracts.states import Action

app = typer.Typer(help="Customs' receipts: look, replay, dismiss.", no_args_is_help=True)
_COLUMNS = ("id", "receipt_type", "case_no", "stage", "state", "reason", "attempts", "received_at")
_HEAD = (
    "id", "state", "reason", "detail", "message_id", "receipt_type", "case_no", "stage", "received_at",
    "settled_at", "next_at", "attempts", "duplicates", "replays", "size", "sha256", "correlation_id",
)  # fmt: skip

ReceiptId = Annotated[str, typer.Argument(metavar="ID", help="As `fas receipts list` shows it.")]


@app.command("list")
def list_receipts(
    state: Annotated[str | None, typer.Option(help="parked, deferred, applied, stale, dismissed…")] = None,
    case: Annotated[str | None, typer.Option(help="A case number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List receipts, newest first."""
    found = with_store(lambda store: ReceiptLedger(store).newest(state, case, limit))
    show([entry_row(entry) for entry in found], _COLUMNS, as_json)


@app.command("show")
def show_receipt(receipt_id: ReceiptId, as_json: AsJson = False) -> None:
    """Show one receipt: its head, its state, what operators did with it, and the raw XML."""
    entry = with_store(lambda store: ReceiptLedger(store).require(receipt_id))
    show_entry(entry_row(entry, "raw"), _HEAD, entry.audit, ("raw", guess_text(entry.raw)), as_json)


@app.command("replay")
def replay(receipt_id: ReceiptId) -> None:
    """Try a parked receipt again from the beginning."""
    with_audit(
        Action.REPLAY_RECEIPT, receipt_id, lambda store: actions.replay_receipt(store, receipt_id, me())
    )
    typer.echo(
        f"Receipt {receipt_id} is tried again; `fas receipts show {receipt_id}` tells what became of it."
    )


@app.command("dismiss")
def dismiss(receipt_id: ReceiptId, why: Explains) -> None:
    """Put a parked receipt aside for good."""
    with_audit(
        Action.DISMISS_RECEIPT,
        receipt_id,
        lambda store: actions.dismiss_receipt(store, receipt_id, me(), why),
        why,
    )
    typer.echo(f"Receipt {receipt_id} was dismissed.")

"""`fas receipts`: look at what customs sent, replay or dismiss what was parked."""

from typing import Annotated, Any

import typer

from cli.commands.output import AsJson, Explains, as_text, me, show, with_audit, with_store
from services.customs_gateway.receipts import ledger
from services.portal.operations.audit import Action
from shared.contracts.encodings import guessed

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
    found = with_store(lambda store: ledger.list_receipts(store, state, case, limit))
    show([_named(entry) for entry in found], _COLUMNS, as_json)


@app.command("show")
def show_receipt(receipt_id: ReceiptId, as_json: AsJson = False) -> None:
    """Show one receipt: its head, its state, what operators did with it, and the raw XML."""
    entry = _named(with_store(lambda store: ledger.show(store, receipt_id)))
    raw = guessed(bytes(entry.pop("raw")))
    if as_json:
        typer.echo(as_text(entry | {"raw": raw}))
        return
    for name in _HEAD:
        if entry.get(name) not in (None, ""):
            typer.echo(f"{name:<15} {entry[name]}")
    for each in entry["audit"]:
        typer.echo(
            f"{'audit':<15} {each['at']:%Y-%m-%dT%H:%M:%S%z} {each['by']}: {each['what']} {each['why']}"
        )
    typer.echo(f"\n{raw}")


@app.command("replay")
def replay(receipt_id: ReceiptId) -> None:
    """Try a parked receipt again from the beginning."""
    with_audit(Action.REPLAY_RECEIPT, receipt_id, lambda store: ledger.replay(store, receipt_id, me()))
    typer.echo(
        f"Receipt {receipt_id} is tried again; `fas receipts show {receipt_id}` tells what became of it."
    )


@app.command("dismiss")
def dismiss(receipt_id: ReceiptId, why: Explains) -> None:
    """Put a parked receipt aside for good."""
    with_audit(
        Action.DISMISS_RECEIPT, receipt_id, lambda store: ledger.dismiss(store, receipt_id, me(), why), why
    )
    typer.echo(f"Receipt {receipt_id} was dismissed.")


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["_id"], **{name: value for name, value in entry.items() if name != "_id"}}

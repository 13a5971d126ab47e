"""`fas dead`: look at the messages that a service could not take, put them back into their queue or put them aside."""

from typing import Annotated

import typer

from cli.commands.failing import fail
from cli.commands.output import (
    AsJson,
    Explains,
    MayExplain,
    entry_row,
    me,
    show,
    show_entry,
    with_audit,
    with_store,
)
from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.operators import actions
from shared.contracts.states import Action, DeadLetterState

app = typer.Typer(help="Dead letters: look, replay, dismiss.", no_args_is_help=True)
_COLUMNS = ("id", "queue", "reason", "count", "message_id", "case_no", "state", "last_died_at")
_HEAD = (
    "id", "state", "queue", "reason", "detail", "count", "message_id", "case_no", "first_died_at", "last_died_at", "size",
    "content_type", "correlation_id",
)  # fmt: skip
_HIDDEN = ("delivery", "version")

DeadId = Annotated[str, typer.Argument(metavar="ID", help="As `fas dead list` shows it.")]


@app.command("list")
def list_letters(
    state: Annotated[
        str, typer.Option(help="open, replaying, replayed, dismissed or all.")
    ] = DeadLetterState.OPEN.value,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the last that died first; those that wait for somebody where no state is given."""
    if state not in (*DeadLetterState, "all"):
        fail(f"There is no state {state}; give one of {', '.join(DeadLetterState)} or all.")
    chosen = None if state == "all" else DeadLetterState(state)
    found = with_store(lambda store: DeadLetterRepository(store).newest(chosen, limit))
    show([entry_row(letter, *_HIDDEN) for letter in found], _COLUMNS, as_json)


@app.command("show")
def show_letter(dead_id: DeadId, as_json: AsJson = False) -> None:
    """Show one: where it came from, how often it died, what operators did with it, and its body."""
    letter = with_store(lambda store: DeadLetterRepository(store).require(dead_id))
    body = letter.body.decode("utf-8", "replace")
    show_entry(entry_row(letter, *_HIDDEN, "body"), _HEAD, letter.audit, ("body", body), as_json)


@app.command("replay")
def replay(dead_id: DeadId, why: MayExplain = "") -> None:
    """Put one back into the queue that it came from; the gateway does it as soon as it runs."""
    with_audit(Action.REPLAY_DEAD, dead_id, lambda store: actions.replay_dead(store, dead_id, me(), why), why)
    typer.echo(
        f"Dead letter {dead_id} goes back into its queue; `fas dead show {dead_id}` tells whether it has."
    )


@app.command("dismiss")
def dismiss(dead_id: DeadId, why: Explains) -> None:
    """Put one aside for good."""
    with_audit(
        Action.DISMISS_DEAD, dead_id, lambda store: actions.dismiss_dead(store, dead_id, me(), why), why
    )
    typer.echo(f"Dead letter {dead_id} was dismissed.")

"""`fas dead`: look at the messages that a service could not take, put them back into their queue or put them aside."""

from typing import Annotated, Any

import typer

from cli.commands.output import (
    AsJson,
    Explains,
    MayExplain,
    as_text,
    fail,
    me,
    show,
    with_audit,
    with_store,
)
from services.customs_gateway import dead_letters
from services.portal.operations.audit import Action

app = typer.Typer(help="Dead letters: look, replay, dismiss.", no_args_is_help=True)
_COLUMNS = ("id", "queue", "reason", "count", "message_id", "case_no", "state", "last_died_at")
_HEAD = (
    "id", "state", "queue", "reason", "detail", "count", "message_id", "case_no", "first_died_at", "last_died_at", "size",
    "content_type", "correlation_id",
)  # fmt: skip

DeadId = Annotated[str, typer.Argument(metavar="ID", help="As `fas dead list` shows it.")]


@app.command("list")
def list_letters(
    state: Annotated[
        str, typer.Option(help="open, replaying, replayed, dismissed or all.")
    ] = dead_letters.OPEN,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the last that died first; those that wait for somebody where no state is given."""
    if state not in (*dead_letters.STATES, "all"):
        fail(f"There is no state {state}; give one of {', '.join(dead_letters.STATES)} or all.")
    found = with_store(lambda store: dead_letters.list_dead(store, None if state == "all" else state, limit))
    show([_named(letter) for letter in found], _COLUMNS, as_json)


@app.command("show")
def show_letter(dead_id: DeadId, as_json: AsJson = False) -> None:
    """Show one: where it came from, how often it died, what operators did with it, and its body."""
    letter = _named(with_store(lambda store: dead_letters.show_dead(store, dead_id)))
    body = bytes(letter.pop("body")).decode("utf-8", "replace")
    if as_json:
        typer.echo(as_text(letter | {"body": body}))
        return
    for name in _HEAD:
        if letter.get(name) not in (None, ""):
            typer.echo(f"{name:<15} {letter[name]}")
    for each in letter["audit"]:
        typer.echo(
            f"{'audit':<15} {each['at']:%Y-%m-%dT%H:%M:%S%z} {each['by']}: {each['what']} {each['why']}"
        )
    typer.echo(f"\n{body}")


@app.command("replay")
def replay(dead_id: DeadId, why: MayExplain = "") -> None:
    """Put one back into the queue that it came from; the gateway does it as soon as it runs."""
    with_audit(
        Action.REPLAY_DEAD, dead_id, lambda store: dead_letters.replay_dead(store, dead_id, me(), why), why
    )
    typer.echo(
        f"Dead letter {dead_id} goes back into its queue; `fas dead show {dead_id}` tells whether it has."
    )


@app.command("dismiss")
def dismiss(dead_id: DeadId, why: Explains) -> None:
    """Put one aside for good."""
    with_audit(
        Action.DISMISS_DEAD, dead_id, lambda store: dead_letters.dismiss_dead(store, dead_id, me(), why), why
    )
    typer.echo(f"Dead letter {dead_id} was dismissed.")


def _named(letter: dict[str, Any]) -> dict[str, Any]:
    hidden = ("_id", "delivery", "version")
    return {"id": letter["_id"], **{name: value for name, value in letter.items() if name not in hidden}}

"""What commands print: aligned tables, JSON, one sentence where something can't be done."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from getpass import getuser
from typing import Annotated
from unicodedata import east_asian_width

import typer

from cli.commands.failing import fail
from services.portal.operations.audit import audited, why_faults
from shared.contracts.documents.ledgers import AuditLine, WaitingEntry
from shared.contracts.states import Action
from shared.contracts.texts import normalize
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.settings import load_settings
from shared.runtime.store import Store, open_store


def reason(why: str) -> str:
    """A reason as it is kept, for typer to ask for; an empty one where it may be left out."""
    told = normalize(why).strip()
    faults = [*why_faults(told)] if why else []
    if faults:
        raise typer.BadParameter(" ".join(fault.message_en for fault in faults))
    return told


def required_reason(why: str) -> str:
    """The same where a reason must be given."""
    return reason(why or " ")


MayExplain = Annotated[str, typer.Option("--why", help="Kept in the audit.", callback=reason)]
Explains = Annotated[
    str, typer.Option("--why", prompt="Why", help="Kept in the audit.", callback=required_reason)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_GAP = "  "


def with_store[Result](work: Callable[[Store], Awaitable[Result]]) -> Result:
    """Do `work` with the database of the settings; a refusal ends the command with its sentence."""
    settings = load_settings()

    async def run() -> Result:
        store = open_store(settings)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except (RequestRejected, DependencyUnavailable) as error:
        fail(str(error))


def with_audit[Result](
    action: Action, subject: str, work: Callable[[Store], Awaitable[Result]], why: str = ""
) -> Result:
    """Do `work` as `with_store` does, on the operators' audit trail."""

    async def audited_work(store: Store) -> Result:
        async with audited(store, me(), action, subject, why):
            return await work(store)

    return with_store(audited_work)


def me() -> str:
    """Who is at the command line, for the audit."""
    return f"fas:{getuser()}"


def show(rows: Sequence[Mapping[str, object]], columns: Sequence[str], as_json: bool) -> None:
    """Print rows as a table of some columns, or whole as JSON."""
    if as_json:
        typer.echo(as_text(rows))
        return
    lines = [
        [name.upper() for name in columns],
        *([_cell(row.get(name)) for name in columns] for row in rows),
    ]
    typer.echo("\n".join(aligned(lines)))


def entry_row(entry: WaitingEntry, *hidden: str) -> dict[str, object]:
    """An entry of a ledger as a row: its `id`, and all that stands in it but for the hidden fields."""
    shown = {name: value for name, value in entry.document.items() if name not in ("_id", *hidden)}
    return {"id": entry.id, **shown}


def show_entry(
    row: dict[str, object], head: Sequence[str], audit: Sequence[AuditLine], content: tuple[str, str], as_json: bool
) -> None:  # fmt: skip
    """Print the fields of `head` that say something, what operators did, and the content (its name, its text)."""
    name, text = content
    if as_json:
        typer.echo(as_text(row | {name: text}))
        return
    for field in head:
        if row.get(field) not in (None, ""):
            typer.echo(f"{field:<15} {row[field]}")
    for line in audit:
        typer.echo(f"{'audit':<15} {line.at:%Y-%m-%dT%H:%M:%S%z} {line.by}: {line.what} {line.why}")
    typer.echo(f"\n{text}")


def as_text(value: object) -> str:
    """A value as JSON to read; times in ISO 8601."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of cells with their columns under each other; Chinese characters take two places."""
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return [_GAP.join(map(padded, line, widths)).rstrip() for line in lines]


def padded(text: str, places: int) -> str:
    """The text with spaces after it, `places` wide on a terminal."""
    return text + " " * (places - width(text))


def width(text: str) -> int:
    """How many places the text takes on a terminal."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(_plain(value))


def _plain(value: object) -> str:
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)

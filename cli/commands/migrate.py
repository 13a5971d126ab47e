"""`fas migrate`: cases that an earlier version stored get the form of this one (docs/operations/upgrades.md)."""

import typer

from cli.commands.failing import fail
from cli.commands.output import with_store
from shared.lifecycle.migration import migrate as migrate_cases
from shared.lifecycle.migration import write_all_words
from shared.runtime.store import Store


def migrate() -> None:
    """Give cases of earlier versions the form of this one, while services run; ended halfway it goes on where it was."""
    left = with_store(_migrate)
    if left:
        fail(f"{left} cases changed each time they were to be migrated. Run `fas migrate` again.")


async def _migrate(store: Store) -> int:
    left = await migrate_cases(store, _tell)
    typer.echo(
        "cases: all have the form of this version" if not left else f"cases: {left} have an older form"
    )
    await write_all_words(store, _tell_words)
    return left


def _tell(done: int, wanted: int) -> None:
    typer.echo(f"cases: {done} of {wanted} migrated")


def _tell_words(done: int, wanted: int) -> None:
    typer.echo(f"search: {done} of {wanted} cases looked at")

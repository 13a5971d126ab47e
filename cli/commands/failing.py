"""How a command ends that can't be done; by itself, for `fas serve` imports nothing else of the other commands."""

from typing import NoReturn

import typer


def fail(sentence: str) -> NoReturn:
    """End the command with one sentence on standard error (status 1)."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)

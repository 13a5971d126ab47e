"""`fas backup`: take a backup while the system runs, see whether one is whole, restore one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from cli.backup import create as creating
from cli.backup import restore as restoring
from cli.backup.manifest import Manifest
from cli.backup.state import State, open_state
from cli.backup.verify import verified
from cli.commands.failing import fail
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.settings import load_settings

app = typer.Typer(
    help="Backups of the database and the objects: create, verify, restore.", no_args_is_help=True
)
WITH_WARNINGS = 3
"""The status of a command that did what it was asked, and has something to say about it."""

Directory = Annotated[Path, typer.Argument(metavar="DIRECTORY", help="The directory of one backup.")]


@app.command("create")
def create(
    directory: Annotated[
        Path, typer.Argument(metavar="DIRECTORY", help="A new directory, made by this command.")
    ],
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for submissions on their way to the gateway.")
    ] = creating.PATIENCE_SECONDS,
) -> None:
    """Take a backup while the system runs.

    Everything that was acknowledged to anybody before the command began is in it. Status 3: it was taken, with warnings.
    """
    manifest = _with_state(lambda state: creating.create(state, directory.absolute(), _say, patience))
    typer.echo(f"{directory}: {_counts(manifest)}, as of {manifest.began_at.isoformat(timespec='seconds')}.")
    _warn(manifest)


@app.command("verify")
def verify(directory: Directory) -> None:
    """Read every part of a backup and compare it with its digest; no server is needed."""
    try:
        manifest = verified(directory, _say)
    except RequestRejected as refusal:
        fail(str(refusal))
    typer.echo(
        f"{directory} is whole: {_counts(manifest)}, as of {manifest.began_at.isoformat(timespec='seconds')}."
    )
    _warn(manifest)


@app.command("restore")
def restore(
    directory: Directory,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Remove first what stands in the database, and write over objects."),
    ] = False,
    numbers_ahead: Annotated[
        int,
        typer.Option(
            min=0, help="Case numbers to pass over, since they may have been given out after the backup."
        ),
    ] = restoring.NUMBERS_AHEAD,
) -> None:
    """Restore a backup into the empty database and bucket that the settings name, while no service runs.

    Nothing is written when any part of the backup is damaged. Everybody signs in again afterwards.
    """
    restored = _with_state(
        lambda state: restoring.restore(state, directory, _say, replace=replace, numbers_ahead=numbers_ahead)
    )
    moment = restored.manifest.began_at.isoformat(timespec="seconds")
    typer.echo(
        f"Restored {restored.documents:,} documents and {restored.objects:,} objects, as of {moment}; "
        f"the next case number is {restored.last_number + 1}, "
        f"{restored.told_again} declarations are told to their cases again, and the services are asked again about "
        f"{restored.asked_again} receipts.\n"
        f"Now start the services, and ask customs to send again every receipt that it sent after {moment}."
    )
    _warn(restored.manifest)


def _with_state[Result](work: Callable[[State], Awaitable[Result]]) -> Result:
    """Do `work` with the database and the bucket of the settings; what can't be done ends the command with its sentence."""
    settings = load_settings()

    async def run() -> Result:
        async with open_state(settings) as state:
            return await work(state)

    try:
        return asyncio.run(run())
    except (RequestRejected, DependencyUnavailable) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'The backup'}: {error.strerror or error}.")


def _counts(manifest: Manifest) -> str:
    documents = sum(part.count for part in manifest.collections.values())
    return f"{documents:,} documents in {len(manifest.collections)} collections, {manifest.objects.count:,} objects"


def _warn(manifest: Manifest) -> None:
    for warning in manifest.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    if manifest.warnings:
        raise typer.Exit(WITH_WARNINGS)


def _say(line: str) -> None:
    typer.echo(line, err=True)

"""`fas logs`: one case's story across all services, from their log lines."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from cli.case_story import story_of, told
from cli.commands.failing import fail
from cli.commands.output import aligned
from cli.log_lines import opened

Case = Annotated[str, typer.Option("--case", metavar="NO", help="The number of a case, or its id.")]
Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", exists=True, dir_okay=False, readable=True,
                   help="Logs of any services, also as .gz; standard input where none is given."),
]  # fmt: skip
Lines = Annotated[bool, typer.Option("--json", help="Print the lines as they stand instead of telling them.")]


def logs(case: Case, files: Files = None, as_json: Lines = False) -> None:
    """Tell one case's story from the logs of all services, oldest first; lines that can't be read are counted.

    Such as: docker compose logs --no-log-prefix | fas logs --case NO. The fourth column is the end of the correlation id:
    lines that have the same belong to one message.
    """
    if not files and sys.stdin.isatty():
        fail("Name the files with the logs, or pipe them in: docker compose logs | fas logs --case NO")
    with ExitStack() as held:
        sources = opened(files or [], held)
        story = story_of(case.strip(), sources.lines)
    typer.echo("\n".join([line.text for line in story] if as_json else aligned([*map(told, story)])))
    if sources.unread:
        typer.echo(sources.complaint(), err=True)
    if not story:
        fail(
            f"No line is about the case {case}. Are these the logs of that time, and is FAS_LOG_FORMAT json?"
        )

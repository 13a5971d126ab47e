"""The command line `fas` (CONTRACT 1)."""

import sys

import typer

from cli.commands.health import health
from cli.commands.serve import serve


def main() -> None:
    """The entry point of the script `fas`."""
    app = typer.Typer(
        name="fas", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False,
        help="Evaluation and review of overseas food safety management systems.",
    )  # fmt: skip
    app.command()(serve)
    app.command()(health)
    if sys.argv[1:2] not in (["serve"], ["health"]):
        # Imported here, since a service begins a third sooner and 8 MB smaller without what the other commands need.
        from cli.commands.others import add_others

        add_others(app)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

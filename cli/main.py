"""The command line `fas` (CONTRACT 1)."""

import logging
import os
import sys

import structlog
import typer
from dotenv import dotenv_values

from cli.commands import accounts, backup, customs, dead, receipts
from cli.commands.prepare import prepare
from cli.commands.serve import serve
from deploy.local.servers import given_settings
from deploy.local.supervisor import SETTINGS, running_pid

app = typer.Typer(
    name="fas", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
app.command()(serve)
app.command()(prepare)
app.add_typer(accounts.authority, name="authority")
app.add_typer(accounts.account, name="account")
app.add_typer(receipts.app, name="receipts")
app.add_typer(dead.app, name="dead")
app.add_typer(customs.app, name="customs")
app.add_typer(backup.app, name="backup")


@app.callback(help="Evaluation and review of overseas food safety management systems.")
def settle(context: typer.Context) -> None:
    """Where no setting names a server, the commands speak to the system that `make up` runs."""
    if context.invoked_subcommand == "serve":
        return
    logging.basicConfig(level=logging.CRITICAL)  # a command says itself what was done and what went wrong
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if running_pid() is not None:
        os.environ |= {
            name: value for name, value in dotenv_values(SETTINGS).items() if value
        } | given_settings()


def main() -> None:
    """The entry point of the script `fas`."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

"""Every command of `fas` but `serve`, and what they begin with."""

import logging
import os

import structlog
import typer
from dotenv import dotenv_values

from cli.commands import accounts, backup, customs, dead, questionnaire, receipts
from cli.commands.access import access
from cli.commands.doctor import doctor
from cli.commands.logs import logs
from cli.commands.migrate import migrate
from cli.commands.prepare import prepare
from cli.commands.prune import prune
from deploy.local.servers import given_settings
from deploy.local.supervisor import SETTINGS, running_pid
from shared.runtime.secret_files import without_files


def add_others(app: typer.Typer) -> None:
    """Add them to the command line."""
    app.callback()(settle)
    app.command()(prepare)
    app.command()(doctor)
    app.command()(logs)
    app.command()(access)
    app.command()(migrate)
    app.command()(prune)
    app.add_typer(accounts.authority, name="authority")
    app.add_typer(accounts.account, name="account")
    app.add_typer(receipts.app, name="receipts")
    app.add_typer(dead.app, name="dead")
    app.add_typer(customs.app, name="customs")
    app.add_typer(backup.app, name="backup")
    app.add_typer(questionnaire.app, name="questionnaire")


def settle() -> None:
    """Where no setting names a server, the commands speak to the system that `make up` runs."""
    logging.basicConfig(level=logging.CRITICAL)  # a command says itself what was done and what went wrong
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if running_pid() is not None:
        made = {name: value for name, value in dotenv_values(SETTINGS).items() if value}
        settings = without_files({**os.environ, **made, **given_settings()})
        os.environ.clear()
        os.environ |= settings

"""`fas serve`: runs one service, whose broker gets everything declared that any of them needs."""

import importlib
from typing import Annotated

import typer

from cli.commands.output import fail
from shared.contracts.topology import SERVICES


def serve(service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]) -> None:
    """Run one service until it is told to stop."""
    if service not in SERVICES:
        fail(f"There is no service {service}; one of {', '.join(SERVICES)}.")
    # Imported here, since the other commands begin a second sooner without it.
    from cli.topology import TOPOLOGY
    from shared.runtime.service import run_service

    app = importlib.import_module(f"services.{service}.app")
    run_service(service, app.build, TOPOLOGY, getattr(app, "NEEDED", ()))

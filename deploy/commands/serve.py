"""`fas serve`: runs one service, whose broker gets everything declared that any of them needs."""

import importlib
from typing import Annotated

import typer

from deploy.commands.output import fail
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, DEAD, EXCHANGES, QUEUES, SERVICES

READ_BY_CUSTOMS = (CUSTOMS_DECLARATIONS, CUSTOMS_ACKS)


def serve(service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]) -> None:
    """Run one service until it is told to stop."""
    if service not in SERVICES:
        fail(f"There is no service {service}; one of {', '.join(SERVICES)}.")
    # Imported here, since the other commands begin a second sooner without it.
    from shared.runtime.service import run_service

    app = importlib.import_module(f"services.{service}.app")
    run_service(service, app.build, declare, getattr(app, "NEEDED", ()))


async def declare(rabbit_url: str) -> None:
    """Declare every exchange and queue of CONTRACT 2 and 4, idempotently."""
    from shared.runtime.topology import declare_topology

    await declare_topology(rabbit_url, EXCHANGES, QUEUES, DEAD, READ_BY_CUSTOMS)

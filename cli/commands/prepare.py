"""`fas prepare`: what the services need before they run, made once and idempotently (CONTRACT 1)."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.failing import fail
from cli.commands.migrate import migrate
from shared.contracts.topology import SERVICES
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from shared.runtime.addresses import BrokerAddress
    from shared.runtime.topology import Topology

Patience = Annotated[float, typer.Option(min=1.0, help="Seconds to wait for servers that do not answer yet.")]


def prepare(patience: Patience = 60.0) -> None:
    """Declare queues, take away retired bindings, make indexes and bucket, add questionnaires, migrate cases; repeat it freely.

    Run it before the services of a new version start. They declare and make the same for themselves, but take no binding away.
    """
    asyncio.run(_prepare(load_settings(), patience))
    migrate()


async def _prepare(settings: Settings, patience: float) -> None:
    from cli.topology import CUSTOMS, ours
    from shared.runtime.dependencies import reasons
    from shared.runtime.topology import Misdeclared

    try:
        async with asyncio.timeout(patience):
            await _queues(settings.broker, ours(settings))
            if settings.customs_apart:
                await _queues(settings.customs_broker, CUSTOMS)
            await _waiting(_collections, settings)
            await _waiting(_bucket, settings)
    except TimeoutError:
        fail(
            f"Not everything is prepared: a server did not answer within {patience:g} s. Run `fas prepare` again. "
            + " ".join(f"{dependency}: {why}" for dependency, why in reasons().items())
        )
    except Misdeclared as error:
        fail(str(error))


async def _waiting(step: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    """Do a step again until its server answers."""
    while True:
        try:
            await step(settings)
        except DependencyUnavailable:
            await asyncio.sleep(1)
        else:
            return


async def _queues(address: "BrokerAddress", topology: "Topology") -> None:
    from shared.runtime.connection import connect
    from shared.runtime.topology import declare, find_missing, reported_differences, unbind_retired

    connection = await connect(address, "prepare")
    async with connection:
        if not topology.foreign or await find_missing(connection, topology):
            await declare(connection, topology)
        await unbind_retired(connection, topology.retired)
    whose = "customs' queues" if topology.foreign else "queues"
    typer.echo(
        f"{whose}: {len(topology.names)} declared, {len(topology.retired)} retired bindings taken away"
    )
    for difference in reported_differences():
        typer.echo(f"  {difference} (used as it is; docs/operations/queues.md says how to put it right)")


async def _collections(settings: Settings) -> None:
    from shared.runtime.store import open_store

    store = open_store(settings)
    try:
        for service in SERVICES:
            await importlib.import_module(f"services.{service}.app").prepare(store)
        typer.echo("database: indexes made, questionnaires added")
    finally:
        await store.close()


async def _bucket(settings: Settings) -> None:
    from shared.runtime.objects import Objects

    objects = Objects(settings)
    try:
        await objects.ensure_bucket()
    finally:
        objects.close()
    typer.echo(f"object store: bucket {settings.s3_bucket}")

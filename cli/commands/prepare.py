"""`fas prepare`: what the services need before they run, made once and idempotently (CONTRACT 1)."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.failing import fail
from cli.commands.migrate import migrate
from shared.contracts.topology import SERVICES
from shared.runtime.dependencies import reasons
from shared.runtime.errors import DependencyUnavailable, StartRefused
from shared.runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from shared.runtime.addresses import BrokerAddress
    from shared.runtime.topology import Topology

Patience = Annotated[float, typer.Option(min=1.0, help="Seconds to wait for servers that do not answer yet.")]
Step = Callable[[Settings], Awaitable[None]]


def prepare(patience: Patience = 60.0) -> None:
    """Declare queues, take away retired bindings, make indexes and bucket, add questionnaires, migrate cases; repeat it freely.

    Says what there is now, one line each. Run it before the services of a new version start. They declare and make the same
    for themselves, but take no binding away.
    """
    asyncio.run(_prepare(load_settings(), patience))
    migrate()


async def _prepare(settings: Settings, patience: float) -> None:
    from pymongo.errors import OperationFailure

    from shared.runtime.topology import Misdeclared

    try:
        async with asyncio.timeout(patience):
            for step in (_queues, _customs_queues, _collections, _bucket):
                await _waiting(step, settings)
    except TimeoutError:
        away = ", ".join(f"{each} ({why})" for each, why in reasons().items()) or "a server"
        fail(
            f"Not everything is prepared: no answer from {away} within {patience:g} s. Run `fas prepare` again."
        )
    except (Misdeclared, StartRefused) as error:
        fail(str(error))
    except OperationFailure as error:
        said = (error.details or {}).get("errmsg") or str(error)
        fail(
            f"Not everything is prepared: the database of FAS_MONGO_URL refuses (code {error.code}): «{said[:500]}». "
            "Put that right there (an index that somebody made in another way: drop it), then run `fas prepare` again."
        )


async def _waiting(step: Step, settings: Settings) -> None:
    """Do a step again until its server answers."""
    from shared.runtime.connection import AWAY

    while True:
        try:
            await step(settings)
        except (DependencyUnavailable, *AWAY):
            await asyncio.sleep(1)
        else:
            return


async def _queues(settings: Settings) -> None:
    from cli.topology import ours

    await _declare(settings.broker, ours(settings))


async def _customs_queues(settings: Settings) -> None:
    from cli.topology import CUSTOMS

    if settings.customs_apart:
        await _declare(settings.customs_broker, CUSTOMS)


async def _declare(address: "BrokerAddress", topology: "Topology") -> None:
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
    from shared.contracts.queries import INDEXES
    from shared.questionnaires.repository import QuestionnaireRepository
    from shared.runtime.store import open_store

    store = open_store(settings)
    try:
        for service in SERVICES:
            await importlib.import_module(f"services.{service}.app").prepare(store)
        versions = await QuestionnaireRepository(store).load()
    finally:
        await store.close()
    indexed = [indexes for indexes in INDEXES.values() if indexes]
    typer.echo(f"indexes: {sum(map(len, indexed))} in {len(indexed)} collections")
    typer.echo(f"questionnaires: {versions} versions")


async def _bucket(settings: Settings) -> None:
    from shared.runtime.objects import Objects

    objects = Objects(settings)
    try:
        await objects.ensure_bucket()
    finally:
        objects.close()
    typer.echo(f"bucket: {settings.s3_bucket}")

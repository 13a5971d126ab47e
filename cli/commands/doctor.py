"""`fas doctor`: what is wrong now and what to do, a line for each thing."""

import asyncio

import typer

from cli.commands.output import AsJson, as_text
from cli.doctor.broker import examine_broker
from cli.doctor.database import examine_database
from cli.doctor.machine import examine_machine
from cli.doctor.object_store import examine_object_store
from cli.topology import CUSTOMS, ours
from services.portal.operations.wrong.finding import RUNBOOK, Finding, causes
from shared.bilingual import Bilingual
from shared.runtime.settings import Settings, load_settings

_WELL = Bilingual("没有发现问题。", "Nothing is wrong.")


def doctor(as_json: AsJson = False) -> None:
    """Say what is wrong now and what to do; exit status 1 where something is, 2 for a setting (as with every command).

    Looked at: settings, broker, database, object store, their versions, clocks and disks, queues with their arguments and
    consumers, indexes, services, outbox, receipts and declarations that do not go on, what is parked, dead letters. Nothing is
    changed: a message to a queue of its own and a small object are sent and removed.
    """
    found = asyncio.run(_examine(load_settings()))
    if as_json:
        typer.echo(as_text([_row(each) for each in found]))
    else:
        typer.echo("\n".join(map(str, found)) or str(_WELL))
    if found:
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[Finding]:
    """Everything that is wrong, in the order of what to look at first."""
    brokers = [examine_broker(settings.broker, "FAS_RABBIT_URL", ours(settings))]
    if settings.customs_apart:
        brokers.append(examine_broker(settings.customs_broker, "FAS_CUSTOMS_RABBIT_URL", CUSTOMS))
    looked_at = await asyncio.gather(*brokers, examine_database(settings), examine_object_store(settings))
    return causes([*(each for found in looked_at for each in found), *examine_machine()])


def _row(found: Finding) -> dict[str, object]:
    return {
        "area": found.area, "zh": found.what.zh, "en": found.what.en, "remedy_zh": found.remedy.zh,
        "remedy_en": found.remedy.en, "runbook": f"{RUNBOOK}#{found.section}",
    }  # fmt: skip

"""`fas customs`: send receipts by hand, or let a simulated customs answer by itself."""

import asyncio
from pathlib import Path
from typing import Annotated

import aio_pika
import typer
from aio_pika.exceptions import AMQPError, DeliveryError
from ulid import ULID

from cli.commands.failing import fail
from shared.contracts.catalogue import CATEGORY_OF, scope_codes
from shared.runtime.addresses import BrokerAddress
from shared.runtime.settings import Settings, load_settings
from shared.runtime.tls import explain
from simulator.autoresponder import CustomsAutoresponder
from simulator.customs import RECEIPT_KEY, RECEIPTS, SimulatedCustoms

app = typer.Typer(help="Customs' side of the queues, for trying out.", no_args_is_help=True)
CONFIRM_SECONDS = 10.0

Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Receipts as XML.")
]
Pause = Annotated[float, typer.Option(min=0.0, help="Seconds before each receipt.")]
Check = Annotated[
    list[str] | None,
    typer.Option(help="Also start a retrospective check of an authority, such as AW-01=aquatic.farmed."),
]


@app.command("send")
def send(files: Files) -> None:
    """Publish files to customs' receipts as they are, and say whether the broker took each."""
    settings, bodies = load_settings(), {file: file.read_bytes() for file in files}
    if not asyncio.run(_send_all(settings.customs_broker, bodies)):
        raise typer.Exit(1)


@app.command("simulate")
def simulate(pause: Pause = 2.0, check: Check = None) -> None:
    """Answer every declaration like a patient customs, until Ctrl-C; it takes them and the acknowledgements off the queues."""
    settings = load_settings()
    wanted = [_check(each) for each in check or ()]
    try:
        asyncio.run(_simulate(settings, pause, wanted))
    except ExceptionGroup as group:
        fail(f"The simulated customs stopped: {group.exceptions[0]}.")
    except (AMQPError, OSError) as error:
        fail(f"The simulated customs can't begin: {error}.")
    except KeyboardInterrupt:
        typer.echo("The simulated customs has gone home.")


async def _send_all(address: BrokerAddress, bodies: dict[Path, bytes]) -> bool:
    try:
        connection = await aio_pika.connect(address.url, timeout=CONFIRM_SECONDS)
    except (AMQPError, OSError) as error:
        fail(f"Customs' broker does not answer: {explain(address.dependency, str(error))}")
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(RECEIPTS, ensure=False)
        outcomes = [await _send(exchange, file, body) for file, body in bodies.items()]
    return all(outcomes)


async def _send(exchange: aio_pika.abc.AbstractExchange, file: Path, body: bytes) -> bool:
    message = aio_pika.Message(
        body, content_type="application/xml", delivery_mode=aio_pika.DeliveryMode.PERSISTENT
    )
    try:
        async with asyncio.timeout(CONFIRM_SECONDS):
            await exchange.publish(message, RECEIPT_KEY, mandatory=True)
    except DeliveryError:
        typer.echo(f"{file}: refused by the broker; no queue holds it", err=True)
        return False
    except (AMQPError, RuntimeError, OSError) as error:
        typer.echo(f"{file}: unknown whether the broker holds it ({error!r}); send it again", err=True)
        return False
    typer.echo(f"{file}: confirmed")
    return True


async def _simulate(settings: Settings, pause: float, checks: list[tuple[str, str, list[str]]]) -> None:
    async with SimulatedCustoms.at(settings) as customs:
        patient = CustomsAutoresponder(customs, pause, typer.echo)
        typer.echo(
            f"The simulated customs waits for declarations; {pause:g} s before each receipt. Ctrl-C ends it."
        )
        async with asyncio.TaskGroup() as work:
            for authority, category, specific in checks:
                work.create_task(patient.initiate_check(str(ULID()), authority, category, specific))
            while True:
                work.create_task(patient.answer(await customs.next_declaration(limit=None)))


def _check(wanted: str) -> tuple[str, str, list[str]]:
    authority, _, scope = wanted.partition("=")
    try:
        specific = list(scope_codes(scope))
    except ValueError as error:
        fail(f"--check {wanted}: {error}")
    return authority, CATEGORY_OF[specific[0]], specific

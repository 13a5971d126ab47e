"""One function a queue: facts come to `on_fact` of the stage services, commands here."""

from services.intake.commands import IntakeCommands
from shared.contracts.commands import IntakeCommand
from shared.contracts.replies import Reply
from shared.contracts.topology import commands_of
from shared.lifecycle.replies import reply_to
from shared.lifecycle.stage_service import facts_router
from shared.runtime.broker import channel_of, queue
from shared.runtime.provided import Provided

router = facts_router("intake")
commands = Provided[IntakeCommands]("intake's commands")


@router.subscriber(queue(commands_of("intake").name), channel=channel_of(32))
async def on_command(command: IntakeCommand) -> Reply:
    """What an officer asks of an application, or answers to a check."""
    return await reply_to(commands().carry_out(command))

"""One function a queue: facts come to `on_fact` of the stage services, commands here."""

from shared.contracts.commands import ConsultationCommand
from shared.contracts.replies import Reply
from shared.contracts.topology import commands_of
from shared.lifecycle.replies import reply_to
from shared.lifecycle.stage_service import facts_router, lifecycle
from shared.runtime.broker import channel_of, queue

router = facts_router("consultation")


@router.subscriber(queue(commands_of("consultation").name), channel=channel_of(32))
async def on_command(command: ConsultationCommand) -> Reply:
    """What an officer asks of a consultation."""
    return await reply_to(lifecycle().carry_out(command))

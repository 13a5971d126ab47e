"""One function a queue: facts come to `on_fact` of the stage services, commands here."""

from shared.contracts.commands import QuestionnaireCommand, Reply
from shared.contracts.topology import commands_of
from shared.lifecycle.replies import reply_to
from shared.lifecycle.stage_service import facts_router, lifecycle
from shared.runtime.broker import channel_of, queue

router = facts_router("questionnaire")


@router.subscriber(queue(commands_of("questionnaire").name), channel=channel_of(32))
async def on_command(command: QuestionnaireCommand) -> Reply:
    """What an officer asks of a questionnaire or of an evaluation."""
    return await reply_to(lifecycle().carry_out(command))

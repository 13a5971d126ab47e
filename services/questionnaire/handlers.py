"""One function a queue: facts come to `on_fact` of the stage services, commands here."""

from shared.contracts.commands import QuestionnaireCommand
from shared.contracts.replies import CaseAnswer, Reply
from shared.contracts.topology import commands_of
from shared.lifecycle.replies import reply_to
from shared.lifecycle.stage_service import facts_router, lifecycle
from shared.questionnaires.repository import QuestionnaireRepository, VersionNotRead
from shared.runtime.broker import channel_of, queue
from shared.runtime.provided import Provided

router = facts_router("questionnaire")
library = Provided[QuestionnaireRepository]("library")
"""Every version of every questionnaire; set by `build`."""


@router.subscriber(queue(commands_of("questionnaire").name), channel=channel_of(32))
async def on_command(command: QuestionnaireCommand) -> Reply:
    """What an officer asks of a questionnaire or of an evaluation."""
    return await reply_to(_carry_out(command))


async def _carry_out(command: QuestionnaireCommand) -> CaseAnswer:
    """Carry it out; where another process opened the case with a version that it added since this one began, read that first."""
    try:
        return await lifecycle().carry_out(command)
    except VersionNotRead:
        await library().load()
        return await lifecycle().carry_out(command)

"""One function a queue."""

from collections.abc import Awaitable, Callable

from faststream.rabbit import RabbitBroker

from shared.contracts.commands import CaseAnswer, CaseCommand, QuestionnaireCommand, Reply
from shared.contracts.facts import CaseFact, Fact
from shared.contracts.topology import commands_of, facts_of
from shared.lifecycle.replies import reply_to
from shared.runtime.broker import consuming, queue


def register(
    broker: RabbitBroker,
    advance: Callable[[CaseFact], Awaitable[None]],
    carry_out: Callable[[CaseCommand], Awaitable[CaseAnswer]],
) -> None:
    """Subscribe questionnaire to its two queues."""

    @broker.subscriber(queue(facts_of("questionnaire").name), channel=consuming(16), no_reply=True)
    async def on_receipt(fact: Fact) -> None:
        await advance(fact)

    @broker.subscriber(queue(commands_of("questionnaire").name), channel=consuming(32))
    async def on_command(command: QuestionnaireCommand) -> Reply:
        return await reply_to(carry_out(command))

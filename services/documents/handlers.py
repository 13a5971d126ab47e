"""One function a queue."""

from collections.abc import Awaitable, Callable

from faststream.rabbit import RabbitBroker

from shared.contracts.commands import KeepAttachment, Reply
from shared.contracts.facts import CaseFact, Fact
from shared.contracts.parts import FileRef
from shared.contracts.topology import commands_of, facts_of
from shared.lifecycle.replies import reply_to
from shared.runtime.broker import consuming, queue


def register(
    broker: RabbitBroker,
    advance: Callable[[CaseFact], Awaitable[None]],
    keep: Callable[[KeepAttachment], Awaitable[FileRef]],
) -> None:
    """Subscribe documents to its two queues."""

    @broker.subscriber(queue(facts_of("documents").name), channel=consuming(16), no_reply=True)
    async def on_receipt(fact: Fact) -> None:
        await advance(fact)

    @broker.subscriber(queue(commands_of("documents").name), channel=consuming(8))
    async def on_attachment(command: KeepAttachment) -> Reply:
        return await reply_to(keep(command))

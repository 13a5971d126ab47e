"""What the four services that own stages have in common: the cases, the facts about their stages, the outbox.

Each adds what its stages write (`records`) and the commands that it takes.
"""

from collections.abc import Mapping

from faststream.rabbit import RabbitRoute, RabbitRouter

from shared.contracts.facts import Fact
from shared.contracts.topology import facts_of
from shared.lifecycle.advance import Lifecycle, Opening
from shared.lifecycle.case_words import WordWriter
from shared.lifecycle.cases import Cases
from shared.lifecycle.movement import Recorder
from shared.runtime.broker import channel_of, new_router, queue, set_prefetch
from shared.runtime.provided import Provided
from shared.runtime.service import Runtime
from shared.runtime.store import Store

lifecycle = Provided[Lifecycle]("lifecycle")
"""Moves the cases; set by `stage_service`."""


async def on_fact(fact: Fact) -> None:
    """What customs decided, or what became of a declaration."""
    await lifecycle().advance(fact)


def facts_router(service: str) -> RabbitRouter:
    """Hears the facts about the stages of a service; its handlers.py adds the queue of commands."""
    facts = queue(facts_of(service).name)
    return new_router(RabbitRoute(on_fact, facts, channel=channel_of(16), no_reply=True))


async def prepare_cases(store: Store) -> None:
    """Make the indexes of cases; also done by `fas prepare`."""
    await Cases(store).prepare()


def stage_service(
    runtime: Runtime, router: RabbitRouter, records: Mapping[type, Recorder], opening: Opening | None = None
) -> Lifecycle:
    """Let a service move cases by the messages that `router` hears; `opening` makes the case that a fact begins.

    Events leave by the outbox of the cases; what the cases are found by is written after them.
    """
    words = WordWriter(runtime.store, peers=runtime.peers)
    runtime.works.append(words.run())
    cases = Cases(runtime.store, words.wake)
    relay = runtime.relay(cases.collection)
    made = Lifecycle(runtime.name, cases, runtime.publisher, relay, records, opening)
    lifecycle.provide(made)
    runtime.broker.include_router(router)
    set_prefetch(runtime.broker, {facts_of(runtime.name).name: runtime.settings.facts_prefetch})
    return made

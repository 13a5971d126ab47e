"""The broker's users, and what each may declare, write to and read from: the one table of it. Pure."""

from dataclasses import dataclass

from shared.contracts.topology import (
    CASE_MOVED,
    CUSTOMS_ACKS,
    CUSTOMS_DECLARATIONS,
    CUSTOMS_EXCHANGES,
    CUSTOMS_RECEIPTS,
    DEAD,
    EVENTS,
    NEWS_QUEUE,
    OWN_EXCHANGES,
    QUEUES,
    RECEIPT_SETTLED,
    RETIRED,
    SETTLED_QUEUE,
    STAGE_SERVICES,
    SUBMISSION_DECLARED,
    SUBMISSIONS_QUEUE,
    commands_of,
    fact_key,
    facts_of,
)

CUSTOMS, PREPARE = "customs", "prepare"
DEFAULT_EXCHANGE = "amq.default"
"""What the broker calls the exchange '' where it asks for rights; requests and their replies go through it."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a user may do: declare, write to (exchanges; queues that it binds), read from (queues; exchanges that it binds to).

    `own` begins the names of queues that it makes for itself alone. `sends` and `hears` are the routing keys of `fas.events`
    that it may publish with and bind by.
    """

    declares: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    own: str = ""
    sends: frozenset[str] = frozenset()
    hears: frozenset[str] = frozenset()


def _stage_service(name: str) -> Rights:
    return Rights(
        writes=frozenset({EVENTS, DEFAULT_EXCHANGE}),
        reads=frozenset({facts_of(name).name, commands_of(name).name}),
        sends=frozenset({CASE_MOVED, RECEIPT_SETTLED, SUBMISSION_DECLARED}),
    )


_EVERYTHING = frozenset(
    {*CUSTOMS_EXCHANGES, *OWN_EXCHANGES, DEAD, *(each.name for each in (*QUEUES, *RETIRED))}
)
RIGHTS = {
    CUSTOMS: Rights(
        writes=frozenset({CUSTOMS_RECEIPTS}), reads=frozenset({CUSTOMS_DECLARATIONS, CUSTOMS_ACKS})
    ),
    PREPARE: Rights(
        declares=_EVERYTHING,
        writes=_EVERYTHING | {DEFAULT_EXCHANGE},  # to bind a queue, and to name it as one of dead letters
        reads=_EVERYTHING,
        hears=frozenset(each.key for each in (*QUEUES, *RETIRED) if each.exchange == EVENTS),
    ),
    **{name: _stage_service(name) for name in STAGE_SERVICES},
    "customs_gateway": Rights(
        writes=frozenset({EVENTS, DEFAULT_EXCHANGE, CUSTOMS_DECLARATIONS, CUSTOMS_ACKS}),
        reads=frozenset({
            CUSTOMS_RECEIPTS, SETTLED_QUEUE.name, SUBMISSIONS_QUEUE.name, commands_of("customs_gateway").name, DEAD,
        }),
        sends=frozenset(fact_key(name) for name in STAGE_SERVICES),
    ),
    "portal": Rights(
        writes=frozenset({DEFAULT_EXCHANGE}), reads=frozenset({EVENTS, NEWS_QUEUE.name}), own="portal.moved.",
        hears=frozenset({CASE_MOVED}),
    ),
}  # fmt: skip
"""By user. Services declare nothing but their own: `fas prepare` does, as a user that no service has."""

"""What the brokers have to have for all services together (CONTRACT 2 and 4)."""

from services.customs_gateway.customs_side import CUSTOMS
from shared.contracts.topology import (
    CUSTOMS_EXCHANGES,
    DEAD,
    OWN_EXCHANGES,
    OWN_QUEUES,
    QUEUES,
    READ_BY_CUSTOMS,
    RETIRED,
)
from shared.runtime.settings import Settings
from shared.runtime.topology import Topology

_ALONE = Topology(OWN_EXCHANGES, OWN_QUEUES, DEAD, retired=RETIRED)
WITH_CUSTOMS = Topology(
    {**CUSTOMS_EXCHANGES, **OWN_EXCHANGES}, QUEUES, DEAD, theirs=READ_BY_CUSTOMS, retired=RETIRED
)


def ours(settings: Settings) -> Topology:
    """What our broker has to have; customs' queues too, unless customs has a broker of its own (then `CUSTOMS` stands there)."""
    return _ALONE if settings.customs_apart else WITH_CUSTOMS


__all__ = ["CUSTOMS", "WITH_CUSTOMS", "ours"]

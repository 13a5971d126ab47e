"""What the broker has to have for all services together (CONTRACT 2 and 4)."""

from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, DEAD, EXCHANGES, QUEUES, RETIRED
from shared.runtime.topology import Topology

READ_BY_CUSTOMS = frozenset({CUSTOMS_DECLARATIONS, CUSTOMS_ACKS})
TOPOLOGY = Topology(EXCHANGES, QUEUES, DEAD, READ_BY_CUSTOMS, RETIRED)

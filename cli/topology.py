"""What the broker has to have for all services together (CONTRACT 2 and 4)."""

from shared.contracts.topology import DEAD, EXCHANGES, QUEUES, READ_BY_CUSTOMS, RETIRED
from shared.runtime.topology import Topology

TOPOLOGY = Topology(EXCHANGES, QUEUES, DEAD, READ_BY_CUSTOMS, RETIRED)

"""Which ports the local servers and services listen on, always on loopback and never in the ephemeral range."""

import random
import socket
from collections.abc import Callable
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
_LOWEST, _HIGHEST = (
    20_000,
    32_767,
)  # above lies the ephemeral range, where a client's own port can be in the way


@dataclass(frozen=True)
class Ports:
    """The ports of the three servers; RabbitMQ wants two more for itself."""

    rabbit: int = 5673
    mongo: int = 27018
    s3: int = 9010
    rabbit_distribution: int = 25673
    epmd: int = 24369

    @classmethod
    def random(cls) -> "Ports":
        """Ports that nobody listens on now."""
        return cls(*free_ports(5))

    @classmethod
    def usual(cls, say: Callable[[str], None]) -> "Ports":
        """The documented ports, with another, which is announced, for each that is taken."""
        usual = cls()
        return cls(
            rabbit=port_or_other(usual.rabbit, "RabbitMQ", say),
            mongo=port_or_other(usual.mongo, "the database", say),
            s3=port_or_other(usual.s3, "the object store", say),
            rabbit_distribution=port_or_other(usual.rabbit_distribution),
            epmd=port_or_other(usual.epmd),
        )


def free_ports(count: int) -> list[int]:
    """Different ports below 32768 that nobody listens on now."""
    found: list[int] = []
    for port in random.sample(range(_LOWEST, _HIGHEST + 1), 2_000):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Whether a server of ours could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def port_or_other(port: int, whose: str = "", say: Callable[[str], None] | None = None) -> int:
    """This port, or where it is taken a free one."""
    if is_free(port):
        return port
    other = free_ports(1)[0]
    if say:
        say(f"Port {port} is taken; {whose} listens on {other}")
    return other


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0

"""Which ports the local servers and services listen on, always on loopback and never in the ephemeral range.

A port is claimed when it is chosen, since who listens on it does so seconds later: two copies that start at the same
moment would choose the same. A claim is the lock of one byte of a file that all copies of this user share; it lasts as
long as its process, so that what is killed comes back on the same port.
"""

import fcntl
import os
import random
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
        """Ports that are free, claimed for this process."""
        return cls(*free_ports(5))

    @classmethod
    def usual(cls, say: Callable[[str], None]) -> "Ports":
        """The documented ports, with another, which is announced, for each that is taken; claimed for this process."""
        usual = cls()
        return cls(
            rabbit=port_or_other(usual.rabbit, "RabbitMQ", say),
            mongo=port_or_other(usual.mongo, "the database", say),
            s3=port_or_other(usual.s3, "the object store", say),
            rabbit_distribution=port_or_other(usual.rabbit_distribution),
            epmd=port_or_other(usual.epmd),
        )


_claimed: set[int] = set()
_one_at_a_time = threading.Lock()


def free_ports(count: int) -> list[int]:
    """Different ports below 32768 that are free, claimed for this process."""
    found: list[int] = []
    for port in random.sample(range(_LOWEST, _HIGHEST + 1), 2_000):
        if len(found) == count:
            break
        if claim(port):
            found.append(port)
    return found


def claim(port: int) -> bool:
    """Whether the port was free, and belongs to this process until it ends; a second claim is refused like another's."""
    with _one_at_a_time:  # locks are a process's own, and do not keep its threads apart
        if port in _claimed:
            return False
        try:
            fcntl.lockf(_book(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        except (BlockingIOError, PermissionError):
            return False
        if not _is_free(port):
            fcntl.lockf(_book(), fcntl.LOCK_UN, 1, port)
            return False
        _claimed.add(port)
        return True


@cache
def _book() -> int:
    """The file of the claims, which stays open: closing it would end them all."""
    path = Path(tempfile.gettempdir()) / f"fas-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def port_or_other(port: int, whose: str = "", say: Callable[[str], None] | None = None) -> int:
    """This port, or where it is taken a free one; claimed for this process."""
    if claim(port):
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

"""What RabbitMQ loads at its start (`load_definitions`): exchanges, queues, users with hashed passwords, and their rights."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.access.rights import RIGHTS, Rights
from shared.contracts.topology import EVENTS
from shared.runtime.topology import Topology

VHOST = "/"
_SALT_BYTES = 4


def definitions(topology: Topology, passwords: Mapping[str, str]) -> dict[str, Any]:
    """The definitions for these users of RIGHTS; exchanges and queues are in them, so that an emptied broker is whole again.

    What a broker has already stays as it is, but for the users' passwords and rights.
    """
    own = {"vhost": VHOST, "durable": True, "auto_delete": False}
    bound = [each for each in topology.queues if each.exchange]
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [_permission(name, RIGHTS[name]) for name in passwords],
        "topic_permissions": [_topics(name, RIGHTS[name]) for name in passwords],
        "exchanges": [
            own | {"name": name, "type": kind, "internal": False, "arguments": {}}
            for name, kind in topology.exchanges.items()
        ],
        "queues": [own | {"name": name, "arguments": topology.arguments_of(name)} for name in topology.names],
        "bindings": [
            {"vhost": VHOST, "source": each.exchange, "destination": each.name, "destination_type": "queue",
             "routing_key": each.key, "arguments": {}}
            for each in bound
        ],
    }  # fmt: skip


def patterns(rights: Rights) -> dict[str, str]:
    """Rights as the patterns that RabbitMQ compares names with: `configure`, `write` and `read`."""
    return {
        "configure": _pattern(rights.declares, rights.own),
        "write": _pattern(rights.writes, rights.own),
        "read": _pattern(rights.reads, rights.own),
    }


def _permission(user: str, rights: Rights) -> dict[str, str]:
    return {"user": user, "vhost": VHOST, **patterns(rights)}


def _topics(user: str, rights: Rights) -> dict[str, str]:
    """Without these a user who may write to a topic exchange may do so with any key."""
    return {"user": user, "vhost": VHOST, "exchange": EVENTS,
            "write": _pattern(rights.sends), "read": _pattern(rights.hears)}  # fmt: skip


def _pattern(names: Iterable[str], prefix: str = "") -> str:
    """A pattern of exactly these names, and of all that begin with the prefix; `^$` is none."""
    exact = [re.escape(name) for name in sorted(names)]
    every = exact + ([f"{re.escape(prefix)}.+"] if prefix else [])
    return f"^({'|'.join(every)})$" if every else "^$"


def _user(name: str, password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name, "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": [], "limits": {},
    }  # fmt: skip

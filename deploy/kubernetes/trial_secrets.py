"""Prints fresh Secrets for overlays/single-node, for `kubectl apply -f -`; needs nothing but Python.

    python3 deploy/kubernetes/trial_secrets.py | kubectl -n fas apply -f -

Once: the servers keep the passwords of their first start, and another set does not open them. Each component has a Secret, with
a user of its own at the broker; customs' own stands in `fas-customs`, what the servers start with in the others.
"""

import base64
import hashlib
import json
import secrets
import sys
from collections.abc import Mapping
from typing import Any

SERVICES = ("intake", "questionnaire", "consultation", "documents", "customs_gateway", "portal")
PREPARE, CUSTOMS = "prepare", "customs"
_SALT_BYTES = 4


def trial_secrets() -> dict[str, dict[str, str]]:
    """Each Secret's keys and values, by its name."""
    broker = {user: _password() for user in (*SERVICES, PREPARE, CUSTOMS)}
    database, objects = _password(), _password()
    shared = {
        "mongo_url": f"mongodb://fas:{database}@mongodb:27017/fas?replicaSet=fas",
        "s3_access_key": "fas",
        "s3_secret_key": objects,
    }
    addresses = {
        user: {"rabbit_url": f"amqp://{user}:{password}@rabbitmq:5672/"} for user, password in broker.items()
    }
    components = {_name(user): addresses[user] | shared for user in (*SERVICES, PREPARE)}
    components[_name("portal")]["secret_key"] = secrets.token_urlsafe(48)
    return components | {
        _name(CUSTOMS): addresses[CUSTOMS],
        "fas-rabbitmq": {"definitions.json": json.dumps(_definitions(broker))},
        "fas-mongodb": {
            "root_password": _password(),
            "fas_password": database,
            "key": base64.b64encode(secrets.token_bytes(384)).decode(),
        },
        "fas-minio": {"root_password": _password(), "fas_password": objects},
    }


def _name(user: str) -> str:
    return f"fas-{user.replace('_', '-')}"


def _password() -> str:
    return secrets.token_urlsafe(24)


def _definitions(passwords: Mapping[str, str]) -> dict[str, Any]:
    """Users and rights for RabbitMQ: customs may write its receipts and read its two queues, and declare nothing (CONTRACT 2)."""
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    of_customs = {
        "configure": "^$",
        "write": r"^customs\.receipts$",
        "read": r"^customs\.(declarations|receipt-acks)$",
    }
    return {
        "vhosts": [{"name": "/"}],
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [
            {"user": name, "vhost": "/", **(of_customs if name == CUSTOMS else everything)}
            for name in passwords
        ],
    }


def _user(name: str, password: str) -> dict[str, Any]:
    """As RabbitMQ keeps a password: a salt, and SHA-256 of salt and password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name, "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": [],
    }  # fmt: skip


def main() -> None:
    """Print them as one List."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name},
            "type": "Opaque",
            "stringData": values,
        }
        for name, values in trial_secrets().items()
    ]
    json.dump({"apiVersion": "v1", "kind": "List", "items": items}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

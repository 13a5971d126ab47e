"""Prints fresh Secrets for overlays/single-node, for `kubectl apply -f -`; needs nothing but Python.

    python3 deploy/kubernetes/trial_secrets.py | kubectl -n fas apply -f -

Once: the servers keep the passwords of their first start, and another set does not open them. `fas-secrets` is what the services
get, the others what each server gets; customs' own user of the broker stands in `fas-customs`.
"""

import base64
import hashlib
import json
import secrets
import sys
from typing import Any

_SALT_BYTES = 4


def trial_secrets() -> dict[str, dict[str, str]]:
    """Each Secret's keys and values, by its name."""
    broker, customs, database, objects = (secrets.token_urlsafe(24) for _ in range(4))
    return {
        "fas-secrets": {
            "rabbit_url": f"amqp://fas:{broker}@rabbitmq:5672/",
            "mongo_url": f"mongodb://fas:{database}@mongodb:27017/fas?replicaSet=fas",
            "s3_access_key": "fas",
            "s3_secret_key": objects,
            "secret_key": secrets.token_urlsafe(48),
        },
        "fas-customs": {"rabbit_url": f"amqp://customs:{customs}@rabbitmq:5672/"},
        "fas-rabbitmq": {"definitions.json": json.dumps(_definitions(broker, customs))},
        "fas-mongodb": {
            "root_password": secrets.token_urlsafe(24),
            "fas_password": database,
            "key": base64.b64encode(secrets.token_bytes(384)).decode(),
        },
        "fas-minio": {"root_password": secrets.token_urlsafe(24), "fas_password": objects},
    }


def _definitions(ours: str, customs: str) -> dict[str, Any]:
    """Users and rights for RabbitMQ: customs may write its receipts and read its two queues, and declare nothing (CONTRACT 2)."""
    rights = {
        "fas": {"configure": ".*", "write": ".*", "read": ".*"},
        "customs": {
            "configure": "^$",
            "write": r"^customs\.receipts$",
            "read": r"^customs\.(declarations|receipt-acks)$",
        },
    }
    passwords = {"fas": ours, "customs": customs}
    return {
        "vhosts": [{"name": "/"}],
        "users": [
            {"name": name, "password_hash": _hash(password), "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}
            for name, password in passwords.items()
        ],
        "permissions": [{"user": name, "vhost": "/", **each} for name, each in rights.items()],
    }  # fmt: skip


def _hash(password: str) -> str:
    """As RabbitMQ keeps a password: a salt, and SHA-256 of salt and password."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


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

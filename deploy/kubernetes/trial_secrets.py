"""Prints fresh Secrets for overlays/single-node, for `kubectl apply -f -`.

    .venv/bin/python -m deploy.kubernetes.trial_secrets | kubectl -n fas apply -f -

Once: the servers keep the passwords of their first start, and another set does not open them. Each component has a Secret, with
a user of its own at the broker (deploy/access/); customs' own is `fas-customs`, what the servers start with is in the others.
"""

import base64
import json
import secrets
import sys
from typing import Any

from cli.topology import WITH_CUSTOMS
from deploy.access.broker import definitions
from deploy.access.bucket import policies
from deploy.access.rights import CUSTOMS, PREPARE, RIGHTS
from shared.contracts.topology import SERVICES

BUCKET = "fas"
_KEY_BYTES = 384  # what base64 makes of it is as long as MongoDB allows, nearly


def trial_secrets() -> dict[str, dict[str, str]]:
    """Each Secret's keys and values, by its name."""
    broker = {user: _password() for user in RIGHTS}
    objects = {user: _password() for user in policies(BUCKET)}
    database = _password()
    shared = {
        "mongo_url": f"mongodb://fas:{database}@mongodb:27017/fas?replicaSet=fas",
        **_keys("services", objects),
    }
    components = {_name(user): _address(user, broker) | shared for user in (*SERVICES, PREPARE)}
    components[_name("portal")]["secret_key"] = secrets.token_urlsafe(48)
    return components | {
        _name(CUSTOMS): _address(CUSTOMS, broker) | _keys("customs", objects),
        "fas-rabbitmq": {"definitions.json": json.dumps(definitions(WITH_CUSTOMS, broker))},
        "fas-mongodb": {
            "root_password": _password(),
            "fas_password": database,
            "key": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        },
        "fas-minio": {
            "root_password": _password(),
            **objects,
            **{f"{user}.json": json.dumps(policy) for user, policy in policies(BUCKET).items()},
        },
    }


def _name(user: str) -> str:
    return f"fas-{user.replace('_', '-')}"


def _address(user: str, passwords: dict[str, str]) -> dict[str, str]:
    return {"rabbit_url": f"amqp://{user}:{passwords[user]}@rabbitmq:5672/"}


def _keys(user: str, passwords: dict[str, str]) -> dict[str, str]:
    return {"s3_access_key": user, "s3_secret_key": passwords[user]}


def _password() -> str:
    return secrets.token_urlsafe(24)


def main() -> None:
    """Print them as one List."""
    items: list[dict[str, Any]] = [
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

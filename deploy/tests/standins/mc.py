"""MinIO's command `mc`, as far as the Compose file calls it, for the stand-in beside it."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from minio import Minio

from deploy.tests.standins.object_server import ADMIN, PORT


def ready(where: str) -> None:
    """`mc ready local`: that anything answers."""
    with suppress(urllib.error.HTTPError):  # which is an answer
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}{ADMIN}", timeout=4)


def make_bucket(option: str, target: str) -> None:
    """`mc mb --ignore-existing fas/BUCKET`."""
    parts, (_, bucket) = _host(), target.split("/")
    client = Minio(endpoint=parts.netloc.rpartition("@")[2], access_key=parts.username, secret_key=parts.password,
                   secure=False, region="us-east-1")  # fmt: skip
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)


def add_user(alias: str, name: str, secret: str) -> None:
    """`mc admin user add fas NAME SECRET`."""
    _keep("keys", name, secret)


def create_policy(alias: str, name: str, file: str) -> None:
    """`mc admin policy create fas NAME FILE`."""
    _keep("policies", name, json.loads(Path(file).read_text()))


def attach_policy(alias: str, policy: str, option: str, user: str) -> None:
    """`mc admin policy attach fas POLICY --user NAME`, which fails where it is attached."""
    if _attached(user) == policy:
        raise SystemExit("The policy change is already in effect.")
    _keep("attached", user, policy)


def show_policies(alias: str, option: str, user: str) -> None:
    """`mc admin policy entities fas --user NAME`."""
    print(f"User -> Policy Mappings:\n  User: {user}\n    {_attached(user)}")


def _host() -> SplitResult:
    return urlsplit(os.environ["MC_HOST_fas"])  # noqa: SIM112 - the name that mc wants for the alias fas


def _keep(part: str, name: str, value: object) -> None:
    _ask(part, name, {"value": value})
    print(f"{part} {name}: kept", flush=True)


def _attached(user: str) -> object:
    return _ask("attached", user, {})


def _ask(part: str, name: str, more: dict[str, object]) -> object:
    """Tell the server something, or without a value ask for what it has."""
    host = _host()
    body = json.dumps(
        {"root": f"{host.username}:{host.password}", "part": part, "name": name, **more}
    ).encode()
    with urllib.request.urlopen(f"http://{host.hostname}:{host.port}{ADMIN}", body, timeout=10) as answer:
        found: object = json.load(answer)
        return found


COMMANDS: dict[tuple[str, ...], Callable[..., None]] = {
    ("ready",): ready,
    ("mb",): make_bucket,
    ("admin", "user", "add"): add_user,
    ("admin", "policy", "create"): create_policy,
    ("admin", "policy", "attach"): attach_policy,
    ("admin", "policy", "entities"): show_policies,
}


def main(words: list[str]) -> None:
    """The command that the words begin with."""
    for beginning, command in COMMANDS.items():
        if tuple(words[: len(beginning)]) == beginning:
            command(*words[len(beginning) :])
            return
    raise SystemExit(f"the stand-in knows no mc {' '.join(words)}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""`fas access`: writes what RabbitMQ and the object store need to know of their users (CONTRACT 1)."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.failing import fail
from cli.topology import WITH_CUSTOMS
from deploy.access.broker import definitions
from deploy.access.bucket import policies
from deploy.access.rights import RIGHTS

PASSWORD = "RABBITMQ_PASSWORD_"  # noqa: S105 - the beginning of a setting's name
Folder = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, writable=True, help="Where the files go.")
]


def access(folder: Folder) -> None:
    """Write definitions.json, which RabbitMQ loads, and a policy for each user of the bucket (FAS_S3_BUCKET).

    The passwords of the broker's users come from RABBITMQ_PASSWORD_CUSTOMS, RABBITMQ_PASSWORD_PREPARE and one for each
    service; only their hashes are written.
    """
    settings = {name: f"{PASSWORD}{name.upper()}" for name in RIGHTS}
    missing = [setting for setting in settings.values() if not os.environ.get(setting)]
    if missing:
        fail(f"{', '.join(missing)} missing: set them in the environment; `make env` makes them.")
    passwords = {name: os.environ[setting] for name, setting in settings.items()}
    files = {
        "definitions": definitions(WITH_CUSTOMS, passwords),
        **policies(os.environ.get("FAS_S3_BUCKET") or "fas"),
    }
    for name, content in files.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        typer.echo(str(path))

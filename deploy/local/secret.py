"""The secret that the portal signs with on this machine, where no setting gives one."""

import os
import secrets
from pathlib import Path

_NAME = "secret_key"


def kept_secret(data_dir: Path) -> str:
    """The secret of this data folder, made at the first use, readable by its owner alone; sessions outlive a restart."""
    path = data_dir / _NAME
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8")

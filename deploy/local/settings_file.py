"""The file that tells other programs (`fas`, a customs simulator) how to reach the system that `make up` runs."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """Write the settings so that a shell can read them; nobody else may."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(settings.items())]
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(lines))


def read_setting(path: Path, name: str) -> str | None:
    """One setting of a file written before; None where there is no file, or no such setting."""
    return dotenv_values(path).get(name) if path.exists() else None

"""The file that tells other programs (`fas`, a customs simulator) how to reach the system that `make up` runs."""

import shlex
from collections.abc import Mapping
from pathlib import Path


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """Write the settings so that a shell can read them; nobody else may."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(settings.items())]
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(lines))

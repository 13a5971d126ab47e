"""Data folders that last for one run (of the demo, of the tests) and vanish with it, also when it was killed."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.programs import ROOT
from deploy.local.stale_processes import sweep

RUNS = ROOT / ".local" / "runs"


@contextmanager
def temporary_data_dir() -> Iterator[Path]:
    """A fresh folder for `start_servers`; first tidies up after runs that were killed, then removes its own."""
    RUNS.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in sweep(RUNS.glob("*"), lambda _: None):
        shutil.rmtree(left, ignore_errors=True)
    folder = RUNS / secrets.token_hex(4)
    try:
        yield folder
    finally:
        sweep([folder], lambda _: None)  # services that nobody stopped
        shutil.rmtree(folder, ignore_errors=True)

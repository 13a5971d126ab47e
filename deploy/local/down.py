"""What `make down` runs: stops the system, and what killed runs of it, of the demo or of the tests left behind."""

import sys

from deploy.local.stale_processes import sweep
from deploy.local.supervisor import DATA, running_pid, stop_supervisor
from deploy.local.temporary import RUNS


def stop() -> int:
    """Stop everything of this working copy; 0, also where nothing ran."""
    pid = running_pid()
    if pid is not None:
        print(f"Stopping the system (process {pid}) …", flush=True)
        stop_supervisor()
    left: list[str] = []
    sweep([DATA, *DATA.glob("demo-*"), *RUNS.glob("*")], left.append)
    print(*left, "Stopped." if left or pid is not None else "Nothing is running.", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(stop())

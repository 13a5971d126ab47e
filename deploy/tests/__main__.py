"""`python -m deploy.tests`, which is `make test-deploy`: the Compose file on a real engine, a line for each thing tried."""

import sys
import time

from deploy.demo.officer import UnexpectedAnswer
from deploy.local.programs import ROOT
from deploy.tests.checks import CHECKS
from deploy.tests.engine import Engine, EngineFailed
from deploy.tests.images import make_standins
from deploy.tests.registry import Registry
from deploy.tests.stack import Stack

FAILURES = (UnexpectedAnswer, EngineFailed, TimeoutError, OSError)
LOG = ROOT / ".local" / "log" / "deploy.log"


def main(wanted: list[str]) -> int:
    """Try everything, or what is named of it (after everything came up); the exit status."""
    try:
        with Engine() as engine:
            say("the engine runs", engine.run("docker", "version", "--format", "{{.Server.Version}}").strip())
            make_standins(engine)
            say(
                "stand-ins are built under the names",
                "python:3.13-slim, rabbitmq:4 (a real 4.0), mongo:8, minio",
            )
            with Registry(engine) as registry:
                return tried(Stack(engine, registry), wanted)
    except FAILURES as failure:
        print(f"FAILED {failure}", flush=True)
        return 1


def tried(stack: Stack, wanted: list[str]) -> int:
    """Each check, until one fails; everything is taken down at the end."""
    try:
        for check in CHECKS:
            if not wanted or check.__name__ in wanted or check in CHECKS[:3]:
                begun = time.monotonic()
                print(f"ok {check(stack)} ({time.monotonic() - begun:.0f} s)", flush=True)
    except FAILURES as failure:
        print(f"FAILED {check.__name__}: {failure}", flush=True)
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.write_text(stack.compose("--profile", "*", "logs", "--no-color", "--timestamps"))
        print(f"What the containers said is in {LOG}.", flush=True)
        return 1
    finally:
        stack.compose("--profile", "*", "down", "--volumes")
    return 0


def say(what: str, which: str) -> None:
    """A line that is no check."""
    print(f"-- {what}: {which}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

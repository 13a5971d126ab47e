"""What `make up` runs (`run`, or with DETACH=1 `start`): the whole system on this machine until it is told to stop.

Names after that word are services to leave out (`make up WITHOUT=questionnaire`), which a developer runs by hand.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from deploy.local.banner import banner
from deploy.local.ports import claim
from deploy.local.programs import ROOT
from deploy.local.sample_accounts import make_sample_accounts  # the one place where they come in
from deploy.local.secret import kept_secret
from deploy.local.server import DidNotStart
from deploy.local.servers import given_settings, start_servers
from deploy.local.settings_file import write_settings
from deploy.local.stale_processes import FolderInUse
from deploy.local.supervisor import (
    DATA,
    SETTINGS,
    RunsAlready,
    Supervising,
    log_file,
    running_pid,
    welcome_text,
)
from deploy.local.system import ALL, SystemPorts, start_system
from deploy.local.watch import watch

_STEP = 0.1


class CannotStart(Exception):
    """The settings do not allow it; the text says why."""


_REASONS = (CannotStart, DidNotStart, FolderInUse, FileNotFoundError)


def say(text: str) -> None:
    """Progress, a line at a time."""
    print(text, flush=True)


def run(without: Sequence[str] = ()) -> int:
    """Start everything but `without`, keep it running until SIGINT or SIGTERM, stop it in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as held:
        try:
            supervising = Supervising()
        except RunsAlready as already:
            say(str(already))
            say(welcome_text() or "It is not ready yet.")
            return 0
        held.callback(say, "Stopped.")
        held.callback(supervising.end)
        try:
            _run(held, supervising, started(without))
        except KeyboardInterrupt:
            pass
        except _REASONS as error:
            say(str(error))
            return 1
        finally:
            _ignore_signals()  # a second Ctrl-C must not leave anything behind
            say("Stopping …")
    return 0


def started(without: Sequence[str]) -> tuple[str, ...]:
    """The services to start; CannotStart names one that there is not."""
    unknown = [name for name in without if name not in ALL]
    if unknown:
        raise CannotStart(
            f"WITHOUT names {unknown[0]}, which is no service; the services are {', '.join(ALL)}."
        )
    return tuple(name for name in ALL if name not in without)


def _run(held: ExitStack, supervising: Supervising, services: Sequence[str]) -> None:
    say("Starting RabbitMQ, the database and the object store (about 10 s)")
    servers = start_servers(DATA, mongo_engine="file", say=say)
    held.callback(servers.stop)
    ports = _system_ports()
    settings = given_settings() | servers.environment
    settings = {"FAS_SECRET_KEY": kept_secret(DATA), **settings, "FAS_PORTAL_PORT": str(ports.portal)}
    say("Starting the services")
    system = start_system(settings, data_dir=DATA, say=say, services=services, ports=ports)
    held.callback(system.stop)
    accounts = asyncio.run(make_sample_accounts(settings))
    write_settings(SETTINGS, settings)
    text = banner(settings, system.portal_url, accounts)
    say(text)
    for name in set(ALL) - set(services):
        say(f"  Left out: {name}; `. .local/settings.env; .venv/bin/fas serve {name}` runs it here.")
    supervising.everything_is_ready(text)
    watch(servers, system, say)


def start(without: Sequence[str] = ()) -> int:
    """Run it in a process of its own, show what it says, and return when everything is ready."""
    log_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if running_pid() is not None:
        return run(without)  # which says so
    with log_file().open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.up", "run", *without], cwd=ROOT, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        return _show_until_ready(child)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        return 130


def _show_until_ready(child: subprocess.Popen[bytes]) -> int:
    with log_file().open(encoding="utf-8") as log:
        while True:
            ended, ready = child.poll() is not None, welcome_text() is not None
            print(log.read(), end="", flush=True)
            if ended:
                return child.returncode
            if ready:
                return 0
            time.sleep(_STEP)


def _system_ports() -> SystemPorts:
    given = given_settings().get("FAS_PORTAL_PORT")
    if given is None:
        return SystemPorts.usual(say)
    if not given.isdigit() or not claim(int(given)):
        raise CannotStart(f"FAS_PORTAL_PORT is {given}, which is not a port that is free.")
    return SystemPorts.usual(say, int(given))


def _ignore_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit({"run": run, "start": start}[sys.argv[1]](sys.argv[2:]))

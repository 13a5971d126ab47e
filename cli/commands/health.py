"""`fas health`: asks the service of this machine or container whether it is ready, and names what fails (CONTRACT 1 and 6)."""

import json
import os

import typer

from cli.commands.failing import fail

PATIENCE_SECONDS = 4.0
"""Longer than the service waits for its own checks (shared/runtime/health.py)."""


def health() -> None:
    """Ask the service on FAS_HEALTH_PORT whether it is ready; exit status 1 with a line for each thing that fails."""
    # Imported here, since no other command needs it, `fas serve` least of all.
    import urllib.error
    import urllib.request

    url = _address()
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS):  # noqa: S310 - http, to ourselves
            typer.echo("ready")
    except urllib.error.HTTPError as answer:
        fail("\n".join(_faults(answer.read())))
    except OSError as error:
        fail(f"no answer from {url}: {getattr(error, 'reason', error)}")


def _address() -> str:
    """Where the service listens, by the settings that it has too; where it listens everywhere, by loopback."""
    from ipaddress import ip_address

    given = ip_address(os.environ.get("FAS_BIND_ADDRESS") or "127.0.0.1")
    loopback = {4: "127.0.0.1", 6: "::1"}[given.version]
    host = loopback if given.is_unspecified else str(given)
    return f"http://{f'[{host}]' if given.version == 6 else host}:{os.environ.get('FAS_HEALTH_PORT') or 8100}/ready"


def _faults(body: bytes) -> list[str]:
    """What the service says is wrong, a line each."""
    try:
        answer = json.loads(body)
        faults = [f"{name}: {why}" for name, why in answer["failing"].items()]
    except (ValueError, KeyError, AttributeError):
        return [f"an answer that is not a service's: {body[:200].decode(errors='replace')}"]
    waits = answer.get("waiting_for")
    return [*faults, *([f"waits for: {', '.join(waits)}"] if waits else [])]

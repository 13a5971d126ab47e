"""What one service does when what it needs is away: it waits, says so, and stops when it is told to."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy.local.ports import free_ports

NOWHERE = "127.0.0.1:1"


def test_a_service_without_its_servers_is_not_ready_says_why_and_stops_when_told(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = {
        "FAS_RABBIT_URL": f"amqp://{NOWHERE}/", "FAS_MONGO_URL": f"mongodb://{NOWHERE}/", "FAS_S3_ENDPOINT": NOWHERE,
        "FAS_S3_ACCESS_KEY": "a", "FAS_S3_SECRET_KEY": "b", "FAS_HEALTH_PORT": str(port), "FAS_LOG_FORMAT": "json",
    }  # fmt: skip
    log = tmp_path / "log"
    nobody = _health(port)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "serve", "customs_gateway"], env={**os.environ, **settings},
            stdout=out, stderr=out,
        )  # fmt: skip
        try:
            failing = _failing(port)
            asked = _health(port)
            begun = time.monotonic()
            process.terminate()
            code = process.wait(timeout=25)
        finally:
            process.kill()

    assert failing.pop("service") == "starting"
    assert failing.keys() <= {"broker"}
    assert asked[0] == 1
    assert asked[1].startswith("service: starting\n")
    assert nobody == (1, f"no answer from http://127.0.0.1:{port}/ready: [Errno 111] Connection refused\n")
    assert code == 0
    assert time.monotonic() - begun < 25
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert "dependency_lost" in events
    assert events[-1] == "service_stopping"


def test_a_missing_or_malformed_setting_is_named_in_one_sentence(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("FAS_")}
    wrong = {"FAS_RABBIT_URL": "http://here", "FAS_RECEIPT_DELAYS": "1,soon", "FAS_S3_ENDPOINT": "x"}

    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "serve", "intake"], env=bare | wrong, cwd=tmp_path, capture_output=True,
        text=True, timeout=30, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert any(line.startswith("FAS_MONGO_URL is missing") for line in lines)
    assert any(line.startswith("FAS_RABBIT_URL is malformed") for line in lines)
    assert any(line.startswith("FAS_RECEIPT_DELAYS is malformed") for line in lines)
    assert "Traceback" not in done.stderr


def _health(port: int) -> tuple[int, str]:
    """What `fas health` ends with and says, as the container's health check runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "health"], env={**os.environ, "FAS_HEALTH_PORT": str(port)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def _failing(port: int) -> dict[str, str]:
    """What /ready names, once the process turns."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=3)
        except urllib.error.HTTPError as answer:
            failing: dict[str, str] = json.load(answer)["failing"]
            return failing
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no health port")

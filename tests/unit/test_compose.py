"""The Compose file as it is written: which secrets each container is given, and that nobody is forgotten."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.access.rights import CUSTOMS, RIGHTS
from deploy.local.programs import ROOT
from shared.contracts.topology import SERVICES

FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
BROKER = "RABBITMQ_PASSWORD_"
STORES = {"MONGO_PASSWORD", "MINIO_PASSWORD"}
MAY_HAVE = {
    **{name: STORES | {f"{BROKER}{name.upper()}"} for name in (*SERVICES, "prepare")},
    "portal": STORES | {f"{BROKER}PORTAL", "FAS_SECRET_KEY"},
    "access": {f"{BROKER}{name.upper()}" for name in RIGHTS},
    "rabbitmq": set(),
    "mongo": {"MONGO_ROOT_PASSWORD", "MONGO_KEY"},
    "mongo_users": {"MONGO_ROOT_PASSWORD", "MONGO_PASSWORD"},
    "minio": {"MINIO_ROOT_PASSWORD"},
    "minio_users": {"MINIO_ROOT_PASSWORD", "MINIO_PASSWORD", "MINIO_PASSWORD_CUSTOMS"},
    "demo_accounts": STORES,
    "demo_customs": {f"{BROKER}{CUSTOMS.upper()}", "MINIO_PASSWORD_CUSTOMS"},
    "demo_play": {f"{BROKER}{CUSTOMS.upper()}", "MINIO_PASSWORD_CUSTOMS", "MONGO_PASSWORD"},
}
"""By container: the secrets that it needs. A new one, or one more secret, is added here on purpose."""


@pytest.mark.parametrize("name", FILE)
def test_a_container_has_the_secrets_that_it_needs_and_no_others(name: str) -> None:
    given = {secret for value in _environment(name).values() for secret in _secrets(str(value))}

    assert given == MAY_HAVE[name]


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_user_of_its_own_limits_and_a_health_check(service: str) -> None:
    written = FILE[service]

    assert written["environment"]["FAS_RABBIT_URL"].startswith(f"amqp://{service}:")
    assert written["environment"]["FAS_S3_ACCESS_KEY"] == "services"
    assert {"cpus", "memory", "pids"} <= written["deploy"]["resources"]["limits"].keys()
    assert written["healthcheck"]["test"] == ["CMD", "fas", "health"]
    assert (written["read_only"], written["cap_drop"]) == (True, ["ALL"])


def test_every_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("FAS_SECRET_KEY=given by the operator\n")
    script = ROOT / "deploy/compose-env.sh"

    first, second = ((subprocess.run([script, file], check=True), file.read_text())[1] for _ in range(2))

    values = dict(line.split("=", 1) for line in first.splitlines() if not line.startswith("#"))
    assert values.keys() == set().union(*MAY_HAVE.values())
    assert values["FAS_SECRET_KEY"] == "given by the operator"
    assert len(set(values.values())) == len(values)
    assert file.stat().st_mode & 0o777 == 0o600
    assert second == first


def _environment(name: str) -> dict[str, Any]:
    found: dict[str, Any] = FILE[name].get("environment", {})
    return found


def _secrets(value: str) -> set[str]:
    """The settings that have no default: they come from `make env`."""
    return set(re.findall(r"\$\{(\w+):\?", value))

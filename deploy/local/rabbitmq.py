"""RabbitMQ from the system's package, run by whoever calls, with everything it writes in one private folder."""

import asyncio
import secrets
import shutil
from pathlib import Path

import aio_pika

from deploy.local.ports import LOOPBACK, Ports, answers
from deploy.local.programs import Program, without_settings
from deploy.local.server import Server

_PACKAGE = Path("/usr/lib/rabbitmq/lib")
_CONFIGURATION = """\
log.console = false
log.file.level = info
raft.wal_max_size_bytes = 67108864
"""
# One scheduler thread and a distribution port on loopback: a broker that leaves the machine to the services.
_ERLANG = "+S 1:1 +SDcpu 1:1 +SDio 2 -kernel inet_dist_use_interface {127,0,0,1}"


def rabbitmq(data_dir: Path, ports: Ports) -> Server:
    """The server, not yet started; guest may sign in from this machine alone."""
    environment = _environment(data_dir / "rabbitmq", ports)
    epmd = Program(
        "epmd", [_found("epmd"), "-address", LOOPBACK, "-port", str(ports.epmd)], data_dir, environment
    )  # fmt: skip
    broker = Program("rabbitmq", [_script()], data_dir, environment)
    url = f"amqp://guest:guest@{LOOPBACK}:{ports.rabbit}/"

    def ask() -> None:
        if not answers(ports.rabbit):
            raise ConnectionError(f"port {ports.rabbit} is not open yet")
        asyncio.run(_open(url))

    return Server("rabbitmq", "RabbitMQ", [epmd, broker], ask, {"FAS_RABBIT_URL": url})


def _environment(folder: Path, ports: Ports) -> dict[str, str]:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_cookie(folder / ".erlang.cookie")
    (folder / "rabbitmq.conf").write_text(_CONFIGURATION)
    (folder / "enabled_plugins").write_text("[].\n")
    given = without_settings()
    kept = {name: value for name, value in given.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
    return kept | {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": "fas@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports.rabbit),
        "RABBITMQ_DIST_PORT": str(ports.rabbit_distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        "RUNNING_UNDER_SYSTEMD": "true",  # no shell in front: the pid is the broker's, and signals reach it
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(ports.epmd),
    }


def _write_cookie(path: Path) -> None:
    """Erlang would make one that can be guessed."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(20))
        path.chmod(0o400)


def _script() -> str:
    """The package's own script; the one on Debian's PATH changes to a user who can't enter a private folder."""
    scripts = sorted(_PACKAGE.glob("rabbitmq_server-*/sbin/rabbitmq-server"))
    return str(scripts[-1]) if scripts else _found("rabbitmq-server")


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is missing: install RabbitMQ, or name a broker in FAS_RABBIT_URL.")
    return path


async def _open(url: str) -> None:
    async with asyncio.timeout(5):
        connection = await aio_pika.connect(url)
        async with connection:
            await connection.channel()

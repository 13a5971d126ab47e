"""What tests have a local RabbitMQ do that AMQP can't ask for."""

import asyncio
import subprocess
from pathlib import Path

from deploy.local.server import Server
from shared.contracts.topology import CUSTOMS_EXCHANGES, CUSTOMS_QUEUES


async def rabbitmqctl(broker: Server, *command: str) -> str:
    """What it says; RuntimeError where it fails."""
    program = broker.main
    process = await asyncio.create_subprocess_exec(
        str(Path(program.command[0]).with_name("rabbitmqctl")), *command, env=dict(program.environment),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"rabbitmqctl {command} ended with {process.returncode}: {said.decode()}")
    return said.decode()


def customs_definitions(vhost: str, ours: str, theirs: str) -> dict[str, object]:
    """A broker as customs runs it (`rabbitmqctl import_definitions`): users `fas` and `gacc` with these passwords.

    Everything is declared by customs, in its own way; we may declare nothing, read receipts, and write to two exchanges.
    """
    plain = {"vhost": vhost, "durable": True, "auto_delete": False}
    grants = {
        "fas": ("^$", r"^customs\.(declarations|receipt-acks)$", r"^customs\.receipts$"),
        "gacc": ("^$", r"^customs\.receipts$", r"^customs\.(declarations|receipt-acks)$"),
    }
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            {"name": name, "password": password, "tags": ""} for name, password in (("fas", ours), ("gacc", theirs))
        ],
        "permissions": [
            {"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read}
            for user, (configure, write, read) in grants.items()
        ],
        "exchanges": [
            {**plain, "name": name, "type": kind, "internal": False, "arguments": {}}
            for name, kind in CUSTOMS_EXCHANGES.items()
        ],
        "queues": [{**plain, "name": each.name, "arguments": {"x-queue-type": "quorum"}} for each in CUSTOMS_QUEUES],
        "bindings": [
            {"vhost": vhost, "source": each.exchange, "destination": each.name, "destination_type": "queue",
             "routing_key": each.key, "arguments": {}}
            for each in CUSTOMS_QUEUES
        ],
    }  # fmt: skip

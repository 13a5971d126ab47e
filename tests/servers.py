"""Real servers for tests: the URLs that are given, containers where a Docker engine answers, the local servers else."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.ports import Ports
from deploy.local.servers import start_servers

RABBIT_IMAGE = "rabbitmq:4"
MONGO_IMAGE = "mongo:8"
MINIO_IMAGE = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"
GIVEN = ("FAS_RABBIT_URL", "FAS_MONGO_URL", "FAS_S3_ENDPOINT")


@contextmanager
def running_servers(folder: Path, say: Callable[[str], None]) -> Iterator[dict[str, str]]:
    """The settings of a broker, a database and an object store that are there until the block ends."""
    if not any(name in os.environ for name in GIVEN) and _docker_answers():
        with _containers() as environment:
            yield environment
        return
    running = start_servers(folder, ports=Ports.random(), mongo_engine="memory", say=say)
    try:
        yield running.environment
    finally:
        running.stop()


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "info"], capture_output=True, timeout=20, check=False).returncode == 0


@contextmanager
def _containers() -> Iterator[dict[str, str]]:
    from testcontainers.community.minio import MinioContainer
    from testcontainers.community.rabbitmq import RabbitMqContainer
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs

    with ExitStack() as started:
        rabbit = started.enter_context(RabbitMqContainer(RABBIT_IMAGE))
        minio = started.enter_context(MinioContainer(MINIO_IMAGE))
        mongo = (
            DockerContainer(MONGO_IMAGE).with_exposed_ports(27017).with_command("--replSet fas --bind_ip_all")
        )
        started.enter_context(mongo)
        wait_for_logs(mongo, "Waiting for connections")
        mongo.exec(
            [
                "mongosh",
                "--quiet",
                "--eval",
                "rs.initiate({_id:'fas',members:[{_id:0,host:'127.0.0.1:27017'}]})",
            ]
        )
        minio_config = minio.get_config()
        yield {
            "FAS_RABBIT_URL": f"amqp://guest:guest@{rabbit.get_container_host_ip()}:{rabbit.get_exposed_port(5672)}/",
            "FAS_MONGO_URL": f"mongodb://{mongo.get_container_host_ip()}:{mongo.get_exposed_port(27017)}/?directConnection=true",
            "FAS_S3_ENDPOINT": minio_config["endpoint"],
            "FAS_S3_ACCESS_KEY": minio_config["access_key"],
            "FAS_S3_SECRET_KEY": minio_config["secret_key"],
        }

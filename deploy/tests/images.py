"""The images: what stands in for those that can't be pulled, and ours from its real Dockerfile."""

import shutil
from pathlib import Path

import yaml

from deploy.local.programs import ROOT
from deploy.tests.engine import SUITE, Engine, debian_archive

STANDINS = ROOT / "deploy" / "tests" / "standins"
BASE = "python:3.13-slim"
RABBITMQ, MONGO = "rabbitmq:4", "mongo:8"
DEBIAN, PYTHON = "fas-test-debian", "fas-test-python"
TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
MOST_MEGABYTES = 250


def _minio_image() -> str:
    """The name that the Compose file calls MinIO's image by, where no setting names another."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return str(services["minio"]["image"]).partition(":-")[2].rstrip("}")


MINIO = _minio_image()
NAMES = (BASE, RABBITMQ, MONGO, MINIO)


def make_standins(engine: Engine) -> None:
    """Build every stand-in under the name of the real one; what was built before is built again only where it changed."""
    _debian(engine)
    _build(engine, "base", BASE, context=str(_trusted(engine)))
    _build(engine, "rabbitmq", RABBITMQ, context=str(STANDINS))
    _build(engine, "python", PYTHON)
    _build(engine, "mongo", MONGO)
    _build(engine, "minio", MINIO, context=str(STANDINS))


def own_megabytes(engine: Engine, image: str) -> float:
    """What our layers add to the base image."""
    whole, base = (
        int(engine.run("docker", "image", "inspect", "--format", "{{.Size}}", name)) for name in (image, BASE)
    )
    return (whole - base) / 1e6


def _debian(engine: Engine) -> None:
    """A Debian made by debootstrap, once."""
    if engine.run("docker", "image", "ls", "--quiet", DEBIAN):
        return
    tree = engine.folder / "debian"
    shutil.rmtree(tree, ignore_errors=True)
    script = engine.folder / "root/usr/sbin/debootstrap"
    engine.run(script, "--variant=minbase", "--include=ca-certificates", SUITE, tree, debian_archive())
    archive = engine.folder / "debian.tar"
    engine.run("tar", "-C", tree, "-cf", archive, ".")
    engine.run("docker", "import", archive, DEBIAN)
    archive.unlink()
    shutil.rmtree(tree)


def _build(engine: Engine, name: str, tag: str, context: str = ".") -> None:
    engine.run("docker", "build", "--quiet", "-f", STANDINS / f"{name}.Dockerfile", "-t", tag, context)


def _trusted(engine: Engine) -> Path:
    """A folder with the certificates that this machine trusts, so that registries can be reached from within."""
    folder = engine.folder / "trusted"
    folder.mkdir(exist_ok=True)
    shutil.copy(TRUSTED, folder)
    return folder

"""The object store: minio where it is on PATH, else the stand-in."""

import secrets
import shutil
import sys
from pathlib import Path

import urllib3
from minio import Minio

from deploy.local.ports import LOOPBACK
from deploy.local.programs import Program, without_settings
from deploy.local.server import Server

_USER = "fas"


def object_store(data_dir: Path, port: int) -> Server:
    """The server, not yet started, with a secret made for this run."""
    secret = secrets.token_urlsafe(24)
    folder = data_dir.resolve() / "objects"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    minio = shutil.which("minio")
    program = (
        _minio(minio, data_dir, folder, port, secret) if minio else _nanio(data_dir, folder, port, secret)
    )
    client = Minio(
        endpoint=f"{LOOPBACK}:{port}", access_key=_USER, secret_key=secret, secure=False, region="us-east-1",
        http_client=urllib3.PoolManager(timeout=2, retries=False),
    )  # fmt: skip
    environment = {
        "FAS_S3_ENDPOINT": f"http://{LOOPBACK}:{port}",
        "FAS_S3_ACCESS_KEY": _USER,
        "FAS_S3_SECRET_KEY": secret,
    }
    label = "MinIO" if minio else "The object store (stand-in for MinIO)"
    return Server("objects", label, [program], lambda: _ask(client), environment)


def _minio(path: str, data_dir: Path, folder: Path, port: int, secret: str) -> Program:
    keys = {"MINIO_ROOT_USER": _USER, "MINIO_ROOT_PASSWORD": secret, "MINIO_BROWSER": "off"}
    command = [path, "server", str(folder), "--address", f"{LOOPBACK}:{port}", "--quiet"]
    return Program("objects", command, data_dir, without_settings() | keys)


def _nanio(data_dir: Path, folder: Path, port: int, secret: str) -> Program:
    keys = {"NANIO_ACCESS_KEY": _USER, "NANIO_SECRET_KEY": secret}
    command = [
        sys.executable, "-m", "nanio.cli", "serve", "--data-dir", str(folder), "--host", LOOPBACK,
        "--port", str(port), "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    return Program("objects", command, data_dir, without_settings() | keys)


def _ask(client: Minio) -> None:
    client.list_buckets()

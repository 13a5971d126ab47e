"""The database: mongod where it is on PATH, as a replica set of one, else the stand-in."""

import shutil
import sys
from pathlib import Path
from typing import Any, Literal

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local.ports import LOOPBACK
from deploy.local.programs import Program, without_settings
from deploy.local.server import Server

MongoEngine = Literal["memory", "file"]
_REPLICA_SET = "fas"
_ALREADY_INITIALIZED = 23


def mongodb(data_dir: Path, port: int, engine: MongoEngine) -> Server:
    """The server, not yet started; `engine` is the stand-in's, a real mongod keeps its data either way."""
    mongod = shutil.which("mongod")
    return _mongod(mongod, data_dir, port) if mongod else _standin(data_dir, port, engine)


def _mongod(path: str, data_dir: Path, port: int) -> Server:
    folder = data_dir / "mongodb"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        path, "--dbpath", str(folder.resolve()), "--port", str(port), "--bind_ip", LOOPBACK, "--replSet", _REPLICA_SET,
        "--wiredTigerCacheSizeGB", "0.5", "--nounixsocket",
    ]  # fmt: skip
    program = Program("mongodb", command, data_dir, without_settings())
    url = f"mongodb://{LOOPBACK}:{port}/?replicaSet={_REPLICA_SET}"
    return Server("mongodb", "MongoDB", [program], lambda: _ask_primary(port), {"FAS_MONGO_URL": url})


def _standin(data_dir: Path, port: int, engine: MongoEngine) -> Server:
    command = [sys.executable, "-m", "deploy.local.mongo_standin", "--port", str(port)]
    if engine == "file":
        file = data_dir.resolve() / "mongodb" / "standin.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        command += ["--file", str(file)]
    program = Program("mongodb", command, data_dir, without_settings())
    url = f"mongodb://{LOOPBACK}:{port}/?directConnection=true"
    label = "The database (stand-in for MongoDB)"
    return Server("mongodb", label, [program], lambda: _ask(port), {"FAS_MONGO_URL": url})


def _ask(port: int) -> None:
    with _client(port) as client:
        client.admin.command("ping")


def _ask_primary(port: int) -> None:
    with _client(port) as client:
        try:
            if client.admin.command("hello")["isWritablePrimary"]:
                return
            member = {"_id": 0, "host": f"{LOOPBACK}:{port}"}
            client.admin.command("replSetInitiate", {"_id": _REPLICA_SET, "members": [member]})
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                raise
    raise ConnectionError("the replica set has no primary yet")


def _client(port: int) -> MongoClient[dict[str, Any]]:
    return MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=1000)

"""`mongod` as far as the Compose file needs it: the local stand-in as a replica set of one, with users and passwords.

Users are kept, their passwords checked (SCRAM), and a user reads and writes its own database alone. What it can't show: how
the real server stores passwords, what else a role allows, and that members of a set know each other by the key.
"""

import argparse
import asyncio
import json
import os
import signal
import stat
from pathlib import Path
from typing import Any, NamedTuple

from mongoeco.errors import OperationFailure
from mongoeco.wire.auth import WireAuthUser
from mongoeco.wire.executor import WireCommandExecutor
from mongoeco.wire.proxy import AsyncMongoEcoProxyServer

from deploy.local.mongo_journal import Journal
from deploy.local.mongo_shortcuts import put_in_place
from deploy.local.mongo_standin import Kept

PORT = 27017
DATA = Path("/data/db")
Body = dict[str, Any]
_ROOT = [{"role": "root", "db": "admin"}]
_UNAUTHORIZED, _NOT_SIGNED_IN = 13, 18
_GREETINGS = frozenset({"hello", "isMaster", "ismaster"})
_SIGNING_IN = frozenset({"saslStart", "saslContinue"})
_FREE = (
    _GREETINGS
    | _SIGNING_IN
    | {"ping", "buildInfo", "connectionStatus", "endSessions", "logout", "whatsmyuri"}
)


class Register:
    """The users, and the replica set once it was made; kept in one file."""

    def __init__(self, file: Path, set_name: str) -> None:
        self._file, self._set = file, set_name
        kept = json.loads(file.read_text()) if file.exists() else self._first()
        self.users: dict[str, Body] = kept["users"]
        self._members: list[str] = kept["members"]

    def _first(self) -> Body:
        name, password = os.environ["MONGO_INITDB_ROOT_USERNAME"], os.environ["MONGO_INITDB_ROOT_PASSWORD"]
        return {"users": {name: {"pwd": password, "roles": _ROOT}}, "members": []}

    def wire_users(self) -> tuple[WireAuthUser, ...]:
        """The users as mongoeco's wire server checks them."""
        return tuple(
            WireAuthUser(name, user["pwd"], roles=tuple(user["roles"])) for name, user in self.users.items()
        )

    def keep_user(self, name: str, password: str | None, roles: list[Body] | None) -> None:
        """Add a user, or change what is given of it."""
        before = self.users.get(name, {})
        self.users[name] = {
            "pwd": password or before["pwd"],
            "roles": before.get("roles") if roles is None else roles,
        }
        self._save()

    def initiate(self, config: Body) -> None:
        """Make the replica set; once."""
        if self._members:
            raise OperationFailure("already initialized", code=23)
        if config["_id"] != self._set:
            raise OperationFailure(f"the set is named {self._set}", code=93)
        self._members = [member["host"] for member in config["members"]]
        self._save()

    def as_seen(self) -> Body:
        """What `hello` says of the set."""
        if not self._members:
            return {"isWritablePrimary": False, "ismaster": False, "secondary": False, "isreplicaset": True}
        primary = self._members[0]
        return {
            "setName": self._set,
            "setVersion": 1,
            "hosts": self._members,
            "primary": primary,
            "me": primary,
        }

    def _save(self) -> None:
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps({"users": self.users, "members": self._members}))


class Administration(NamedTuple):
    """A command that mongoeco does not know, of a user."""

    command_name: str
    body: Body
    connection: Any


class Executor(WireCommandExecutor):
    """mongoeco's, with users, rights and a replica set."""

    def __init__(self, *args: Any, register: Register, **options: Any) -> None:
        super().__init__(*args, **options)
        self._register = register
        self._own = {
            "replSetInitiate": self._initiate, "createUser": self._create_user, "updateUser": self._update_user,
            "usersInfo": self._users_info,
        }  # fmt: skip

    def _build_request_context(self, body: Body, **given: Any) -> Any:
        name = next(iter(body))
        if name in self._own:
            return Administration(name, body, given["connection"])
        if "startTransaction" not in body:
            body.pop("txnNumber", None)  # a write that may be repeated; mongoeco takes it for a transaction
        return super()._build_request_context(body, **given)

    async def execute_prepared(self, context: Any) -> Body:
        """Answer, where the user may."""
        if context.command_name not in _FREE:
            self._check(context)
        if isinstance(context, Administration):
            return {**self._own[context.command_name](context.body), "ok": 1.0}
        try:
            answer: Body = await super().execute_prepared(context)
        except OperationFailure as error:
            if context.command_name in _SIGNING_IN:
                raise OperationFailure(str(error), code=_NOT_SIGNED_IN) from error
            raise
        return answer | self._seen(context) if context.command_name in _GREETINGS else answer

    def _seen(self, context: Any) -> Body:
        """What a client sees of the set, and how it can sign in: mongoeco's SCRAM-SHA-1 is not MongoDB's."""
        mechanisms = (
            {"saslSupportedMechs": ["SCRAM-SHA-256"]} if "saslSupportedMechs" in context.raw_body else {}
        )
        return self._register.as_seen() | mechanisms

    def _check(self, context: Any) -> None:
        """Root may do everything, others read and write the databases of their roles."""
        roles = context.connection.authenticated_roles
        allowed = {role["db"] for role in roles if role["role"] == "readWrite"}
        if any(role["role"] == "root" for role in roles) or getattr(context, "db_name", None) in allowed:
            return
        raise OperationFailure(f"not authorized to execute {context.command_name}", code=_UNAUTHORIZED)

    def _initiate(self, body: Body) -> Body:
        self._register.initiate(body["replSetInitiate"])
        return {}

    def _create_user(self, body: Body) -> Body:
        if body["createUser"] in self._register.users:
            raise OperationFailure("the user is there already", code=51003)
        return self._keep(body["createUser"], body)

    def _update_user(self, body: Body) -> Body:
        return self._keep(body["updateUser"], body)

    def _keep(self, name: str, body: Body) -> Body:
        self._register.keep_user(name, body.get("pwd"), body.get("roles"))
        self._auth._users = self._register.wire_users()
        return {}

    def _users_info(self, body: Body) -> Body:
        asked = body["usersInfo"]
        name = asked["user"] if isinstance(asked, dict) else asked
        found = self._register.users.get(name)
        return {
            "users": [{"_id": f"admin.{name}", "user": name, "db": "admin", "roles": found["roles"]}]
            if found
            else []
        }


async def serve(register: Register, file: Path) -> None:
    """Answer until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = AsyncMongoEcoProxyServer(
        engine=Kept.of(Journal(file)),
        host="0.0.0.0",  # noqa: S104 - in a container
        port=PORT,
        auth_users=register.wire_users(),
    )
    server._executor = Executor(
        server._client, server._cursor_store, server._session_store, surface=server._surface, auth=server._auth,
        register=register,
    )  # fmt: skip
    async with server:
        print("Waiting for connections", flush=True)
        await stop.wait()


def main() -> None:
    """Serve with the options that the Compose file gives; the key of the members must be as mongod wants it."""
    options = argparse.ArgumentParser()
    options.add_argument("--replSet", required=True)
    options.add_argument("--keyFile", type=Path, required=True)
    options.add_argument("--bind_ip_all", action="store_true")
    options.add_argument("--wiredTigerCacheSizeGB")
    given = options.parse_args()
    if stat.S_IMODE(given.keyFile.stat().st_mode) & 0o077 or not 6 <= len(given.keyFile.read_text()) <= 1024:
        raise SystemExit("the key file is open to others, or too short or too long")
    put_in_place()
    asyncio.run(serve(Register(DATA / "register.json", given.replSet), DATA / "documents.jsonl"))


if __name__ == "__main__":
    main()

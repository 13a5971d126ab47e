"""`minio server` as far as the Compose file needs it: the local stand-in with several users, held to their policies.

The policies are those that `fas access` wrote, read here by a small part of S3's rules: Allow, actions, resources with `*`.
"""

import hmac
import json
import os
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import uvicorn
from nanio.app import build_app
from nanio.config import Settings
from nanio.errors import AccessDenied, S3Error
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

PORT = 9000
ADMIN = "/standin/users"
"""Where `mc` of this folder sends what it is told about users; MinIO has an API of its own for that."""
_OBJECT = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "POST": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}
_BUCKET = {"GET": "s3:ListBucket", "HEAD": "s3:ListBucket", "PUT": "s3:CreateBucket", "POST": "s3:DeleteObject",
           "DELETE": "s3:DeleteBucket"}  # fmt: skip


class Users:
    """Root, and the users with their keys and policies; kept in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.root = (os.environ["MINIO_ROOT_USER"], os.environ["MINIO_ROOT_PASSWORD"])
        empty: dict[str, Any] = {"keys": {}, "policies": {}, "attached": {}}
        self._kept = json.loads(file.read_text()) if file.exists() else empty

    def resolve(self, access_key: str) -> str | None:
        """The secret of a key, for nanio."""
        return dict([self.root]).get(access_key) or self._kept["keys"].get(access_key)

    def access_keys(self) -> list[str]:
        """All of them, for nanio."""
        return [self.root[0], *self._kept["keys"]]

    def keep(self, part: str, name: str, value: Any) -> None:
        """Add a key, a policy, or which policy is attached to a user."""
        self._kept[part][name] = value
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(self._kept))

    def kept(self, part: str, name: str) -> Any:
        """What was kept; None where nothing was."""
        return self._kept[part].get(name)

    def may(self, user: str, action: str, path: str) -> bool:
        """Whether a user's policy allows it."""
        if user == self.root[0]:
            return True
        policy = self._kept["policies"].get(self._kept["attached"].get(user), {})
        return any(
            statement["Effect"] == "Allow"
            and action in statement["Action"]
            and any(fnmatchcase(f"arn:aws:s3:::{path}", pattern) for pattern in statement["Resource"])
            for statement in policy.get("Statement", ())
        )


class Held:
    """Lets through what the policy of who signed the request allows."""

    def __init__(self, app: ASGIApp, users: Users) -> None:
        self._app, self._users = app, users

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or 403."""
        for action, path in _asked(Request(scope)) if scope["type"] == "http" else ():
            if not self._users.may(scope["nanio.principal"], action, path):
                refusal: S3Error = AccessDenied(f"{action} on {path}")
                return await Response(refusal.to_xml(), 403, media_type="application/xml")(
                    scope, receive, send
                )
        return await self._app(scope, receive, send)


def _asked(request: Request) -> Iterator[tuple[str, str]]:
    path = request.url.path.strip("/")
    bucket, _, key = path.partition("/")
    if not bucket:
        yield "s3:ListAllMyBuckets", "*"
        return
    action = (_OBJECT if key else _BUCKET)[request.method]
    yield (
        (
            "s3:AbortMultipartUpload"
            if request.method == "DELETE" and "uploadId" in request.query_params
            else action
        ),
        path,
    )
    source = request.headers.get("x-amz-copy-source")
    if source:
        yield "s3:GetObject", source.strip("/")


def _administration(users: Users) -> Route:
    async def keep(request: Request) -> Response:
        given = await request.json()
        if not hmac.compare_digest(given["root"], ":".join(users.root)):
            return Response("wrong root key", 403)
        if "value" in given:
            users.keep(given["part"], given["name"], given["value"])
        return JSONResponse(users.kept(given["part"], given["name"]))

    return Route(ADMIN, keep, methods=["POST"])


def build(data: Path) -> Starlette:
    """The server, with its data in a folder."""
    users = Users(data / ".users.json")
    (data / "objects").mkdir(exist_ok=True)
    objects = build_app(Settings(data_dir=data / "objects", region="us-east-1", credentials=users))
    objects.user_middleware.append(Middleware(Held, users=users))
    return Starlette(routes=[_administration(users), Mount("/", objects)])


def main(command: str, folder: str) -> None:
    """`minio server FOLDER`."""
    if command != "server":
        raise SystemExit(f"the stand-in knows no {command}")
    uvicorn.run(build(Path(folder)), host="0.0.0.0", port=PORT, access_log=False, log_level="warning")  # noqa: S104 - a container


if __name__ == "__main__":
    main(*sys.argv[1:])

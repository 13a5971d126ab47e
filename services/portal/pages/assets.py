"""The style sheets and scripts of the pages: read once, compressed once, kept by browsers until they change."""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from shared.runtime.logs import get_logger

log = get_logger()
STATIC = Path(__file__).parents[1] / "static"
_KEPT, _ASKED_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"
_IMPORT = re.compile(rb'(?<=from "\./)([\w.-]+)(?=")')
_COMMENTS = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
"""Lines that are a comment and nothing else: a third of our scripts on the wire."""
router = APIRouter(include_in_schema=False)
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, and the digest that its address carries."""

    media_type: str
    plain: bytes
    packed: bytes
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Every file under `static/`, by its path there; a script names those that it imports by their digests, too."""
    files = {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }
    found = made(files)
    if "vendor/tabler.min.css" not in found:
        log.warning("assets_missing", reason="run `python -m tools.assets`; the pages look bare without them")
    return found


def made(files: Mapping[str, bytes]) -> dict[str, Asset]:
    """The assets that these files become, our scripts without the lines that are comments. Pure.

    A browser keeps each for a year under its address. So the address of a script must change with what it imports, or
    after an update an officer would have the new script with old parts.
    """
    found: dict[str, Asset] = {}

    def make(name: str) -> Asset:
        if name not in found:
            data = files[name]
            if name.endswith(".js") and not name.startswith("vendor/"):
                data = _IMPORT.sub(
                    lambda other: b"%b?v=%b" % (other[1], make(other[1].decode()).digest.encode()),
                    _COMMENTS.sub(b"", data),
                )
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            found[name] = Asset(kind, data, gzip.compress(data, 9, mtime=0), sha256(data).hexdigest()[:16])
        return found[name]

    for name in files:
        make(name)
    return found


def address(name: str) -> str:
    """Where a page finds an asset; another content has another address."""
    known = assets().get(name)
    return f"/static/{name}?v={known.digest}" if known else f"/static/{name}"


@router.get("/static/{name:path}")
async def asset(name: str, request: Request) -> Response:
    """One asset, compressed where the browser takes that."""
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    same = (
        request.query_params.get("v") == found.digest
    )  # else the page is of another version than this process
    headers = {
        "Cache-Control": _KEPT if same else _ASKED_AGAIN,
        "Vary": "Accept-Encoding",
        "ETag": f'"{found.digest}"',
        "Content-Security-Policy": "default-src 'none'",  # shorter than a page's, and strict enough for what is no page
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(
            found.packed, media_type=found.media_type, headers=headers | {"Content-Encoding": "gzip"}
        )
    return Response(found.plain, media_type=found.media_type, headers=headers)

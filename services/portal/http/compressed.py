"""Pages travel compressed: a large part of a questionnaire is 870 KB of HTML, and a tenth of it on the wire."""

import gzip
import secrets
from io import BytesIO

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_SITE = ("same-origin", "none")
"""What browsers say of a request of this site, and of one that the visitor made without any (`Sec-Fetch-Site`)."""
_LEAST_BYTES = 1_500
"""What fits one packet is not worth it."""
_LEVEL = 5
_MOST_PADDING = 100


class CompressedPages:
    """ASGI middleware: HTML that is answered at once is compressed, where the request does not come from another site.

    Another site that makes a visitor's browser ask for pages with words of its own, and sees how long the answers are, could
    guess what else is in them (BREACH). So what it asks for stays as it is, and what a page asks for itself has a length that
    is padded by chance.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, compressed or as it is."""
        if scope["type"] != "http" or not _may_be_compressed(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        begun: Message | None = None

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_page(Headers(raw=message["headers"])):
                begun = message  # told with the first piece of the body, when its length is known
                return
            if begun is not None:
                start, begun = begun, None
                message = _compressed(start, message)
                await send(start)
            await send(message)

        await self._app(scope, receive, sent)


def _may_be_compressed(headers: Headers) -> bool:
    return "gzip" in headers.get("Accept-Encoding", "") and headers.get("Sec-Fetch-Site") in OWN_SITE


def _is_page(headers: Headers) -> bool:
    return headers.get("Content-Type", "").startswith("text/html") and "Content-Encoding" not in headers


def _compressed(start: Message, body: Message) -> Message:
    """The body as it is sent; the headers of `start` say what it is."""
    plain: bytes = body.get("body", b"")
    headers = MutableHeaders(scope=start)
    headers.add_vary_header("Accept-Encoding, Sec-Fetch-Site")
    if body.get("more_body") or len(plain) < _LEAST_BYTES:
        return body
    packed = _packed(plain)
    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(packed))
    return {**body, "body": packed}


def _packed(plain: bytes) -> bytes:
    target = BytesIO()
    padding = "-" * secrets.randbelow(_MOST_PADDING)  # the name of the file, which nobody reads
    with gzip.GzipFile(padding, "wb", _LEVEL, target, mtime=0) as packing:
        packing.write(plain)
    return target.getvalue()

"""Headers that every answer carries, so that a browser neither guesses, frames, keeps nor passes on what it got."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_YEAR_SECONDS = 365 * 24 * 3600


class SafeHeaders:
    """ASGI middleware; what a route says itself stands. `open_to_caches` are the beginnings of paths without anybody's data."""

    def __init__(self, app: ASGIApp, open_to_caches: tuple[str, ...] = ()) -> None:
        self._app, self._open = app, open_to_caches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add what is missing when the answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = dict(_ALWAYS)
        if not scope["path"].startswith(self._open):
            added["Cache-Control"] = "no-store"
        if not scope["path"].startswith("/api/"):
            added["Content-Security-Policy"] = _PAGES
        if scope["scheme"] == "https":
            added["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)

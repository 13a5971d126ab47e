"""No request is read further than its route allows, whatever length it announces."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.api.problems import problem

UPLOAD_BYTES = 6 * 1024 * 1024
BODY_BYTES = 10 * 1024 * 1024
UPLOADS = ("/attachments", "/workbook")


class TooLarge(Exception):
    """The body is longer than allowed."""


class BodyLimit:
    """ASGI middleware that answers 413 `too_large` as soon as a body is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; refuse when it is announced or found to be too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = UPLOAD_BYTES if scope["path"].endswith(UPLOADS) else BODY_BYTES
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(limit)(scope, receive, send)
            return
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        async def sent(message: Message) -> None:
            nonlocal started
            if read > limit and not started:
                raise TooLarge  # FastAPI makes 400 of any error of reading; this answer says what it was
            started = True
            await send(message)

        try:
            await self._app(scope, counted, sent)
        except TooLarge:
            if started:
                raise
            await _refuse(limit)(scope, receive, send)


def _refuse(limit: int) -> ASGIApp:
    mib = limit // 1024 // 1024
    return problem(413, "too_large", f"内容太大，不能超过{mib}M。 The body is larger than {mib} MiB.")

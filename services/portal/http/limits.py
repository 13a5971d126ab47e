"""No request is read further than its route allows, whatever length it announces: small, unless a row says why not."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.http.problems import problem
from shared.bilingual import Bilingual
from shared.contracts.limits import ANSWERS_BYTES

_KIB, _MIB = 1024, 1024 * 1024
SMALL_BYTES = 64 * _KIB
UPLOAD_BYTES = 6 * _MIB
"""One file of 4 MiB, with the form around it."""
_ROUTES = tuple(
    (re.compile(path), limit)
    for path, limit in (
        (r"/api/v1/token", 16 * _KIB),
        (
            r"/api/v1/attachments|/api/v1/cases/[^/]+/stages/questionnaire/workbook",
            UPLOAD_BYTES,
        ),
        (r"/api/v1/cases/[^/]+/stages/questionnaire", 8 * _MIB),  # every answer
        (
            r"/api/v1/assessments(/[^/]+)?|/api/v1/cases/[^/]+/stages/[a-z_]+(/agree|/refuse)?",
            2 * _MIB,
        ),  # long texts
        (r"/cases/[^/]+/questionnaire/(save|submit)", ANSWERS_BYTES),
        (r"/cases/[^/]+/certificate_consultation/signatories", 11 * _MIB),  # 10 MB in all, as its page says
        (r"/cases/[^/]+/(.+/)?(attachments|workbook)", UPLOAD_BYTES),
        (r"/cases/[^/]+/.+|/assessments/new", 4 * _MIB),  # long texts as browsers write them
        (
            r"/sign-in|/account/password|/account/second-factor",
            _MIB,
        ),  # with what was typed when the last session ended
        (r"/ops/.+", 256 * _KIB),  # many receipts at once
    )
)
_LONGEST_TARGET = 8 * _KIB
"""The path and the query; what a search looks for has 200 characters at most."""


class TooLarge(Exception):
    """The body is longer than allowed."""


def most_bytes(path: str) -> int:
    """How long the body of a request to this path may be."""
    return next((limit for pattern, limit in _ROUTES if pattern.fullmatch(path)), SMALL_BYTES)


class Limits:
    """ASGI middleware that answers 413 `too_large` as soon as a body is too long, 414 `uri_too_long` for the address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; refuse when it is announced or found to be too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _LONGEST_TARGET:
            text = Bilingual(
                "网址太长，请缩短筛选条件。", "The address is too long; shorten what it asks for."
            )
            await problem(414, "uri_too_long", text)(scope, receive, send)
            return
        limit = most_bytes(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(limit)(scope, receive, send)
            return
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
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
    zh, en = (
        (f"{limit // _MIB}MB", f"{limit // _MIB} MB")
        if limit >= _MIB
        else (f"{limit // _KIB}KB", f"{limit // _KIB} KB")
    )
    return problem(413, "too_large", Bilingual(f"内容太大，不能超过{zh}。", f"The body is larger than {en}."))

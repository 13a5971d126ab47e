"""Errors as `application/problem+json` (CONTRACT 3), each naming the field and the way out in both languages."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.portal.identity.sign_in import RefuseForNow
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
MOST_ERRORS = 50
"""Whoever sends more faults than a person reads is told of the first ones."""
_LONGEST_FIELD = 100
_ZH = {
    "missing": "为必填项", "extra_forbidden": "没有此字段", "string_type": "应为文字", "too_long": "最多{max_length}项",
    "string_too_long": "最多{max_length}个字符", "json_invalid": "不是有效的JSON",
}  # fmt: skip
_CODES = {
    400: ("bad_request", "请求内容无法解析。 The request can't be read."),
    401: ("not_signed_in", "请先登录。 Please sign in."),
    403: ("forbidden", "不允许此操作。 This is not allowed."),
    404: ("not_found", "没有这个地址。 There is nothing at this address."),
    405: ("method_not_allowed", "此地址不支持该方法。 This address does not take this method."),
    413: ("too_large", "内容太大。 The body is too large."),
}
_UNREADABLE_FORM = (
    "表单（multipart/form-data）不完整或过大：请检查 boundary、各部分的 name，以及字段的数量和大小。 "
    "The form (multipart/form-data) is broken or too large: see to its boundary, the name of each part, "
    "and the number and size of its fields."
)


class Problem(JSONResponse):
    """What is wrong as JSON; half a character of what was asked for stands there as its escape."""

    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """The body in UTF-8."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def problem(
    status: int, code: str, detail: str, errors: Sequence[Any] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """One error answer."""
    body = {
        "type": f"urn:fas:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code,
        "detail": detail, "errors": list(errors),
    }  # fmt: skip
    return Problem(body, status_code=status, headers=headers)


def fault() -> JSONResponse:
    """The answer where we failed; what happened is in the log, by the X-Request-ID of the answer."""
    detail = "系统内部错误，已记录。 This is a fault of ours; it was written down."
    return problem(500, "internal", detail)


def install(app: FastAPI, page_not_there: Callable[[Request, HTTPException], Awaitable[Response]]) -> None:
    """Answer every error of the API in this form; what is outside of it is answered by a page."""

    @app.exception_handler(RequestRejected)
    async def on_refuse(request: Request, refusal: RequestRejected) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else None
        errors = [each if isinstance(each, dict) else asdict(each) for each in refusal.errors]
        return problem(refusal.status, refusal.code, refusal.detail, errors, headers)

    @app.exception_handler(RefuseForNow)
    async def on_refuse_for_now(request: Request, refusal: RefuseForNow) -> JSONResponse:
        headers = {"Retry-After": str(refusal.seconds)}
        return problem(refusal.status, refusal.code, refusal.detail, headers=headers)

    @app.exception_handler(DependencyUnavailable)
    async def on_wait(request: Request, wait: DependencyUnavailable) -> JSONResponse:
        log.warning("request_put_off", error=str(wait), dependency=wait.dependency)
        detail = f"{wait} 系统暂时无法处理，内容未丢失，请稍后再试。 Nothing was lost; please try again."
        return problem(503, "unavailable", detail, headers={"Retry-After": "5"})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if not request.url.path.startswith("/api/"):
            return await page_not_there(request, error)
        code, detail = _CODES.get(error.status_code, ("http_error", str(error.detail)))
        if error.status_code == HTTPStatus.BAD_REQUEST and _is_form(request):
            detail = _UNREADABLE_FORM
        return problem(error.status_code, code, detail, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        errors = [_field(each) for each in found[:MOST_ERRORS]]
        return problem(422, "validation_error", named(errors, len(found)), errors)


def named(errors: Sequence[Any], count: int) -> str:
    """The detail of a refusal that names these fields, of `count` in all."""
    names = ", ".join(dict.fromkeys(each["field"] for each in errors))
    more = f" (and {count - len(errors)} more)" if count > len(errors) else ""
    return f"These fields need correction: {names}{more}."


def _is_form(request: Request) -> bool:
    return request.headers.get("Content-Type", "").startswith("multipart/form-data")


def _field(error: Any) -> dict[str, str]:
    """What is wrong with one field; of what was sent it shows the beginning of a field's name at most."""
    place = [str(part)[:_LONGEST_FIELD] for part in error["loc"]]
    field = (
        ".".join(place[1:] if place and place[0] in {"body", "query", "path", "header"} else place) or "body"
    )
    zh = _ZH.get(error["type"], error["msg"][:1000]).format_map(error.get("ctx") or {})
    return {
        "field": field, "code": error["type"], "message_zh": f"{field} 的内容不符合要求：{zh}",
        "message_en": f"{field}: {error['msg'][:1000]}",
    }  # fmt: skip

"""Errors as `application/problem+json` (CONTRACT 3), each naming the field and the way out in both languages."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.portal.sign_in import RefuseForNow
from shared.runtime.errors import Refuse, Wait
from shared.runtime.logs import get_logger

log = get_logger()
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


def problem(
    status: int, code: str, detail: str, errors: Sequence[Any] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """One error answer."""
    body = {
        "type": f"urn:fas:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code,
        "detail": detail, "errors": list(errors),
    }  # fmt: skip
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def fault() -> JSONResponse:
    """The answer where we failed; what happened is in the log, by the X-Request-ID of the answer."""
    detail = "系统内部错误，已记录。 This is a fault of ours; it was written down."
    return problem(500, "internal", detail)


def install(app: FastAPI, page_not_there: Callable[[Request, HTTPException], Awaitable[Response]]) -> None:
    """Answer every error of the API in this form; what is outside of it is answered by a page."""

    @app.exception_handler(Refuse)
    async def on_refuse(request: Request, refusal: Refuse) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else None
        return problem(refusal.status, refusal.code, refusal.detail, refusal.errors, headers)

    @app.exception_handler(RefuseForNow)
    async def on_refuse_for_now(request: Request, refusal: RefuseForNow) -> JSONResponse:
        headers = {"Retry-After": str(refusal.seconds)}
        return problem(refusal.status, refusal.code, refusal.detail, headers=headers)

    @app.exception_handler(Wait)
    async def on_wait(request: Request, wait: Wait) -> JSONResponse:
        log.warning("dependency_lost", error=str(wait), dependency=wait.dependency)
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
        errors = [_field(each) for each in error.errors()]
        names = ", ".join(dict.fromkeys(each["field"] for each in errors))
        return problem(422, "validation_error", f"These fields need correction: {names}.", errors)


def _is_form(request: Request) -> bool:
    return request.headers.get("Content-Type", "").startswith("multipart/form-data")


def _field(error: Any) -> dict[str, str]:
    place = [str(part) for part in error["loc"]]
    field = (
        ".".join(place[1:] if place and place[0] in {"body", "query", "path", "header"} else place) or "body"
    )
    return {
        "field": field, "code": error["type"], "message_zh": f"{field} 的内容不符合要求：{error['msg']}",
        "message_en": f"{field}: {error['msg']}",
    }  # fmt: skip

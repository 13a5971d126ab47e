"""Errors as `application/problem+json` (CONTRACT 3), each naming the field and the way out in both languages."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from shared.bilingual import Bilingual
from shared.contracts.faults import to_be_corrected
from shared.runtime.errors import DependencyUnavailable, RejectedForNow, RequestRejected
from shared.runtime.logs import get_logger

log = get_logger()
MOST_ERRORS = 50
"""Whoever sends more faults than a person reads is told of the first ones."""
_LONGEST_FIELD = 100
_ZH = {
    "missing": "为必填项", "extra_forbidden": "没有此字段", "string_type": "应为文字", "too_long": "最多{max_length}项",
    "too_short": "至少{min_length}项", "string_too_long": "最多{max_length}个字符", "string_too_short": "至少{min_length}个字符",
    "string_pattern_mismatch": "含有不允许的字符或格式不符", "enum": "应为{expected}", "literal_error": "应为{expected}",
    "greater_than_equal": "不能小于{ge}", "less_than_equal": "不能大于{le}", "bool_parsing": "应为true或false",
    "bool_type": "应为true或false", "int_parsing": "应为整数", "int_parsing_size": "整数过大", "int_type": "应为整数",
    "int_from_float": "应为整数", "list_type": "应为列表", "tuple_type": "应为列表", "dict_type": "应为JSON对象",
    "model_type": "应为JSON对象", "model_attributes_type": "应为JSON对象", "string_unicode": "含有不成对的字符",
}  # fmt: skip
_ZH_OF_ANY_OTHER = "不是允许的值"
_CODES = {
    400: ("bad_request", Bilingual("请求内容无法解析。", "The request can't be read.")),
    401: ("not_signed_in", Bilingual("请先登录。", "Please sign in.")),
    403: ("forbidden", Bilingual("不允许此操作。", "This is not allowed.")),
    404: ("not_found", Bilingual("没有这个地址。", "There is nothing at this address.")),
    405: ("method_not_allowed", Bilingual("此地址不支持该方法。", "This address does not take this method.")),
    413: ("too_large", Bilingual("内容太大。", "The body is too large.")),
}
_UNREADABLE_FORM = Bilingual(
    "表单（multipart/form-data）不完整或过大：请检查 boundary、各部分的 name，以及字段的数量和大小。",
    "The form (multipart/form-data) is broken or too large: see to its boundary, the name of each part, "
    "and the number and size of its fields.",
)


class Problem(JSONResponse):
    """What is wrong as JSON; half a character of what was asked for stands there as its escape."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        """The body in UTF-8."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def problem(
    status: int,
    code: str,
    text: Bilingual,
    errors: Sequence[object] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """One error answer; `detail` is the text in both languages."""
    body = {
        "type": f"urn:fas:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code,
        "detail": str(text), "errors": list(errors),
    }  # fmt: skip
    return Problem(body, status_code=status, headers=headers)


def fault() -> JSONResponse:
    """The answer where we failed; what happened is in the log, by the X-Request-ID of the answer."""
    text = Bilingual("系统内部错误，已记录。", "This is a fault of ours; it was written down.")
    return problem(500, "internal", text)


def install(app: FastAPI, page_not_there: Callable[[Request, HTTPException], Awaitable[Response]]) -> None:
    """Answer every error of the API in this form; what is outside of it is answered by a page."""

    @app.exception_handler(RequestRejected)
    async def on_refuse(request: Request, refusal: RequestRejected) -> JSONResponse:
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else None
        errors = [each if isinstance(each, dict) else asdict(each) for each in refusal.errors]
        return problem(refusal.status, refusal.code, refusal.text, errors, headers)

    @app.exception_handler(RejectedForNow)
    async def on_refuse_for_now(request: Request, refusal: RejectedForNow) -> JSONResponse:
        headers = {"Retry-After": str(refusal.seconds)}
        return problem(refusal.status, refusal.code, refusal.text, headers=headers)

    @app.exception_handler(DependencyUnavailable)
    async def on_wait(request: Request, wait: DependencyUnavailable) -> JSONResponse:
        log.warning("request_put_off", error=str(wait), dependency=wait.dependency)
        text = Bilingual(
            "系统暂时无法处理，内容未丢失，请稍后再试。", f"{wait} Nothing was lost; please try again."
        )
        return problem(503, "unavailable", text, headers={"Retry-After": "5"})

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if not request.url.path.startswith("/api/"):
            return await page_not_there(request, error)
        other = Bilingual("此请求无法处理。", f"{error.detail}.")
        code, text = _CODES.get(error.status_code, ("http_error", other))
        if error.status_code == HTTPStatus.BAD_REQUEST and _is_form(request):
            text = _UNREADABLE_FORM
        return problem(error.status_code, code, text, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        if found and found[0]["type"] == "json_invalid":
            return _not_json(found[0])
        errors = [_field(each) for each in found[:MOST_ERRORS]]
        text = to_be_corrected((each["field"] for each in errors), len(found) - len(errors))
        return problem(422, "validation_error", text, errors)


def _is_form(request: Request) -> bool:
    return request.headers.get("Content-Type", "").startswith("multipart/form-data")


def _not_json(error: ErrorDetails) -> JSONResponse:
    """The answer to a body that is no JSON: from which character on, and what is wrong there."""
    place, reason = error["loc"][-1], str((error.get("ctx") or {}).get("error", ""))
    text = Bilingual(
        f"请求内容不是有效的JSON（从第{place}个字符起）。",
        f"The body is not valid JSON, from character {place} on: {reason}.",
    )
    named = {"field": "body", "code": error["type"], "message_zh": text.zh, "message_en": text.en}
    return problem(422, "validation_error", text, [named])


def _field(error: ErrorDetails) -> dict[str, str]:
    """What is wrong with one field; of what was sent it shows the beginning of a field's name at most.

    A check of ours gives its Chinese sentence as `zh` of the error's context.
    """
    place = [str(part)[:_LONGEST_FIELD] for part in error["loc"]]
    field = (
        ".".join(place[1:] if place and place[0] in {"body", "query", "path", "header"} else place) or "body"
    )
    context = error.get("ctx") or {}
    zh = context.get("zh") or _ZH.get(error["type"], _ZH_OF_ANY_OTHER).format_map(context)
    return {
        "field": field, "code": error["type"], "message_zh": f"{field} 的内容不符合要求：{zh}",
        "message_en": f"{field}: {error['msg'][:1000]}",
    }  # fmt: skip

"""What the HTTP API refuses is named by its field, in Chinese without English sentences; a broken body is called that."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

from services.portal.cases.query import CaseQuery, order_of
from tests.problem_answers import asking


class _Colour(StrEnum):
    RED = "red"


class _Body(BaseModel):
    """Every kind of value that a body of ours has."""

    text: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    number: Annotated[int, Field(ge=1, le=5)] = 1
    rows: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    colour: _Colour = _Colour.RED
    side: Literal["china", "foreign"] = "china"
    flag: bool = False
    inner: dict[str, int] = {}
    ratio: float = 0.5


@pytest.fixture
async def client() -> Any:
    """A client of an API with one list and one body."""
    app = FastAPI()

    @app.get("/api/list")
    async def listed(wanted: Annotated[CaseQuery, Query()], unread: bool = False) -> None:
        order_of(wanted.sort)

    @app.post("/api/x")
    async def ask(body: _Body) -> None:
        raise AssertionError(body)

    async with asking(app) as found:
        yield found


def told(answer: httpx.Response, field: str) -> tuple[str, str]:
    """The two sentences about a field."""
    (error,) = [each for each in answer.json()["errors"] if each["field"].startswith(field)]
    return error["message_zh"], error["message_en"]


@pytest.mark.parametrize(
    ("query", "field", "chinese"),
    [
        ("page=0", "page", "不能小于1"), ("size=101", "size", "不能大于100"), ("page=x", "page", "应为整数"),
        ("stage=zz", "stage", "应为"), ("turn=zz", "turn", "应为"), ("unread=maybe", "unread", "应为true或false"),
        ("q=%00", "q", "格式不符"), ("sort=xx", "sort", "sort须为"),
    ],
)  # fmt: skip
async def test_a_parameter_of_a_list_is_refused_in_each_language_alone(
    client: httpx.AsyncClient, query: str, field: str, chinese: str
) -> None:
    answer = await client.get(f"/api/list?{query}")

    assert answer.status_code == 422
    zh, en = told(answer, field)
    assert chinese in zh
    assert not re.search(r"[Ii]nput|should|valid|must", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a"}, {"text": "abcd"}, {"text": 1}, {"number": 0}, {"number": 1.5}, {"number": "x"}, {"rows": []},
        {"rows": [1, 2, 3]}, {"rows": "x"}, {"rows": ["x"]}, {"colour": "x"}, {"side": "x"}, {"flag": "maybe"},
        {"inner": []}, {"ratio": "x"}, {"number": [1]}, {"flag": [1]},
    ],
    ids=str,
)  # fmt: skip
async def test_a_value_of_a_body_is_refused_in_each_language_alone(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    zh, en = told(await client.post("/api/x", json=body), next(iter(body)))

    assert not re.search(r"[Ii]nput|should|valid|must", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)


async def test_a_body_that_is_no_json_is_called_that(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/x", content=b'{"text": "ab",}', headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "validation_error"
    assert "不是有效的JSON" in problem["detail"]
    assert "not valid JSON, from character" in problem["detail"]
    assert [each["field"] for each in problem["errors"]] == ["body"]

"""Why an operator did something: one rule at the command line, in the API and on the pages; and answers to half characters."""

import json
from typing import Any

import pytest
import typer
from fastapi import FastAPI
from pydantic import BaseModel, ValidationError

from cli.commands.output import reason, required_reason
from services.portal.api.bodies import DismissBody
from services.portal.operations.audit import LONGEST_WHY, why_faults
from tests.problem_answers import asking

WRONG = [
    (" ", "required"), ("\u200b", "required"), ("a\x01b", "forbidden_character"), ("a\ufffe", "forbidden_character"),
    ("x" * (LONGEST_WHY + 1), "too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "code"), WRONG)
def test_a_reason_that_says_nothing_or_can_not_be_kept_is_refused(why: str, code: str) -> None:
    (fault,) = why_faults(why)

    assert (fault.field, fault.code) == ("why", code)
    with pytest.raises(typer.BadParameter):
        required_reason(why)
    with pytest.raises(ValidationError):
        DismissBody(why=why)


def test_the_character_that_can_not_be_kept_is_named() -> None:
    with pytest.raises(typer.BadParameter, match=r"U\+0001"):
        reason("a\x01b")
    with pytest.raises(ValidationError, match=r"U\+0001"):
        DismissBody(why="a\x01b")


def test_half_a_character_at_the_command_line_is_named() -> None:
    with pytest.raises(typer.BadParameter, match=r"U\+DC80"):
        reason("half \udc80")


def test_a_reason_is_kept_as_every_text_is_and_one_may_be_left_out() -> None:
    assert reason(" Cafe\u0301\r\n") == "Café"
    assert DismissBody(why="Cafe\u0301\x0b").why == "Café\n"
    assert reason("") == ""
    with pytest.raises(typer.BadParameter):
        required_reason("")


class _Asked(BaseModel, extra="forbid"):
    text: str = ""
    answers: dict[str, str] = {}


@pytest.mark.parametrize(
    "body", [{"text": "\ud800"}, {"\ud800": 1}, {"answers": {"a\udfff": "x"}}, {"answers": {"a": "\ud800"}}]
)
async def test_half_a_character_is_answered_with_a_problem(body: dict[str, Any]) -> None:
    app = FastAPI()

    @app.post("/api/x")
    async def ask(asked: _Asked) -> None:
        raise AssertionError(asked)

    async with asking(app) as client:
        answer = await client.post("/api/x", content=json.dumps(body))

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "validation_error"


async def test_a_reason_is_refused_in_each_language_alone() -> None:
    app = FastAPI()

    @app.post("/api/x")
    async def ask(body: DismissBody) -> None:
        raise AssertionError(body)

    async with asking(app) as client:
        answer = await client.post("/api/x", json={"why": "a\x01b"})

    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("why", "forbidden_character")
    assert "请删除" in error["message_zh"]
    assert "remove them" not in error["message_zh"]
    assert "remove them" in error["message_en"]
    assert "请删除" not in error["message_en"]

"""Temporary until the catalogue's author delivers."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class _M(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"


class Choice(_M):
    code: str
    zh: str
    en: str


class Question(_M):
    id: str
    kind: QuestionKind
    required: bool = False
    text_zh: str = ""
    text_en: str = ""
    only_for: tuple[str, ...] = ()
    attachment_required: bool = False


class Part(_M):
    number: str
    title_zh: str
    title_en: str
    questions: tuple[Question, ...]


class Questionnaire(_M):
    code: str
    version: int
    title_zh: str
    title_en: str
    parts: tuple[Part, ...]


class Answer(_M):
    value: Any = None
    note: str = ""
    attachments: tuple[str, ...] = ()
    version: int = 0

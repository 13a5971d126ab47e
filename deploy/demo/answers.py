"""Answers every question of a questionnaire from its own description (CONTRACT 3), as its format wants it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from deploy.demo.officer import Json
from simulator.files import pdf

_FILES_ALONE = "file"
_ROWS = 3


class Uploads(Protocol):
    """Whoever uploads files and gets their ids."""

    async def upload(self, name: str, data: bytes, purpose: str) -> str:
        """Keep a file; returns its id."""
        ...


def _number(thing: Json) -> int:
    least, most = (thing.get("limits", {}).get(name) for name in ("minimum", "maximum"))
    number = 12 if least is None else max(12, least)
    return int(number if most is None else min(number, most))


WORDED = ("020714", "2024-05", "+297 585 0200", "exports@agriculture.example")
"""What answers a text with a pattern: an HS code, a month, a telephone, an e-mail."""


def _text(thing: Json, free: str) -> str:
    """A text that matches the pattern, where there is one."""
    pattern = thing.get("limits", {}).get("pattern", "")
    return next(each for each in (free, *WORDED) if not pattern or re.fullmatch(pattern, each))


CELLS: dict[str, Callable[[Json, int], str]] = {
    "text": lambda column, row: _text(column, f"{column['en']} {2022 + row}"),
    "number": lambda column, row: str(_number(column)),
    "date": lambda column, row: "2024-05-31",
    "choice": lambda column, row: str(column["choices"][0]["code"]),
    "yes_no": lambda column, row: "yes",
}


def _rows(question: Json) -> list[Json]:
    prepared = question.get("prepared", [])
    rows = [
        {
            column["code"]: CELLS[column.get("kind", "text")](column, row)
            for column in question["columns"] if "calculated" not in column
        }
        for row in range(max(_ROWS, len(prepared), question.get("min_rows", 0)))
    ]  # fmt: skip
    first = question["columns"][0]["code"]
    for row, named in zip(rows, prepared, strict=False):
        row[first] = named["code"]
    return rows


def _choices(question: Json) -> list[str]:
    together = [choice["code"] for choice in question["choices"] if not choice.get("exclusive")]
    return together[:2] or [question["choices"][0]["code"]]


VALUES: dict[str, Callable[[Json], Any]] = {
    "text": lambda question: _text(question, f"As laid down in the national legislation ({question['id']})."),
    "long_text": lambda question: (
        f"详见所附材料。 The procedure is described in the attached manual ({question['id']})."
    ),
    "yes_no": lambda question: "yes",
    "choice": lambda question: question["choices"][0]["code"],
    "choices": _choices,
    "number": lambda question: _ROWS if "rows_of" in question else _number(question),
    "date": lambda question: "2024-05-31",
    "table": _rows,
    _FILES_ALONE: lambda question: None,
}


def questions_of(stage: Json) -> Iterator[Json]:
    """Every question of the stage's questionnaires, in order."""
    for questionnaire in stage["questionnaires"]:
        for part in questionnaire["parts"]:
            yield from part["questions"]


async def answer_to(officer: Uploads, question: Json) -> Json:
    """An answer of the question's kind, with a note and a file where they are required or are all that it takes."""
    value = VALUES[question["kind"]](question)
    codes = value if isinstance(value, list) else [value]
    chosen = [choice for choice in question["choices"] if choice["code"] in codes]
    filed = (
        question["attachment_required"]
        or question.get("attachment_if") == value
        or any("file" in each for each in chosen)
    )
    attachments = []
    if filed or question["kind"] == _FILES_ALONE:
        name = f"{question['id']}.pdf"
        attachments.append(await officer.upload(name, pdf("Evidence", question["text_en"][:60]), "answer"))
    return {
        "value": value,
        "note": "Since 2019."
        if question["kind"] == "yes_no" or any("note" in each for each in chosen)
        else "",
        "attachments": attachments,
        "version": question["answer"]["version"],
    }

"""Answers every required question of a questionnaire from its own description (CONTRACT 3)."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from deploy.demo.officer import Json
from simulator.files import pdf

_FILES_ALONE = "file"


class Uploads(Protocol):
    """Whoever uploads files and gets their ids."""

    async def upload(self, name: str, data: bytes, purpose: str) -> str:
        """Keep a file; returns its id."""
        ...


def _rows(question: Json) -> list[Json]:
    return [
        {column["code"]: f"{column['en']} {year}" for column in question["columns"]}
        for year in (2022, 2023, 2024)
    ]  # fmt: skip


VALUES: dict[str, Callable[[Json], Any]] = {
    "text": lambda question: f"As laid down in the national legislation ({question['id']}).",
    "long_text": lambda question: (
        f"详见所附材料。 The procedure is described in the attached manual ({question['id']})."
    ),
    "yes_no": lambda question: "yes",
    "choice": lambda question: question["choices"][0]["code"],
    "choices": lambda question: [choice["code"] for choice in question["choices"][:2]],
    "number": lambda question: 12,
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
    """An answer of the question's kind, with a file where one is required or is all that it takes."""
    attachments = []
    if question["attachment_required"] or question["kind"] == _FILES_ALONE:
        name = f"{question['id']}.pdf"
        attachments.append(await officer.upload(name, pdf("Evidence", question["text_en"][:60]), "answer"))
    return {
        "value": VALUES[question["kind"]](question),
        "note": "Since 2019." if question["kind"] == "yes_no" else "",
        "attachments": attachments,
        "version": question["answer"]["version"],
    }

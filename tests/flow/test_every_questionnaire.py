"""Each questionnaire (DOMAIN B8): opened by a receipt, answered by API and then by workbook, approved."""

from typing import Any

import pytest
from openpyxl import Workbook

from deploy.demo.answers import VALUES, questions_of
from services.questionnaire.catalogue import MATERIALS_ONLY, load
from shared.contracts.catalogue import CATEGORY_OF, SPECIFIC
from tests.api_client import Json, World
from tests.extent import ALL
from tests.offline import exported, fill, imported
from tests.workbooks import edited

STAGE = "questionnaire"
QUESTIONNAIRES = sorted({each.questionnaire for each in SPECIFIC.values() if each.questionnaire})
USUAL = ("aquatic", "meat", "nuts_seeds")
"""The manual's, the longest, and one of plants; the others have no kind of question that these have not."""


def foods_of(questionnaire: str) -> dict[str, object]:
    """The category and all specific categories that are answered with it."""
    specific = [each.code for each in SPECIFIC.values() if each.questionnaire == questionnaire]
    return {"category": CATEGORY_OF[specific[0]], "specific": specific}


def _another(question: Json) -> Any:
    """A value of the question's kind, other than the first time."""
    kind = question["kind"]
    if kind in ("choice", "choices"):
        last = question["choices"][-1]["code"]
        together = [each["code"] for each in question["choices"] if "exclusive" not in each]
        return last if kind == "choice" else together
    if kind == "table":
        free = [
            each
            for each in question["columns"][1:]
            if "calculated" not in each and "pattern" not in each.get("limits", {})
        ]
        texts = [each["code"] for each in free if each.get("kind", "text") == "text"]
        numbers = [each["code"] for each in free if each.get("kind") == "number"]
        rows: list[Json] = VALUES["table"](question)
        changed = dict.fromkeys(texts, "{} again".format) or {numbers[-1]: "{}.0".format}
        return [row | {code: change(row[code]) for code, change in changed.items()} for row in rows]
    if "rows_of" in question:
        return VALUES[kind](question)
    return {"number": 13, "date": "2025-01-31", "yes_no": "no"}.get(kind, "第二次 the second time")


async def _asked(world: World, number: str) -> set[str]:
    """The questions that are relevant as the answers stand."""
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    return {question["id"] for question in questions_of(stage) if question["asked"]}


def test_there_are_thirteen() -> None:
    assert len(QUESTIONNAIRES) == 13
    assert {*load()} == {*QUESTIONNAIRES, MATERIALS_ONLY}


@pytest.mark.parametrize("code", QUESTIONNAIRES if ALL else USUAL)
async def test_a_questionnaire_is_answered_supplemented_and_approved(wide_world: World, code: str) -> None:
    world = wide_world
    number = await world.questionnaire_opened(**foods_of(code))
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    assert [each["code"] for each in stage["questionnaires"]] == [code]
    required = {each["id"] for each in questions_of(stage) if each["required"] and each["asked"]}
    assert set(stage["open_required"]) == required
    refused = await world.officer.ask("POST", f"/cases/{number}/stages/{STAGE}/submit", 422)
    assert {error["field"] for error in refused["errors"]} >= required

    declared = await world.declared_answers(number)

    assert set(declared.answers) == await _asked(world, number)
    assert declared.faults == ()
    pinned = next(questions_of(stage))
    await world.receipt("RECEIVED", number, STAGE, in_reply_to=declared.message_id)
    item = (f"question:{pinned['id']}", "INCOMPLETE", "请补充 Please add.")
    await world.receipt("SUPPLEMENT", number, STAGE, opinion="请补充材料", items=[item])
    await world.officer.stands(number, STAGE, "supplement")
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    answers = {each["id"]: _another(each) for each in questions_of(stage) if each["kind"] != "file"}

    def fill_in(book: Workbook) -> None:
        for question in questions_of(stage):
            if question["id"] in answers:
                fill(book, question, answers[question["id"]], "补充 added")

    report = await imported(world.officer, number, edited(await exported(world.officer, number), fill_in))
    assert report["refused"] == []
    assert set(report["taken"]) == set(answers)
    await world.officer.ask("POST", f"/cases/{number}/stages/{STAGE}/submit", 202)
    second = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    assert second.round == 2
    assert set(second.answers) == await _asked(world, number)
    await world.receipt("ACCEPTED", number, STAGE)
    await world.receipt("APPROVED", number, STAGE)
    await world.officer.stands(number, STAGE, "approved")

"""Each of the 13 questionnaires (DOMAIN B8): opened by a receipt, answered, submitted, supplemented, approved."""

import pytest

from deploy.demo.answers import answer_to, questions_of
from shared.contracts.catalogue import CATEGORY_OF, SPECIFIC
from tests.world import World

STAGE = "questionnaire"
QUESTIONNAIRES = sorted({each.questionnaire for each in SPECIFIC.values() if each.questionnaire})


def foods_of(questionnaire: str) -> dict[str, object]:
    """The category and all specific categories that are answered with it."""
    specific = [each.code for each in SPECIFIC.values() if each.questionnaire == questionnaire]
    return {"category": CATEGORY_OF[specific[0]], "specific": specific}


def test_there_are_thirteen() -> None:
    assert len(QUESTIONNAIRES) == 13


@pytest.mark.parametrize("code", QUESTIONNAIRES)
async def test_a_questionnaire_is_answered_supplemented_and_approved(wide_world: World, code: str) -> None:
    world = wide_world
    number = await world.questionnaire_opened(**foods_of(code))
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    assert [each["code"] for each in stage["questionnaires"]] == [code]
    required = {question["id"] for question in questions_of(stage) if question["required"]}
    assert set(stage["open_required"]) == required
    refused = await world.officer.ask("POST", f"/cases/{number}/stages/{STAGE}/submit", 422)
    assert {error["field"] for error in refused["errors"]} >= required

    declared = await world.declared_answers(number)

    assert set(declared.answers) == {question["id"] for question in questions_of(stage)}
    assert declared.faults == ()
    pinned = next(questions_of(stage))
    await world.receipt("RECEIVED", number, STAGE, in_reply_to=declared.message_id)
    item = (f"question:{pinned['id']}", "INCOMPLETE", "请补充 Please add.")
    await world.receipt("SUPPLEMENT", number, STAGE, opinion="请补充材料", items=[item])
    await world.officer.stands(number, STAGE, "supplement")
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    again = next(each for each in questions_of(stage) if each["id"] == pinned["id"])
    answer = await answer_to(world.officer, again) | {"note": "补充 added"}
    await world.officer.ask(
        "PUT", f"/cases/{number}/stages/{STAGE}", json={"answers": {pinned["id"]: answer}}
    )
    await world.officer.ask("POST", f"/cases/{number}/stages/{STAGE}/submit", 202)
    second = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    assert second.round == 2
    await world.receipt("ACCEPTED", number, STAGE)
    await world.receipt("APPROVED", number, STAGE)
    await world.officer.stands(number, STAGE, "approved")

"""The story of an application: draft, submission, what customs answers, the questionnaire."""

import re

from deploy.local.system import RunningSystem
from tests.api_client import FORM, World
from tests.flow.test_page_access import Browser


async def test_a_draft_keeps_whatever_was_typed_and_names_every_missing_field_at_once(world: World) -> None:
    case = (
        await world.officer.ask("POST", "/assessments", 201, json={"category": "aquatic", "overview": "鱼"})
    )["id"]

    refused = await world.officer.ask("POST", f"/assessments/{case}/submit", 422)

    fields = {error["field"] for error in refused["errors"]}
    assert refused["code"] == "validation_error"
    assert fields == {
        "specific", "department", "contact.name", "contact.title", "contact.phone.number", "contact.email", "attachments",
    }  # fmt: skip
    assert all(error["message_zh"] and error["message_en"] for error in refused["errors"])
    kept = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    assert (kept["status"], kept["overview"], kept["editable"]) == ("draft", "鱼", True)


async def test_a_submitted_application_gets_its_number_and_reaches_customs_with_all_fields(
    world: World,
) -> None:
    case = await world.draft()

    answer = await world.officer.ask("POST", f"/assessments/{case}/submit", 202)

    assert answer["status"] == "declared"
    assert len(answer["case_no"]) == 18
    declaration = await world.customs.next_declaration(type="APPLICATION", case_no=answer["case_no"])
    assert declaration.round == 1
    header = await world.officer.stands(case, "application", "sent")
    assert header["transport"]["state"] == "sent"
    assert header["turn"]["who"] == "customs"


async def test_a_draft_can_be_discarded_and_a_submitted_application_can_not(world: World) -> None:
    draft = await world.draft()
    number, _ = await world.submitted()

    await world.officer.ask("DELETE", f"/assessments/{draft}")
    refused = await world.officer.ask("DELETE", f"/assessments/{number}", 409)

    assert refused["code"] == "not_editable"
    await world.officer.ask("GET", f"/cases/{draft}", 404)


async def test_what_customs_could_not_receive_is_edited_and_submitted_again_under_the_same_number(
    world: World,
) -> None:
    number, first = await world.submitted()
    await world.receipt("RECEIVE_FAILED", number, "application", in_reply_to=first, opinion="附件无法读取")
    header = await world.officer.stands(number, "application", "receive_failed")
    assert (header["turn"]["who"], header["transport"]["state"], header["has_reply"]) == (
        "authority",
        "unreadable",
        True,
    )

    again = await world.officer.ask("POST", f"/assessments/{number}/submit", 202)

    assert again["case_no"] == number
    second = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    assert second.round == 2
    assert second.message_id != first
    await world.officer.stands(number, "application", "sent")
    await world.receipt("RECEIVED", number, "application", in_reply_to=first, outcome="STALE")
    await world.receipt("RECEIVED", number, "application", in_reply_to=second.message_id)


async def test_a_supplement_shows_what_customs_wants_corrected(world: World) -> None:
    number, declaration = await world.submitted()
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充概述",
        items=[("field:overview", "INCOMPLETE", "Name the species in Latin.")],
    )  # fmt: skip

    stage = await world.officer.ask("GET", f"/cases/{number}/stages/application")
    replies = await world.officer.ask("GET", f"/cases/{number}/replies")

    assert stage["editable"]
    assert stage["opinion"] == replies[0]["opinion"] == "请补充概述"
    assert stage["items"] == [
        {"target": "field:overview", "reason": "INCOMPLETE", "text": "Name the species in Latin."}
    ]


async def test_what_is_under_review_can_not_be_edited_and_stays_as_it_is(world: World) -> None:
    number, _ = await world.submitted()
    before = await world.officer.ask("GET", f"/cases/{number}/stages/application")

    refused = await world.officer.ask(
        "PUT", f"/assessments/{number}", 409, json={**FORM, "overview": "other"}
    )

    assert refused["code"] == "not_editable"
    assert await world.officer.ask("GET", f"/cases/{number}/stages/application") == before


async def test_a_second_open_application_for_the_same_food_is_allowed_with_a_warning(world: World) -> None:
    number, _ = await world.submitted()
    case = await world.draft()

    answer = await world.officer.ask("POST", f"/assessments/{case}/submit", 202)

    assert answer["warnings"] == [{"code": "duplicate_open", "case_no": number}]


async def test_an_application_that_was_not_accepted_is_closed_and_a_new_one_the_way_on(
    world: World, system: RunningSystem
) -> None:
    number, declaration = await world.submitted()
    await world.receipt("REJECTED", number, "application", in_reply_to=declaration, opinion="不符合要求")

    header = await world.officer.stands(number, "application", "rejected")
    assert header["turn"]["who"] == "nobody"
    assert not any(step["editable"] for step in header["stages"])
    closed = await world.officer.ask("GET", "/cases", params={"turn": "nobody", "stage": "application"})
    assert [each["case_no"] for each in closed["items"]] == [number]
    for method, path, body in (
        ("PUT", f"/assessments/{number}", FORM), ("POST", f"/assessments/{number}/submit", None),
    ):  # fmt: skip
        assert (await world.officer.ask(method, path, 409, json=body))["code"] == "not_editable"
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    page = (await browser.client.get(f"/cases/{number}/application")).text
    assert 'href="/assessments/new"' in re.findall(r"(?s)<div[^>]*data-ended.*?</div>", page)[0]
    await browser.client.aclose()

    other = await world.draft()
    answer = await world.officer.ask("POST", f"/assessments/{other}/submit", 202)
    assert answer["warnings"] == [], "it is no open application any more"

    await world.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire", outcome="STALE")
    await world.receipt("CASE_CLOSED", number, "completed", result="NOT_APPROVED", opinion="办结")
    await world.officer.stands(number, "completed", "not_approved")


async def test_a_stage_that_was_not_entered_answers_with_the_sentence_of_the_manual(world: World) -> None:
    number, _ = await world.submitted()

    refused = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire", 409)

    assert refused["code"] == "stage_not_entered"
    assert "未进入该阶段，不允许此操作!" in refused["detail"]


async def test_a_questionnaire_is_answered_in_pieces_and_refused_until_nothing_required_is_open(
    world: World,
) -> None:
    number = await world.questionnaire_opened()
    path = f"/cases/{number}/stages/questionnaire"

    refused = await world.officer.ask("POST", f"{path}/submit", 422)
    stage = await world.officer.ask("GET", path)
    assert {error["field"] for error in refused["errors"]} == set(stage["open_required"])
    assert len(stage["questionnaires"][0]["parts"]) == 6
    declaration = await world.answered(number)

    header = await world.officer.stands(number, "questionnaire", "sent")
    assert header["stages"][0]["state"] == "done"
    await world.receipt("RECEIVED", number, "questionnaire", in_reply_to=declaration)


async def test_an_answer_that_a_colleague_changed_is_never_overwritten(world: World) -> None:
    number = await world.questionnaire_opened()
    path = f"/cases/{number}/stages/questionnaire"
    stage = await world.officer.ask("GET", path)
    questions = [
        q
        for part in stage["questionnaires"][0]["parts"]
        for q in part["questions"]
        if q["kind"] == "long_text"
    ]
    first, second = questions[0]["id"], questions[1]["id"]

    saved = await world.officer.ask("PUT", path, json={"answers": {first: {"value": "mine", "version": 0}}})
    assert saved["versions"] == {first: 1}
    await world.officer.ask(
        "PUT", path, json={"answers": {second: {"value": "other question", "version": 0}}}
    )
    conflict = await world.officer.ask(
        "PUT", path, 409, json={"answers": {first: {"value": "yours", "version": 0}}}
    )

    assert conflict["code"] == "version_conflict"
    assert [error["field"] for error in conflict["errors"]] == [first]
    after = await world.officer.ask("GET", path)
    answers = {
        q["id"]: q["answer"]["value"] for p in after["questionnaires"][0]["parts"] for q in p["questions"]
    }
    assert (answers[first], answers[second]) == ("mine", "other question")


async def test_material_only_asks_for_one_answer(world: World) -> None:
    number, _ = await world.submitted()
    await world.receipt(
        "QUESTIONNAIRE_OPENED", number, "questionnaire", opinion="请提交材料", materials_only="true"
    )
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    questions = [q for each in stage["questionnaires"] for part in each["parts"] for q in part["questions"]]

    assert (
        stage["open_required"]
        == [question["id"] for question in questions]
        == ["materials_only.supplementary"]
    )
    assert stage["opinion"] == "请提交材料"

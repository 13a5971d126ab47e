"""What was submitted is kept as it was sent, can be compared, and printed in both languages."""

import io

import pytest
from pypdf import PdfReader

from deploy.demo.answers import answer_to, questions_of
from tests.api_client import Json, World

STAGE = "stages/questionnaire"


async def supplemented(world: World) -> tuple[str, Json, str]:
    """A questionnaire submitted twice, one text changed between; its number, the stage, the changed question."""
    number = await world.questionnaire_opened()
    first = await world.answered(number)
    await world.receipt("RECEIVED", number, "questionnaire", in_reply_to=first)
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    question = next(each for each in questions_of(stage) if each["kind"] == "long_text")
    item = (f"question:{question['id']}", "INCOMPLETE", "请说明机构 Name the bodies.")
    await world.receipt("SUPPLEMENT", number, "questionnaire", opinion="请补充", items=[item])
    await world.officer.stands(number, "questionnaire", "supplement")
    changed = {
        **question["answer"],
        "value": "详见修订后的附件。 The procedure is revised.",
        "attachments": [],
    }
    body = {"answers": {question["id"]: changed | await _files(world, question)}}
    await world.officer.ask("PUT", f"/cases/{number}/{STAGE}", json=body)
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    return number, stage, question["id"]


async def _files(world: World, question: Json) -> Json:
    return {"attachments": (await answer_to(world.officer, question))["attachments"]}


async def test_submissions_are_kept_as_sent_and_compared_with_what_is_there_now(world: World) -> None:
    number, stage, name = await supplemented(world)

    changed = [each["id"] for each in questions_of(stage) if each["changed_since_submission"]]
    pinned = next(each for each in questions_of(stage) if each["id"] == name)
    (sent,) = await world.officer.ask("GET", f"/cases/{number}/{STAGE}/submissions")
    whole = await world.officer.ask("GET", f"/cases/{number}/{STAGE}/submissions/1")
    found = await world.officer.ask(
        "GET", f"/cases/{number}/{STAGE}/submissions/compare", params={"from": 1, "to": "draft"}
    )

    assert changed == [name]
    assert [item["text"] for item in pinned["items"]] == ["请说明机构 Name the bodies."]
    assert (sent["round"], len(whole["answers"])) == (1, sum(each["asked"] for each in questions_of(stage)))
    before = next(each["answer"]["value"] for each in whole["answers"] if each["id"] == name)
    assert before.startswith("详见所附材料。")
    assert found["counts"]["changed"] == 1
    difference = next(each for each in found["questions"] if each["id"] == name)
    assert difference["change"] == "changed"
    assert any(each["op"] == "insert" and "修订" in each["text"] for each in difference["value_diff"])
    assert "".join(each["text"] for each in difference["value_diff"] if each["op"] != "insert") == before
    await world.officer.ask("GET", f"/cases/{number}/{STAGE}/submissions/2", 404)


async def test_the_parts_say_what_is_open(world: World) -> None:
    number = await world.questionnaire_opened()
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")

    assert [name for part in stage["parts"] for name in part["open_required"]] == stage["open_required"]
    assert all(part["open"] == len(part["open_required"]) <= part["required"] for part in stage["parts"])

    await world.answered(number)
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    assert all(part["open"] == 0 for part in stage["parts"])


@pytest.mark.parametrize(
    ("lang", "title"),
    [("zh", "水产品问卷"), ("zh-CN", "水产品问卷"), ("en", "Questionnaire on aquatic products")],
)
async def test_the_answered_questionnaire_is_printed(world: World, lang: str, title: str) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    stage = await world.officer.ask("GET", f"/cases/{number}/{STAGE}")
    digest = next(file["sha256"] for q in questions_of(stage) for file in q["answer"]["attachments"])

    answer = await world.officer.client.get(
        f"/cases/{number}/{STAGE}/questionnaire.pdf", params={"lang": lang}
    )

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text[:300]
    pdf = PdfReader(io.BytesIO(answer.content))
    said = "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")
    for wanted in (title, number, digest[:16], "详见所附材料", "Theprocedureisdescribed"):
        assert wanted.replace(" ", "") in said, wanted
    assert len(answer.content) < 2_000_000

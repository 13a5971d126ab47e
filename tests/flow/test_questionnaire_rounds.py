"""The story of a questionnaire that customs sends back: kept as it was sent, compared, printed, and answered by two officers."""

import asyncio
import secrets
from io import BytesIO
from typing import Any

import httpx
from pypdf import PdfReader

from deploy.demo.answers import answer_to, questions_of
from services.customs_gateway.declarations.translation import read_answers
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store
from simulator.customs_xml import Declaration
from tests.api_client import Json, Person, World
from tests.people import add_account

ROUNDS = 50


def path(number: str, rest: str = "") -> str:
    return f"/cases/{number}/stages/questionnaire{rest}"


async def questions(world: World, number: str) -> dict[str, Json]:
    return {q["id"]: q for q in questions_of(await world.officer.ask("GET", path(number)))}


async def submitted(world: World, number: str, changes: dict[str, Any] | None = None) -> Declaration:
    """Answer everything that is still unanswered, change what is to be changed, submit; what customs got."""
    asked = await questions(world, number)
    answers = {
        name: await answer_to(world.officer, q) for name, q in asked.items() if q["answer"]["version"] == 0
    }
    answers |= {name: {**asked[name]["answer"], **change} for name, change in (changes or {}).items()}
    await world.officer.ask("PUT", path(number), json={"answers": answers})
    await world.officer.ask("POST", path(number, "/submit"), 202)
    return await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)


async def sent_back(world: World, number: str, sent: Declaration, *items: tuple[str, str, str]) -> None:
    await world.officer.stands(number, "questionnaire", "sent")
    await world.receipt(
        "SUPPLEMENT", number, "questionnaire", in_reply_to=sent.message_id, opinion="请补充", items=items
    )
    await world.officer.stands(number, "questionnaire", "supplement")


def of_kind(asked: dict[str, Json], kind: str) -> str:
    return next(name for name, question in asked.items() if question["kind"] == kind)


async def test_each_submission_is_kept_as_it_was_sent_and_compared_with_the_next(world: World) -> None:
    number = await world.questionnaire_opened()
    first = await submitted(world, number)
    asked = await questions(world, number)
    sent_at_first = sum(each["asked"] for each in asked.values())
    text, table = of_kind(asked, "long_text"), of_kind(asked, "table")
    await sent_back(
        world,
        number,
        first,
        (f"question:{text}", "INCOMPLETE", "请说明程序"),
        ("field:overview", "OUTDATED", "旧"),
    )
    file = await world.officer.upload("procedure.pdf", purpose="answer")
    *rows, last = asked[table]["answer"]["value"]
    rows.append(last | {asked[table]["columns"][0]["code"]: "2025"})
    second = await submitted(
        world, number,
        {text: {"value": "详见所附新材料。", "attachments": [file]}, table: {"value": rows}},
    )  # fmt: skip

    listed = await world.officer.ask("GET", path(number, "/submissions"))
    assert [(each["round"], each["message_id"]) for each in listed] == [
        (1, first.message_id),
        (2, second.message_id),
    ]
    assert [each["by"] for each in listed] == [world.username] * 2
    assert listed[0]["status"] == "supplement"
    assert listed[0]["transport"]["state"] == "sent"
    for sent, entry in ((first, listed[0]), (second, listed[1])):
        whole = await world.officer.ask("GET", path(number, f"/submissions/{entry['round']}"))
        assert entry["answers"] == len(whole["answers"])
        assert [told(each) for each in whole["answers"]] == [read(each) for each in read_answers(sent.xml)]

    compared = await world.officer.ask(
        "GET", path(number, "/submissions/compare"), params={"from": 1, "to": 2}
    )
    assert (compared["from"]["round"], compared["to"]["round"]) == (1, 2)
    assert compared["counts"] == {"added": 0, "removed": 0, "changed": 2, "same": sent_at_first - 2}
    changed = {each["id"]: each for each in compared["questions"] if each["change"] == "changed"}
    assert set(changed) == {text, table}
    assert [file["name"] for file in changed[text]["attachments"]["added"]] == ["procedure.pdf"]
    ops = [(part["op"], part["text"]) for part in changed[text]["value_diff"]]
    assert ("insert", "新") in ops
    assert [part["op"] for part in changed[table]["value_diff"]][-2:] == ["delete", "insert"]
    assert (changed[text]["from"]["version"], changed[text]["to"]["version"]) == (1, 2)


def told(each: Json) -> tuple[Any, ...]:
    answer = each["answer"]
    files = [(file["name"], file["size"], file["sha256"]) for file in answer["attachments"]]
    about = (each["questionnaire"], each["questionnaire_version"], each["id"], each["kind"])
    return *about, answer["value"], answer["note"], files


def read(each: Any) -> tuple[Any, ...]:
    files = [(file.name, file.size, file.sha256) for file in each.attachments]
    value = each.answer.model_dump(mode="json")["value"]
    return each.questionnaire, each.version, each.question, each.kind, value, each.answer.note, files


async def test_what_customs_says_stands_beside_its_question_and_what_changed_since_is_marked(
    world: World,
) -> None:
    number = await world.questionnaire_opened()
    asked = await questions(world, number)
    text, other = [name for name, q in asked.items() if q["kind"] == "long_text"][:2]
    assert not any(q["changed_since_submission"] for q in asked.values())
    sent = await submitted(world, number)
    await sent_back(world, number, sent, (f"question:{text}", "INCOMPLETE", "请说明程序"))

    before = await questions(world, number)
    await world.officer.ask(
        "PUT", path(number), json={"answers": {text: {**before[text]["answer"], "value": "新答案"}}}
    )
    after = await world.officer.ask("GET", path(number))

    assert before[text]["items"] == [
        {"target": f"question:{text}", "reason": "INCOMPLETE", "text": "请说明程序"}
    ]
    assert before[other]["items"] == []
    assert after["opinion"] == "请补充"
    assert [q["id"] for q in questions_of(after) if q["changed_since_submission"]] == [text]
    draft = await world.officer.ask(
        "GET", path(number, "/submissions/compare"), params={"from": 1, "to": "draft"}
    )
    assert [each["id"] for each in draft["questions"] if each["change"] == "changed"] == [text]
    assert draft["to"] == {"round": "draft", "at": draft["to"]["at"], "by": None}


async def test_each_part_says_what_is_required_and_still_open_and_submitting_names_all_of_it(
    world: World,
) -> None:
    number = await world.questionnaire_opened()
    stage = await world.officer.ask("GET", path(number))
    numbers = [part["number"] for each in stage["questionnaires"] for part in each["parts"]]
    assert [part["number"] for part in stage["parts"]] == numbers
    assert [name for part in stage["parts"] for name in part["open_required"]] == stage["open_required"]
    assert all(part["open"] == len(part["open_required"]) <= part["required"] for part in stage["parts"])
    first = stage["parts"][0]["open_required"][0]

    answer = await answer_to(world.officer, next(q for q in questions_of(stage) if q["id"] == first))
    saved = await world.officer.ask("PUT", path(number), json={"answers": {first: answer}})
    refused = await world.officer.ask("POST", path(number, "/submit"), 422)

    assert saved["parts"][0]["open"] == stage["parts"][0]["open"] - 1
    assert saved["parts"][0]["required"] == stage["parts"][0]["required"]
    assert saved["parts"][1:] == stage["parts"][1:]
    assert [error["field"] for error in refused["errors"]] == saved["open_required"]
    assert {error["code"] for error in refused["errors"]} == {"required"}


async def test_the_questionnaire_is_printed_in_both_languages_and_as_it_was_submitted(world: World) -> None:
    number = await world.questionnaire_opened()
    await submitted(world, number)

    texts = {}
    for query in ("lang=zh", "lang=zh-CN", "lang=en", "lang=en&round=1", ""):
        answer = await world.officer.client.get(path(number, f"/questionnaire.pdf?{query}"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        texts[query] = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)

    assert all(number in text for text in texts.values())
    assert "水产品问卷" in texts["lang=zh"]
    assert "Present answers" in texts["lang=en"]
    assert "Answers of submission 1" in texts["lang=en&round=1"]
    assert "阿鲁巴" in texts[""]
    blank = await world.officer.client.get(path(number, "/questionnaire.pdf?lang=en&blank=true"))
    assert blank.status_code == 200
    assert f"questionnaire-{number}-blank-en.pdf" in blank.headers["content-disposition"]
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(blank.content)).pages)
    assert "Only to be answered if" in text
    assert "Blank form, without answers" in text
    await world.officer.ask("GET", path(number, "/questionnaire.pdf?lang=fr"), 422)
    await world.officer.ask("GET", path(number, "/questionnaire.pdf?round=2"), 404)


async def test_nobody_else_sees_a_submission_or_a_print(world: World, other_world: World) -> None:
    number = await world.questionnaire_opened()
    await submitted(world, number)
    entered, _ = await other_world.submitted()

    for rest in (
        "/submissions",
        "/submissions/1",
        "/submissions/compare?from=1&to=draft",
        "/questionnaire.pdf",
    ):
        await other_world.officer.ask("GET", path(number, rest), 404)
        await world.operator.ask("GET", path(number, rest), 403)
        refused = await other_world.officer.ask("GET", path(entered, rest), 409)
        assert refused["code"] == "stage_not_entered"
    await world.officer.ask("GET", path(number, "/submissions/2"), 404)
    await world.officer.ask("GET", path(number, "/submissions/compare?from=1&to=7"), 404)
    await world.officer.ask("GET", path(number, "/submissions/compare?from=0&to=1"), 422)
    await world.officer.ask("GET", path(number, "/submissions/compare?from=1"), 422)


async def a_colleague(world: World, store: Store, client: httpx.AsyncClient) -> Person:
    """A second officer of the same authority, signed in."""
    name, password = f"second.{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    await add_account(store, name, Role.OFFICER, password, world.authority)
    person = Person(client)
    await person.sign_in(name, password)
    return person


async def test_two_officers_who_answer_different_questions_at_once_lose_nothing(
    world: World, store: Store
) -> None:
    number = await world.questionnaire_opened()
    asked = await questions(world, number)
    mine, theirs, *_ = (name for name, q in asked.items() if q["kind"] == "long_text")
    url = str(world.officer.client.base_url)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        colleague = await a_colleague(world, store, client)
        for each in range(ROUNDS):
            await asyncio.gather(
                save(world.officer, number, mine, f"mine {each}", each),
                save(colleague, number, theirs, f"theirs {each}", each),
            )

    after = await questions(world, number)
    assert [(after[name]["answer"]["value"], after[name]["answer"]["version"]) for name in (mine, theirs)] == [
        (f"mine {ROUNDS - 1}", ROUNDS), (f"theirs {ROUNDS - 1}", ROUNDS),
    ]  # fmt: skip


async def save(person: Person, number: str, name: str, value: str, version: int) -> None:
    answers = {name: {"value": value, "version": version}}
    saved = await person.ask("PUT", path(number), json={"answers": answers})
    assert saved["versions"] == {name: version + 1}


async def test_of_two_officers_who_change_the_same_answer_the_second_is_told_the_present_one(
    world: World, store: Store
) -> None:
    number = await world.questionnaire_opened()
    asked = await questions(world, number)
    shared, own, *_ = (name for name, q in asked.items() if q["kind"] == "long_text")
    file = await world.officer.upload("present.pdf", purpose="answer")
    url = str(world.officer.client.base_url)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        colleague = await a_colleague(world, store, client)
        for each in range(ROUNDS):
            said = [f"{who} {each}" for who in ("first", "second")]
            answers = await asyncio.gather(*(
                person.client.put(path(number), json={"answers": {
                    shared: {"value": value, "attachments": [file], "version": each},
                    own: {"value": value, "version": each},
                }})
                for person, value in zip((world.officer, colleague), said, strict=True)
            ))  # fmt: skip
            assert sorted(answer.status_code for answer in answers) == [200, 409]
            won = said[[answer.status_code for answer in answers].index(200)]
            lost = next(answer.json() for answer in answers if answer.status_code == 409)
            assert (lost["code"], [error["field"] for error in lost["errors"]]) == (
                "version_conflict",
                [shared, own],
            )
            present = lost["errors"][0]["present"]
            assert (present["value"], present["version"]) == (won, each + 1)
            assert [each["name"] for each in present["attachments"]] == ["present.pdf"]
            assert present["by"] == (world.username if won.startswith("first") else present["by"])

    after = await questions(world, number)
    assert after[shared]["answer"]["version"] == after[own]["answer"]["version"] == ROUNDS
    assert after[shared]["answer"]["value"] == after[own]["answer"]["value"] == won


async def test_nothing_of_a_request_in_conflict_is_written(world: World) -> None:
    number = await world.questionnaire_opened()
    asked = await questions(world, number)
    shared, own, *_ = (name for name, q in asked.items() if q["kind"] == "long_text")
    await save(world.officer, number, shared, "there", 0)

    answers = {shared: {"value": "other", "version": 0}, own: {"value": "own", "version": 0}}
    refused = await world.officer.ask("PUT", path(number), 409, json={"answers": answers})

    after = await questions(world, number)
    assert refused["errors"][0]["present"]["value"] == "there"
    assert (after[shared]["answer"]["value"], after[own]["answer"]["version"]) == ("there", 0)


async def test_a_character_that_customs_can_not_get_is_refused_when_it_is_saved(world: World) -> None:
    number = await world.questionnaire_opened()
    asked = await questions(world, number)
    text, table = of_kind(asked, "long_text"), of_kind(asked, "table")
    column = asked[table]["columns"][0]["code"]

    answers = {text: {"value": "a\u0001b"}, table: {"value": [{column: "\u0007"}]}}
    refused = await world.officer.ask("PUT", path(number), 422, json={"answers": answers})

    assert [(error["field"], error["code"]) for error in refused["errors"]] == [
        (text, "forbidden_character"), (table, "forbidden_character"),
    ]  # fmt: skip
    assert "present" not in refused["errors"][0]

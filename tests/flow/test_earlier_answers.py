"""What an authority answered before is offered, taken, confirmed; its own answers stay, and nobody else's exist."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from deploy.demo.answers import answer_to, questions_of
from deploy.local.system import RunningSystem
from tests.api_client import FORM, Json, World
from tests.flow.test_page_access import Browser
from tests.flow.test_questionnaire_versions import another_day


def path_of(number: str) -> str:
    return f"/cases/{number}/stages/questionnaire"


async def approved(world: World, **changed: Any) -> str:
    """A case whose questionnaire was answered in full, submitted and approved."""
    number = await world.questionnaire_opened(**changed)
    await world.answered(number)
    await world.receipt("APPROVED", number, "questionnaire")
    return number


async def earlier(world: World, number: str) -> Json:
    return dict(await world.officer.ask("GET", f"{path_of(number)}/earlier-answers"))


async def take(world: World, number: str, status: int = 200, **body: object) -> Json:
    return dict(await world.officer.ask("POST", f"{path_of(number)}/earlier-answers/take", status, json=body))


async def stored(world: World, number: str) -> Mapping[str, Json]:
    """The questions that are asked now with their answers, by id."""
    stage = await world.officer.ask("GET", path_of(number))
    return {each["id"]: each for each in questions_of(stage) if each["asked"]}


async def text_question(world: World, number: str) -> str:
    """A required question that is answered with a text."""
    return next(
        name for name, each in (await stored(world, number)).items() if each["kind"] == "long_text" and each["required"]
    )  # fmt: skip


async def test_all_earlier_answers_are_taken_at_once_and_hold_only_once_they_are_confirmed(
    world: World,
) -> None:
    before = await approved(world)
    number = await world.questionnaire_opened()
    given = await stored(world, before)

    told = await earlier(world, number)
    assert [each["question"] for each in told["offers"]] == [*given]
    assert told["left_out"] == []
    source = told["offers"][0]["source"]
    assert (source["case_no"], source["approved"], source["specific"]) == (before, True, ["farmed"])

    taken = await take(world, number)

    assert taken["open_required"] == []
    assert taken["to_be_confirmed"] == list(taken["versions"]) == list(given)
    now = await stored(world, number)
    for name, each in given.items():
        assert now[name]["answer"]["value"] == each["answer"]["value"]
        assert now[name]["answer"]["attachments"] == each["answer"]["attachments"], (
            "the same files, not copies"
        )
        assert now[name]["answer"]["taken"]["case_no"] == before

    refusal = await world.officer.ask("POST", f"{path_of(number)}/submit", 422)
    assert {(each["field"], each["code"]) for each in refusal["errors"]} == {
        (name, "to_be_confirmed") for name in given
    }
    versions = {name: each["answer"]["version"] for name, each in now.items()}
    one, *rest = versions
    confirm = f"{path_of(number)}/earlier-answers/confirm"
    half = await world.officer.ask("POST", confirm, json={"questions": {one: versions[one]}})
    assert half["to_be_confirmed"] == rest
    await world.officer.ask("POST", confirm, json={"questions": {name: versions[name] for name in rest}})
    await world.officer.ask("POST", f"{path_of(number)}/submit", 202)
    declared = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    assert set(declared.answers) == set(given)
    assert (await earlier(world, number))["offers"] == [], "what was submitted is offered nothing any more"


async def test_an_own_answer_stays_unless_the_officer_takes_the_other_one_and_comes_back(
    world: World,
) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    name = await text_question(world, number)
    mine = {name: {"value": "my own words", "version": 0}}
    await world.officer.ask("PUT", path_of(number), json={"answers": mine})

    await take(world, number)
    assert (await stored(world, number))[name]["answer"]["value"] == "my own words"

    stale = await take(world, number, 409, questions={name: 0})
    assert stale["code"] == "version_conflict"
    await take(world, number, questions={name: 1})
    answer = (await stored(world, number))[name]["answer"]
    assert answer["value"] != "my own words"
    assert answer["taken"]["replaced"]["value"] == "my own words"

    back = await world.officer.ask(
        "POST", f"{path_of(number)}/earlier-answers/put-back", json={"questions": {name: answer["version"]}}
    )
    assert name not in back["to_be_confirmed"]
    answer = (await stored(world, number))[name]["answer"]
    assert answer["value"] == "my own words"
    assert "taken" not in answer


async def test_who_writes_over_a_taken_answer_has_an_own_one_and_a_file_changes_nothing_of_the_mark(
    world: World,
) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    name = await text_question(world, number)
    await take(world, number, questions={name: 0})
    taken = (await stored(world, number))[name]["answer"]
    file = await world.officer.upload(purpose="answer")
    with_file = {"value": taken["value"], "note": taken["note"], "attachments": [file], "version": 1}
    await world.officer.ask("PUT", path_of(number), json={"answers": {name: with_file}})
    assert name in (await earlier(world, number))["to_be_confirmed"]

    await world.officer.ask("PUT", path_of(number), json={"answers": {name: {"value": "new", "version": 2}}})

    assert (await earlier(world, number))["to_be_confirmed"] == []
    assert "taken" not in (await stored(world, number))[name]["answer"]


async def test_another_product_takes_what_is_asked_in_the_same_words(world: World) -> None:
    await approved(world)
    number = await world.questionnaire_opened(category="meat", specific=["beef"])

    told = await earlier(world, number)
    assert told["offers"]
    stage = await world.officer.ask("GET", path_of(number))
    asked = {each["id"]: each for each in questions_of(stage)}
    for each in told["offers"]:
        assert each["question"].startswith("meat.")
        assert each["source"]["question"].startswith("aquatic.")
        same = each["asked_as"]["text_en"] == asked[each["question"]]["text_en"]
        assert each["same_words"] is same
        assert same or not each["together"], "other words are taken one by one"
    taken = await take(world, number)
    assert set(taken["to_be_confirmed"]) <= {
        each["question"] for each in told["offers"] if each["same_words"]
    }
    assert taken["to_be_confirmed"]


async def test_another_authoritys_answers_do_not_exist(world: World, other_world: World) -> None:
    await approved(other_world)
    theirs = await other_world.questionnaire_opened()
    number = await world.questionnaire_opened()

    assert await earlier(world, number) == {"offers": [], "left_out": [], "to_be_confirmed": []}
    assert (await take(world, number))["to_be_confirmed"] == []
    name = await text_question(world, number)
    assert (await take(world, number, 422, questions={name: 0}))["code"] == "not_offered"
    for tail in ("", "/take", "/confirm", "/put-back"):
        method, body = ("POST", {"json": {"questions": {name: 0}}}) if tail else ("GET", {})
        await world.officer.ask(method, f"{path_of(theirs)}/earlier-answers{tail}", 404, **body)


async def test_what_was_changed_after_it_was_submitted_is_offered_to_nobody(world: World) -> None:
    before = await world.questionnaire_opened()
    await world.answered(before)
    await world.receipt("SUPPLEMENT", before, "questionnaire", opinion="请补充")
    name = await text_question(world, before)
    answer = (await stored(world, before))[name]["answer"]
    changed = {name: {"value": "half a thought", "version": answer["version"]}}
    await world.officer.ask("PUT", path_of(before), json={"answers": changed})
    number = await world.questionnaire_opened(specific=["wild"])

    offered = {each["question"]: each for each in (await earlier(world, number))["offers"]}

    assert name not in offered
    assert not next(iter(offered.values()))["source"]["approved"]


async def test_answers_taken_in_two_tabs_while_a_colleague_types_are_all_there(world: World) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    names = [
        name for name, each in (await stored(world, number)).items() if each["kind"] in ("text", "long_text")
    ][:8]

    async def typed(name: str) -> int:
        answers = {name: {"value": f"typed into {name}", "version": 0}}
        answer = await world.officer.client.put(path_of(number), json={"answers": answers})
        return answer.status_code

    typing = asyncio.gather(*map(typed, names))
    first, second = await asyncio.gather(take(world, number), take(world, number))
    codes = await typing

    assert set(codes) <= {200, 409}
    now = await stored(world, number)
    for name, code in zip(names, codes, strict=True):
        answer = now[name]["answer"]
        assert (answer["value"] == f"typed into {name}") is (code == 200), (
            "what was saved stays, whoever came first"
        )
        assert ("taken" in answer) is (code == 409)
    assert (await earlier(world, number))["to_be_confirmed"]
    assert {*first["open_required"], *second["open_required"]} <= {*names}, "what was typed lacks its files"


async def test_a_new_version_takes_the_same_questions_and_lists_the_others(
    world: World, system: RunningSystem, environment: dict[str, str], tmp_path: Path
) -> None:
    before = await approved(world)
    gone = next(iter(await stored(world, before)))
    with another_day(system, environment, tmp_path):
        number = await world.questionnaire_opened()
        told = await earlier(world, number)
        left = [(each["question"], each["reason"]) for each in told["left_out"]]
        assert left == [(gone, "not_asked")]
        assert told["left_out"][0]["answer"]["value"]
        taken = await take(world, number)
        assert taken["open_required"] == ["aquatic.new_in_two"]
        officer = await Browser(system.portal_url).signs_in(world.username, world.password)
        page = (await officer.client.get(f"/cases/{number}/questionnaire?part=aquatic.1")).text
        assert "could not be carried over" in page or "无法沿用" in page
        await officer.client.aclose()


async def check_opened(world: World) -> str:
    """A retrospective check whose questionnaire is to be answered."""
    number = await world.check_initiated()
    await world.officer.ask(
        "POST", f"/cases/{number}/stages/acceptance/agree", 202, json={"contact": FORM["contact"]}
    )
    declaration = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    await world.receipt("RECEIVED", number, "acceptance", in_reply_to=declaration.message_id)
    await world.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire")
    return number


async def test_a_check_tells_customs_of_each_answer_whether_it_is_what_was_approved(world: World) -> None:
    before = await approved(world)
    number = await check_opened(world)
    offered = {each["question"] for each in (await earlier(world, number))["offers"]}
    stage = await world.officer.ask("GET", path_of(number))
    new = {each["id"]: each for each in questions_of(stage) if each["id"] not in offered}
    own = {name: await answer_to(world.officer, each) for name, each in new.items()}
    await world.officer.ask("PUT", path_of(number), json={"answers": own})
    name = next(each for each in offered if each.endswith(".authority_structure"))
    same, changed = name, next(each for each in offered if each != name)

    await take(world, number, questions={same: 0}, confirmed=True)
    assert (await earlier(world, number))["to_be_confirmed"] == []
    taken = await take(world, number)
    now = await stored(world, number)
    assert set(taken["to_be_confirmed"]) == offered - {same}
    answer = now[changed]["answer"]
    other = {
        "value": answer["value"], "note": "It is otherwise now.", "version": answer["version"],
        "attachments": [each["id"] for each in answer["attachments"]],
    }  # fmt: skip
    await world.officer.ask("PUT", path_of(number), json={"answers": {changed: other}})
    versions = {each: now[each]["answer"]["version"] for each in offered - {same, changed}}
    await world.officer.ask(
        "POST", f"{path_of(number)}/earlier-answers/confirm", json={"questions": versions}
    )
    await world.officer.ask("POST", f"{path_of(number)}/submit", 202)

    declared = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    notes = {
        each.get("question"): each.findtext("{*}Note") or "" for each in etree.fromstring(declared.xml).iter("{*}Answer")
    }  # fmt: skip
    assert notes[same].startswith(f"【与案件{before}中已审核通过的回答（")
    assert "[Unchanged: as in the approved answer of case" in notes[same]
    assert notes[changed].startswith(f"【较案件{before}中已审核通过的回答（")
    assert notes[changed].endswith("\nIt is otherwise now.")
    assert not any("【" in notes[each] for each in new if each in notes), (
        "nothing was approved of what is new"
    )
    sent = await world.officer.ask("GET", f"{path_of(number)}/submissions/1")
    (answer,) = (each["answer"] for each in sent["answers"] if each["id"] == changed)
    assert answer["note"] == "It is otherwise now.", "what the officer wrote is what the officer wrote"


async def test_a_check_that_is_supplemented_says_beside_a_question_that_an_approved_answer_is_missing(
    world: World, system: RunningSystem
) -> None:
    """Nothing is offered any more; what customs will read of an answer that was emptied is said, and so it is declared."""
    before, number = await approved(world), await check_opened(world)
    sent_first = await world.answered(number)
    await world.receipt("RECEIVED", number, "questionnaire", in_reply_to=sent_first)
    await world.receipt("SUPPLEMENT", number, "questionnaire", opinion="请补充。")
    emptied, address = "aquatic.worker_health", f"/cases/{number}/questionnaire?part=aquatic.3"
    officer = await Browser(system.portal_url).signs_in(world.username, world.password)
    told = f"in case {before}. If you leave it unanswered, customs is told"

    assert told not in (await officer.client.get(address)).text
    version = (await stored(world, number))[emptied]["answer"]["version"]
    blank = {"value": " ", "version": version}
    await world.officer.ask("PUT", path_of(number), json={"answers": {emptied: blank}})

    assert (await officer.client.get(address)).text.count(told) == 1
    await world.officer.ask("POST", f"{path_of(number)}/submit", 202)
    declared = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    (answer,) = (
        each for each in etree.fromstring(declared.xml).iter("{*}Answer") if each.get("question") == emptied
    )
    assert answer.find("{*}Value") is None
    assert "[Not answered now" in str(answer.findtext("{*}Note"))
    await officer.client.aclose()

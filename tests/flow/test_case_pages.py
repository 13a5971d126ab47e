"""The addresses of cases, files and query lists, asked as a browser without scripts asks."""

import re

from deploy.demo.answers import answer_to, questions_of
from deploy.local.system import RunningSystem
from simulator.files import pdf
from tests.api_client import World
from tests.flow.test_page_access import Browser


async def rows(officer: Browser, path: str) -> list[str]:
    """The cases of a list, by id, in the order of the page."""
    answer = await officer.client.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return re.findall(r'data-row="(\w+)"', answer.text)


async def test_a_cases_address_leads_to_its_present_stage_and_only_to_entered_ones(
    officer: Browser, world: World
) -> None:
    number = await world.questionnaire_opened()
    answer = await officer.client.get(f"/cases/{number}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/questionnaire")
    for stage, status in (("evaluation", 409), ("completed", 409), ("acceptance", 404), ("nothing", 404)):
        assert (await officer.client.get(f"/cases/{number}/{stage}")).status_code == status, stage
    for language, sentence in (
        ("zh-CN", "未进入该阶段，不允许此操作!"),
        ("en", "This stage has not been entered"),
    ):
        told = await officer.client.get(f"/cases/{number}/evaluation", headers={"Accept-Language": language})
        assert sentence in told.text


async def test_a_file_is_for_the_officers_of_its_authority(
    officer: Browser, world: World, other_world: World, system: RunningSystem
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    page = await officer.client.get(f"/cases/{number}/protocol_signing")
    found = re.search(r'href="(/files/[\w-]+)"', page.text)
    assert found
    answer = await officer.client.get(found[1])
    assert answer.content == pdf("protocol")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    others = ((other_world.username, other_world.password, 404), (world.operators_name, world.password, 403))
    for username, password, status in others:
        other = await Browser(system.portal_url).signs_in(username, password)
        assert (await other.client.get(found[1])).status_code == status
        await other.client.aclose()


async def test_what_still_waits_comes_before_what_is_closed_and_drafts_before_the_rest(
    officer: Browser, world: World
) -> None:
    closed, _ = await world.submitted()
    await world.receipt("NOT_APPROVED", closed, "application", opinion="no")
    waiting, _declaration = await world.submitted()
    draft = await world.draft()
    ids = {number: (await world.officer.ask("GET", f"/cases/{number}"))["id"] for number in (closed, waiting)}
    assert await rows(officer, "/assessments") == [draft, ids[waiting], ids[closed]]
    assert await rows(officer, "/assessments?sort=turn_began_at") == [ids[waiting], draft, ids[closed]]
    assert await rows(officer, "/assessments?turn=authority") == [draft]
    assert await rows(officer, "/assessments?turn=nobody") == [ids[closed]]
    assert await rows(officer, f"/assessments?q={waiting[-5:]}&turn=customs") == [ids[waiting]]
    assert await rows(officer, "/assessments?stage=&status=&category=aquatic&size=100") == [
        draft,
        *[ids[n] for n in (waiting, closed)],
    ]
    assert await rows(officer, "/assessments?sort=nonsense&q=nothing-like-this") == []
    assert await rows(officer, "/checks") == []


async def test_a_page_after_the_last_is_the_last(officer: Browser, world: World) -> None:
    drafts = [await world.draft() for _ in range(3)]
    seen = [await rows(officer, f"/assessments?size=2&page={number}") for number in (1, 2, 9)]
    assert seen[2] == seen[1]
    assert sorted(seen[0] + seen[1]) == sorted(drafts)


async def test_a_case_whose_answers_are_being_saved_waits_no_less_long(
    officer: Browser, world: World
) -> None:
    older, newer = await world.questionnaire_opened(), await world.questionnaire_opened()
    began = (await world.officer.ask("GET", f"/cases/{older}"))["turn"]["since"]
    first = next(questions_of(await world.officer.ask("GET", f"/cases/{older}/stages/questionnaire")))
    answers = {first["id"]: await answer_to(world.officer, first)}
    await world.officer.ask("PUT", f"/cases/{older}/stages/questionnaire", json={"answers": answers})
    seen = await world.officer.stands(older, "questionnaire", "draft")
    ids = [(await world.officer.ask("GET", f"/cases/{number}"))["id"] for number in (older, newer)]

    assert seen["turn"]["since"] == began
    start = (await officer.client.get("/")).text.partition('id="since"')[0]
    assert re.findall(r'href="/cases/(\w+)"', start) == ids
    assert await rows(officer, "/assessments?sort=turn_began_at&turn=authority") == ids


async def test_long_rounds_are_read_and_compared_wherever_they_stand(officer: Browser, world: World) -> None:
    """Long parts of what is not current stand beside the case; pages and API show them as if they didn't."""

    def long(word: str) -> str:
        return f"{word} " + "文" * 2000

    number = await world.questionnaire_opened()
    await world.answered(number)
    evidence = await world.officer.upload("evidence.pdf")
    path = f"/cases/{number}/stages/evaluation"
    for asked_in in ("r1", "r2"):
        asked = {"rectification_no": asked_in, "issued_on": "2026-11-01"}
        texts = {"requirement": long(f"must {asked_in}"), "opinion": long(f"because {asked_in}")}
        await world.receipt("RECTIFICATION_REQUIRED", number, "evaluation", **asked, **texts)
        await world.officer.ask(
            "PUT", path, json={"statement": long(f"did {asked_in}"), "attachments": [evidence]}
        )
        await world.officer.ask("POST", f"{path}/submit", 202)
    rounds = (await world.officer.ask("GET", path))["rounds"]
    assert [each["statement"] for each in rounds] == [long("did r1"), long("did r2")]
    assert rounds[0]["attachments"][0]["id"] == evidence
    opinions = await world.officer.ask("GET", f"/cases/{number}/replies")
    assert [each["opinion"] for each in opinions] == [long("because r2"), long("because r1")]
    for page in ("evaluation", "opinion?stage=evaluation"):
        shown = (await officer.client.get(f"/cases/{number}/{page}")).text
        assert "because r1" in shown
        assert "because r2" in shown

    stage = "protocol_consultation"
    for asked_in in ("r1", "r2", "r3"):
        await world.receipt("CONSULTATION_OPENED", number, stage, text_zh=long(f"we {asked_in}"))
        await world.replied(number, stage, text_en=long(f"you {asked_in}"))
    history = (await world.officer.ask("GET", f"/cases/{number}/stages/{stage}"))["history"]
    assert [(each["text_zh"] or each["text_en"])[:6].split()[1] for each in history] == [
        "r3", "r3", "r2", "r2", "r1", "r1",
    ]  # fmt: skip
    first = await officer.client.get(f"/cases/{number}/{stage}/history/1")
    assert "we r1" in first.text
    both = await officer.client.get(f"/cases/{number}/{stage}/compare?side=foreign&before=2&after=6")
    assert re.findall(r"<(?:ins|del)>.*?(r\d)", both.text) == ["r1", "r3"]
    assert "we r3" in (await officer.client.get(f"/cases/{number}/{stage}")).text

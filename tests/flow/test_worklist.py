"""GET /worklist, the start page and the menu: one row a task, said with a verb, by when it is due (CONTRACT 3)."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from deploy.local.system import RunningSystem
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import Json, Person, World
from tests.flow.test_page_access import Browser
from tests.people import add_account

ITEM = {
    "id", "case_no", "kind", "category", "specific", "task", "label", "waiting_since", "due", "urgency", "last_by",
}  # fmt: skip


@pytest.fixture
async def browser(system: RunningSystem, world: World) -> AsyncIterator[Browser]:
    """The officer's browser."""
    found = await Browser(system.portal_url).signs_in(world.username, world.password)
    yield found
    await found.client.aclose()


async def tasks(person: Person) -> Json:
    found: Json = await person.ask("GET", "/worklist")
    assert set(found) == {"items", "counts"}
    assert set(found["counts"]) == {"overdue", "week", "later", "draft"}
    assert all(set(item) == ITEM and set(item["label"]) == {"zh", "en"} for item in found["items"])
    assert sum(found["counts"].values()) == len(found["items"])
    return found


async def only_task(person: Person) -> Json:
    [item] = (await tasks(person))["items"]
    return dict(item)


async def turn_began(store: Store, number: str, days: float) -> None:
    since = {"$set": {"turn_began_at": now() - timedelta(days=days)}}
    await store.collection("cases").update_one({"case_no": number}, since)


async def test_each_step_of_an_assessment_is_a_task_until_it_is_done(world: World) -> None:
    officer = world.officer
    assert (await tasks(officer))["counts"] == {"overdue": 0, "week": 0, "later": 0, "draft": 0}
    draft = await world.draft()
    item = await only_task(officer)
    assert (item["id"], item["case_no"], item["kind"]) == (draft, None, "assessment")
    assert (item["task"], item["urgency"], item["due"]) == ("submit_application", "draft", None)
    assert (item["category"], item["specific"], item["last_by"]) == ("aquatic", ["farmed"], world.username)
    await officer.ask("DELETE", f"/assessments/{draft}")

    number = await world.questionnaire_opened()
    item = await only_task(officer)
    assert (item["task"], item["urgency"], item["case_no"]) == ("answer_questionnaire", "later", number)
    assert re.fullmatch(r"Answer the questionnaire: (\d+) of \1 open", item["label"]["en"])
    turn = (await officer.ask("GET", f"/cases/{number}"))["turn"]
    assert (item["waiting_since"], item["due"]) == (turn["since"], turn["due"])

    await world.answered(number)
    assert (await tasks(officer))["items"] == []
    await world.receipt("CONSULTATION_OPENED", number, "protocol_consultation", text_zh="第一稿")
    assert (await only_task(officer))["label"]["en"] == "Reply to protocol round 1"
    await world.replied(number, "protocol_consultation")
    await world.receipt("CONSULTATION_OPENED", number, "protocol_consultation", text_zh="第二稿")
    assert (await only_task(officer))["label"] == {
        "zh": "答复议定书第2轮磋商",
        "en": "Reply to protocol round 2",
    }

    await world.signed_from_consultation(number)
    assert (await only_task(officer))["task"] == "reply_certificate"
    await world.replied(number, "certificate_consultation")
    await world.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
    item = await only_task(officer)
    assert (item["task"], item["label"]["en"], item["urgency"]) == (
        "declare_signatories",
        "Declare signatories",
        "later",
    )
    signatures = {"attachments": [await officer.upload(purpose="signatories")]}
    path = f"/cases/{number}/stages/certificate_consultation/signatories"
    await officer.ask("POST", path, 202, json=signatures)
    assert (await tasks(officer))["items"] == []


async def test_a_supplement_says_how_many_points_and_who_touched_it_last(world: World, store: Store) -> None:
    colleague = Person(
        world.officer.client.__class__(base_url=world.officer.client.base_url, trust_env=False)
    )
    name = f"second.{world.authority}".lower()
    await add_account(store, name, Role.OFFICER, world.password, world.authority)
    await colleague.sign_in(name, world.password)
    number, declaration = await world.submitted()
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    items = [("field:overview", "INCOMPLETE", "more"), ("field:contact.email", "INCORRECT", "wrong")]
    await world.receipt("SUPPLEMENT", number, "application", opinion="请补充。", items=items)
    item = await only_task(world.officer)
    assert (item["label"]["en"], item["last_by"]) == ("Correct 2 points of the application", world.username)

    form = (await colleague.ask("GET", f"/cases/{number}/stages/application"))["overview"]
    await colleague.ask("PUT", f"/assessments/{number}", json={"overview": f"{form} corrected"})
    saved = await only_task(world.officer)
    assert saved["last_by"] == name, "a saved draft says who saved it"
    assert saved["waiting_since"] == item["waiting_since"]
    await colleague.client.aclose()


async def test_tasks_are_grouped_by_when_they_are_due(world: World, store: Store, browser: Browser) -> None:
    year = 366
    numbers = [await world.questionnaire_opened() for _ in range(3)]
    await world.draft()
    for number, days in zip(numbers, (3, year + 10, year - 4), strict=True):
        await turn_began(store, number, days)
    found = await tasks(world.officer)
    assert [(item["case_no"], item["urgency"]) for item in found["items"]] == [
        (numbers[1], "overdue"), (numbers[2], "week"), (numbers[0], "later"), (None, "draft"),
    ]  # fmt: skip
    assert found["counts"] == {"overdue": 1, "week": 1, "later": 1, "draft": 1}
    assert datetime.fromisoformat(found["items"][0]["due"]) < now()

    browser.client.headers["Accept-Language"] = "en"
    start = (await browser.client.get("/")).text
    rows = re.findall(r'data-row="\w+" data-urgency="(\w+)"', start)
    assert rows == ["overdue", "week", "later", "draft"]
    assert "Answer the questionnaire: " in start
    assert ">3 tasks, 1 draft</h2>" in start, "as many tasks as the menu says"
    for path in ("/", f"/cases/{numbers[0]}/questionnaire", "/assessments"):
        menu = re.search(r'id="menu-tasks".*?</a>', (await browser.client.get(path)).text)
        assert menu
        assert "3 tasks, 1 overdue" in menu[0], path


async def test_drafts_of_one_food_are_told_apart_by_what_was_written(world: World, browser: Browser) -> None:
    for overview in ("Sardines from Oranjestad", "Tilapia " * 30, ""):
        await world.officer.ask(
            "POST", "/assessments", 201, json={"category": "aquatic", "overview": overview}
        )

    start = (await browser.client.get("/", headers={"Accept-Language": "en"})).text

    assert re.findall(r'<span class="begins">(.+?)</span>', start) == [
        "Sardines from Oranjestad",
        "Tilapia Tilapia Tilapia Tilapia Tilapia Tilapia Tilapia…",
    ]


async def test_another_authoritys_tasks_do_not_exist(world: World, other_world: World) -> None:
    await world.questionnaire_opened()
    await world.draft()
    assert (await tasks(other_world.officer))["items"] == []
    await world.operator.ask("GET", "/worklist", 403)


async def test_what_happened_since_the_last_visit_is_told_in_sentences(
    world: World, browser: Browser, system: RunningSystem
) -> None:
    number = await world.questionnaire_opened()
    await browser.client.get("/")
    await world.answered(number)
    await world.receipt("CONSULTATION_OPENED", number, "protocol_consultation", text_zh="第一稿")
    later = await Browser(system.portal_url).signs_in(world.username, world.password)
    for language, sentence in (
        ("en", "Customs sent its text of the protocol; please reply."),
        ("zh-CN", "海关发来了议定书磋商文本，请答复。"),
    ):
        page = (await later.client.get("/", headers={"Accept-Language": language})).text
        told = page[page.index('id="since"') :]
        assert sentence in told
        assert number in told
    await later.client.aclose()


async def test_the_case_says_when_signatories_can_be_declared(world: World, browser: Browser) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    page = f"/cases/{number}/certificate_consultation"
    assert "data-signatories" not in (await browser.client.get(page)).text
    await world.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
    assert "data-signatories" in (await browser.client.get(page)).text

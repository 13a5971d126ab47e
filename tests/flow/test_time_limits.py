"""Operators set time limits, the effect told first; the API and the pages say until when."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

import pytest

from deploy.local.system import RunningSystem
from shared.contracts.times import CHINA
from shared.lifecycle.time_limits import DEFAULT_MONTHS
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser

QUESTIONNAIRE = "assessment:questionnaire:answer"


@pytest.fixture
async def console(system: RunningSystem, world: World, store: Store) -> AsyncIterator[Browser]:
    """The operator's browser; the limits are the system's own before and afterwards."""
    await store.collection("time_limits").delete_one({"_id": "limits"})
    found = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    found.client.headers["Accept-Language"] = "en"
    yield found
    await found.client.aclose()
    await store.collection("time_limits").delete_one({"_id": "limits"})


async def sets(console: Browser, changed: Mapping[str, str], status: int = 200, version: str = "0") -> str:
    """What the page says when its form is sent with these fields changed."""
    months = {code: str(number) for code, number in DEFAULT_MONTHS.items()}
    form = {"csrf": console.csrf, "version": version, **months, **changed}
    answer = await console.client.post("/ops/limits", data=form)
    assert answer.status_code == status, answer.text
    return re.sub(r"<[^>]+>|\s+", " ", answer.text)


async def test_a_limit_is_set_with_its_effect_told_first_and_holds_for_open_cases(
    console: Browser, world: World, store: Store
) -> None:
    number = await world.questionnaire_opened()
    header = await world.officer.ask("GET", f"/cases/{number}")
    began = datetime.fromisoformat(header["turn"]["since"]).astimezone(CHINA)
    due = datetime.fromisoformat(header["turn"]["due"])
    assert (due.year, due.month) == (began.year + 1, began.month)
    assert header["turn"]["due"].endswith("T23:59:59.000+08:00")

    old = now() - timedelta(days=70)
    await store.collection("cases").update_one({"case_no": number}, {"$set": {"turn_began_at": old}})
    told = await sets(console, {QUESTIONNAIRE: "2"})
    assert re.search(r"12 months → *2 months", told)
    overdue = re.search(r"(\d+) → *(\d+)(?! month)", told)
    assert overdue
    assert int(overdue[2]) > int(overdue[1]), "70 days are more than 2 months"
    assert (await world.officer.ask("GET", f"/cases/{number}"))["turn"]["due"][:4] == str(due.year)

    await sets(console, {QUESTIONNAIRE: "2", "confirmed": "1", "why": " "}, 422)
    done = await sets(console, {QUESTIONNAIRE: "2", "confirmed": "1", "why": "by agreement"})
    assert "The time limits were changed" in done
    turn = (await world.officer.ask("GET", f"/cases/{number}"))["turn"]
    assert datetime.fromisoformat(turn["due"]) < now()
    [trail] = await store.collection("audit").find({"action": "set_limits", "by": world.operators_name})
    assert (trail["subject"], trail["why"], trail["outcome"]) == (
        f"{QUESTIONNAIRE} 12 > 2",
        "by agreement",
        "done",
    )


async def test_a_limit_that_is_none_is_named_and_the_slower_of_two_operators_is_told(
    console: Browser,
) -> None:
    for wrong in ("0", "121", "six", "-1", "1.5"):
        told = await sets(console, {QUESTIONNAIRE: wrong}, 422)
        assert "Evaluation and review, Questionnaire, First submission" in told
        assert "A whole number from 1 to 120, or nothing." in told
    assert "Nothing was changed" in await sets(console, {})

    agreed = {"confirmed": "1", "why": "agreed"}
    await sets(console, {QUESTIONNAIRE: ""} | agreed)
    assert "Another operator changed" in await sets(console, {QUESTIONNAIRE: "6"} | agreed, 409)
    await sets(console, {QUESTIONNAIRE: "6"} | agreed, version="1")
    page = (await console.client.get("/ops/limits")).text
    assert re.search(rf'name="{QUESTIONNAIRE}"[^>]*value="6"', page)


async def test_the_pages_say_until_when(console: Browser, world: World, system: RunningSystem) -> None:
    number = await world.questionnaire_opened()
    due = (await world.officer.ask("GET", f"/cases/{number}"))["turn"]["due"][:10]
    officer = await Browser(system.portal_url).signs_in(world.username, world.password)
    officer.client.headers["Accept-Language"] = "en"
    for path in (f"/cases/{number}/questionnaire", "/assessments"):
        assert f"Due by {due}" in (await officer.client.get(path)).text, path
    assert f">{due}</time>" in (await officer.client.get("/")).text
    await officer.client.aclose()

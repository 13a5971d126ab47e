"""Each officer's calendar: a secret address that can be renewed and switched off, and shows one's own authority alone."""

import html
import re

import httpx
import pytest

from deploy.local.system import RunningSystem
from services.portal.identity.accounts import set_disabled
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser


@pytest.fixture
async def officer(officer: Browser) -> Browser:
    """The officer's browser, in English."""
    officer.client.headers["Accept-Language"] = "en"
    return officer


async def makes_an_address(officer: Browser) -> str:
    made = await officer.client.post("/account/calendar", data={"csrf": officer.csrf})
    assert made.headers["Cache-Control"] == "no-store"
    address = re.search(r"data-address-made>([^<]+)<", made.text)
    assert address
    return html.unescape(address[1])


async def read(address: str) -> tuple[int, str]:
    """What a calendar program gets, which sends no cookie."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as program:
        answer = await program.get(address)
    if answer.status_code == 200:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.status_code, answer.text.replace("\r\n ", "")


async def test_a_calendar_shows_what_is_due_in_ones_own_authority_and_nothing_else_of_it(
    officer: Browser, world: World, other_world: World, store: Store
) -> None:
    number, others = await world.questionnaire_opened(), await other_world.questionnaire_opened()
    await world.draft(overview="without a limit")
    assert "/account/calendar" in (await officer.client.get("/account")).text
    status, file = await read(await makes_an_address(officer))
    assert status == 200
    due = (await world.officer.ask("GET", f"/cases/{number}"))["turn"]["due"][:10].replace("-", "")
    assert f"DTSTART;VALUE=DATE:{due}" in file
    assert re.search(rf"SUMMARY:[^:]*: Answer the questionnaire: \d+ of \d+ open \({number}\)", file)
    assert file.count("BEGIN:VEVENT") == 1, "a draft has no due date"
    assert others not in file
    assert not {"sardine", "Croes", world.username} & set(re.findall(r"[\w.]+", file))

    [kept] = await store.collection("calendar_feeds").find({"username": world.username})
    assert re.fullmatch(r"[0-9a-f]{64}", kept["_id"]), "the secret itself is not stored"


async def test_a_calendar_in_chinese_has_chinese_punctuation(officer: Browser, world: World) -> None:
    number = await world.questionnaire_opened()
    officer.client.headers["Accept-Language"] = "zh"
    _status, file = await read(await makes_an_address(officer))
    assert re.search(rf"SUMMARY:[^: ]+：填写问卷：\d+题中\d+题未填（{number}）", file)


async def test_an_address_is_renewed_and_switched_off_and_unknown_ones_open_nothing(
    officer: Browser, world: World, store: Store, system: RunningSystem
) -> None:
    first = await makes_an_address(officer)
    second = await makes_an_address(officer)
    assert [(await read(each))[0] for each in (first, second)] == [404, 200]
    page = (await officer.client.get("/account/calendar")).text
    assert "There is an address since" in page
    assert second.rpartition("=")[2] not in page

    await set_disabled(store, world.username, True)
    assert (await read(second))[0] == 404
    await set_disabled(store, world.username, False)
    officer = await Browser(system.portal_url).signs_in(world.username, world.password)
    assert (await read(second))[0] == 200
    await officer.client.post("/account/calendar/remove", data={"csrf": officer.csrf})
    base = second.partition("?")[0]
    assert [(await read(each))[0] for each in (second, base, f"{base}?key=", f"{base}?key=guessed")] == [
        404
    ] * 4
    assert await store.collection("calendar_feeds").find({"username": world.username}) == []
    await officer.client.aclose()

"""Figures in pictures with their tables: an authority's own, and the operators' over all."""

import re
from datetime import timedelta

from playwright.async_api import expect

from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES


@LANGUAGES
async def test_an_officer_sees_its_own_cases_by_stage_and_age_and_how_long_stages_take(
    sits_down: Sitting, world: World, other_world: World, store: Store, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await expect(seat.page.locator("#by-stage")).to_have_count(0)
    await seat.goes("/figures")
    await expect(seat.page.locator("#by-stage svg")).to_have_count(0)
    await seat.looks("figures-none")
    await other_world.questionnaire_opened()
    await world.submitted()
    await world.questionnaire_opened()
    old = await world.questionnaire_opened()
    since = {"$set": {"turn_began_at": now() - timedelta(days=200)}}
    await store.collection("cases").update_one({"case_no": old}, since)

    await seat.goes("/")
    await expect(seat.page.locator("#by-stage svg").first).to_be_visible()
    await seat.looks("start-figures")
    await seat.page.click("#by-stage a")
    told = {"zh": r"问卷阶段：2个案件，90天以上：1", "en": r"Questionnaire: 2 cases, over 90 days: 1"}[lang]
    await expect(seat.page.locator("#by-stage svg").first).to_have_attribute("aria-label", re.compile(told))
    for part in ("#by-stage", "#by-days"):
        await seat.page.click(f"{part} summary")
    await expect(seat.page.locator("#by-stage tbody tr")).to_have_count(2)
    row = seat.page.locator("#by-stage tbody tr").nth(1)
    assert (await row.locator("td").all_inner_texts())[1:] == ["1", "0", "0", "1", "2", "2"]
    await expect(seat.page.locator("#by-days tbody tr")).to_have_count(1)
    await seat.looks("figures")


@LANGUAGES
async def test_an_operator_sees_what_came_by_the_hour_and_what_has_waited_longest(
    sits_down: Sitting, world: World, lang: str
) -> None:
    await world.questionnaire_opened()
    seat = await sits_down(lang, world.operators_name)
    await seat.page.click("main a[href='/ops/figures']")
    await expect(seat.page.locator("#hours svg.hours")).to_have_count(2)
    await expect(seat.page.locator("#seconds tbody td").nth(1)).not_to_have_text("0")
    await expect(seat.page.locator("#waiting tbody tr")).to_have_count(9)
    await seat.page.locator("#hours summary").first.click()
    await seat.looks("ops-figures")

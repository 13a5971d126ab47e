"""A consultation beyond its first round: China's new text against one's own, and a reply that begins with a text."""

import re

from playwright.async_api import expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat

STAGE = "protocol_consultation"
FIRST, OURS, SECOND = "第一条 企业应当注册。", "第一条 企业应当备案。", "第一条 企业应当注册或备案。"


async def in_the_second_round(world: World) -> str:
    """A consultation in which China answered what the authority proposed."""
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.receipt("CONSULTATION_OPENED", number, STAGE, text_zh=FIRST)
    declared = await world.replied(number, STAGE, text_zh=OURS)
    await world.receipt("RECEIVED", number, STAGE, in_reply_to=declared)
    await world.receipt("CONSULTATION_OPENED", number, STAGE, text_zh=SECOND)
    return number


@LANGUAGES
async def test_chinas_new_text_is_compared_with_ones_last_reply(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await in_the_second_round(world)
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/{STAGE}")
    await seat.page.click("#rounds a[href$='/compare']")
    told = seat.page.locator("main .typed")
    await expect(told.locator("ins").filter(has_text="注册或")).to_have_count(1)
    await expect(told.locator("del")).to_have_count(0)
    await seat.page.select_option("#c-before", "1")
    await seat.page.click("main .filters .btn-primary")
    await expect(told.locator("ins").filter(has_text="或备案")).to_have_count(1)
    await seat.looks("consultation-both-sides")


@LANGUAGES
async def test_a_reply_begins_with_a_text_and_nothing_typed_is_overwritten(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await in_the_second_round(world)
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/{STAGE}")
    late = await sits_down(lang, world.username)
    await late.goes(f"/cases/{number}/{STAGE}")
    await seat.looks("consultation-begin")
    await seat.page.click("[name=party][value=china]")
    area = seat.page.locator("[name=text_zh]")
    await expect(area).to_have_value(SECOND)
    assert await area.get_attribute("lang") == ("zh-CN" if lang == "en" else None)
    await expect(seat.page.locator("[name=party]")).to_have_count(0)
    late.expected = (409,)
    await late.page.click("[name=party][value=foreign]")
    await late.page.click("[data-error=draft_begun] a[href^='/cases/']")
    await expect(late.page.locator("[name=text_zh]")).to_have_value(SECOND)
    draft = (await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}"))["draft"]
    assert draft["text_zh"] == SECOND


async def test_agreement_is_one_click_and_still_a_draft(officer: Seat, world: World) -> None:
    number = await in_the_second_round(world)
    await officer.goes(f"/cases/{number}/{STAGE}")
    await officer.page.click("[name=party][value=agreed]")
    await expect(officer.page.locator("[name=text_zh]")).to_have_value(
        re.compile("我方同意中方20.*的磋商文本")
    )
    await expect(officer.page.locator("[name=text_en]")).to_have_value(
        re.compile("We agree to the text of the Chinese side")
    )
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    assert "我方同意" in stage["draft"]["text_zh"]
    assert len(stage["history"]) == 3, "nothing is sent by it"
    await officer.page.click("#reply .btn-primary")
    await officer.page.click("#confirm [value=yes]")
    await officer.page.wait_for_selector(".alert-success")
    await world.customs.next_declaration(type="CONSULTATION_REPLY", case_no=number)

"""The page of a case and the query lists, as the officer sees them (DOMAIN D, E)."""

import pytest
from playwright.async_api import expect

from deploy.demo.files import pdf
from tests.browser.conftest import Sitting
from tests.browser.looking import Seat
from tests.world import World


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_lists_show_filter_sort_and_page(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.username, world.password)
    await seat.goes("/assessments")
    await seat.looks("assessments-empty")
    for _ in range(3):
        await world.draft()
    number, declaration = await world.submitted(overview="金枪鱼 tuna Thunnus albacares")
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充公章页。"
    )
    for _ in range(8):
        await world.draft(specific=["wild"])
    await seat.goes("/assessments")
    told = "显示第 1 到第 10 条记录，总共 12 条记录" if lang == "zh" else "Showing records 1 to 10 of 12"
    assert told in await seat.page.inner_text(".pager")
    await seat.looks("assessments")
    await seat.page.click("a[rel=next]")
    assert "11" in await seat.page.inner_text("tbody tr:first-child td:first-child")
    await seat.page.select_option("#w-status", "supplement")
    await expect(seat.page.locator("#list tbody tr")).to_have_count(1)
    assert "status=supplement" in seat.page.url
    await seat.page.click("#list a[href$='/opinion']")
    await seat.page.wait_for_selector("dialog.shown >> text=请补充公章页。")
    assert await seat.found_by_axe() == []
    await seat.page.keyboard.press("Escape")
    await seat.page.click("#list a[href$='/overview']")
    await seat.page.wait_for_selector("dialog.shown >> text=Thunnus albacares")
    await seat.page.keyboard.press("Escape")
    await seat.page.fill("#w-q", "nothing like this")
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_selector("#list .empty")
    await seat.page.click(".filters a.btn")
    await seat.page.wait_for_selector(f"#list >> text={told}")
    await seat.goes("/checks")
    await seat.looks("checks-empty")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_case_says_where_it_stands_and_lets_nobody_into_a_future_step(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    seat = await sits_down(lang, world.username, world.password)
    await seat.goes(f"/cases/{number}/protocol_signing")
    assert number in await seat.page.inner_text("h1")
    expected = "当前为议定书签订完成状态" if lang == "zh" else "The protocol is signed"
    assert expected in await seat.page.inner_text("[data-sentence]")
    assert "2026-1" in await seat.page.inner_text("#about")
    await seat.page.click("summary:has-text('办理历史')" if lang == "zh" else "summary:has-text('History')")
    await seat.looks("protocol-signing")
    async with seat.page.expect_download() as saved:
        await seat.page.click("#files a")
    assert (await (await saved.value).path()).read_bytes() == pdf("protocol")
    seat.expected = (409,)
    await seat.page.click(".stages a[href$='/certificate_confirmation']")
    sentence = "未进入该阶段，不允许此操作!" if lang == "zh" else "This stage has not been entered"
    await seat.page.wait_for_selector(f"dialog.shown >> text={sentence}")
    await seat.page.keyboard.press("Escape")
    await seat.goes(f"/cases/{number}/evaluation")
    assert sentence in await seat.page.inner_text("[role=alert]")


async def test_the_page_follows_customs_and_comes_back_after_the_line_was_cut(
    officer: Seat, world: World
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    await officer.goes(f"/cases/{number}/protocol_signing")
    await officer.page.evaluate("window.stays = 1")
    await world.replied(number, "certificate_consultation")
    await officer.page.wait_for_selector("[data-transport=sent]")
    await officer.page.context.set_offline(True)
    await officer.page.context.set_offline(False)
    await world.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
    files = [("certificate.pdf", pdf("certificate"))]
    await world.receipt("CERTIFICATE_CONFIRMED", number, "certificate_confirmation", attachments=files)
    await officer.page.wait_for_selector(".stage-current a[href$='/certificate_confirmation']")
    await officer.page.wait_for_selector("#notices >> text=Something has changed on this page")
    assert await officer.page.evaluate("window.stays") == 1
    await officer.page.click("#notices button")
    await officer.page.wait_for_selector("#notices:empty", state="attached")

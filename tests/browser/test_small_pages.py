"""The pages that are mostly seen in a dialog, or on the way: they stand by themselves, too."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sitting
from tests.world import World

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@LANGUAGES
async def test_overview_and_opinion_as_pages(sits_down: Sitting, world: World, lang: str) -> None:
    number, declaration = await world.submitted()
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充 Add it."
    )
    seat = await sits_down(lang, world.username, world.password)
    for name in ("overview", "opinion"):
        await seat.goes(f"/cases/{number}/{name}")
        await seat.looks(f"case-{name}")


@LANGUAGES
async def test_the_question_before_a_deed_as_a_page(sits_down: Sitting, world: World, lang: str) -> None:
    case = await world.draft()
    seat = await sits_down(lang, world.username, world.password)
    await seat.goes(f"/cases/{case}/application")
    await seat.page.evaluate("document.querySelector('.discard').submit()")  # as without scripts
    await expect(seat.page.locator("[name=confirmed]")).to_have_count(1)
    await seat.looks("confirm")
    await seat.page.click("main form .btn-primary")
    await seat.page.wait_for_url("**/assessments")


@LANGUAGES
async def test_ones_own_new_password_is_shown_and_works(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.operators_name, world.password)
    await seat.goes("/ops/accounts")
    await seat.page.click(f"[id='a-{world.operators_name}'] form[action$=reset] button")
    await seat.page.click("#confirm [value=yes]")
    password = await seat.page.inner_text(".password")
    await seat.looks("ops-own-password")
    await seat.page.click("main a.btn")
    await seat.signs_in(world.operators_name, password)
    assert seat.page.url.endswith("/ops")

"""Signing in and out, the language, the start page, errors: what surrounds every page."""

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import ASSET_BYTES, BOTH_LANGUAGES, Seat, assets_of


@BOTH_LANGUAGES
async def test_whoever_signs_in_sees_what_waits_and_signs_out_again(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang)
    await seat.goes("/")
    assert seat.page.url.startswith(f"{seat.url}/sign-in?")
    await seat.looks("sign-in")
    await seat.signs_in(world.username, world.password)
    assert number in await seat.page.inner_text("#waiting")
    await seat.looks("start")
    seat.expected = (404,)
    await seat.goes("/nothing-here")
    await seat.looks("not-found")
    await seat.page.click("text=退出" if lang == "zh" else "text=Sign out")
    await seat.page.wait_for_selector("#f-password")
    await seat.goes("/")
    assert "/sign-in" in seat.page.url


async def test_the_language_stays(sits_down: Sitting, world: World) -> None:
    seat = await sits_down("zh")
    await seat.goes("/sign-in")
    assert await seat.page.get_attribute("html", "lang") == "zh-CN"
    await seat.page.click("text=English")
    assert await seat.page.get_attribute("html", "lang") == "en"
    await seat.signs_in(world.username, world.password)
    assert await seat.page.get_attribute("html", "lang") == "en"


async def test_a_wrong_password_is_said_beside_the_form(sits_down: Sitting, world: World) -> None:
    seat = await sits_down("en")
    seat.expected = (401,)
    await seat.goes("/sign-in?next=/assessments")
    await seat.page.fill("#f-username", world.username)
    await seat.page.fill("#f-password", "not this one")
    await seat.page.click("main button.btn-primary")
    assert "The user name or the password is wrong" in await seat.page.inner_text("[role=alert]")
    assert await seat.page.input_value("#f-username") == world.username
    await seat.looks("sign-in-refused")


async def test_a_page_takes_less_than_150_kilobytes_of_assets(officer: Seat) -> None:
    assert await assets_of(officer, "/") < ASSET_BYTES


async def test_the_start_page_changes_when_customs_asks_for_something(officer: Seat, world: World) -> None:
    await officer.goes("/")
    number = await world.questionnaire_opened()
    await officer.page.wait_for_selector(f"#waiting >> text={number}")

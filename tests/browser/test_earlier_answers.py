"""What an authority answered before, on the questionnaire's page: offered, taken, confirmed; by scripts and without."""

from playwright.async_api import expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat
from tests.browser.saving import is_saved
from tests.browser.test_questionnaire import opened, stored
from tests.flow.test_earlier_answers import approved, check_opened, text_question


def question(seat: Seat, name: str) -> str:
    return f"[data-question='{name}']"


@LANGUAGES
async def test_earlier_answers_are_taken_one_by_one_and_all_at_once_and_confirmed(
    sits_down: Sitting, world: World, lang: str
) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    name = await text_question(world, number)
    seat = await sits_down(lang, world.username)
    await opened(seat, number, "aquatic.1")
    await seat.looks("earlier-offered")
    place = seat.page.locator(question(seat, name))
    area = place.locator(f"textarea[name='{name}']")
    told = await place.locator(".earlier-answer .typed").first.inner_text()

    await area.fill("我的答案 my own words")  # not saved yet: the button saves it first
    await place.locator("[data-carry][value^='take:']").click()
    await expect(area).to_have_value(told.strip())
    await expect(place.locator("[data-carry][value^='confirm:']")).to_be_visible()
    await seat.looks("earlier-taken")
    await place.locator("[data-carry][value^='back:']").click()
    await expect(area).to_have_value("我的答案 my own words")
    assert (await stored(world, number))[name] == "我的答案 my own words"
    await area.fill("更好 better")
    await is_saved(seat.page)

    await seat.page.click("#earlier summary")
    await seat.page.locator("[value='take-part']").click()
    await expect(seat.page.locator("[value='confirm-part']")).to_be_visible()
    await expect(seat.page.locator(f"textarea[name='{name}']")).to_have_value("更好 better")
    await seat.page.locator("[value='take-all']").click()
    await expect(seat.page.locator("[value='take-all']")).to_have_count(0)
    await seat.looks("earlier-all-taken")

    seat.expected = (422,)
    await seat.page.click(".sticky .btn-primary")
    refused = seat.page.locator(
        ".alert-danger li a", has_text="沿用" if lang == "zh" else "taken from an earlier case"
    )
    await expect(refused.first).to_be_attached()
    await seat.looks("earlier-refused")

    one = seat.page.locator("[data-carry][value^='confirm:']").first
    answered = seat.page.locator(question(seat, str(await one.get_attribute("value")).partition(":")[2]))
    await one.click()
    await expect(answered).to_be_focused()
    await expect(answered).to_contain_text(world.username)
    await expect(answered.locator(".carried")).to_have_count(0)
    await seat.page.locator("[value='confirm-part']").click()
    await expect(seat.page.locator("[data-carry][value^='confirm:']")).to_have_count(0)


@LANGUAGES
async def test_a_check_asks_of_each_approved_answer_whether_it_is_still_true(
    sits_down: Sitting, world: World, lang: str
) -> None:
    before = await approved(world)
    number = await check_opened(world)
    name = await text_question(world, number)
    seat = await sits_down(lang, world.username)
    await opened(seat, number, "aquatic.1")
    place = seat.page.locator(question(seat, name))
    await expect(place).to_contain_text(before)
    await seat.looks("still-true")
    await place.locator("[value^='true:']").click()
    await expect(place).to_contain_text(world.username)
    await expect(place.locator(".carried")).to_have_count(0)
    assert (await stored(world, number))[name]
    other = seat.page.locator("[data-question]", has=seat.page.locator("[value^='take:']")).first
    await other.locator("[value^='take:']").click()
    await expect(seat.page.locator("[value^='confirm:']")).to_have_count(1)
    await seat.looks("still-true-taken")


async def test_without_scripts_the_buttons_save_what_was_typed_and_do_the_same(
    sits_down: Sitting, world: World
) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    name = await text_question(world, number)
    seat = await sits_down("en", world.username, java_script_enabled=False)
    await opened(seat, number, "aquatic.1")
    place = seat.page.locator(question(seat, name))
    await place.locator(f"textarea[name='{name}']").fill("my own words")
    await seat.page.click("#earlier summary")
    await seat.page.locator("[value='take-part']").click()
    await expect(place.locator(f"textarea[name='{name}']")).to_have_value("my own words")
    await place.locator("[value^='take:']").dispatch_event("click")
    await expect(place.locator("[value^='back:']")).to_be_visible()
    await place.locator("[value^='back:']").click()
    await expect(place.locator(f"textarea[name='{name}']")).to_have_value("my own words")
    await seat.page.locator("[value='confirm-part']").click()
    await expect(seat.page.locator("[value^='confirm:']")).to_have_count(0)


async def test_who_confirms_what_a_colleague_changed_is_shown_it_first(
    sits_down: Sitting, world: World
) -> None:
    await approved(world)
    number = await world.questionnaire_opened()
    name = await text_question(world, number)
    seat = await sits_down("en", world.username)
    await opened(seat, number, "aquatic.1")
    place = seat.page.locator(question(seat, name))
    await place.locator("[value^='take:']").click()
    await expect(place.locator("[value^='confirm:']")).to_be_visible()
    path = f"/cases/{number}/stages/questionnaire"
    theirs = {name: {"value": "a colleague's words", "version": 1}}
    await world.officer.ask("PUT", path, json={"answers": theirs})
    seat.expected = (409,)
    await place.locator("[value^='confirm:']").click()
    await expect(place.locator(f"textarea[name='{name}']")).to_have_value("a colleague's words")
    assert (await stored(world, number))[name] == "a colleague's words"

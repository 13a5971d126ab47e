"""A retrospective check's own part on its page, and what stands before the questions, folded."""

from playwright.async_api import expect

from tests.api_client import Json, World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES
from tests.browser.saving import is_saved

SAID = {"zh": ("填写须知", "第249号"), "en": ("Before you answer", "Decree No. 249")}


async def rows_of(world: World, number: str, question: str) -> list[Json]:
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    asked = (each for part in stage["questionnaires"][0]["parts"] for each in part["questions"])
    return next(each["answer"]["value"] for each in asked if each["id"] == question)


@LANGUAGES
async def test_what_changed_and_was_refused_is_answered_on_a_page_of_its_own(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.check_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/questionnaire?part=aquatic.6")
    page = seat.page
    await expect(page.locator(".question-no").first).to_have_text("6.1")
    before, law = SAID[lang]
    preamble = page.locator("details#preamble")
    await expect(preamble.locator("summary")).to_contain_text(before)
    await expect(preamble.get_by_text(law)).to_be_hidden()
    await preamble.locator("summary").click()
    await expect(preamble.get_by_text(law)).to_be_visible()
    await seat.looks("questionnaire-preamble")
    await preamble.locator("summary").click()

    changes = page.locator("[data-question='aquatic.check_changes']")
    await expect(changes).to_be_hidden()
    await page.locator("[data-question='aquatic.check_changed'] input[value=yes]").check()
    await expect(changes).to_be_visible()
    await changes.locator("select").first.select_option("laboratories")
    await changes.locator("textarea").first.fill("Two laboratories")
    await changes.locator("input[type=date]").first.fill("2025-03-04")
    exports = page.locator("[data-question='aquatic.check_exports']")
    await expect(exports.locator("[data-prepared]")).to_have_count(4)
    for column, figure in (("year", "2025"), ("consignments", "40"), ("refused", "1")):
        await page.locator(f"[name='aquatic.check_exports:row:1:{column}']").fill(figure)
    await is_saved(seat.page)

    (change,) = await rows_of(world, number, "aquatic.check_changes")
    assert (change["topic"], change["before"], change["since"]) == (
        "laboratories",
        "Two laboratories",
        "2025-03-04",
    )
    (exported,) = await rows_of(world, number, "aquatic.check_exports")
    assert exported == {
        "period": "last_year", "year": "2025", "consignments": "40", "refused": "1", "refused_rate": "2.5",
    }  # fmt: skip
    await seat.looks("questionnaire-of-a-check")


async def test_an_assessment_has_no_such_part(sits_down: Sitting, world: World) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down("en", world.username)
    await seat.goes(f"/cases/{number}/questionnaire?part=aquatic.6")
    await expect(seat.page.locator(".part-link")).to_have_count(6)
    await expect(seat.page.locator("details#preamble")).to_have_count(1)
    await expect(seat.page.locator("[data-question^='aquatic.check_']")).to_have_count(0)

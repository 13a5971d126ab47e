"""Help: from each page to what fits it, read in both languages, without signing in too."""

from playwright.async_api import expect

from services.portal.pages.help.topics import CHAPTERS, Topic
from services.portal.pages.language import Lang
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, LANGUAGES
from tests.extent import ALL

UNLIKE = (Topic.STATUSES, Topic.QUESTIONNAIRE, Topic.GLOSSARY)
"""Topics with a table, with a picture, with many words: the others are made of the same."""


@BOTH_LANGUAGES
async def test_the_manual_is_read_from_end_to_end_by_whoever_comes(sits_down: Sitting, lang: str) -> None:
    seat = await sits_down(lang)
    await seat.goes("/sign-in")
    await seat.page.click("a.help-link")
    await expect(seat.page).to_have_url(f"{seat.url}/help/account")
    await seat.page.click(".crumb a")
    await seat.looks("help")
    await seat.page.click(".chapters a >> nth=0")
    for topic in (each for chapter in CHAPTERS for each in chapter.topics):
        await expect(seat.page).to_have_url(f"{seat.url}/help/{topic}")
        if ALL or topic in UNLIKE:
            await seat.looks(f"help-{topic}")
        if await seat.page.locator("a[rel=next]").count():
            await seat.page.click("a[rel=next]")
    other = Lang.EN if lang == "zh" else Lang.ZH
    before = await seat.page.locator("main h1").inner_text()
    await seat.page.click(f".languages a[lang={other.tag}]")
    await expect(seat.page).to_have_url(f"{seat.url}/help/operators")
    await expect(seat.page.locator("main h1")).not_to_have_text(before)


@BOTH_LANGUAGES
async def test_who_forgot_the_password_is_led_to_how_to_get_another(sits_down: Sitting, lang: str) -> None:
    seat = await sits_down(lang)
    await seat.goes("/sign-in")
    await seat.page.get_by_role(
        "link", name={"zh": "忘记密码？", "en": "Forgot your password?"}[lang]
    ).click()
    await expect(seat.page).to_have_url(f"{seat.url}/help/account#forgotten")
    await expect(seat.page.locator("#forgotten")).to_be_in_viewport()


@LANGUAGES
async def test_a_case_says_what_happens_next_and_leads_to_its_help(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    step = seat.page.locator("#next-step")
    await expect(step.locator("p")).to_have_count(2)
    await expect(step.locator("p").first).to_be_hidden()
    await step.locator("summary").click()
    await expect(step).to_contain_text("现在由贵方办理" if lang == "zh" else "It is your turn.")
    about = await seat.page.locator(".about-case > summary").bounding_box()
    assert about
    assert about["height"] < 40, "it stands on one line"
    await seat.looks("case-next-step")
    await world.answered(number)
    await expect(step).to_contain_text("现在由海关办理" if lang == "zh" else "It is customs' turn")
    await seat.page.click("a.help-link")
    await expect(seat.page).to_have_url(f"{seat.url}/help/questionnaire")
    await expect(seat.page.locator(".menu")).to_be_visible()
    await seat.looks("help-signed-in")

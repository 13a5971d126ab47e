"""Submitting: what is missing is said first, what follows is asked, and nothing is lost where no server answers."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from simulator.files import pdf
from tests.api_client import World
from tests.browser.answering import loses_the_answer
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat
from tests.browser.test_application import begun, field
from tests.browser.walking import told_number

SUBMITS = re.compile(r"/application/submit$")
_ORDER = """() => [...document.querySelectorAll(".alert-danger li a")]
    .map((link) => document.getElementById(link.hash.slice(1)).getBoundingClientRect().top)"""


async def submits(page: Page) -> None:
    await page.click("main .btn-primary")


@LANGUAGES
async def test_what_is_missing_is_said_before_anything_is_asked_part_by_part_in_the_pages_order(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await begun(seat)
    seat.expected = (422,)
    await submits(seat.page)
    await seat.page.wait_for_selector(".alert-danger")
    await expect(seat.page.locator("#confirm")).to_be_hidden()
    titles = await seat.page.locator(".alert-danger h3").all_inner_texts()
    assert titles == {
        "zh": ["食品（1）", "联系方式（5）", "申请书（1）"], "en": ["Food (1)", "Contact (5)", "Application letter (1)"],
    }[lang]  # fmt: skip
    tops = await seat.page.evaluate(_ORDER)
    assert tops == sorted(tops)


@LANGUAGES
async def test_the_confirmation_says_what_follows_and_warns_of_an_open_application_for_the_same_food_once(
    sits_down: Sitting, world: World, lang: str
) -> None:
    first, _declaration = await world.submitted()
    draft = await world.draft()
    seat = await sits_down(lang, world.username)
    page, confirm = seat.page, seat.page.locator("#confirm")
    await seat.goes("/assessments/new")
    await page.check("input[value=aquatic]")
    await expect(page.locator(".already")).to_be_hidden()
    await page.check("input[value=farmed]")
    await expect(page.locator(".already:visible")).to_contain_text(first)
    await seat.goes(f"/cases/{draft}/application")
    await expect(page.locator(".already:visible")).to_contain_text(first)
    await submits(page)
    await expect(confirm.locator("[data-caution]")).to_contain_text(first)
    await expect(confirm).to_contain_text({"zh": "接下来：", "en": "What happens next:"}[lang])
    verb = {"zh": "提交", "en": "Submit"}[lang]
    await expect(confirm.locator("[value=yes]")).to_have_text(verb)
    assert await seat.found_by_axe() == []
    await page.click("#confirm [value=yes]")
    number = await told_number(page)
    declared = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    assert first not in await page.inner_text("main"), "it was said when there was a choice"
    await world.officer.stands(number, "application", "sent")
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declared.message_id, opinion="请补充"
    )
    await seat.goes(f"/cases/{number}/application")
    await submits(page)
    await expect(confirm).to_be_visible()
    assert first not in await confirm.inner_text(), "not again at each resubmission"


async def test_a_submission_without_a_server_keeps_everything_and_says_so(
    officer: Seat, world: World
) -> None:
    draft = await world.draft()
    await officer.goes(f"/cases/{draft}/application")
    page, state = officer.page, officer.page.locator("#application [data-state]")
    await page.context.set_offline(True)
    await page.fill(field("department"), "typed on the train")
    await submits(page)
    await expect(state).to_contain_text("Not sent")
    assert await page.input_value(field("department")) == "typed on the train"
    await expect(page.locator("#notices")).to_contain_text("kept in this browser")
    await officer.looks("not-sent")
    await page.context.set_offline(False)
    await submits(page)
    await expect(page.locator("#confirm")).to_be_visible()

    await page.route(SUBMITS, loses_the_answer, times=1)
    await page.click("#confirm [value=yes]")
    await expect(state).to_contain_text("not known whether this was sent")
    await submits(page)
    number = await told_number(page)
    declared = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    assert "typed on the train" in declared.xml.decode()
    await page.unroute_all(behavior="ignoreErrors")


@LANGUAGES
async def test_without_scripts_a_page_asks_the_same(sits_down: Sitting, world: World, lang: str) -> None:
    first, _declaration = await world.submitted()
    seat = await sits_down(lang, world.username, java_script_enabled=False)
    address = await begun(seat)
    seat.expected = (422,)
    await submits(seat.page)
    await expect(seat.page.locator(".alert-danger h3")).to_have_count(3)
    await seat.goes(f"/cases/{await world.draft()}/application")
    await submits(seat.page)
    await expect(seat.page.locator("[data-caution]")).to_contain_text(first)
    await expect(seat.page.locator("main")).to_contain_text(
        {"zh": "接下来：", "en": "What happens next:"}[lang]
    )
    await submits(seat.page)
    await expect(seat.page.locator(".alert-success")).to_be_visible()
    assert address


@LANGUAGES
async def test_a_supplement_goes_again_only_after_a_word_about_what_is_not_corrected(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number, declaration = await world.submitted()
    items = [
        ("field:overview", "INCOMPLETE", "请补充拉丁学名"),
        ("field:contact.email", "OUTDATED", "Is this still hers?"),
    ]
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充", items=items
    )
    seat = await sits_down(lang, world.username)
    page, confirm = seat.page, seat.page.locator("#confirm")
    await seat.goes(f"/cases/{number}/application")
    email = {"zh": "联系人邮箱 · ", "en": "Contact's e-mail · "}[lang]
    assert email in await page.inner_text("#corrections")
    beside = page.locator("div:has(> .field [name='contact.email']) > .pinned")
    await expect(beside).to_contain_text("Is this still hers?")
    await submits(page)
    unticked, unchanged = (
        confirm.locator("[data-caution] >> nth=0"),
        confirm.locator("[data-caution] >> nth=1"),
    )
    await expect(unticked.locator("li")).to_have_count(2)
    await expect(unticked).to_contain_text(f"{email}Is this still hers?")
    await expect(unchanged).to_contain_text({"zh": "没有任何改动", "en": "Nothing has changed"}[lang])
    await page.click("#confirm [value=no]")
    await page.fill(field("overview"), "沙丁鱼 sardine, Sardina pilchardus, frozen")
    await page.click(".pinned:has-text('拉丁学名') button")
    await page.wait_for_selector(".pinned-done")
    await submits(page)
    await expect(unticked.locator("li")).to_have_count(1)
    await expect(unchanged).to_have_count(0)
    overview = {
        "zh": "已改动：申请情况概述。",
        "en": "Changed since the last submission: Overview of the application.",
    }
    await expect(confirm.locator("[data-changes]")).to_contain_text(overview[lang])
    await page.click("#confirm [value=yes]")
    await page.wait_for_selector(".alert-success")


@LANGUAGES
async def test_what_is_still_needed_is_said_beside_the_button_as_it_is_filled_in(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    seat = await sits_down(lang, world.username)
    page, needed = seat.page, seat.page.locator(".still-open")
    await begun(seat)
    await expect(needed).to_contain_text(re.compile(r"\d+"))
    before = int(re.findall(r"\d+", await needed.inner_text())[0])
    await seat.looks("application-needed")
    await expect(needed.locator("a")).to_have_attribute("href", "#f-overview")
    await page.fill(field("overview"), "Sardina pilchardus")
    await expect(needed.locator("a")).to_have_attribute("href", "#f-department")
    await expect(needed).to_contain_text(str(before - 1))
    (tmp_path / "letter.pdf").write_bytes(pdf("letter"))
    await page.set_input_files("#file-attachments", tmp_path / "letter.pdf")
    await expect(needed).to_contain_text(str(before - 2))


async def test_open_questions_are_counted_beside_the_button_part_by_part(officer: Seat, world: World) -> None:
    await officer.goes(f"/cases/{await world.questionnaire_opened()}/questionnaire")
    count = officer.page.locator("#still-open [data-open-count]")
    here = officer.page.locator("#still-open [data-open-in] span").first
    before, part = int(await count.inner_text()), int(await here.inner_text())
    area = officer.page.locator("li.question-open textarea[id^='a-q-']:not(.line)")
    await area.nth(1).fill("Answered.")  # the first needs a file, too
    await expect(count).to_have_text(str(before - 1))
    await expect(here).to_have_text(str(part - 1))
    await officer.looks("questionnaire-still-open")

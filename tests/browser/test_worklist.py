"""The work list on the start page, and the operator's time limits: in both languages, wide and narrow."""

from datetime import timedelta

from playwright.async_api import expect

from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES


@LANGUAGES
async def test_an_officer_sees_what_to_do_by_when_it_is_due_and_opens_it(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    number = await world.questionnaire_opened()
    overdue = await world.questionnaire_opened()
    since = {"$set": {"turn_began_at": now() - timedelta(days=400)}}
    await store.collection("cases").update_one({"case_no": overdue}, since)
    await world.check_initiated()
    await world.draft()

    seat = await sits_down(lang, world.username)
    rows = seat.page.locator("#waiting tr[data-urgency]")
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_contain_text("填写问卷" if lang == "zh" else "Answer the questionnaire")
    await expect(rows.first.locator(".due-overdue")).to_be_visible()
    menu = seat.page.locator("#menu-tasks")
    await expect(menu).to_contain_text("3项待办，其中1项已逾期" if lang == "zh" else "3 tasks, 1 overdue")
    title = "3项待办，1份草稿" if lang == "zh" else "3 tasks, 1 draft"
    await expect(seat.page.locator("#waiting-title")).to_have_text(title)
    await seat.looks("start")
    await rows.first.locator("a").click()
    await expect(seat.page.locator("#standing .due-overdue")).to_be_visible()
    await seat.looks("case-overdue")

    await seat.goes("/")
    await world.answered(number)
    await expect(rows).to_have_count(3)
    await expect(menu).to_contain_text("2项待办" if lang == "zh" else "2 tasks")


@LANGUAGES
async def test_an_operator_sees_what_other_limits_do_before_they_are_set(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    seat = await sits_down(lang, world.operators_name)
    await seat.page.click("a[href='/ops/limits']")
    await seat.looks("ops-limits")
    seat.expected = (422,)
    field = seat.page.locator("[id='f-assessment:evaluation:answer']")
    await field.fill("half a year")
    await seat.page.click("main .btn-primary")
    await seat.page.click(".alert-danger a")
    await expect(field).to_be_focused()
    await seat.looks("ops-limits-refused")
    await field.fill("6")
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator("tbody tr")).to_have_count(1)
    await seat.looks("ops-limits-effect")
    await seat.page.click("a.btn[href='/ops/limits']")
    await expect(field).to_have_value("")


@LANGUAGES
async def test_an_officer_makes_a_calendar_address_and_switches_it_off(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await seat.goes("/account")
    await seat.page.click("a[href='/account/calendar']")
    await seat.looks("calendar")
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator(".alert-success")).to_be_focused()
    await expect(seat.page.locator("[data-address-made]")).to_contain_text("/calendar.ics?key=")
    await seat.looks("calendar-made")
    await seat.page.click(".btn-outline-danger")
    await expect(seat.page.locator("main .btn-outline-danger")).to_have_count(0)

"""News in the browser: the inbox and its count, what is read, the choice of e-mails, and the operators' delivery log."""

from datetime import timedelta

from playwright.async_api import expect
from ulid import ULID

from shared.contracts.collections import MAILS
from shared.contracts.news import MailKind, MailState
from shared.runtime.clock import now
from shared.runtime.store import Document, Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat
from tests.flow.test_notifications import told


@LANGUAGES
async def test_the_inbox_tells_what_happened_and_remembers_what_was_read(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    page = seat.page
    await seat.goes("/notifications")
    await expect(page.locator(".empty")).to_be_visible()
    await seat.looks("news-empty")

    number, declaration = await world.submitted()
    await world.receipt("SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="Add it.")
    await told(world.officer, 4)
    await page.reload()
    await expect(page.locator(".news .unread")).to_have_count(4)
    await expect(page.locator(".news-count .count")).to_have_text("4")
    await expect(page.locator(".news li").first).to_contain_text(number)
    await seat.looks("news")

    await page.locator(".news li form button").nth(1).press("Enter")
    await expect(page.locator(".news .unread")).to_have_count(3)
    await page.locator(".news a").first.click()
    await expect(page.locator("h1")).to_contain_text(number)
    await seat.goes("/notifications?unread=1")
    await expect(page.locator(".news li")).to_have_count(2)
    await page.click("form[action='/notifications/read-all'] button")
    await expect(page.locator(".news-count .count")).to_have_text("")
    await expect(page.locator(".news li")).to_have_count(4)
    await seat.goes("/notifications?unread=1")
    await seat.looks("news-all-read")


async def test_open_pages_count_what_comes_and_what_is_read_in_another_tab(
    officer: Seat, world: World
) -> None:
    start, count = officer.page, ".news-count .count"
    await world.draft()
    await told(world.officer, 1)
    await officer.goes("/")
    await expect(start.locator(count)).to_have_text("1")
    inbox = await start.context.new_page()
    await inbox.goto(f"{officer.url}/notifications")
    marks = inbox.locator(".news li form button")
    await marks.last.focus()

    await world.submitted()
    await told(world.officer, 4)
    await world.check_initiated()
    await told(world.officer, 5)

    for page in (start, inbox):
        await expect(page.locator(count)).to_have_text("5")
    await expect(marks).to_have_count(5)  # «all» is what the page shows
    await expect(marks.last).to_be_focused()
    await inbox.click("form[action='/notifications/read-all'] button")
    await expect(inbox.locator(count)).to_have_text("")
    await expect(start.locator(count)).to_have_text("")
    await expect(start.locator(".news-count.some")).to_have_count(0)
    assert officer.complaints == []


@LANGUAGES
async def test_an_officer_chooses_what_comes_by_email(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.username)
    page, seat.expected = seat.page, (422,)
    await seat.goes("/account")
    await page.click("#news a")
    await expect(page.locator("[name=rhythm][value=off]")).to_be_checked()
    await page.check("[name=rhythm][value=daily]")
    await page.fill("#f-email", "maria")
    await page.click("main form .btn-primary")
    await expect(page.locator("#prompt-email")).not_to_be_empty()
    await expect(page.locator("[name=rhythm][value=daily]")).to_be_checked()
    await page.fill("#f-email", "maria@example.aw")
    await page.check("[name=events][value=ours]")
    await page.click("main form .btn-primary")
    await expect(page.locator(".alert-success")).to_be_focused()
    await expect(page.locator("#f-email")).to_have_value("maria@example.aw")
    await seat.looks("news-choice")
    await seat.goes("/account")
    await expect(page.locator("#news")).to_contain_text("maria@example.aw")


@LANGUAGES
async def test_operators_see_what_was_delivered_and_try_again_what_was_not(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    parked = [
        _mail(world, MailState.PARKED, attempts=1, last_error="554 5.7.1 not from you") for _ in range(3)
    ]
    sent = _mail(world, MailState.SENT, attempts=1, sent_at=now())
    waiting = _mail(
        world, MailState.QUEUED, attempts=2, next_at=now() + timedelta(hours=1), last_error="timed out"
    )
    for each in (*parked, sent, waiting):
        await store.collection(MAILS.name).insert_one(each)
    seat = await sits_down(lang, world.operators_name)
    page, seat.expected = seat.page, (422,)
    await seat.goes("/ops/mails?state=parked")
    await seat.goes("/ops/mails")
    await seat.looks("ops-mails")

    await page.goto(f"{seat.url}/ops/mails?state=parked")
    await page.click("button[value=dismiss]")
    await expect(page.locator("main .alert-danger")).to_be_focused()
    await page.check(f"input[value='{parked[0]['_id']}']")
    await page.click("button[value=resend]")
    await expect(page).to_have_url(f"{seat.url}/ops/mails?state=parked")
    assert (await _state(store, parked[0]), await _state(store, parked[1])) == ("queued", "parked")
    await page.check(f"input[value='{parked[1]['_id']}']")
    await page.click("button[value=dismiss]")
    await expect(page).to_have_url(f"{seat.url}/ops/mails?state=parked")
    assert await _state(store, parked[1]) == "dismissed"
    await page.click("button[value=resend-all]")
    await expect(page.locator(f"input[value='{parked[2]['_id']}']")).to_have_count(0)
    assert await _state(store, parked[2]) == "queued"
    await seat.goes("/ops/audit")
    await expect(page.locator("main")).to_contain_text(parked[2]["_id"])


def _mail(world: World, state: MailState, **given: object) -> Document:
    return {
        "_id": str(ULID()), "state": state, "version": 1, "kind": MailKind.NEWS, "username": world.username,
        "authority": world.authority, "notifications": ["n"], "at": now(), "due_at": now(), "next_at": None, "attempts": 0,
        "under_way": False, "last_error": None, "sent_at": None, "case_no": None, "correlation_id": "test", **given,
    }  # fmt: skip


async def _state(store: Store, mail: Document) -> str:
    found = await store.collection(MAILS.name).find_one({"_id": mail["_id"]})
    assert found is not None
    return str(found["state"])

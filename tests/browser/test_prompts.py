"""Red prompts while filling in, and of files that were refused: shown when due, gone once right (DOMAIN 1.8, manual 2.3.1)."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Route, expect

from simulator.files import pdf
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, LANGUAGES, Seat
from tests.browser.saving import is_saved
from tests.browser.test_application import begun, field

EMAIL = "[id='prompt-contact.email']"
_SEEN = """(prompt) => { window.shown = []; new MutationObserver(() => shown.push(document.querySelector(prompt).textContent))
    .observe(document.querySelector("#application"), { subtree: true, childList: true, characterData: true }); }"""


async def answered_with(
    seat: Seat, prompts: dict[str, str], understood: dict[str, list[str]] | None = None
) -> None:
    """The server stores what it is sent, and its answer says that these fields are wrong."""

    async def save(route: Route) -> None:
        answer = await route.fetch()
        told: dict[str, Any] = await answer.json()
        told["prompts"] = [{"field": name, "message": message} for name, message in prompts.items()]
        told["understood"] = understood or {}
        await route.fulfill(response=answer, body=json.dumps(told))

    await seat.page.unroute_all()
    await seat.page.route("**/application/save", save)


async def test_a_wrong_field_is_prompted_when_it_is_left_and_until_it_is_corrected(officer: Seat) -> None:
    await begun(officer)
    page = officer.page
    await answered_with(officer, {"contact.email": "This is not an e-mail address."})
    await page.focus(field("contact.email"))
    async with page.expect_response("**/application/save"):
        await page.keyboard.type("nonsense")
    await is_saved(page)
    await expect(page.locator(EMAIL)).to_have_text("")
    await page.keyboard.press("Tab")
    await expect(page.locator(EMAIL)).to_have_text("This is not an e-mail address.")
    email = page.locator(field("contact.email"))
    await expect(email).to_have_attribute("aria-invalid", "true")
    assert "prompt-contact.email" in str(await email.get_attribute("aria-describedby"))
    await officer.looks("prompt")
    await page.evaluate(_SEEN, EMAIL)
    async with page.expect_response("**/application/save"):
        await page.fill(field("department"), "Veterinary Service")
    await is_saved(page)
    await expect(page.locator(EMAIL)).to_have_text("This is not an e-mail address.")
    assert await page.evaluate("shown.every((each) => each)"), "it does not flicker"
    await page.reload()
    await expect(page.locator(EMAIL)).to_have_text("This is not an e-mail address.")
    await answered_with(officer, {})
    await page.fill(field("contact.email"), "maria@example.aw")
    await expect(page.locator(EMAIL)).to_have_text("")
    await expect(email).not_to_have_attribute("aria-invalid", "true")
    await page.unroute_all(behavior="ignoreErrors")


async def test_an_answer_about_an_older_text_says_nothing_of_the_one_that_is_there_now(officer: Seat) -> None:
    await begun(officer)
    typed_on = asyncio.Event()

    async def slow(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["prompts"] = [{"field": "contact.email", "message": "This is not an e-mail address."}]
        await typed_on.wait()
        await route.fulfill(response=answer, body=json.dumps(told))

    await officer.page.route("**/application/save", slow, times=1)
    async with officer.page.expect_request("**/application/save"):
        await officer.page.fill(field("contact.email"), "maria@")
        await officer.page.focus(field("department"))
    await officer.page.evaluate(_SEEN, EMAIL)
    await officer.page.fill(field("contact.email"), "maria@example.aw")
    await officer.page.focus(field("department"))
    async with officer.page.expect_response("**/application/save"):
        typed_on.set()
    await is_saved(officer.page)
    assert not await officer.page.evaluate("shown.some((each) => each)")


async def test_a_field_is_shown_as_it_was_understood_once_it_is_left(officer: Seat) -> None:
    await begun(officer)
    number = field("contact.phone.number")
    await answered_with(officer, {}, {"contact.phone.number": ["5850200"]})
    await officer.page.focus(number)
    async with officer.page.expect_response("**/application/save"):
        await officer.page.keyboard.type("585 02-00")
    await is_saved(officer.page)
    assert await officer.page.input_value(number) == "585 02-00", "not while one types there"
    await officer.page.keyboard.press("Tab")
    assert await officer.page.input_value(number) == "5850200"
    await officer.page.unroute_all(behavior="ignoreErrors")  # the page goes, and may save once more


@LANGUAGES
async def test_why_a_file_was_refused_stays_until_the_next_choice(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    seat = await sits_down(lang, world.username)
    await begun(seat)
    seat.expected = (413, 415, 422)
    (tmp_path / "big.pdf").write_bytes(pdf("big") + b"\n" * 7_000_000)
    (tmp_path / "good.pdf").write_bytes(pdf("good"))
    prompt = seat.page.locator("[data-prompt=attachments]")
    await seat.page.set_input_files("#file-attachments", tmp_path / "big.pdf")
    await expect(prompt).to_contain_text("big.pdf")
    why = await prompt.inner_text()
    async with seat.page.expect_response("**/application/save"):
        await seat.page.fill(field("department"), "typed afterwards")
    await is_saved(seat.page)
    assert await prompt.inner_text() == why
    assert "prompt-attachments" in str(await seat.page.get_attribute("#file-attachments", "aria-describedby"))
    await seat.looks("file-refused")
    await seat.page.set_input_files("#file-attachments", tmp_path / "good.pdf")
    await expect(seat.page.locator("[data-file]")).to_have_count(1)
    await expect(prompt).to_have_text("")


async def test_each_chosen_file_is_tried_and_every_refusal_is_told(officer: Seat, tmp_path: Path) -> None:
    await begun(officer)
    officer.expected = (413, 415, 422)
    for name, content in (("fake.pdf", b"no pdf"), ("good.pdf", pdf("good")), ("empty.pdf", b"")):
        (tmp_path / name).write_bytes(content)
    names = ("fake.pdf", "good.pdf", "empty.pdf")
    await officer.page.set_input_files("#file-attachments", [tmp_path / name for name in names])
    prompt = officer.page.locator("[data-prompt=attachments]")
    await expect(prompt).to_have_text(re.compile(r"fake\.pdf.+\n.*empty\.pdf.+"), use_inner_text=True)
    await expect(officer.page.locator("#f-attachments [role=alert]")).to_contain_text("fake.pdf")
    await expect(officer.page.locator("[data-file]")).to_have_count(1)
    await expect(officer.page.locator("#file-attachments")).to_be_focused()
    await officer.looks("files-refused")


async def test_a_refused_file_of_an_answer_stays_told_while_the_answer_is_typed(
    officer: Seat, world: World, tmp_path: Path
) -> None:
    number = await world.questionnaire_opened()
    await officer.goes(f"/cases/{number}/questionnaire")
    officer.expected = (413, 415, 422)
    (tmp_path / "fake.pdf").write_bytes(b"no pdf")
    question = officer.page.locator("[data-question]:has(details.attached[open])").first
    await question.locator("input[type=file]").set_input_files(tmp_path / "fake.pdf")
    prompt = question.locator(".uploads [data-prompt]")
    await expect(prompt).to_contain_text("fake.pdf")
    async with officer.page.expect_response("**/questionnaire/save"):
        await officer.page.locator("#answers textarea").first.fill("typed afterwards")
    await is_saved(officer.page)
    await expect(prompt).to_contain_text("fake.pdf")


@BOTH_LANGUAGES
async def test_what_the_server_finds_wrong_is_said_in_the_readers_language_and_the_draft_is_saved(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    page = seat.page
    await begun(seat)
    wrong = {
        "contact.email": ("nonsense", {"zh": "联系人邮箱格式不正确", "en": "is not an address"}[lang]),
        "contact.phone.number": ("abc", {"zh": "只能填写数字", "en": "takes digits only"}[lang]),
        "overview": ("鱼" * 2050, {"zh": "不能超过2048个字符", "en": "at most 2048 characters"}[lang]),
    }
    for name, (typed, told) in wrong.items():
        await page.fill(field(name), typed)
        await page.keyboard.press("Tab")
        await expect(page.locator(f"[id='prompt-{name}']")).to_contain_text(told)
    await is_saved(seat.page)
    await seat.looks("prompts")
    await page.reload()
    for name, (_typed, told) in wrong.items():
        await expect(page.locator(f"[id='prompt-{name}']")).to_contain_text(told)
    await page.fill(field("contact.phone.number"), "585 02-00")
    await page.keyboard.press("Tab")
    await expect(page.locator("[id='prompt-contact.phone.number']")).to_have_text("")
    await expect(page.locator(field("contact.phone.number"))).to_have_value("5850200")
    await expect(page.locator("#prompt-overview")).to_contain_text(wrong["overview"][1])


async def test_the_answer_to_a_check_is_looked_at_while_it_is_filled_in(officer: Seat, world: World) -> None:
    number = await world.check_initiated()
    await officer.goes(f"/cases/{number}/acceptance")
    page = officer.page
    await page.fill(field("contact.email"), "nonsense")
    await page.keyboard.press("Tab")
    await expect(page.locator(EMAIL)).to_contain_text("is not an address")
    await page.fill(field("contact.email"), "maria@example.aw")
    await page.keyboard.press("Tab")
    await expect(page.locator(EMAIL)).to_have_text("")
    header = await world.officer.ask("GET", f"/cases/{number}")
    assert header["status"] == "pending", "nothing was saved"


async def test_an_answer_that_comes_late_says_nothing_of_what_was_typed_since(
    officer: Seat, world: World
) -> None:
    await officer.goes(f"/cases/{await world.check_initiated()}/acceptance")
    page, asked, let_go = officer.page, asyncio.Event(), asyncio.Event()
    address = str(await page.get_attribute("form[data-prompts]", "data-prompts"))

    async def late(route: Route) -> None:
        if "nonsense" in (route.request.post_data or ""):
            asked.set()
            await let_go.wait()
        await route.continue_()

    await page.route(f"**{address}", late)
    await page.fill(field("contact.email"), "nonsense")
    await page.keyboard.press("Tab")
    await asked.wait()
    await page.fill(field("contact.email"), "maria@example.aw")
    async with page.expect_response(lambda answer: answer.url.endswith(address)):
        await page.keyboard.press("Tab")
    async with page.expect_response(lambda answer: answer.url.endswith(address)) as answered:
        let_go.set()
    await (await answered.value).finished()
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    await expect(page.locator(EMAIL)).to_have_text("")

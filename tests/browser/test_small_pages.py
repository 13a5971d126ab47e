"""The pages that are mostly seen in a dialog, or on the way: they stand by themselves, too."""

from pathlib import Path

import pyotp
from playwright.async_api import expect

from shared.runtime.clock import now
from simulator.files import pdf
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, Seat


@LANGUAGES
async def test_overview_and_opinion_as_pages(sits_down: Sitting, world: World, lang: str) -> None:
    number, declaration = await world.submitted()
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充 Add it."
    )
    seat = await sits_down(lang, world.username)
    for name in ("overview", "opinion"):
        await seat.goes(f"/cases/{number}/{name}")
        await seat.looks(f"case-{name}")
        await seat.page.click(f".card:has(h1) a:has-text('{number}')")
        await seat.page.wait_for_url("**/application")


@LANGUAGES
async def test_the_question_before_a_deed_as_a_page(sits_down: Sitting, world: World, lang: str) -> None:
    case = await world.draft()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{case}/application")
    await seat.page.evaluate("document.querySelector('.discard').submit()")  # as without scripts
    await expect(seat.page.locator("[name=confirmed]")).to_have_count(1)
    await seat.looks("confirm")
    assert not await seat.page.locator("main .btn-primary").count(), (
        "throwing away is not what the page is for"
    )
    await seat.page.click("main form .btn-outline-danger")
    await seat.page.wait_for_url("**/assessments")


@LANGUAGES
async def test_ones_own_password_is_changed_on_ones_own_page(
    sits_down: Sitting, world: World, lang: str
) -> None:
    seat = await sits_down(lang, world.operators_name)
    await seat.goes("/ops/accounts")
    await seat.page.click(f"[id='a-{world.operators_name}'] a[href='/account']")
    await seat.page.fill("#f-old", world.password)
    for field in ("#f-new", "#f-again"):
        await seat.page.fill(field, "another long password")
    await seat.looks("account")
    await seat.page.click("form[action='/account/password'] button")
    await expect(seat.page.locator(".alert-success")).to_be_focused()
    await seat.page.click("header form[action='/sign-out'] button")
    await seat.signs_in(world.operators_name, "another long password")
    assert seat.page.url.endswith("/ops")


@LANGUAGES
async def test_a_second_factor_is_set_up_and_asked_for(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.username)
    await seat.goes("/account/second-factor")
    await seat.looks("account-second-factor")
    secret = pyotp.TOTP(await seat.page.inner_text("code.password"))
    await seat.page.fill("#f-code", secret.at(now()))
    await seat.page.fill("#f-old", world.password)
    await seat.page.click("main form .btn-primary")
    await seat.looks("account-recovery-codes")
    code = await seat.page.inner_text("main li code >> nth=0")
    await seat.page.click("header form[action='/sign-out'] button")
    seat.expected = (401,)
    await seat.page.fill("#f-username", world.username)
    await seat.page.fill("#f-password", world.password)
    await seat.page.click("main form button")
    await seat.page.fill("#f-otp", code)
    await seat.looks("sign-in-code")
    await seat.page.click("main form button")
    await seat.page.wait_for_selector(".who")


@LANGUAGES
async def test_a_declaration_of_files_that_is_refused_keeps_them_and_shows_how_far_it_is(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    number = await world.certificate_agreed()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/certificate_consultation")
    page = seat.page
    await page.evaluate(_NOTES_WHAT_IS_TOLD)
    (tmp_path / "seals.pdf").write_bytes(b"no PDF")
    await page.set_input_files("#signatory-files", tmp_path / "seals.pdf")
    seat.expected = (422,)
    await page.click(DECLARE)
    await expect(page.locator("#prompt-signatories")).to_contain_text("seals.pdf")
    await expect(page.locator("#confirm")).to_be_hidden()  # nothing is asked about what can't be declared
    await expect(page.locator("progress")).to_be_hidden()
    assert await page.evaluate("document.getElementById('signatory-files').files[0].name") == "seals.pdf"
    await seat.looks("signatories-refused")

    await page.set_input_files("#signatory-files", _files(tmp_path))
    await page.click(DECLARE)
    await page.click("#confirm [value=no]")
    await expect(page.locator("#prompt-signatories")).to_have_text("")
    await expect(page.locator(DECLARE)).to_be_focused()
    await page.set_input_files("#signatory-files", files := _files(tmp_path))
    await _declares(seat)
    await page.wait_for_selector("#signatories .declared")
    assert await page.evaluate("document.activeElement.matches('#signatories .alert-success')")
    assert await page.locator("#signatories [data-file]").count() == len(files)
    told = await page.evaluate("told")
    checked = {"zh": "：已上传，正在检查…", "en": ": uploaded, is being checked…"}[lang]
    assert f"seals.pdf, specimens.pdf{checked}" in told, "the page was not left meanwhile"
    declared = await world.customs.next_declaration(type="SIGNATORIES", case_no=number)
    assert len(declared.files) == len(files), "declared once"


_NOTES_WHAT_IS_TOLD = """
window.told = [];
new MutationObserver(() => told.push(document.querySelector(".upload-state")?.textContent))
  .observe(document.querySelector("main"), { subtree: true, childList: true });
"""


def _files(folder: Path) -> list[Path]:
    found = [folder / name for name in ("seals.pdf", "specimens.pdf")]
    for each in found:
        each.write_bytes(pdf(each.stem))
    return found


DECLARE = "form[action$=signatories] .btn-primary"


async def _declares(seat: Seat) -> None:
    await seat.page.click(DECLARE)
    await seat.page.click("#confirm [value=yes]")


async def test_without_scripts_files_are_looked_at_and_confirmed_before_they_are_declared(
    sits_down: Sitting, world: World, tmp_path: Path
) -> None:
    number = await world.certificate_agreed()
    seat = await sits_down("en", world.username, java_script_enabled=False)
    page = seat.page
    await seat.goes(f"/cases/{number}/certificate_consultation")
    await expect(page.locator("#next-step")).to_contain_text("You can now declare signatories")
    (tmp_path / "bad.pdf").write_bytes(b"no PDF")
    seat.expected = (422,)
    await page.set_input_files("#signatory-files", tmp_path / "bad.pdf")
    await page.click(DECLARE)
    await expect(page.locator("#prompt-signatories")).to_contain_text("bad.pdf")
    await page.set_input_files("#signatory-files", files := _files(tmp_path))
    await page.click(DECLARE)
    await expect(page.locator("[data-confirmation]")).to_contain_text("Declare these files to China Customs?")
    await page.click("main form .btn-primary")
    await expect(page.locator("#signatories [data-file]")).to_have_count(len(files))
    await expect(page.locator("#next-step a")).to_have_text("Declare signatories")
    declared = await world.customs.next_declaration(type="SIGNATORIES", case_no=number)
    assert len(declared.files) == len(files), "declared once"

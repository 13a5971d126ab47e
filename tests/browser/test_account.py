"""My account: who I am, my password, my second factor, where I am signed in; an authority that is changed."""

from datetime import timedelta

import pyotp
from playwright.async_api import expect

from services.portal.identity.accounts import get_account
from services.portal.identity.sessions import begin_session
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES
from tests.flow.test_own_sessions import WINDOWS


@LANGUAGES
async def test_my_account_from_name_to_second_factor(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    account = await get_account(store, world.username)
    assert account is not None
    await begin_session(store, account, page=True, agent=WINDOWS)
    seat = await sits_down(lang, world.username)
    await expect(seat.page.locator(".acts-for")).to_have_text({"zh": "阿鲁巴", "en": "Aruba"}[lang])
    await seat.page.click(".who")
    await seat.page.fill("#f-name", "Maria Croes")
    await seat.page.click("#about .btn-primary")
    await expect(seat.page.locator("#about [role=status]")).to_be_focused()
    await seat.looks("account")
    other = seat.page.locator(
        "#sessions li", has_text={"zh": "Windows上的Chrome", "en": "Chrome on Windows"}[lang]
    )
    await other.locator("button").click()
    await expect(other).to_have_count(0)

    await seat.page.click("#second-factor a.btn")
    await seat.looks("account-second-factor")
    secret = await seat.page.inner_text("code.password")
    await seat.page.fill("#f-code", pyotp.TOTP(secret).at(now() - timedelta(seconds=30)))
    await seat.page.fill("#f-old", world.password)
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator(".recovery li")).to_have_count(10)
    await seat.looks("account-recovery-codes")
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator("#second-factor .btn-outline-danger")).to_be_visible()
    await seat.looks("account-with-second-factor")


@LANGUAGES
async def test_an_operator_changes_an_authority(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.operators_name)
    await seat.goes(f"/ops/authorities/{world.authority}")
    await seat.page.fill("#f-name_en", "Ministry of Agriculture of Aruba")
    await seat.page.check("input[value=dairy]")
    await seat.page.check("input[name=factor_wanted]")
    await seat.looks("ops-authority")
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator("main li")).to_have_count(3)
    await seat.looks("ops-authority-effects")
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator(".alert-success")).to_contain_text(world.authority)

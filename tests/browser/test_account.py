"""My account: who I am, my password, my second factor, where I am signed in; an authority that is changed."""

from datetime import UTC, datetime

import pyotp
from playwright.async_api import expect

from services.portal.identity.accounts import describe_oneself, get_account, set_disabled
from services.portal.identity.sessions import begin_session
from services.portal.news.choices import NewsChoices
from services.portal.news.choosing import choice_of
from shared.contracts.collections import ACCOUNTS
from shared.contracts.news import NewsEvent
from shared.contracts.vocabulary import Role
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES
from tests.flow.test_own_sessions import WINDOWS
from tests.people import add_account


@LANGUAGES
async def test_an_officer_sees_who_else_acts_for_the_authority_and_when_they_were_here(
    sits_down: Sitting, world: World, other_world: World, store: Store, lang: str
) -> None:
    for name, role, authority in (
        ("anna", Role.OFFICER, world.authority), ("ben", Role.OFFICER, world.authority), ("gone", Role.OFFICER, world.authority),
        ("operator", Role.OPERATOR, None),
    ):  # fmt: skip
        await add_account(store, f"{name}.{world.username}", role, "a password of hers", authority)
    anna, gone = f"anna.{world.username}", f"gone.{world.username}"
    await describe_oneself(store, anna, name="Anna Maria van der Berg", language="en")
    await store.collection(ACCOUNTS.name).update_one(
        {"_id": anna}, {"$set": {"last_sign_in": datetime(2026, 11, 3, 4, tzinfo=UTC)}}
    )
    await set_disabled(store, gone, True)
    await NewsChoices(store).keep(
        choice_of(anna, "anna@authority.example", "en", "daily", [NewsEvent.OUR_TURN])
    )
    seat = await sits_down(lang, world.username)

    await seat.goes("/account")

    rows = seat.page.locator("#colleagues tbody tr")
    never = {"zh": "从未登录", "en": "never"}[lang]
    await expect(rows).to_contain_text([anna, f"ben.{world.username}"])
    await expect(rows.locator("td:last-child")).to_have_text(["2026-11-03", never])
    await expect(rows.first).to_contain_text("Anna Maria van der Berg")
    assert "authority.example" not in await seat.page.content()
    assert other_world.username not in await seat.page.content()
    await seat.looks("account-colleagues")
    operator = await sits_down(lang, world.operators_name)
    await operator.goes("/account")
    await expect(operator.page.locator("#colleagues")).to_have_count(0)


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
    await seat.page.fill("#f-code", pyotp.TOTP(secret).at(now()))
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

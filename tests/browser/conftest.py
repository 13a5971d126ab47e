"""One Chromium for all tests of pages; each test sits down in a window of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from deploy.local.system import RunningSystem
from services.portal.identity.accounts import get_account
from services.portal.identity.sessions import begin_session
from services.portal.pages.request_context import SESSION_COOKIE
from shared.runtime.store import Store
from tests.api_client import World
from tests.browser.looking import CHROMIUM, SCREENS, WIDE, Seat, chromium, seat

Sitting = Callable[..., Awaitable[Seat]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM)
        yield running
        await running.close()


_outcome = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the pictures of what was on the screen then."""
    report = yield
    item.stash[_outcome] = item.stash.get(_outcome, False) or report.failed
    return report


@pytest.fixture
async def sits_down(
    browser: Browser, system: RunningSystem, store: Store, request: pytest.FixtureRequest
) -> AsyncIterator[Sitting]:
    """Somebody at the portal: with a language alone not signed in, with a username signed in.

    Their session is there without the form, which `Seat.signs_in` goes through.
    """
    contexts: list[BrowserContext] = []

    async def window(lang: str, **given: object) -> BrowserContext:
        locale = {"zh": "zh-CN", "en": "en-GB"}[lang]
        # Colours at rest: axe does not judge the middle of a transition.
        context = await browser.new_context(
            locale=locale,
            viewport=WIDE,
            reduced_motion="reduce",
            **given,  # type: ignore[arg-type]
        )
        contexts.append(context)
        return context

    async def beside() -> Page:
        return await (await window("en")).new_page()

    async def sit(lang: str, username: str = "", **given: object) -> Seat:
        found = await seat(await window(lang, **given), system.portal_url, lang)
        if request.node.get_closest_marker("beside"):
            found.opens_beside = beside
        if username:
            await is_signed_in(found, store, username)
            await found.goes("/")
        return found

    yield sit
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if request.node.stash.get(_outcome, False):
            await page.screenshot(
                path=SCREENS / "failed" / f"{request.node.name}-{number}.png", full_page=True
            )
    for context in contexts:
        await context.close()


async def is_signed_in(seat: Seat, store: Store, username: str) -> None:
    """Give the window a session, without a page being opened."""
    account = await get_account(store, username)
    assert account is not None
    token = await begin_session(store, account, page=True)
    await seat.page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": seat.url}])


@pytest.fixture
async def officer(sits_down: Sitting, world: World) -> Seat:
    """The authority's officer, signed in, reading English."""
    return await sits_down("en", world.username)

"""Looking at a page: what axe finds, whether it fits a telephone, and a picture for people (build/screens, kept by CI)."""

import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Response, ViewportSize

from services.portal.pages.language import COOKIE
from tests.extent import ALL

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build/screens"
AXE = ROOT / ".local/web/axe.min.js"
WIDE, SEEN = ViewportSize(width=1280, height=900), ViewportSize(width=1440, height=900)
"""What a page must fit into, and what its picture is taken at."""
TABLET = ViewportSize(width=768, height=1024)
ZOOMED, NARROW = ViewportSize(width=640, height=450), ViewportSize(width=360, height=740)
BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
_BESIDE = pytest.mark.parametrize("lang", [pytest.param("zh", marks=pytest.mark.beside)])
LANGUAGES = BOTH_LANGUAGES if ALL else _BESIDE
"""For a walk that is the same in both: once in Chinese, and each page that is looked at is opened in English too."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASSET_BYTES = 155_000
_AXE = """async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
_TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => `${each.tagName.toLowerCase()}.${each.className}`).slice(0, 8)
        .concat(`${document.documentElement.scrollWidth} px of ${document.documentElement.clientWidth}`)
    : []"""
_CUT_OFF = """(css) => [...document.querySelectorAll(css)].filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.getAttribute("aria-label") ?? each.className}: ${each.scrollWidth} px of ${each.clientWidth}`)"""
_CUT_TEXT = """() => {
    const brush = document.createElement("canvas").getContext("2d");
    const said = (found, what) => found.map((each) => `${what} is cut off: ${each.textContent.trim().slice(0, 60)}`);
    const shown = (css) => [...document.querySelectorAll(css)].filter((each) => each.checkVisibility());
    const room = (each) => {
        const { paddingLeft, paddingRight } = getComputedStyle(each);
        return each.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    const chosen = (select) => select.selectedOptions[0]?.text ?? "";
    const width = (select) => {
        brush.font = getComputedStyle(select).font;
        return brush.measureText(chosen(select)).width;
    };
    const left = (each) => each.getBoundingClientRect().left;
    const beyondScrolling = (each, box) => left(each) + box.scrollLeft < left(box);
    const beginsLine = (star) => {
        const before = document.createRange();
        before.selectNode(star.previousSibling);
        const ends = [...before.getClientRects()].at(-1);
        return ends && star.getBoundingClientRect().top > ends.bottom - 2;
    };
    const coversCounter = (box) => {
        const counter = box.parentElement.querySelector(":scope > .counter");
        return counter && counter.getBoundingClientRect().bottom > box.getBoundingClientRect().top + 1;
    };
    return [
        ...said(shown(".star").filter(beginsLine), "a star"),
        ...said(shown(".scroll .bead").filter((each) => beyondScrolling(each, each.closest(".scroll"))), "a bead"),
        ...said(shown(".question > .carried").filter(coversCounter), "a counter"),
        ...said(shown(".top .who, .top .who *").filter((each) => each.scrollWidth > each.clientWidth + 1), "a name"),
        ...said(shown(".opened li").filter((each) => each.offsetWidth > each.parentElement.clientWidth), "a tab"),
        ...said(shown(".scroll:has(> .stack)").filter((each) => each.scrollWidth > each.clientWidth + 1), "a list"),
        ...shown(".filters select").filter((each) => width(each) > room(each) + 1).map((each) => `${each.name}: ${chosen(each)}`),
    ];
}"""
"""What stands there and can't be read, or not where it belongs: the name in the header, a tab, a card of a list, a filter."""
_UNMARKED = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const name = /\\S*[\\d@_=/.:]\\S*[\\p{Script=Latin}\\d]\\S*/gu;
    const prose = /\\p{Script=Latin}+(?:[\\s,;:.!?()'’"“”&-]+\\p{Script=Latin}+){2,}/u;
    while (texts.nextNode()) {
        const { data, parentElement: around } = texts.currentNode;
        if (around.closest("script, style, template, textarea")) continue;
        const unmarked = around.closest("[lang]").lang.startsWith("zh")
            ? !around.closest("code, samp, kbd") && prose.test(data.replace(name, "|"))
            : /\\p{Script=Han}/u.test(data);
        if (unmarked) found.push(data.trim());
    }
    return found;
}"""
"""What is read by a voice of another language (WCAG 3.1.2, which axe can't see): Chinese that doesn't say so, and within Chinese
three words or more of Latin letters in a row. Code is no prose, nor is what has digits or signs in it: files, addresses, keys.
"""
_TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
    return [...new Set(ids.filter((each, place) => ids.indexOf(each) !== place))];
}"""
"""Ids that two elements have: what points at one of them means another."""
_STICKY = """async (how) => {
    document.querySelectorAll(".sticky").forEach((each) => { each.style.position = how; });
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""
"""In a picture of a whole page the bar with the buttons stands at its place, and not across the fields; two frames draw it."""
_WITHOUT = (
    # Two more processes for each window, half of what one costs: suggestions below the address bar, and one to spare.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess",
    # Playwright's own, which a second list replaces.
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(_WITHOUT)}",
]  # fmt: skip


def chromium() -> str:
    """The browser's program; `FAS_CHROMIUM` names another."""
    found = os.environ.get("FAS_CHROMIUM") or shutil.which("chromium")
    assert found, "Chromium is missing: make test installs it; else name it in FAS_CHROMIUM"
    return found


@dataclass
class Seat:
    """Somebody in front of a browser: a page, and everything in it that should not be."""

    page: Page
    lang: str
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: tuple[int, ...] = ()
    opens_beside: Callable[[], Awaitable[Page]] | None = None
    """A page in another window, in the other language: for what is walked through in one alone."""
    posted: bool = False
    """Whether a form's answer is on the screen, which has no address of its own."""
    _beside: Page | None = None

    async def goes(self, path: str) -> None:
        """Open a page of the portal."""
        await self.page.goto(self.url + path)

    async def signs_in(self, username: str, password: str) -> None:
        """Through the form."""
        if not await self.page.query_selector("#f-password"):
            await self.goes("/sign-in")
        await self.page.fill("#f-username", username)
        await self.page.fill("#f-password", password)
        await self.page.click("main button.btn-primary")
        await self.page.wait_for_selector(".who")

    async def looks(self, name: str) -> None:
        """WCAG 2.2 AA by axe, other languages say so, no id twice, no list cut off from 768 px on, nothing sideways; pictures."""
        await (
            self.page.wait_for_load_state()
        )  # what was clicked before may lead on: then there is no document yet
        await self._picture(name, SEEN)
        await self.page.set_viewport_size(WIDE)
        found = await self.found_by_axe()
        assert not found, f"{name} ({self.lang}): {found}"
        await _fits(self.page, f"{name} ({self.lang})")
        await self._picture(f"{name}-360", NARROW)
        await self.page.set_viewport_size(WIDE)
        if self.opens_beside and not self.posted:
            await self._fits_beside(name, self.opens_beside)
        assert not self.complaints, f"{name} ({self.lang}): {self.complaints}"

    async def found_by_axe(self) -> list[str]:
        """What axe-core finds on the page, with its end in view: there the bar with the buttons covers nothing."""
        await self.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await self.page.evaluate(
            AXE.read_text()
        )  # by the debugger: the page's own rules allow no such script
        return list(await self.page.evaluate(_AXE, WCAG))

    async def _fits_beside(self, name: str, opens: Callable[[], Awaitable[Page]]) -> None:
        """The same address in the other language, by the same user."""
        self._beside = page = self._beside or await opens()
        held = await self.page.context.cookies()
        await page.context.clear_cookies()
        await page.context.add_cookies([each for each in held if each.get("name") != COOKIE])  # type: ignore[misc]
        await page.goto(self.page.url)
        await _fits(page, f"{name} (the other language)")

    async def _picture(self, name: str, size: ViewportSize) -> None:
        if not ALL:
            return
        await self.page.set_viewport_size(size)
        target = SCREENS / self.lang / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        await self.page.evaluate(_STICKY, "static")
        await self.page.screenshot(path=target, full_page=True)
        await self.page.evaluate(_STICKY, "")


async def _fits(page: Page, name: str) -> None:
    """What is in another language says so, no id twice, no list cut off from 768 px on, nothing sideways; narrow then."""
    twice = await page.evaluate(_TWICE)
    assert not twice, f"{name}: ids that stand twice: {twice}"
    unmarked = await page.evaluate(_UNMARKED)
    assert not unmarked, f"{name}: in another language than it says: {unmarked}"
    for width in (WIDE, TABLET, ZOOMED, NARROW):
        await page.set_viewport_size(width)
        too_wide = await page.evaluate(_TOO_WIDE)
        assert not too_wide, f"{name} at {width['width']} px: {too_wide}"
        cut_text = await page.evaluate(_CUT_TEXT)
        assert not cut_text, f"{name} at {width['width']} px: {cut_text}"
        frames = {WIDE["width"]: ".scroll", TABLET["width"]: ".scroll:has(> .cases)"}.get(width["width"])
        cut_off = await page.evaluate(_CUT_OFF, frames) if frames else []
        assert not cut_off, f"{name} at {width['width']} px: {cut_off}"


async def seat(context: BrowserContext, url: str, lang: str) -> Seat:
    """A new tab that writes down errors of scripts, of the page's rules, and answers of 400 and more."""
    found = Seat(await context.new_page(), lang, url)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            found.complaints.append(message.text)

    def answered(answer: Response) -> None:
        if answer.request.is_navigation_request():
            found.posted = answer.request.method == "POST"
        if answer.status >= 400 and answer.status not in found.expected:
            found.complaints.append(f"{answer.status} {answer.url}")

    found.page.on("console", heard)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("response", answered)
    return found


async def assets_of(seat: Seat, path: str) -> int:
    """The bytes that style sheets, scripts and pictures of a page take on the wire, with nothing kept from before."""
    session = await seat.page.context.new_cdp_session(seat.page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.__setitem__(event["requestId"], event["type"]))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]),
    )
    await seat.goes(path)
    await seat.page.wait_for_load_state("load")
    await session.detach()
    return int(
        sum(
            size
            for request, size in sizes.items()
            if kinds.get(request) in ("Stylesheet", "Script", "Image", "Font")
        )
    )

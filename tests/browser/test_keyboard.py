"""The keyboard alone reaches everything, sees where it is, and can do what the mouse can."""

from playwright.async_api import Route, expect

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import Seat

_WANTED = """() => {
    const names = new Set(), found = [];
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']");
    for (const each of all) {
        if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({ visibilityProperty: true })) continue;
        if (each.closest("dialog") || each.type === "hidden" || each.classList.contains("skip")) continue;
        if (each.type === "radio") {
            const checked = document.querySelector(`input[type=radio][name="${CSS.escape(each.name)}"]:checked`);
            if (names.has(each.name) || (checked && checked !== each)) continue;
            names.add(each.name);
        }
        each.dataset.wanted = found.push(each);
    }
    document.activeElement.blur();
    return found.length;
}"""
_HERE = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
    return [at.dataset.wanted ?? "", seen, at.outerHTML.slice(0, 120)];
}"""
_NAMES = (
    "(left) => left.map((each) => document.querySelector(`[data-wanted='${each}']`).outerHTML.slice(0, 120))"
)


async def still(route: Route) -> None:
    """A page that is not looked at again stays as it was made."""
    await (route.abort() if "x-quiet" in route.request.headers else route.continue_())


async def reached(seat: Seat) -> None:
    """Tab through the page: every control gets the focus, and shows it."""
    count = int(await seat.page.evaluate(_WANTED))
    left, unseen = {str(number) for number in range(1, count + 1)}, []
    for _ in range(count * 3 + 20):  # a date has several stops
        await seat.page.keyboard.press("Tab")
        at, seen, html = await seat.page.evaluate(_HERE)
        left.discard(at)
        if not seen and at:
            unseen.append(html)
        if not left:
            break
    assert not left, await seat.page.evaluate(_NAMES, sorted(left))
    assert not unseen, unseen


async def test_every_control_of_the_officers_pages_is_reached(officer: Seat, world: World) -> None:
    number = await world.questionnaire_opened()
    other = await world.questionnaire_opened()
    await world.answered(other)
    await world.receipt("CONSULTATION_OPENED", other, "protocol_consultation", text_zh="草案")
    check = await world.check_initiated()
    draft = await world.draft()
    await officer.page.route("**/*", still)
    for path in (
        "/", "/assessments/new", "/assessments", "/checks", f"/cases/{draft}/application", f"/cases/{check}/acceptance",
        f"/cases/{number}/questionnaire", f"/cases/{number}/questionnaire/offline",
        f"/cases/{other}/protocol_consultation",
    ):  # fmt: skip
        await officer.goes(path)
        await reached(officer)


async def test_every_control_of_the_operators_pages_is_reached(sits_down: Sitting, world: World) -> None:
    number, _declaration = await world.submitted()
    parked = await world.receipt(
        "CONSULTATION_COMPLETED", number, "application", opinion="x", outcome="PARKED"
    )
    seat = await sits_down("en", world.operators_name)
    await seat.page.route("**/*", still)
    for path in (
        "/ops", "/ops/receipts", f"/ops/receipts/{parked}", "/ops/reconciliation", "/ops/cases", "/ops/authorities",
        "/ops/accounts", "/ops/audit",
    ):  # fmt: skip
        await seat.goes(path)
        await reached(seat)


async def test_a_draft_is_begun_and_discarded_without_a_mouse(sits_down: Sitting, world: World) -> None:
    seat = await sits_down("en")
    await seat.goes("/sign-in")
    await seat.page.focus("#f-username")
    await seat.page.keyboard.type(world.username)
    await seat.page.keyboard.press("Tab")
    await seat.page.keyboard.type(world.password)
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_selector(".who")
    await seat.page.keyboard.press("Tab")
    await expect(seat.page.locator(".skip")).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("main")).to_be_focused()
    await seat.page.focus("nav a[href='/assessments/new']")
    await seat.page.keyboard.press("Enter")
    await seat.page.focus("input[value=aquatic]")
    await seat.page.keyboard.press("Space")
    await seat.page.focus("input[value=farmed]")
    await seat.page.keyboard.press("Space")
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_selector("#application")
    await seat.page.focus(".discard button")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("#confirm")).to_be_visible()
    await expect(seat.page.locator("#confirm [value=yes]")).to_have_class("btn btn-outline-danger")
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator(".discard button")).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_url("**/assessments")

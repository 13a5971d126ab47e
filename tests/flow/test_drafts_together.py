"""Two officers who save one draft at the same moment: neither loses anything, and nobody needs to have looked."""

import asyncio
import re

import httpx
import pytest

from deploy.local.system import RunningSystem
from tests.flow.test_page_access import Browser
from tests.world import World

ROUNDS = 15


async def _saves(browser: Browser, address: str, fields: dict[str, str]) -> httpx.Response:
    headers = {"X-CSRF": browser.csrf, "Accept": "application/json"}
    return await browser.client.post(address, data=fields, headers=headers)


async def _shown(world: World, case: str) -> dict[str, str]:
    """The form's inputs as a page would show them."""
    found = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    contact = found["contact"]
    inputs = {name: found[name] for name in ("category", "department", "overview")}
    inputs |= {f"contact.{name}": contact[name] for name in ("name", "title", "email")}
    inputs |= {f"contact.phone.{name}": digits for name, digits in contact["phone"].items()}
    return inputs | {"specific": found["specific"]}


async def _remembered(browser: Browser, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', (await browser.client.get(address)).text)
    assert found
    return found[1]


@pytest.mark.parametrize("both", [False, True])
async def test_saves_of_one_moment_lose_nothing(world: World, system: RunningSystem, both: bool) -> None:
    """Different fields: both are stored. The same field: one is stored, and the other one is told of it."""
    case = await world.draft()
    address = f"/cases/{case}/application"
    browsers = [await Browser(system.portal_url).signs_in(world.username, world.password) for _ in range(2)]
    second = "department" if both else "overview"
    shown = await _shown(world, case)
    for turn in range(ROUNDS):
        remembered = await _remembered(browsers[0], address)
        typed = [
            shown | {"seen": remembered, "department": f"first {turn}"},
            shown | {"seen": remembered, second: f"second {turn}"},
        ]
        answers = await asyncio.gather(
            *(
                _saves(browser, f"{address}/save", fields)
                for browser, fields in zip(browsers, typed, strict=True)
            )
        )
        found = await world.officer.ask("GET", f"/cases/{case}/stages/application")
        codes = sorted(answer.status_code for answer in answers)
        if both:
            assert codes == [200, 409], [answer.text for answer in answers]
            loser = next(answer for answer in answers if answer.status_code == 409).json()
            assert [each["text"] for each in loser["theirs"]] == [found["department"]]
        else:
            assert codes == [200, 200], [answer.text for answer in answers]
            assert (found["department"], found["overview"]) == (f"first {turn}", f"second {turn}")
        shown = await _shown(world, case)
    for browser in browsers:
        await browser.client.aclose()

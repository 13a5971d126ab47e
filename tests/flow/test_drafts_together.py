"""Two officers who save one draft at the same moment: neither loses anything, and nobody needs to have looked."""

import asyncio
import re

import httpx
import pytest

from deploy.local.system import RunningSystem
from tests.api_client import World
from tests.flow.test_page_access import Browser

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
    found = re.search(r'name="base_digest" value="([^"]+)"', (await browser.client.get(address)).text)
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
            shown | {"base_digest": remembered, "department": f"first {turn}"},
            shown | {"base_digest": remembered, second: f"second {turn}"},
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
            assert [each["text"] for each in loser["conflicts"]] == [found["department"]]
        else:
            assert codes == [200, 200], [answer.text for answer in answers]
            assert (found["department"], found["overview"]) == (f"first {turn}", f"second {turn}")
        shown = await _shown(world, case)
    for browser in browsers:
        await browser.client.aclose()


async def test_without_scripts_the_page_shows_both_and_asks(world: World, system: RunningSystem) -> None:
    case = await world.draft()
    address = f"/cases/{case}/application"
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    mine = await _shown(world, case) | {
        "department": "mine",
        "base_digest": await _remembered(browser, address),
    }
    theirs = mine | {"department": "the colleague's <b>"}
    assert (await _saves(browser, f"{address}/save", theirs)).status_code == 200

    asked = await browser.client.post(f"{address}/save", data=mine | {"csrf": browser.csrf})
    assert asked.status_code == 409
    assert 'value="mine"' in asked.text
    assert "the colleague&#39;s &lt;b&gt;" in asked.text
    kept = await browser.client.post(f"{address}/save", data=mine | {"csrf": browser.csrf, "keep": "mine"})
    assert kept.status_code == 303
    assert (await world.officer.ask("GET", f"/cases/{case}/stages/application"))["department"] == "mine"
    await browser.client.aclose()


async def test_text_for_one_round_goes_into_the_next_only_when_the_officer_says_so(
    world: World, system: RunningSystem
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    path, stage = f"/cases/{number}/evaluation", f"/cases/{number}/stages/evaluation"
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    asked = {"issued_on": "2026-11-01", "requirement": "整改"}
    await world.receipt("RECTIFICATION_REQUIRED", number, "evaluation", rectification_no="QH1", **asked)
    typed = {"base_digest": await _remembered(browser, path), "statement": "typed for the first round"}
    evidence = await world.officer.upload("evidence.pdf")
    await world.officer.ask("PUT", stage, json={"statement": "the colleague's", "attachments": [evidence]})
    await world.officer.ask("POST", f"{stage}/submit", 202)
    await world.receipt("RECTIFICATION_REQUIRED", number, "evaluation", rectification_no="QH2", **asked)

    told = await _saves(browser, f"{path}/save", typed)
    assert told.status_code == 409
    assert (told.json()["stale_round"], told.json()["base_digests"], told.json()["conflicts"]) == (
        True,
        {},
        [],
    )
    assert [each["statement"] for each in (await world.officer.ask("GET", stage))["rounds"]] == [
        "the colleague's", "",
    ]  # fmt: skip
    kept = await browser.client.post(f"{path}/save", data=typed | {"csrf": browser.csrf, "keep": "mine"})
    assert kept.status_code == 303
    rounds = (await world.officer.ask("GET", stage))["rounds"]
    assert [each["statement"] for each in rounds] == ["the colleague's", "typed for the first round"]
    await browser.client.aclose()


ZH, EN = "海关更改了要求的内容", "Customs has changed what it asks for"


async def test_a_draft_outlives_the_question_that_customs_replaced(
    world: World, system: RunningSystem
) -> None:
    """What was saved is the new round's draft, what was not is asked about, and the page says what happened."""
    number = await world.questionnaire_opened()
    await world.answered(number)
    for stage, asks, field, texts in (
        ("evaluation", "RECTIFICATION_REQUIRED", "statement", _required),
        ("protocol_consultation", "CONSULTATION_OPENED", "text_en", _opened),
    ):
        path = f"/cases/{number}/{stage}"
        browser = await Browser(system.portal_url).signs_in(world.username, world.password)
        await world.receipt(asks, number, stage, **texts("甲要求"))
        await world.officer.ask("PUT", f"/cases/{number}/stages/{stage}", json={field: "saved"})
        typed = {"base_digest": await _remembered(browser, path), field: "typed after that"}

        await world.receipt(asks, number, stage, **texts("乙要求"))

        page = (await browser.client.get(path)).text
        assert "data-changed-by-customs" in page
        assert EN in page
        assert ZH in (await browser.client.get(path, headers={"Accept-Language": "zh"})).text
        assert "乙要求" in page
        assert "saved</textarea>" in page
        told = await _saves(browser, f"{path}/save", typed)
        assert (told.status_code, told.json()["stale_round"]) == (409, True)
        kept = await _saves(browser, f"{path}/save", typed | {"keep": "mine"})
        assert kept.status_code == 200
        assert "typed after that</textarea>" in (await browser.client.get(path)).text
        found = await world.officer.ask("GET", f"/cases/{number}/stages/{stage}")
        asked = [*found.get("rounds", [])[::-1], *found.get("history", [])]
        assert ["乙要求" in str(each) for each in asked] == [True, False], "the replaced one is still there"
        await browser.client.aclose()
        if stage == "evaluation":
            evidence = await world.officer.upload("evidence.pdf")
            body = {"statement": "done", "attachments": [evidence]}
            await world.officer.ask("PUT", f"/cases/{number}/stages/{stage}", json=body)
            await world.officer.ask("POST", f"/cases/{number}/stages/{stage}/submit", 202)


def _required(text: str) -> dict[str, str]:
    return {"rectification_no": "QH1", "issued_on": "2026-11-01", "requirement": text}


def _opened(text: str) -> dict[str, str]:
    return {"text_zh": text}

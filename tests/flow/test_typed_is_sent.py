"""What is typed is what is sent: each form on each way in, through the running system to what customs gets (DOMAIN 1.8)."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.local.system import RunningSystem
from tests.api_client import FORM, Json, World
from tests.flow.test_drafts_together import _remembered, _saves, _shown
from tests.flow.test_page_access import Browser

TYPED, KEPT = "Cafe\u0301 one\x0btwo\r\nthree", "Café one\ntwo\nthree"
GENEROUS: Json = {"country": "+297", "area": " ", "number": "\u200e５85-02 (00)"}
READ: Json = {"country": "297", "area": "", "number": "5850200"}
MAIL, MAIL_READ = "Maria <mailto:maria@example.aw>\u200b", "maria@example.aw"


@pytest.fixture
async def browser(system: RunningSystem, world: World) -> AsyncIterator[Browser]:
    """The officer's browser."""
    found = await Browser(system.portal_url).signs_in(world.username, world.password)
    yield found
    await found.client.aclose()


def typed(**changed: Any) -> Json:
    contact = FORM["contact"] | {"name": TYPED, "phone": GENEROUS, "email": MAIL}
    return {**FORM, "department": TYPED, "overview": TYPED, "contact": contact, **changed}


async def test_an_application_is_stored_shown_and_declared_as_it_was_understood(world: World) -> None:
    letter = await world.officer.upload("letter.pdf", purpose="application_letter")
    case = (await world.officer.ask("POST", "/assessments", 201, json=typed(attachments=[letter])))["id"]
    stored = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    assert (stored["department"], stored["overview"], stored["contact"]["name"]) == (KEPT, KEPT, KEPT)
    assert (stored["contact"]["phone"], stored["contact"]["email"]) == (READ, MAIL_READ)

    number = (await world.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"]

    declaration = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    for name, text in (
        ("Department", KEPT),
        ("Overview", KEPT),
        ("PhoneNumber", "5850200"),
        ("Email", MAIL_READ),
    ):
        assert f"<{name}>{text}</{name}>" in declaration.xml.decode(), name


async def test_a_phone_without_country_reaches_customs(world: World) -> None:
    letter = await world.officer.upload("letter.pdf", purpose="application_letter")
    contact = FORM["contact"] | {"phone": {"number": "+297 555 0100"}}
    body = {**FORM, "contact": contact, "attachments": [letter]}
    case = (await world.officer.ask("POST", "/assessments", 201, json=body))["id"]

    number = (await world.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"]

    declaration = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    assert b"PhoneCountry" not in declaration.xml
    assert b"<PhoneNumber>2975550100</PhoneNumber>" in declaration.xml


async def test_what_can_not_be_sent_is_kept_in_the_draft_and_named_when_it_is_submitted(world: World) -> None:
    contact = FORM["contact"] | {"name": "a\x1fb", "email": "a@b..com", "phone": {"number": "555 ext 5"}}
    body = {**FORM, "department": "\u200b", "overview": "x\ufffey", "contact": contact}
    case = (await world.officer.ask("POST", "/assessments", 201, json=body))["id"]
    stored = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    assert (stored["overview"], stored["contact"]["name"]) == ("x\ufffey", "a\x1fb"), "nothing is lost"

    refused = await world.officer.ask("POST", f"/assessments/{case}/submit", 422)

    codes = {error["field"]: error["code"] for error in refused["errors"]}
    assert codes == {
        "department": "required", "overview": "forbidden_character", "contact.name": "forbidden_character",
        "contact.email": "malformed", "contact.phone.number": "malformed", "attachments": "required",
    }  # fmt: skip
    named = {error["field"]: error["message_zh"] + error["message_en"] for error in refused["errors"]}
    assert "U+FFFE" in named["overview"]
    assert "U+001F" in named["contact.name"]


@pytest.mark.parametrize(
    "body",
    [
        {"overview": "half \ud800"}, {"contact": {"name": "\udfff"}}, {"\ud800": "x"}, {"specific": ["\ud83d"]},
        {"contact": {"phone": {"number": "\ud800"}}},
    ],
)  # fmt: skip
async def test_half_a_character_is_refused_and_never_a_fault_of_ours(world: World, body: Json) -> None:
    answer = await world.officer.client.post(
        "/assessments", content=json.dumps(FORM | body), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "validation_error"


async def test_the_page_says_while_one_types_what_is_wrong_and_how_it_was_understood(
    world: World, browser: Browser
) -> None:
    case = await world.draft()
    address = f"/cases/{case}/application"
    fields = await _shown(world, case) | {"base_digest": await _remembered(browser, address)}
    fields |= {
        "contact.email": "nonsense", "contact.phone.number": "585 02-00", "contact.phone.country": "abc",
        "overview": "x" * 2050, "department": "a\x1fb", "contact.name": "",
    }  # fmt: skip

    told = await _saves(browser, f"{address}/save", fields)

    assert told.status_code == 200
    prompts = {each["field"]: each["message"] for each in told.json()["prompts"]}
    assert set(prompts) == {"contact.email", "contact.phone.country", "overview", "department"}
    assert "U+001F" in prompts["department"]
    assert told.json()["understood"] == {"contact.phone.number": ["5850200"]}
    stored = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    assert (len(stored["overview"]), stored["contact"]["email"]) == (2050, "nonsense")
    page = await browser.client.get(address)
    assert 'value="5850200"' in page.text


async def test_nobody_is_asked_about_their_own_text_that_is_stored_otherwise_than_typed(
    world: World, browser: Browser
) -> None:
    """The page goes on with what was typed; its next save finds the understood text stored, and that is no colleague's."""
    case = await world.draft()
    address = f"/cases/{case}/application"
    shown = await _shown(world, case) | {"base_digest": await _remembered(browser, address)}
    mine = shown | {"overview": TYPED, "contact.phone.number": "585 02-01", "contact.email": f"<{MAIL_READ}>"}
    first = await _saves(browser, f"{address}/save", mine)
    assert first.status_code == 200

    lost_answer = await _saves(browser, f"{address}/save", mine)
    again = await _saves(browser, f"{address}/save", mine | first.json()["base_digests"])
    onward = await _saves(
        browser, f"{address}/save", mine | again.json()["base_digests"] | {"overview": TYPED + "!"}
    )

    assert [each.status_code for each in (lost_answer, again, onward)] == [200, 200, 200]
    assert (await world.officer.ask("GET", f"/cases/{case}/stages/application"))["overview"] == KEPT + "!"


async def test_the_other_forms_keep_and_prompt_alike(world: World, browser: Browser) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    for stage, field, receipt, asked in (
        ("evaluation", "statement", "RECTIFICATION_REQUIRED",
         {"rectification_no": "QH1", "issued_on": "2026-11-01", "requirement": "整改"}),
        ("protocol_consultation", "text_en", "CONSULTATION_OPENED", {"text_zh": "磋商"}),
    ):  # fmt: skip
        await world.receipt(receipt, number, stage, **asked)
        address = f"/cases/{number}/{stage}"
        wrong = {"base_digest": await _remembered(browser, address), field: "a\x1fb"}
        told = (await _saves(browser, f"{address}/save", wrong)).json()
        assert [each["field"] for each in told["prompts"]] == [field]
        good = {**told["base_digests"], field: TYPED}
        told = (await _saves(browser, f"{address}/save", good)).json()
        assert (told["prompts"], told["understood"]) == ([], {})
        shown = await world.officer.ask("GET", f"/cases/{number}/stages/{stage}")
        stored = shown["rounds"][-1] if stage == "evaluation" else shown["draft"]
        assert stored[field] == KEPT
        if stage == "evaluation":
            evidence = await world.officer.upload("evidence.pdf")
            await world.officer.ask(
                "PUT", f"/cases/{number}/stages/{stage}", json={"statement": TYPED, "attachments": [evidence]}
            )
            await world.officer.ask("POST", f"/cases/{number}/stages/{stage}/submit", 202)
            declaration = await world.customs.next_declaration(type="RECTIFICATION", case_no=number)
            assert f"<Statement>{KEPT}</Statement>" in declaration.xml.decode()


async def test_the_contact_of_an_answer_to_a_check_is_looked_at_before_it_is_sent(
    world: World, browser: Browser
) -> None:
    number = await world.check_initiated()
    address = f"/cases/{number}/acceptance"
    fields = {"contact.email": "nonsense", "contact.phone.number": "+297 585-0200", "contact.name": ""}

    told = await _saves(browser, f"{address}/prompts", fields)

    assert told.status_code == 200
    assert [each["field"] for each in told.json()["prompts"]] == ["contact.email"]
    assert told.json()["understood"] == {"contact.phone.number": ["2975850200"]}
    assert (await world.officer.ask("GET", f"/cases/{number}"))["status"] == "pending"
    refused = await world.officer.ask(
        "POST", f"/cases/{number}/stages/acceptance/agree", 422,
        json={"contact": {"name": "\u3164", "title": "a\x01", "email": "a@b.c", "phone": {"number": "1"}}},
    )  # fmt: skip
    assert {(each["field"], each["code"]) for each in refused["errors"]} == {
        ("contact.name", "required"), ("contact.title", "forbidden_character"),
    }  # fmt: skip


async def test_numbers_and_dates_are_read_on_the_page_and_dates_in_the_api(
    world: World, browser: Browser
) -> None:
    number = await world.questionnaire_opened()
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    questions = [
        (f"{each['code']}.{part['number']}", question)
        for each in stage["questionnaires"] for part in each["parts"] for question in part["questions"]
        if question["kind"] in ("number", "date")
    ]  # fmt: skip
    if not questions:
        pytest.skip("this questionnaire asks for neither")
    for part, question in questions:
        name, address = question["id"], f"/cases/{number}/questionnaire"
        page = (await browser.client.get(address, params={"part": part})).text
        seen = re.search(rf'name="{re.escape(name)}:base_digest" value="([^"]+)"', page)
        assert seen
        as_typed, value, shown = {
            "number": ("1,234.50", 1234.5, "1234.5"), "date": ("2024/3/5", "2024-03-05", "2024-03-05"),
        }[question["kind"]]  # fmt: skip
        told = await _saves(
            browser, f"{address}/save", {"part": part, f"{name}:base_digest": seen[1], name: as_typed}
        )
        assert told.json()["understood"] == {name: [shown]}
        found = await _answer(world, number, name)
        assert found["value"] == value
        if question["kind"] == "date":
            answers = {name: {"value": "2025年1月2日", "version": found["version"]}}
            await world.officer.ask("PUT", f"/cases/{number}/stages/questionnaire", json={"answers": answers})
            assert (await _answer(world, number, name))["value"] == "2025-01-02"


async def _answer(world: World, number: str, name: str) -> Json:
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    parts = [part for each in stage["questionnaires"] for part in each["parts"]]
    found: Json = next(q["answer"] for part in parts for q in part["questions"] if q["id"] == name)
    return found

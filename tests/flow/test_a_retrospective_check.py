"""The story of a retrospective check: agreed to, or refused."""

import re
from datetime import datetime, timedelta

from ulid import ULID

from deploy.local.system import RunningSystem
from shared.contracts.times import CHINA
from tests.api_client import FORM, World, a_check
from tests.flow.test_page_access import Browser

ANSWER = {"contact": FORM["contact"]}


async def test_a_check_is_agreed_to_and_ends_without_revision(world: World) -> None:
    number = await world.check_initiated()
    listed = await world.officer.ask("GET", "/cases", params={"kind": "retrospective"})
    assert [item["case_no"] for item in listed["items"]] == [number]
    assert listed["items"][0]["applied_at"]

    answer = await world.officer.ask("POST", f"/cases/{number}/stages/acceptance/agree", 202, json=ANSWER)

    assert answer["status"] == "declared"
    declaration = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    assert declaration.body["Answer"] == "AGREE"
    await world.receipt("RECEIVED", number, "acceptance", in_reply_to=declaration.message_id)
    await world.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire")
    await world.answered(number)
    await world.receipt("CASE_CLOSED", number, "completed", result="APPROVED")
    header = await world.officer.stands(number, "completed", "approved")
    assert {s["stage"]: s["state"] for s in header["stages"]}["protocol_signing"] == "skipped"


async def test_a_refused_check_ends_when_customs_received_the_refusal(world: World) -> None:
    number = await world.check_initiated()
    missing = await world.officer.ask("POST", f"/cases/{number}/stages/acceptance/refuse", 422, json={})
    assert "contact.name" in {error["field"] for error in missing["errors"]}

    await world.officer.ask("POST", f"/cases/{number}/stages/acceptance/refuse", 202, json=ANSWER)

    declaration = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    assert declaration.body["Answer"] == "REFUSE"
    await world.receipt("RECEIVED", number, "acceptance", in_reply_to=declaration.message_id)
    await world.officer.stands(number, "completed", "not_approved")
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/acceptance")
    assert (stage["status"], stage["sentence"]["zh"]) == ("received", "当前为海关已接收状态")


async def test_the_same_check_twice_is_one_case(world: World) -> None:
    number = await world.check_initiated()

    await world.receipt(
        "CHECK_INITIATED", number, "acceptance", outcome="STALE",
        authority_code=world.authority, category="aquatic", specific=["wild"], contact_name="x", contact_title="y",
        phone_country="86", phone_number="1", email="a@b.cn", overview="again",
    )  # fmt: skip

    assert (await world.officer.ask("GET", "/cases"))["total"] == 1


async def test_the_date_of_a_check_is_when_customs_started_it(world: World) -> None:
    number, started = str(ULID()), datetime(2025, 11, 17, 9, 30, tzinfo=CHINA)
    before = await world.check_initiated()
    await world.receipt("CHECK_INITIATED", number, "acceptance", sent_at=started, **a_check(world.authority))

    listed = (await world.officer.ask("GET", "/cases", params={"sort": "applied_at"}))["items"]
    assert [each["case_no"] for each in listed] == [number, before]
    assert datetime.fromisoformat(listed[0]["applied_at"]) == started
    timeline = await world.officer.ask("GET", f"/cases/{number}/timeline")
    assert datetime.fromisoformat(timeline[0]["at"]) > started + timedelta(days=1), "that is when we heard"


async def test_a_check_beyond_the_scope_is_applied_and_told(world: World, system: RunningSystem) -> None:
    number = str(ULID())
    body = {**a_check(world.authority), "category": "eggs", "specific": ("egg_product",)}
    before = await world.officer.ask("GET", "/catalogue")
    assert "eggs" not in {each["code"] for each in before["categories"]}

    await world.receipt("CHECK_INITIATED", number, "acceptance", **body)

    await world.officer.stands(number, "acceptance", "pending")
    after = {
        each["code"]: each["specific"]
        for each in (await world.officer.ask("GET", "/catalogue"))["categories"]
    }
    assert [(each["code"], each["in_scope"]) for each in after["eggs"]] == [("egg_product", False)]
    assert all(each["in_scope"] for each in after["aquatic"])
    officer = await Browser(system.portal_url).signs_in(world.username, world.password)
    assert '<option value="eggs"' in (await officer.client.get("/checks")).text
    operator = await Browser(system.portal_url).signs_in(world.operators_name, world.password)
    ledger = (await operator.client.get(f"/ops/cases/{number}")).text
    assert re.findall(r'data-unexpected="(\w+)"', ledger) == ["outside_scope", "never_approved"]
    for each in (officer, operator):
        await each.client.aclose()

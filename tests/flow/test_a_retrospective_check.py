"""The story of a retrospective check: agreed to, or refused."""

from tests.world import FORM, World

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

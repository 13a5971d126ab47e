"""The inbox: every entry of a case into a state once, for the officers of its authority, read or unread for each."""

import asyncio
from typing import Any

import httpx
from ulid import ULID

from deploy.local.system import RunningSystem
from services.portal.identity import accounts
from shared.contracts.events import CaseMoved
from shared.contracts.topology import CASE_MOVED, EVENTS
from shared.contracts.vocabulary import Cause, Kind, Role, Stage, Status
from shared.runtime.broker import Publisher
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Store
from tests.api_client import MOVES_SECONDS, Person, World
from tests.people import add_account


async def told(person: Person, at_least: int, **asked: Any) -> dict[str, Any]:
    """The inbox once it counts so many entries."""
    async with asyncio.timeout(MOVES_SECONDS):
        while True:
            found = await person.ask("GET", "/notifications", params={"size": 100, **asked})
            if found["total"] >= at_least:
                return dict(found)
            await asyncio.sleep(0.02)


async def test_each_movement_is_told_once_and_the_same_state_again_when_it_comes_again(world: World) -> None:
    number, declaration = await world.submitted()
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    await world.receipt("SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="Add it.")
    case = (await world.officer.ask("GET", f"/cases/{number}"))["id"]
    await world.officer.ask("POST", f"/assessments/{case}/submit", 202)
    again = await world.customs.next_declaration(type="APPLICATION", case_no=number)
    await world.officer.stands(number, "application", "sent")
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=again.message_id, opinion="Add more."
    )
    movements = await world.officer.ask("GET", f"/cases/{number}/timeline")

    found = await told(world.officer, len(movements))

    assert [(each["stage"], each["status"]) for each in reversed(found["items"])] == [
        (each["stage"], each["status"]) for each in movements
    ]
    assert [each["status"] for each in found["items"]].count("supplement") == 2
    assert found["unread"] == found["total"] == len(movements) == len({each["id"] for each in found["items"]})
    newest = found["items"][0]
    assert set(newest) == {"id", "at", "case_no", "kind", "stage", "status", "text", "read"}
    assert (newest["case_no"], newest["kind"], newest["read"]) == (number, "assessment", False)
    assert number in newest["text"]["zh"]
    assert "Supplement and correct" in newest["text"]["en"]


async def test_an_event_that_comes_again_is_told_once(world: World, settings: Settings) -> None:
    moved = CaseMoved(
        case_id=str(ULID()), case_no="202611000000099999", authority=world.authority, kind=Kind.ASSESSMENT,
        stage=Stage.APPLICATION, status=Status.SUPPLEMENT, status_from=Status.RECEIVED, cause=Cause.SUPPLEMENT,
        message_id="R-1", at=now(), version=3,
    )  # fmt: skip
    publisher = Publisher(settings.broker, "test")
    await publisher.start()
    try:
        for message in (*[moved] * 5, moved.model_copy(update={"message_id": "R-2"})):
            await publisher.publish(EVENTS, CASE_MOVED, message.model_dump_json().encode())
    finally:
        await publisher.close()

    await told(world.officer, 2)
    await world.draft()  # the queue is worked off in its order, by and large
    assert (await told(world.officer, 3))["total"] == 3


async def test_read_and_unread_are_each_officers_own(
    world: World, other_world: World, store: Store, system: RunningSystem
) -> None:
    name = f"colleague.{world.authority}".lower()
    await add_account(store, name, Role.OFFICER, "a long password", world.authority)
    for _ in range(3):
        await world.draft()
    found = await told(world.officer, 3)
    first = found["items"][0]["id"]

    await other_world.officer.ask("POST", f"/notifications/{first}/read", 404)
    assert (await other_world.officer.ask("GET", "/notifications"))["items"] == []
    answer = await world.officer.client.post(f"/notifications/{first}/read")
    assert (answer.status_code, answer.content) == (204, b"")

    unread = await told(world.officer, 2, unread="true")
    assert (unread["total"], unread["unread"], len(unread["items"])) == (2, 2, 2)
    assert first not in {each["id"] for each in unread["items"]}
    whole = await told(world.officer, 3)
    assert [each["read"] for each in whole["items"]] == [True, False, False]
    async with httpx.AsyncClient(base_url=world.officer.client.base_url, trust_env=False) as client:
        colleague = Person(client)
        await colleague.sign_in(name, "a long password")
        assert (await told(colleague, 3))["unread"] == 3
        assert (await colleague.client.post("/notifications/read-all")).status_code == 204
        assert (await told(colleague, 3))["unread"] == 0
        await world.draft()
        assert (await told(colleague, 4))["unread"] == 1
    assert (await told(world.officer, 4))["unread"] == 3


async def test_the_pages_of_the_inbox_go_on(world: World) -> None:
    for _ in range(5):
        await world.draft()
    await told(world.officer, 5)
    pages = [
        await world.officer.ask("GET", "/notifications", params={"page": page, "size": 2})
        for page in (1, 2, 3)
    ]
    ids = [each["id"] for page in pages for each in page["items"]]
    assert len(ids) == len(set(ids)) == 5
    await world.operator.ask("GET", "/notifications", 403)
    await world.officer.ask("POST", "/notifications/nothing/read", 404)


async def test_a_disabled_officers_colleagues_are_told(world: World, store: Store) -> None:
    gone = await add_account(
        store, f"gone.{world.authority}".lower(), Role.OFFICER, "a long password", world.authority
    )
    await accounts.set_disabled(store, gone.username, True)
    await world.draft()
    (entry,) = (await told(world.officer, 1))["items"]
    assert entry["read"] is False

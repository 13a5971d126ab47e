"""What an officer sees at once, and how one message can be followed through all services."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx

from deploy.local.system import RunningSystem
from services.portal.cases.live import MOST_STREAMS
from services.portal.identity import accounts
from services.portal.identity.sessions import begin_session
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store
from tests.api_client import FORM, World
from tests.people import add_account


async def test_a_movement_reaches_the_officers_open_page_and_nobody_elses(
    world: World, other_world: World
) -> None:
    async def first_event(of: World) -> dict[str, str]:
        async with of.officer.client.stream("GET", "/events") as stream:
            listening.release()
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    event: dict[str, str] = json.loads(line[5:])
                    return event
        return {}

    listening = asyncio.Semaphore(0)
    mine, theirs = asyncio.create_task(first_event(world)), asyncio.create_task(first_event(other_world))
    await listening.acquire()
    await listening.acquire()
    case = await world.draft()
    event = await asyncio.wait_for(mine, 10)

    assert (event["id"], event["stage"], event["status"]) == (case, "application", "draft")
    assert not theirs.done()
    theirs.cancel()


async def test_another_authoritys_movements_never_come_even_before_ones_own(
    world: World, other_world: World
) -> None:
    seen: list[str] = []
    listening = asyncio.Event()

    async def until(own: str) -> None:
        async with world.officer.client.stream("GET", "/events") as stream:
            listening.set()
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    seen.append(json.loads(line[5:])["id"])
                    if seen[-1] == own:
                        return

    mine = await world.draft()
    listener = asyncio.create_task(until(mine))
    await listening.wait()
    theirs = [await other_world.draft() for _ in range(3)]
    for case in theirs:
        await other_world.officer.ask("PUT", f"/assessments/{case}", json=FORM)
        await other_world.officer.ask("DELETE", f"/assessments/{case}")
    await world.officer.ask("POST", f"/assessments/{mine}/submit", 202)
    await asyncio.wait_for(listener, 10)

    assert set(seen) == {mine}


async def test_an_open_page_ends_with_the_session(world: World, store: Store) -> None:
    account = await add_account(
        store, f"leaves.{world.authority}".lower(), Role.OFFICER, "a long password", world.authority
    )
    headers = {"Authorization": f"Bearer {await begin_session(store, account)}"}
    case = await world.draft()

    async with world.officer.client.stream("GET", "/events", headers=headers) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        await accounts.set_disabled(store, account.username, True)
        ended = asyncio.create_task(_read_to_the_end(lines))
        async with asyncio.timeout(20):
            while not ended.done():
                await world.officer.ask("PUT", f"/assessments/{case}", json=FORM)


async def test_one_session_has_ten_streams_and_the_next_when_one_is_closed(
    world: World, other_world: World
) -> None:
    async def opened(of: World, held: AsyncExitStack) -> httpx.Response:
        answer = await held.enter_async_context(of.officer.client.stream("GET", "/events"))
        if answer.status_code != 200:
            await answer.aread()
        return answer

    async with AsyncExitStack() as held:
        answers = await asyncio.gather(*(opened(world, held) for _ in range(3 * MOST_STREAMS)))
        refused = [each for each in answers if each.status_code == 429]
        assert len(answers) - len(refused) == MOST_STREAMS
        assert refused[0].json()["code"] == "too_many_streams"
        assert refused[0].headers["content-type"] == "application/problem+json"
        assert int(refused[0].headers["retry-after"]) > 0
        assert (await opened(other_world, held)).status_code == 200
    async with AsyncExitStack() as held, asyncio.timeout(20):
        while (await opened(world, held)).status_code != 200:
            await asyncio.sleep(0.05)


async def _read_to_the_end(lines: AsyncIterator[str]) -> None:
    async for _ in lines:
        pass


async def test_one_correlation_id_leads_from_customs_message_to_the_movement(
    world: World, system: RunningSystem
) -> None:
    number, declaration = await world.submitted()
    message_id = await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)

    lines = []
    for program in system.programs.values():
        lines += [json.loads(line) for line in program.log.read_text().splitlines() if message_id in line]

    told = {line["event"]: line for line in lines}
    assert {"receipt_stored", "case_moved", "receipt_applied"} <= set(told)
    assert len({line["correlation_id"] for line in lines}) == 1
    assert told["case_moved"]["service"] == "intake"
    assert told["receipt_applied"]["receipt_type"] == "RECEIVED"

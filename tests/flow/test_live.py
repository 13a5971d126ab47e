"""What an officer sees at once, and how one message can be followed through all services."""

import asyncio
import json

from deploy.local.system import RunningSystem
from tests.world import World


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

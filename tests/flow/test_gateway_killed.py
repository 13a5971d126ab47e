"""The gateway is killed while customs sends: nothing is lost and nothing happens twice."""

import asyncio

from deploy.local.system import RunningSystem
from tests.api_client import World


async def test_receipts_that_come_while_the_gateway_is_killed_and_started_again_are_applied_once(
    world: World, system: RunningSystem
) -> None:
    submitted = [await world.submitted() for _ in range(4)]
    gateway = system.programs["customs_gateway"]

    async def received(number: str, declaration: str) -> str:
        return await world.customs.send("RECEIVED", number, "application", in_reply_to=declaration)

    first = asyncio.gather(*(received(*each) for each in submitted[:2]))
    gateway.kill()
    sent = [*await first, *[await received(*each) for each in submitted[2:]]]
    await asyncio.to_thread(gateway.start)
    await asyncio.to_thread(system.wait_until_ready, "customs_gateway")

    assert {(await world.customs.ack_of(each, limit=40)).outcome for each in sent} <= {"APPLIED", "DUPLICATE"}
    for number, _ in submitted:
        await world.officer.stands(number, "application", "received")
        timeline = await world.officer.ask("GET", f"/cases/{number}/timeline")
        assert [each["status"] for each in timeline].count("received") == 1

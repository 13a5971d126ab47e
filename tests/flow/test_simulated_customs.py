"""The simulated customs goes on where its broker was away (CONTRACT 2)."""

from urllib.parse import urlsplit

from deploy.local.ports import LOOPBACK
from deploy.local.system import RunningSystem
from shared.runtime.settings import Settings
from shared.runtime.store import Store
from simulator.bucket import Bucket
from simulator.customs import SimulatedCustoms
from tests.api_client import a_world
from tests.faults.proxy import Proxy


async def test_a_lost_connection_comes_back_and_customs_hears_and_sends_as_before(
    system: RunningSystem, settings: Settings, store: Store
) -> None:
    broker = urlsplit(settings.customs_broker.url)
    network = Proxy(broker.port or 0, seed=1)
    await network.start()
    through = broker._replace(netloc=broker.netloc.replace(f":{broker.port}", f":{network.port}")).geturl()
    assert LOOPBACK in through
    try:
        async with (
            SimulatedCustoms(through, Bucket(settings)) as customs,
            a_world(system, customs, store) as world,
        ):
            number, declaration = await world.submitted()
            network.reset()
            received = await customs.send("RECEIVED", number, "application", in_reply_to=declaration)
            assert (await customs.ack_of(received)).outcome == "APPLIED"
            network.reset()
            await world.submitted()
            assert [ack.outcome for ack in customs.acks if ack.message_id == received] == ["APPLIED"]
    finally:
        await network.stop()

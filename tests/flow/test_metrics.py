"""What a scraper reads of the running services: who shows what, and that it is what the ledgers and queues hold."""

from deploy.local.system import RunningSystem
from shared.contracts.topology import DEAD, QUEUES, SERVICES
from shared.runtime.metered import DECLARED
from tests.api_client import World
from tests.scraping import scraped


async def test_each_service_shows_its_own_and_what_is_shared_is_shown_by_its_owner_alone(
    system: RunningSystem, world: World
) -> None:
    number, _ = await world.submitted()
    parked = await world.customs.send("ACCEPTED", number, "nowhere")
    assert (await world.customs.ack_of(parked)).outcome == "PARKED"

    found = {service: await scraped(system, service) for service in SERVICES}

    for declared in DECLARED:
        name = f"{declared.name}_count" if declared.kind == "histogram" else declared.name
        showing = {service for service in SERVICES if name in found[service]}
        assert showing <= {*(declared.owners or SERVICES)}, declared.name
    gateway, portal = found["customs_gateway"], found["portal"]
    assert gateway["fas_receipts_parked"][0][1] >= 1
    ages = {labels["state"]: age for labels, age in gateway["fas_receipts_oldest_seconds"]}
    assert ages.keys() == {"stored", "published", "deferred", "parked"}
    assert 0 < ages["parked"] < 3600
    assert {labels["state"] for labels, _ in gateway["fas_declarations_oldest_seconds"]} == {
        "queued",
        "failed",
    }
    queues = [labels["queue"] for each in (gateway, portal) for labels, _ in each["fas_queue_consumers"]]
    assert sorted(queues) == sorted([*(each.name for each in QUEUES), DEAD]), "each queue is shown once"
    for service in SERVICES:
        up = {labels["server"]: value for labels, value in found[service]["fas_dependency_up"]}
        assert up == {"broker": 1, "database": 1, "object_store": 1}, service
        assert [labels["service"] for labels, _ in found[service]["fas_service_started_seconds"]] == [service]
    intake = found["intake"]
    assert [labels["service"] for labels, _ in intake["fas_outbox_oldest_seconds"]] == ["intake"]
    waits = {labels["queue"] for labels, _ in intake["fas_message_wait_seconds_count"]}
    assert waits <= {"intake.facts", "intake.commands"}
    assert "intake.commands" in waits
    waits = {labels["queue"] for labels, _ in portal["fas_message_wait_seconds_count"]}
    assert waits - {"portal.news"} == {"case.moved"}, "of two portals, one may have taken all that is news"
    assert {labels["state"] for labels, _ in gateway["fas_state_unread_total"]} == {
        "receipts", "declarations", "dead_letters", "customs_queues",
    }  # fmt: skip

"""A message that a service can't take, from its queue to the operator and back: API, pages and command line (FOUND S12)."""

import json
import re

import httpx
from ulid import ULID

from deploy.local.system import RunningSystem
from services.customs_gateway.limits import FAILURES
from services.customs_gateway.receipts.ledger import ReceiptLedger, new_entry
from services.customs_gateway.receipts.translation import read_message
from shared.contracts.collections import AUDIT
from shared.contracts.topology import SUBMISSIONS_QUEUE, facts_of
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Store
from tests.api_client import World
from tests.dead import a_dead_letter, dead_letter_of, published
from tests.flow.test_bad_receipts import receipt_xml
from tests.flow.test_cli import fas
from tests.flow.test_page_access import Browser


async def test_a_receipt_on_whose_fact_a_service_fails_comes_to_the_operator_and_customs_hears_of_it(
    world: World, settings: Settings, store: Store
) -> None:
    message_id = f"R-{ULID()}"
    asked = {"state": "published", "unanswered": FAILURES, "failures": FAILURES - 1, "next_at": None}
    entry = new_entry(read_message(receipt_xml(message_id)), "c-1", now()).changed(**asked)
    await ReceiptLedger(store).add(entry)

    await published(settings, facts_of("intake").name, json.dumps({"message_id": message_id}).encode())

    ack = await world.customs.ack_of(message_id)
    assert (ack.outcome, ack.reason) == ("PARKED", "internal")
    shown = await world.operator.ask("GET", f"/ops/receipts/{message_id}")
    assert (shown["state"], shown["reason"], shown["failures"]) == ("parked", "internal", FAILURES)
    await world.operator.ask("POST", f"/ops/receipts/{message_id}/replay", 202)
    again = await world.customs.ack_of(message_id, nth=2)
    assert again.reason == "unknown_case", "a service that takes it now answers as for any other"


async def test_a_dead_letter_goes_back_into_its_queue_and_when_it_dies_again_it_is_the_same_letter(
    world: World, settings: Settings, store: Store
) -> None:
    before = (await world.operator.ask("GET", "/ops/overview"))["dead_letters"]
    letter = await a_dead_letter(settings, store, SUBMISSIONS_QUEUE.name)
    dead_id, case_no = letter["_id"], letter["case_no"]
    assert (await world.operator.ask("GET", "/ops/overview"))["dead_letters"] == before + 1
    listed = await world.operator.ask("GET", "/ops/dead", params={"state": "open", "size": 1})
    assert (listed["items"][0]["id"], listed["items"][0]["queue"]) == (dead_id, SUBMISSIONS_QUEUE.name)

    await world.operator.ask("POST", f"/ops/dead/{dead_id}/replay", 202)
    again = await dead_letter_of(store, case_no, count=2)
    assert (again["_id"], again["reason"]) == (dead_id, "rejected")

    await world.operator.ask("POST", f"/ops/dead/{dead_id}/dismiss", 202, json={"why": "nothing to mend"})
    shown = await world.operator.ask("GET", f"/ops/dead/{dead_id}")
    assert (shown["state"], json.loads(shown["body"])) == ("dismissed", {"case_no": case_no})
    await world.operator.ask("POST", f"/ops/dead/{dead_id}/replay", 409)
    trail = await store.collection(AUDIT.name).find({"subject": dead_id}, sort=[("_id", 1)])
    assert [(each["action"], each["outcome"]) for each in trail] == [
        ("replay_dead", "done"), ("dismiss_dead", "done"), ("replay_dead", "refused"),
    ]  # fmt: skip


async def test_a_dead_letter_on_the_pages(
    world: World, settings: Settings, store: Store, system: RunningSystem
) -> None:
    letter = await a_dead_letter(settings, store)
    path = f"/ops/dead/{letter['_id']}"
    operator = await Browser(system.portal_url).signs_in(world.operators_name, world.password)

    async def act(**fields: str) -> httpx.Response:
        return await operator.client.post(path, data={"csrf": operator.csrf, **fields})

    assert letter["_id"] in (await operator.client.get("/ops/dead")).text
    assert re.search(r'href="/ops/dead">\d+<', (await operator.client.get("/ops")).text)
    for lang, said in (("zh", "没有这样的死信"), ("en", "There is no such dead letter")):
        await operator.client.get(f"/language/{lang}")
        assert said in (await operator.client.get("/ops/dead?state=none")).text
        assert letter["case_no"] in (await operator.client.get(path)).text
    assert (await act(what="dismiss", why=" ")).status_code == 422
    assert (await act(what="replay", why="to see it die again")).status_code == 303
    await dead_letter_of(store, letter["case_no"], count=2)
    assert (await act(what="dismiss", why="it is a test")).status_code == 303
    assert "it is a test" in (await operator.client.get(path)).text
    assert (await act(what="dismiss", why="again")).status_code == 409
    await operator.client.aclose()


async def test_a_dead_letter_at_the_command_line(
    world: World, settings: Settings, store: Store, environment: dict[str, str]
) -> None:
    letter = await a_dead_letter(settings, store)
    dead_id = letter["_id"]

    listed = json.loads((await fas(environment, "dead", "list", "--json")).out)
    assert dead_id in {each["id"] for each in listed}
    shown = (await fas(environment, "dead", "show", dead_id)).out
    assert all(said in shown for said in ("intake.facts", "rejected", letter["case_no"]))
    assert (await fas(environment, "dead", "replay", dead_id, "--why", "try")).status == 0
    await dead_letter_of(store, letter["case_no"], count=2)
    assert (await fas(environment, "dead", "dismiss", dead_id, "--why", "a test")).status == 0

    refused = await fas(environment, "dead", "replay", dead_id)
    assert (refused.status, "dismissed" in refused.err) == (1, True)
    unknown = await fas(environment, "dead", "show", "nothing")
    assert (unknown.status, "no dead letter" in unknown.err) == (1, True)
    assert (await fas(environment, "dead", "list", "--state", "odd")).status == 1
    trail = await store.collection(AUDIT.name).find({"subject": dead_id}, sort=[("_id", 1)])
    assert [(each["action"], each["why"]) for each in trail][:2] == [
        ("replay_dead", "try"),
        ("dismiss_dead", "a test"),
    ]

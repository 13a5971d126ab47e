"""While a whole assessment is played, the logs say what CONTRACT 5 promises, and nothing that they must not."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aio_pika
from ulid import ULID

from deploy.demo.officer import OfficerClient, signed_in
from deploy.demo.scenario import APPLICATION, CONTACT, assessment, played, refused_check
from deploy.demo.timeline import Timeline
from deploy.local.system import RunningSystem
from shared.contracts.times import CHINA
from shared.contracts.topology import (
    CASE_MOVED,
    CUSTOMS_RECEIPTS,
    EVENTS,
    RECEIPT_SETTLED,
    SUBMISSION_DECLARED,
)
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from simulator.customs_xml import ReceiptDraft, write_receipt
from tests.api_client import World
from tests.log_lines import Line, lengths, lines_of, not_as_described, without_their_case

ADDRESS_OF_A_PERSON = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


@dataclass
class Overheard:
    """What was logged and what went over the exchange of events while a story was played: key, correlation id, body."""

    lines: list[Line] = field(default_factory=list)
    messages: list[tuple[str, str, Line]] = field(default_factory=list)

    def events(self, name: str) -> list[Line]:
        """The lines with this event."""
        return [line for line in self.lines if line["event"] == name]

    def sent(self, key: str) -> Iterator[tuple[str, Line]]:
        """The messages whose routing key begins so."""
        return ((correlation, body) for each, correlation, body in self.messages if each.startswith(key))


@asynccontextmanager
async def overheard(system: RunningSystem, settings: Settings) -> AsyncIterator[Overheard]:
    """Everything from here to the end of the block."""
    found, since = Overheard(), lengths(system)
    async with await aio_pika.connect(settings.rabbit_url) as connection:
        channel = await connection.channel()
        own = await channel.declare_queue(exclusive=True, auto_delete=True)
        await own.bind(EVENTS, "#")

        async def note(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            found.messages.append(
                (message.routing_key or "", message.correlation_id or "", json.loads(message.body))
            )

        await own.consume(note, no_ack=True)
        yield found
    found.lines += lines_of(system, since)


async def test_a_whole_assessment_is_logged_as_promised(
    system: RunningSystem, settings: Settings, world: World
) -> None:
    async with (
        overheard(system, settings) as found,
        signed_in(system.portal_url, world.username, world.password) as officer,
    ):
        await _play(officer, world)
        await world.officer.ask("GET", "/me")

    assert not_as_described(found.lines) == []
    assert without_their_case(found.lines) == []
    _names_its_case(found)
    _follows_each_receipt(found)
    _follows_each_submission(found)
    _says_nothing_of_people(found, _secrets_of(world))


async def test_customs_own_correlation_id_goes_through_every_service(
    system: RunningSystem, settings: Settings, world: World
) -> None:
    number, declaration = await world.submitted()
    draft = ReceiptDraft(
        f"R-{ULID()}", "RECEIVED", number, "application", now().astimezone(CHINA), in_reply_to=declaration
    )
    mine = f"customs-{ULID()}"
    async with (
        overheard(system, settings) as found,
        await aio_pika.connect(settings.rabbit_url) as connection,
    ):
        exchange = await (await connection.channel()).get_exchange(CUSTOMS_RECEIPTS, ensure=False)
        await exchange.publish(aio_pika.Message(write_receipt(draft), correlation_id=mine), "receipt")
        assert (await world.customs.ack_of(draft.message_id)).outcome == "APPLIED"

    named = [line["event"] for line in found.lines if line.get("correlation_id") == mine]
    assert named == ["receipt_stored", "case_moved", "receipt_applied"]
    assert [key for key, correlation, _ in found.messages if correlation == mine].count(CASE_MOVED) == 1


async def test_another_authoritys_case_and_a_broken_command_name_the_case_for_the_operator_alone(
    system: RunningSystem, settings: Settings, world: World, other_world: World
) -> None:
    number, _ = await world.submitted()
    async with overheard(system, settings) as found:
        await other_world.officer.ask("GET", f"/cases/{number}", 404)

    (denied,) = found.events("access_denied")
    assert (denied["reason"], denied["case_no"], denied["user"]) == (
        "another_authority",
        number,
        other_world.username,
    )
    assert [line.get("case_no") for line in found.events("http_answered")] == [None]


def test_what_breaks_the_promises_is_found() -> None:
    good = {
        "timestamp": "2026-11-29T09:00:00Z",
        "level": "info",
        "service": "intake",
        "event": "service_ready",
    }
    assert not_as_described([good]) == []
    for change in ({"event": "moon_landed"}, {"level": "error"}, {"secret": "x"}, {"event": "signed_in"}):
        assert len(not_as_described([good | change])) >= 1
    named = good | {"event": "case_moved", "case_id": "C", "case_no": "N", "message_id": "R"}
    later = {"timestamp": "2026-11-29T09:00:09Z"}
    assert without_their_case([named, named | later]) == []
    for lacking in ({"case_id": "C"}, {"message_id": "R"}):
        assert without_their_case([named, good | later | lacking]) == [good | later | lacking]


async def _play(officer: OfficerClient, world: World) -> None:
    """What `make demo` plays: an assessment to its end, and a check that is refused."""
    timeline, listening = await Timeline.of(officer), asyncio.Event()
    hearing = asyncio.create_task(officer.hear(timeline.show, listening))
    try:
        await listening.wait()
        await assessment(played(officer, world.customs, timeline))
        await refused_check(played(officer, world.customs, timeline), world.authority, str(ULID()))
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def _names_its_case(found: Overheard) -> None:
    """Requests about a case name it, and so does every line of the services that work on cases."""
    about_a_case = [line for line in found.events("http_answered") if "{case}" in line["route"]]
    assert len(about_a_case) > 50
    assert [line for line in about_a_case if not line.get("case_id")] == []
    others = [line for line in found.lines if line["service"] != "portal" and line["event"] != "case_moved"]
    assert [line for line in others if not line.get("case_no")] == []


def _follows_each_receipt(found: Overheard) -> None:
    """Customs' message, the gateway, the stage's service and its event have one correlation id."""
    stored = {line["message_id"]: line["correlation_id"] for line in found.events("receipt_stored")}
    assert len(stored) > 25
    moved = {line["message_id"]: line["correlation_id"] for line in found.events("case_moved")}
    applied = {line["message_id"]: line["correlation_id"] for line in found.events("receipt_applied")}
    facts = {body["message_id"]: correlation for correlation, body in found.sent("fact.")}
    settled = {body["message_id"]: correlation for correlation, body in found.sent(RECEIPT_SETTLED)}
    told = {body["message_id"]: correlation for correlation, body in found.sent(CASE_MOVED)}
    assert {name: applied[name] for name in stored} == stored
    assert {name: facts[name] for name in stored} == stored
    assert {name: settled[name] for name in stored} == stored
    assert {name: told[name] for name in stored if name in moved} == {
        name: moved[name] for name in stored if name in moved
    }
    assert {name: moved[name] for name in stored if name in moved} == {
        name: stored[name] for name in stored if name in moved
    }


def _follows_each_submission(found: Overheard) -> None:
    """The officer's request, the stage's service, the submission and the declaration have one correlation id."""
    answered = {line["correlation_id"] for line in found.events("http_answered")}
    declared = {body["declaration_id"]: correlation for correlation, body in found.sent(SUBMISSION_DECLARED)}
    sent = {line["message_id"]: line["correlation_id"] for line in found.events("declaration_sent")}
    assert len(sent) > 8
    assert declared == sent
    assert {*sent.values()} <= answered
    assert {*sent.values()} <= {line["correlation_id"] for line in found.events("case_moved")}


def _secrets_of(world: World) -> list[str]:
    """What the logs must not have: names, numbers and addresses of people, what they wrote, passwords, tokens."""
    phone = CONTACT["phone"]
    assert isinstance(phone, dict)
    contact = [CONTACT["name"], CONTACT["title"], CONTACT["email"], phone["number"]]
    tokens = [world.password, world.officer.client.headers["Authorization"].split()[1]]
    typed = [
        APPLICATION["overview"],
        "application letter.pdf",
        "signatories.png",
        "整改已完成",
        "准予办结",
        "见附件",
    ]
    return [str(each) for each in (*contact, *tokens, *typed)]


def _says_nothing_of_people(found: Overheard, secrets: list[str]) -> None:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in found.lines)
    assert [secret for secret in secrets if secret in text] == []
    assert ADDRESS_OF_A_PERSON.findall(text) == []

"""What a process knows of its servers and its messages, without any server: guard, differences, names, the health port."""

import asyncio
import logging
import time
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
import structlog
from aiormq.exceptions import ChannelInvalidStateError
from faststream import ContextRepo, PublishCommand
from structlog.testing import capture_logs

from shared.runtime import consumers, dependencies, guard
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import make_broker
from shared.runtime.connection import AWAY
from shared.runtime.consumers import Consumers
from shared.runtime.dependencies import down, mark_down, mark_up, wait_for_return
from shared.runtime.differences import Argument, Difference, difference_of
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.health import Health
from shared.runtime.logs import _clients_modest
from shared.runtime.named import find_names
from shared.runtime.rests import Rests
from shared.runtime.retry import RetryMiddleware
from shared.runtime.rpc import RpcClient
from shared.runtime.topology import Topology, find_missing


@pytest.fixture(autouse=True)
def _nothing_away() -> None:
    dependencies._away.clear()
    dependencies._returned_at.clear()
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("said", "sent", "there"),
    [
        ("arg 'x-delivery-limit' for queue 'q' in '/': received the value '1000000' of type 'signedint' but current is none",
         {"x-delivery-limit": 1_000_000}, Difference("x-delivery-limit", None)),
        ("arg 'x-overflow' for queue 'q' in '/': received none but current is the value 'reject-publish' of type 'longstr'",
         {}, Difference("x-overflow", "reject-publish")),
        ("arg 'x-max-length' for queue 'q' in '/': received none but current is the value '2' of type 'signedint'",
         {}, Difference("x-max-length", 2)),
        ("arg 'x-dead-letter-routing-key' for queue 'q' in '/': received 'x' but current is 'dead'",
         {"x-dead-letter-routing-key": "x"}, Difference("x-dead-letter-routing-key", "dead")),
        ("arg 'x-delivery-limit' for queue 'q' in '/': received '1000000' but current is '50'",
         {"x-delivery-limit": 1_000_000}, Difference("x-delivery-limit", 50)),
        ("arg 'x-single-active-consumer' for queue 'q' in '/': received none but current is the value 'true' of type 'bool'",
         {}, Difference("x-single-active-consumer", True)),
        ("arg 'x-queue-type' for queue 'q' in '/': received 'quorum' but current is 'classic'", {}, None),
        ("arg 'durable' for queue 'q' in '/': received 'true' but current is 'false'", {}, None),
        ("something else", {}, None),
    ],
)  # fmt: skip
def test_a_refusal_of_the_broker_says_in_what_a_queue_differs(
    said: str, sent: dict[str, Argument], there: Difference | None
) -> None:
    assert difference_of(f"PRECONDITION_FAILED - inequivalent {said}", sent) == there


@pytest.mark.parametrize(
    "body",
    [
        b'{"case_no": "2026-1", "x": 1, "message_id":"R-1"}',
        b"<R xmlns='u'><MessageId> R-1\n</MessageId><CaseNo>2026-1</CaseNo></R>",
        b"<n:R><n:MessageId a='b'>R-1</n:MessageId><n:CaseNo>2026-1</n:CaseNo>",
    ],
)
def test_a_message_is_named_as_it_names_itself(body: bytes) -> None:
    assert find_names(body) == {"case_no": "2026-1", "message_id": "R-1"}


def test_a_message_without_a_name_has_none() -> None:
    assert find_names(b"<MessageId>a b</MessageId>" + bytes(range(256))) == {}


async def test_a_ping_that_hangs_is_one_loss_and_its_answer_one_return(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("EVERY_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(guard, name, 0.01)
    answer, asked = asyncio.Event(), 0

    async def ping() -> None:
        nonlocal asked
        asked += 1
        await answer.wait()

    with capture_logs() as lines:
        guarding = asyncio.create_task(guard.guard({"database": ping}))
        async with asyncio.timeout(5):
            while not down():
                await asyncio.sleep(0)
            assert asked == 1, "a second ping would hang as the first"
            answer.set()
            await wait_for_return("database")
        guarding.cancel()
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("dependency_lost", "warning"), ("dependency_back", "info"),
    ]  # fmt: skip


async def test_an_error_that_is_an_answer_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "EVERY_SECONDS", 0.0)
    answers: list[Exception] = [
        LookupError("there is no bucket"),
        DependencyUnavailable("object_store", "refused"),
    ]
    seen: list[list[str]] = []

    async def ping() -> None:
        seen.append(down())
        if answers:
            raise answers.pop(0)

    guarding = asyncio.create_task(guard.guard({"object_store": ping}))
    async with asyncio.timeout(5):
        while len(seen) < 4:
            await asyncio.sleep(0)
    guarding.cancel()
    assert seen[:4] == [[], [], ["object_store"], []]


def test_a_call_that_began_before_the_return_or_just_after_is_no_new_loss() -> None:
    mark_down("database", "no answer", begun=1.0)
    mark_up("database")
    mark_down("database", "late", begun=1.0)
    mark_down("database", "the pool is paused", begun=time.monotonic())
    assert down() == []
    mark_down("database", "now")
    assert down() == ["database"]


@pytest.mark.parametrize(("excused", "level"), [(False, "WARNING"), (True, "INFO")])
def test_a_client_of_a_server_never_shouts_and_whispers_while_the_loss_is_known(
    excused: bool, level: str
) -> None:
    line = logging.LogRecord("aiormq.connection", logging.ERROR, "", 1, "lost", None, None)
    ours = logging.LogRecord("uvicorn.error", logging.ERROR, "", 1, "broken", None, None)
    modest = _clients_modest(lambda: excused)

    assert modest(line)
    assert modest(ours)
    assert (line.levelname, ours.levelname) == (level, "ERROR")


@pytest.mark.parametrize(
    ("why", "status", "answer"),
    [("", 200, {"live": True}), ("not consumed", 503, {"live": False, "reason": "not consumed"})],
)
async def test_live_says_why_only_a_new_process_will_help(
    why: str, status: int, answer: dict[str, object]
) -> None:
    health = Health(0, {}, lambda: why)
    inside = httpx.ASGITransport(health._server.config.app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=inside, base_url="http://health") as client:
        asked = await client.get("/live")
    assert (asked.status_code, asked.json()) == (status, answer)


def test_consumers_that_do_not_come_back_are_a_reason_for_a_new_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests = Rests()
    watched = Consumers(
        make_broker(BrokerAddress("amqp://nowhere/"), "test", rests),
        RpcClient(BrokerAddress("amqp://nowhere/"), "test"),
        rests,
    )
    monkeypatch.setattr(consumers, "OVERDUE_SECONDS", -1.0)
    with capture_logs() as lines:
        watched._note({"intake.facts"})
        assert "intake.facts" in watched.overdue()
        watched._note(set())
        assert watched.overdue() == ""
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("consumer_lost", "warning"), ("consumer_back", "info"),
    ]  # fmt: skip


async def test_a_connection_that_goes_while_it_is_looked_at_does_not_end_the_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests, looks = Rests(), asyncio.Queue[None]()
    watched = Consumers(
        make_broker(BrokerAddress("amqp://nowhere/"), "test", rests),
        RpcClient(BrokerAddress("amqp://nowhere/"), "test"),
        rests,
    )
    ends: list[BaseException] = [RuntimeError("channel closed"), asyncio.CancelledError()]

    async def silent() -> list[str]:
        looks.put_nowait(None)
        if ends:
            raise ends.pop()
        return []

    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(watched, "connected", lambda: True)
    monkeypatch.setattr(watched, "_silent", silent)
    task = asyncio.create_task(watched.watch(lambda: None))
    for _ in range(3):
        await asyncio.wait_for(looks.get(), 5)
    assert not task.done()
    task.cancel()


async def test_a_command_whose_reply_can_not_be_sent_is_done_and_no_dead_letter() -> None:
    async def publish(reply: Any) -> None:
        raise ChannelInvalidStateError("the connection was lost")

    middleware = RetryMiddleware(Rests(), None, context=ContextRepo())
    with capture_logs() as lines:
        assert await middleware.publish_scope(publish, cast(PublishCommand, "reply")) is None

    assert [line["event"] for line in lines] == ["reply_not_sent"]


async def test_a_connection_that_was_just_lost_is_no_reason_to_end_the_watch_over_queues() -> None:
    async def channel() -> None:
        raise RuntimeError("closed")

    closed = SimpleNamespace(is_closed=True, channel=channel)
    lost: Any = SimpleNamespace(transport=SimpleNamespace(connection=closed))

    with pytest.raises(AWAY):
        await find_missing(lost, Topology({"e": "direct"}, (), "dead"))

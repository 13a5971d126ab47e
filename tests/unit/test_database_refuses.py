"""A database that answers and takes nothing makes the work wait, and the log says so; a fault of ours does not wait.

One that is lost for a certificate's fault is told once, with that fault, whoever meets it first.
"""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from structlog.testing import capture_logs

from shared.runtime import dependencies
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.handshake import EncryptedEnd
from shared.runtime.store import Collection, Store
from shared.runtime.tls import Certificates
from tests.authority import HOST, Papers
from tests.terminator import Terminator

FULL, NO_RIGHT, NOT_SIGNED_IN, CONFLICT, BAD_VALUE = 14031, 13, 18, 112, 2


def refusing(code: int) -> Collection:
    """A collection whose server refuses every write with this code."""

    async def insert_one(document: Any) -> None:
        raise OperationFailure("refused", code)

    return Collection(SimpleNamespace(insert_one=insert_one))


@pytest.mark.parametrize("code", [FULL, NO_RIGHT, NOT_SIGNED_IN, CONFLICT])
async def test_what_the_server_takes_at_another_time_waits(code: int) -> None:
    with capture_logs() as lines, pytest.raises(DependencyUnavailable, match="database"):
        await refusing(code).insert_one({"_id": "1"})
    assert [(line["event"], line["log_level"], line["code"]) for line in lines] == [
        ("database_refused", "error", code)
    ]


async def test_what_the_server_never_takes_is_an_error() -> None:
    with capture_logs() as lines, pytest.raises(OperationFailure):
        await refusing(BAD_VALUE).insert_one({"_id": "1"})
    assert lines == []


class Resetting:
    """A database and each of its collections, as a driver knows them where every connection is reset."""

    def __getitem__(self, name: str) -> "Resetting":
        return self

    async def find_one(self, *asked: Any) -> None:
        raise AutoReconnect("localhost: [Errno 104] Connection reset by peer")

    command = find_one


async def test_calls_that_meet_a_loss_before_any_ping_tell_it_once_with_the_certificates_fault(
    tmp_path: Path,
) -> None:
    papers = Papers.made(tmp_path)
    dependencies._away.clear()
    dependencies._returned_at.clear()
    with Terminator(1, papers) as server, capture_logs() as lines:
        end = EncryptedEnd(HOST, server.port, Certificates(papers.ca))
        store = Store({"fas": Resetting()}, "fas", awaits_close=False, end=end)
        calls = [store.collection("cases").find_one({"_id": "1"}) for _ in range(20)]
        answers = await asyncio.gather(*calls, store.ping(), return_exceptions=True)
        await asyncio.gather(store.ping(), return_exceptions=True)
    dependencies._away.clear()

    assert {type(each) for each in answers} == {DependencyUnavailable}
    (told,) = [line["error"] for line in lines if line["event"] == "dependency_lost"]
    assert "wants a client certificate" in told
    assert all(told in str(each) for each in answers)

"""A database that answers and takes nothing makes the work wait, and the log says so; a fault of ours does not wait."""

from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import OperationFailure
from structlog.testing import capture_logs

from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import Collection

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

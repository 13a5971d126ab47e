"""An open page is told of everything that moves from its first line on."""

import asyncio
from datetime import UTC, datetime

from services.portal.api.events import _lines
from services.portal.cases.live import Live
from shared.contracts.events import CaseMoved
from shared.contracts.vocabulary import Cause, Kind, Stage, Status

MOVED = CaseMoved(
    case_id="1", case_no="202611000000000001", authority="AW", kind=Kind.ASSESSMENT, stage=Stage.APPLICATION,
    status=Status.SENT, status_from=Status.DECLARED, cause=Cause.DECLARATION_SENT, message_id="D-1:sent",
    at=datetime(2026, 11, 23, tzinfo=UTC),
)  # fmt: skip


async def test_what_moves_right_after_the_first_line_is_told() -> None:
    live = Live()
    lines = _lines(live, "AW", _signed_in)
    assert (await anext(lines)).startswith("retry:")

    live.show(MOVED)

    async with asyncio.timeout(2):
        assert '"case_no":"202611000000000001"' in await anext(lines)
    await lines.aclose()  # type: ignore[attr-defined]
    assert live._pages == {}


async def test_another_authoritys_movement_is_not_told() -> None:
    live = Live()
    with live.page("CL") as page:
        live.show(MOVED)
        assert page.empty()


async def _signed_in() -> bool:
    return True

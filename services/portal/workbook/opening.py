"""Opens an uploaded workbook in a process of its own, so that no file can hold up or bring down the portal."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from services.portal.workbook import grid
from services.portal.workbook.refusals import workbook_refusal
from services.portal.workbook.sheets import Cell, Sheet
from shared.runtime.logs import get_logger

log = get_logger()
SECONDS = 20.0
COMPUTING_SECONDS = 5
"""Of the processor; a workbook that was exported here takes less than one."""
AT_ONCE = 2
_turns = asyncio.Semaphore(AT_ONCE)
_SIGNATURE = b"PK\x03\x04"


async def open_workbook(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a workbook; RequestRejected (422) for a file that is none, or needs more time or memory than any.

    Two are opened at a time; each ends within SECONDS.
    """
    if not data.startswith(_SIGNATURE):
        raise workbook_refusal("not_a_workbook")
    async with _turns:
        status, told = await _read(data)
    if status == grid.TOO_BIG:
        raise workbook_refusal("workbook_too_big")
    if status != 0:
        log.info("workbook_refused", reason="not_a_workbook", status=status)
        raise workbook_refusal("not_a_workbook")
    return tuple(_sheet(each) for each in json.loads(told))


async def _read(data: bytes) -> tuple[int, bytes]:
    """The exit status and output of the reading process; it gets none of our environment, and never outlives this call."""
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-I", grid.__file__, str(COMPUTING_SECONDS), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            told, _ = await reader.communicate(data)
    except TimeoutError:
        return grid.NOT_A_WORKBOOK, b""
    finally:
        await _ended(reader)
    return reader.returncode or 0, told


async def _ended(reader: Process) -> None:
    if reader.returncode is None:
        reader.kill()
        await reader.wait()


def _sheet(told: grid.SheetCells) -> Sheet:
    return Sheet(told["name"], tuple(Cell(*each) for each in told["cells"]))

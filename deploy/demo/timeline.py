"""The timeline of a play, printed as it happens: time, case, stage, status, cause."""

import asyncio
import os
import sys
from collections import Counter
from datetime import datetime
from typing import TextIO

from cli.commands.output import padded, width
from deploy.demo.officer import Json, OfficerClient

_GREEN, _RED, _YELLOW, _CYAN = "32", "31", "33", "36"
_COLOURS = {
    "approved": _GREEN, "not_approved": _RED, "rejected": _RED, "receive_failed": _RED, "send_failed": _RED,
    "supplement": _YELLOW, "pending": _YELLOW,
}  # fmt: skip
_CASE_PLACES = 26


class Timeline:
    """Prints each movement once, whoever tells of it first."""

    def __init__(
        self,
        officer: OfficerClient,
        stages: dict[str, str],
        statuses: dict[str, str],
        out: TextIO = sys.stdout,
    ) -> None:
        self._officer = officer
        self._stages = stages
        self._statuses = statuses
        self._out = out
        self._coloured = out.isatty() and "NO_COLOR" not in os.environ
        self._printed: Counter[str] = Counter()
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    async def of(cls, officer: OfficerClient) -> "Timeline":
        """A timeline with the names of stages and statuses as the portal has them."""
        catalogue = await officer.get("/catalogue")
        return cls(officer, _named(catalogue["stages"]), _named(catalogue["statuses"]))

    @property
    def movements(self) -> int:
        """How many were printed."""
        return self._printed.total()

    async def show(self, case_id: str) -> None:
        """Print what is new of a case."""
        async with self._one_at_a_time:
            header = await self._officer.get(f"/cases/{case_id}")
            entries = await self._officer.get(f"/cases/{case_id}/timeline")
            new = entries[self._printed[case_id] :]
            self._printed[case_id] += len(new)
            for entry in new:
                self._line(header["case_no"] or "(draft)", entry)

    def say(self, text: str, colour: str = "1") -> None:
        """Print a line between movements."""
        print(self._painted(text, colour), file=self._out, flush=True)

    def _line(self, case_no: str, entry: Json) -> None:
        at = datetime.fromisoformat(entry["at"]).astimezone()
        status = self._painted(self._statuses[entry["status"]], _COLOURS.get(entry["status"], _CYAN))
        cells = (
            f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}", padded(case_no, _CASE_PLACES),
            self._stages[entry["stage"]], status, f"{entry['cause']} ({entry['by']})",
        )  # fmt: skip
        print(" ".join(cells), file=self._out, flush=True)

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text


def _named(codes: list[Json]) -> dict[str, str]:
    """The names of codes in both languages, all of one width."""
    names = {each["code"]: f"{each['zh']} {each['en']}" for each in codes}
    places = max(map(width, names.values()))
    return {code: padded(name, places) for code, name in names.items()}

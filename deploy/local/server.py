"""A server the system needs: started, asked until it answers, stopped."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.programs import Program

_TICK = 0.1


class DidNotStart(Exception):
    """A server or service ended, or did not answer in time; the text has the end of its log."""

    def __init__(self, label: str, why: str, program: Program) -> None:
        super().__init__(f"{label} {why}. The end of {program.log}:\n{program.tail()}")
        self.label = label


class Abandoned(Exception):
    """The start was given up, since another server failed or a signal came."""


@dataclass(frozen=True)
class Server:
    """Its programs in the order of their start (the last one is the server itself), and how to reach it.

    `ask` raises an exception as long as the server is not ready; `environment` tells the services where it is.
    """

    name: str
    label: str
    programs: Sequence[Program]
    ask: Callable[[], None]
    environment: Mapping[str, str]
    patience: float = 90

    @property
    def main(self) -> Program:
        """The program that is the server."""
        return self.programs[-1]

    def start(self, give_up: threading.Event | None = None) -> float:
        """Start it and wait until it answers; returns the seconds that took. Also starts it again after `kill`."""
        since = time.monotonic()
        for program in self.programs:
            if not program.is_running():
                program.start()
        while (why := self._not_ready()) is not None:
            if give_up is not None and give_up.is_set():
                raise Abandoned(self.label)
            if not self.main.is_running():
                raise DidNotStart(self.label, f"ended with status {self.main.exit_code()}", self.main)
            if time.monotonic() - since > self.patience:
                raise DidNotStart(
                    self.label, f"does not answer after {self.patience:.0f} s ({why})", self.main
                )
            time.sleep(_TICK)
        return time.monotonic() - since

    def kill(self) -> None:
        """SIGKILL, as a fault does it; `start` brings it back on the same ports with the same data."""
        self.main.kill()

    def stop(self) -> None:
        """End its programs, the server first."""
        for program in reversed(self.programs):
            program.stop()

    def _not_ready(self) -> str | None:
        try:
            self.ask()
        except Exception as error:
            return str(error)[:200] or type(error).__name__
        return None

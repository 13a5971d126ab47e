"""Copies of the system that start at the same moment have ports of their own, from the choice to the end."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from deploy.local import ports
from deploy.local.ports import LOOPBACK, claim, free_ports, port_or_other
from deploy.local.programs import ROOT

COPIES = 5
CHOOSES = f"""
import json, socket, sys
from dataclasses import astuple
from deploy.local.ports import Ports
from deploy.local.system import SystemPorts
said = []
sys.stdin.readline()
servers, system = Ports.usual(said.append), SystemPorts.usual(said.append)
chosen = [*astuple(servers), system.portal, *system.health.values(), *astuple(Ports.random())]
print(json.dumps([chosen, said]), flush=True)
sys.stdin.readline()
listeners = [socket.create_server(("{LOOPBACK}", port)) for port in chosen]
print(len(listeners), flush=True)
sys.stdin.readline()
"""
"""Chooses when it is told to, and listens when it is told to, as servers do that need seconds to start."""


@contextmanager
def copies(count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """So many processes that choose ports."""
    with ExitStack() as held:
        started = [
            held.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", CHOOSES], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
            for _ in range(count)
        ]  # fmt: skip
        for each in started:
            held.callback(each.kill)
        yield started


def told(each: subprocess.Popen[str]) -> str:
    assert each.stdout
    return each.stdout.readline()


def tell(all_of_them: list[subprocess.Popen[str]]) -> None:
    for each in all_of_them:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()


def test_copies_that_start_at_the_same_moment_choose_different_ports_and_can_listen_there() -> None:
    with copies(COPIES) as started:
        tell(started)
        answers = [json.loads(told(each)) for each in started]
        tell(started)
        listening = [told(each).strip() for each in started]

    chosen = [port for ports, _ in answers for port in ports]
    assert len(chosen) == len(set(chosen))
    assert listening == [str(len(ports)) for ports, _ in answers]
    for number, usual in enumerate((5673, 27018, 9010, 8080, 8101)):
        if any(usual in ports for ports, _ in answers):
            others = [said for ports, said in answers if usual not in ports]
            assert all(f"Port {usual} is taken" in " ".join(said) for said in others), number


def test_a_copy_that_is_killed_lets_go_of_its_ports() -> None:
    with copies(1) as started:
        tell(started)
        port = json.loads(told(started[0]))[0][-1]
        assert not claim(port)
        started[0].kill()
        started[0].wait(10)

        assert claim(port)


def test_a_port_is_given_once_in_a_process_and_one_that_is_refused_stays_free_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (port,) = free_ports(1)
    assert not claim(port)
    assert port_or_other(port) != port

    (other,) = free_ports(1)
    ports._claimed.discard(other)
    monkeypatch.setattr(ports, "_is_free", lambda port: False)
    assert not claim(other)
    monkeypatch.undo()
    assert claim(other)

"""What reads foreign files has nothing of ours: neither an environment with secrets, nor an open file (FOUND S10)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.mongodb import mongodb
from deploy.local.object_store import object_store
from deploy.local.ports import Ports
from deploy.local.rabbitmq import rabbitmq
from services.documents.isolation import Inspectors
from services.documents.rejection import Verdict
from services.portal.printing import pdf_renderer
from services.portal.workbook import grid, opening
from shared.runtime.errors import RequestRejected

SECRETS = {"FAS_SECRET_KEY": "known-to-nobody", "FAS_RABBIT_URL": "amqp://fas:hidden@broker/"}
TELLS = (
    "import json, os, sys; sys.stdout.write(json.dumps([{'name': f'{env}|{files}', 'cells': []}"
    " for env in [open('/proc/self/environ').read()] for files in [sorted(map(int, os.listdir('/proc/self/fd')))]]))"
)
"""A program that tells its own environment, as the kernel has it, and its open files, as the grid tells sheets."""


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Our own environment has secrets, and a file of ours is open under a number that a child would see."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with (tmp_path / "open").open("w") as file:
        os.dup2(file.fileno(), 99, inheritable=False)
        yield
        os.close(99)


def looks(name: str, data: bytes) -> Verdict:
    """What an inspecting process sees of us."""
    environment = Path("/proc/self/environ").read_text()
    open_files = sorted(int(each.name) for each in Path("/proc/self/fd").iterdir())
    return Verdict("seen", "", f"{environment}|{open_files}", 422)


def insist_that_it_is_bare(told: str) -> None:
    environment, _, files = told.partition("|")
    assert [entry for entry in environment.split("\0") if "FAS_" in entry or "hidden" in entry] == []
    assert environment.strip("\0") == ""
    assert "99" not in files


async def test_an_inspecting_process_knows_no_secret(ours: None) -> None:
    with pytest.raises(RequestRejected) as seen:
        await Inspectors(f"{__name__}:looks").inspect("a.pdf", b"")

    insist_that_it_is_bare(seen.value.text.en)


async def test_the_process_that_reads_workbooks_knows_no_secret(
    ours: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(TELLS)
    monkeypatch.setattr(grid, "__file__", str(spy))

    (told,) = await opening.open_workbook(b"PK\x03\x04")

    insist_that_it_is_bare(told.name)


async def test_the_process_that_prints_knows_no_secret(
    ours: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(TELLS)
    monkeypatch.setattr(pdf_renderer, "_PROGRAM", spy)

    _, told, _ = await pdf_renderer._run(b"")

    insist_that_it_is_bare(told.decode().partition('"name": "')[2].replace("\\u0000", "\0"))


def test_the_local_servers_are_not_told_our_settings(ours: None, tmp_path: Path) -> None:
    makers: list[Callable[[], Any]] = [
        lambda: rabbitmq(tmp_path, Ports()),
        lambda: mongodb(tmp_path, 27018, "file"),
        lambda: object_store(tmp_path, 9010),
    ]
    for maker in makers:
        for program in maker().programs:
            assert [name for name in program.environment if name.startswith("FAS_")] == [], program.name

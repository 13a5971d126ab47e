"""What `fas doctor` makes of clocks, disks and versions, and how it says it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.doctor.machine import LEAST_BYTES, clock_findings, examine_machine, space_findings
from cli.doctor.versions import version_of
from services.portal.operations.wrong.finding import Finding, causes
from shared.bilingual import Bilingual

AT = datetime(2026, 11, 29, tzinfo=UTC)
GIB = 2**30


@pytest.mark.parametrize(
    ("seconds", "wrong"), [(0, False), (1.9, False), (-1.9, False), (3, True), (-3, True)]
)
def test_a_clock_is_wrong_beyond_what_a_second_and_an_answer_explain(seconds: float, wrong: bool) -> None:
    found = list(clock_findings("数据库", "the database's", AT, AT + timedelta(seconds=seconds)))
    assert bool(found) is wrong
    assert not wrong or f"{seconds:+.1f} s" in found[0].what.en


def test_a_server_that_does_not_show_its_clock_is_not_blamed() -> None:
    assert list(clock_findings("数据库", "the database's", None)) == []


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [
        (GIB // 2, GIB, True),
        (2 * GIB, 100 * GIB, True),
        (2 * GIB, 20 * GIB, False),
        (LEAST_BYTES, 4 * GIB, False),
    ],
)
def test_a_disk_is_full_with_less_than_a_gibibyte_or_a_twentieth_left(
    free: int, total: int, full: bool
) -> None:
    assert bool(list(space_findings("本机", "here", free, total))) is full


def test_the_disk_of_temporary_files_is_looked_at(tmp_path: Path) -> None:
    assert {each.area for each in examine_machine(tmp_path)} <= {"disk"}


@pytest.mark.parametrize(
    ("text", "version"),
    [("3.10.8", (3, 10)), ("4.0.5", (4, 0)), ("8.0", (8, 0)), ("7.0.0-rc1", (7, 0)), ("x", (0,))],
)
def test_versions_are_compared_by_their_first_two_numbers(text: str, version: tuple[int, ...]) -> None:
    assert version_of(text) == version


def test_what_follows_from_another_finding_is_left_out() -> None:
    nothing = Bilingual("", "")
    lost = Finding("services", nothing, nothing, "s", follows=("broker",))
    cause = Finding("broker", nothing, nothing, "s")
    assert causes([lost]) == [lost]
    assert causes([lost, cause]) == [cause]


def test_a_finding_is_one_line_in_both_languages_with_its_section() -> None:
    found = Finding(
        "disk",
        Bilingual("只剩\n1 GiB。", "1 GiB left."),
        Bilingual("腾出空间。", "Make room."),
        "a-disk-is-full",
    )
    assert (
        str(found)
        == "disk: 只剩 1 GiB。腾出空间。 1 GiB left. Make room. (docs/operations/runbook.md#a-disk-is-full)"
    )

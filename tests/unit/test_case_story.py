"""`fas logs`: one case's story out of the logs of all services, with whatever else stands in them (CONTRACT 1 and 5)."""

import gzip
import json
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from cli.case_story import story_of, told
from cli.commands.logs import logs
from cli.log_lines import LogLine

NUMBER, OTHER, CASE_ID = "202611000000000001", "202611000000000002", "01K8CASE"


def line(second: int, event: str, service: str = "customs_gateway", **said: object) -> str:
    """A log line of the minute."""
    head = {
        "timestamp": f"2026-11-29T09:00:{second:02d}.000001Z",
        "level": "info",
        "service": service,
        "event": event,
    }
    return json.dumps({**head, **said}, ensure_ascii=False)


DRAFT = line(
    1, "case_moved", "intake", case_id=CASE_ID, case_no=None, correlation_id="C-1", status_to="draft"
)
ASKED = line(2, "http_answered", "portal", correlation_id="C-1", route="/assessments")
SUBMITTED = line(
    3, "case_moved", "intake", case_id=CASE_ID, case_no=NUMBER, stage="application", status_to="declared", cause="submit"
)  # fmt: skip
STORED = line(
    4, "receipt_stored", case_no=NUMBER, correlation_id="C-2", message_id="R-1", stage="application"
)
LOST = line(
    5,
    "dependency_lost",
    "intake",
    correlation_id="C-2",
    level="warning",
    dependency="database",
    error="\x1b[31m",
)
KEPT = line(6, "outbox_kept", "intake", document=CASE_ID, outcome="refused", level="warning")
DEAD = line(7, "message_dead", message_id="R-1", queue="intake.facts", level="error")
NEIGHBOUR = line(4, "receipt_stored", case_no=OTHER, correlation_id="C-2", message_id="R-2")
MINE = [DRAFT, ASKED, SUBMITTED, STORED, LOST, KEPT, DEAD]


def run(*words: str, given: bytes = b"") -> Result:
    """Run the command."""
    app = typer.Typer()
    app.command()(logs)
    return CliRunner().invoke(app, words, input=given)


def as_file(*lines: str) -> str:
    """Lines one under the other."""
    return "\n".join(lines)


def events(result: Result) -> list[str]:
    """The events of the lines that were printed as they stood."""
    return [json.loads(each)["event"] for each in result.stdout.splitlines()]


def test_lines_of_several_files_are_told_in_the_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "gateway.log").write_text(as_file(DEAD, STORED, NEIGHBOUR), encoding="utf-8")
    with gzip.open(tmp_path / "intake.log.gz", "wt", encoding="utf-8") as packed:
        packed.write(as_file(KEPT, DRAFT, LOST, SUBMITTED, ASKED))
    files = [str(tmp_path / "gateway.log"), str(tmp_path / "intake.log.gz")]

    result = run("--case", NUMBER, "--json", *files)

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == MINE


def test_a_line_without_a_number_is_found_by_the_cases_id_or_by_a_message_of_the_case() -> None:
    assert events(run("--case", NUMBER, "--json", given="\n".join([*MINE, NEIGHBOUR]).encode())) == [
        "case_moved", "http_answered", "case_moved", "receipt_stored", "dependency_lost", "outbox_kept", "message_dead",
    ]  # fmt: skip
    assert run("--case", CASE_ID, "--json", given="\n".join(MINE).encode()).stdout.splitlines() == MINE


def test_another_cases_line_is_not_told_although_it_has_the_same_correlation_id() -> None:
    told_lines = run("--case", NUMBER, "--json", given=f"{STORED}\n{NEIGHBOUR}\n".encode()).stdout
    assert OTHER not in told_lines


def test_what_is_no_line_of_ours_is_named_and_borne() -> None:
    bad = b"\n".join(
        [b"Traceback (most recent call last):", b'{"half', b"\xff\xfe", b"[1]", b'{"event": 1}', b""]
    )
    prefixed = f"intake-1  | {SUBMITTED}\n[pod/gateway-0] {STORED}\n".encode()

    result = run("--case", NUMBER, "--json", given=bad + b"\n" + prefixed)

    assert events(result) == ["case_moved", "receipt_stored"]
    assert (
        "standard input:1, standard input:2, standard input:3, standard input:4, standard input:5."
        in result.stderr
    )


def test_a_story_reads_in_both_languages_and_in_one_line_each() -> None:
    result = run("--case", NUMBER, given="\n".join(MINE).encode())

    lines = result.stdout.splitlines()
    assert len(lines) == len(MINE)
    assert "2026-11-29 09:00:03.000  intake" in lines[2]
    assert "案件变动 Case moved" in lines[2]
    assert "申请阶段 Application · 申报 Submitting · 提交 Submitted" in lines[2]
    assert lines[4].split()[2:5] == ["intake", "!", "C-2"]
    assert "\x1b" not in result.stdout
    assert "error=\\x1b[31m" in lines[4]


def test_an_event_of_a_newer_version_is_told_by_its_name() -> None:
    newer = LogLine(json.loads(line(1, "moon_landed", case_no=NUMBER, stage="orbit")), "")
    assert told(newer)[4:] == ("moon_landed", "orbit")
    assert story_of(NUMBER, lambda: [newer]) == [newer]


def test_where_no_line_is_about_the_case_the_command_says_so() -> None:
    result = run("--case", OTHER, given=SUBMITTED.encode())
    assert result.exit_code == 1
    assert OTHER in result.stderr
    assert "FAS_LOG_FORMAT" in result.stderr

"""Log lines as operators read them (CONTRACT 5): one JSON object a line, nothing personal, nothing secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.contracts.parts import Contact
from shared.runtime.logs import bind_fields, configure, correlation_id, get_logger

WRONG = {"name": ["Maria Croes"], "email": {"maria": "maria@example.aw"}}


@pytest.fixture(autouse=True)
def _json_logs(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Logs as a service writes them; the others' way of logging afterwards."""
    handlers, level = logging.root.handlers[:], logging.root.level
    configure("intake", "json", "INFO")
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    """What was logged."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_when_who_and_what_with_everything_that_is_bound(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bind_fields(correlation_id="C-1", case_no="202611000000000001"):
        get_logger().info("case_moved", stage="application", opinion="补正")
        assert correlation_id() == "C-1"
    get_logger().debug("not_shown")

    (line,) = lines(capsys)
    assert line["timestamp"].endswith("Z")
    assert (line["level"], line["service"], line["event"]) == ("info", "intake", "case_moved")
    assert (line["correlation_id"], line["case_no"], line["opinion"]) == ("C-1", "202611000000000001", "补正")


def test_an_error_is_logged_without_the_values_that_caused_it(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        Contact.model_validate(WRONG)
    except ValueError as error:
        get_logger().exception("message_failed", error=repr(error))

    printed = capsys.readouterr().out
    line = json.loads(printed)
    assert "Croes" not in printed
    assert "example.aw" not in printed
    assert "name string_type" in line["error"]
    assert "test_logs.py" in line["traceback"]


def test_a_secret_that_somebody_logs_by_mistake_does_not_appear(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().info("signed_in", user="u", password="correct horse", access_token="abc")

    (line,) = lines(capsys)
    assert (line["user"], line["password"], line["access_token"]) == ("u", "***", "***")

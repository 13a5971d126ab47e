"""The pure parts of the operator's console."""

from datetime import UTC, datetime, timedelta

from services.portal.api.ops import DECLARATION_STATES, RECEIPT_STATES
from services.portal.pages.ops.exporting import as_csv
from services.portal.pages.ops.overview import processes
from services.portal.pages.ops.words import ACTIONS, DEAD_STATES, EFFECTS, REASONS, SERVICES, STATES
from shared.contracts.states import Action, DeadLetterState
from shared.contracts.topology import SERVICES as ALL_SERVICES
from shared.contracts.vocabulary import Outcome, Reason

AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_everything_that_can_be_shown_has_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(EFFECTS) == set(Outcome)
    assert set(ACTIONS) == set(Action)
    assert set(STATES) >= {*RECEIPT_STATES, *DECLARATION_STATES}
    assert set(SERVICES) == set(ALL_SERVICES)
    assert set(DEAD_STATES) == set(DeadLetterState)


def test_a_spreadsheet_runs_nothing_that_was_exported() -> None:
    written = as_csv(
        ("why", "at"), [{"why": '=HYPERLINK("http://x")', "at": AT}, {"why": "a,b\n", "at": None}]
    )

    assert written.splitlines()[1].startswith("\"'=HYPERLINK")
    assert "2026-11-01T00:00:00.000+00:00" in written


def test_a_service_that_was_not_heard_of_is_told_as_silent_or_not_running() -> None:
    said = {"began_at": AT, "failing": {}}
    found = processes(
        [
            {"service": "intake", "at": AT + timedelta(seconds=59), **said},
            {"service": "portal", "at": AT, **said},
        ],
        AT + timedelta(minutes=1),
    )
    by_name = {each["service"]: each["processes"] for each in found}

    assert [each["silent"] for each in by_name["intake"]] == [False]
    assert [each["silent"] for each in by_name["portal"]] == [True]
    assert by_name["documents"] == []

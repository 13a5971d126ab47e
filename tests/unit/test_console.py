"""The pure parts of the operator's console."""

from datetime import UTC, datetime, timedelta

from services.portal.pages.ops.overview import processes
from services.portal.pages.ops.words import ACTIONS, DEAD_STATES, EFFECTS, OUTCOMES, REASONS, SERVICES, STATES
from shared.contracts.states import Action, AuditOutcome, DeadLetterState, DeclarationState, ReceiptState
from shared.contracts.topology import SERVICES as ALL_SERVICES
from shared.contracts.vocabulary import Outcome, Reason
from shared.runtime.heartbeat import Presence

AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_everything_that_can_be_shown_has_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(EFFECTS) == set(Outcome)
    assert set(ACTIONS) == set(Action)
    assert set(STATES) >= {*ReceiptState, *DeclarationState}
    assert set(SERVICES) == set(ALL_SERVICES)
    assert set(DEAD_STATES) == set(DeadLetterState)
    assert set(OUTCOMES) == set(AuditOutcome)


def test_a_service_that_was_not_heard_of_is_told_as_silent_or_not_running() -> None:
    said = [Presence("intake", AT, AT + timedelta(seconds=59), {}), Presence("portal", AT, AT, {})]
    found = processes(said, AT + timedelta(minutes=1))
    by_name = {each.service: each.processes for each in found}

    assert [each.silent for each in by_name["intake"]] == [False]
    assert [each.silent for each in by_name["portal"]] == [True]
    assert by_name["documents"] == ()

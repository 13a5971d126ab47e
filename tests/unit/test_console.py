"""The pure parts of the operator's console."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.operations.wrong.finding import Finding
from services.portal.operations.wrong.services import examine_services
from services.portal.pages.ops.indenting import indented
from services.portal.pages.ops.overview import judged, processes
from services.portal.pages.ops.remedies import REMEDIES, Wrong, wrong
from services.portal.pages.ops.words import (
    ACTIONS,
    DEAD_STATES,
    EFFECTS,
    OUTCOMES,
    SERVICES,
    STATES,
    TYPES,
)
from shared.bilingual import Bilingual
from shared.contracts.states import Action, AuditOutcome, DeadLetterState, DeclarationState, ReceiptState
from shared.contracts.topology import CUSTOMS_ACKS
from shared.contracts.topology import SERVICES as ALL_SERVICES
from shared.contracts.vocabulary import REASON_LABELS, RECEIPTS, DeclarationType, Outcome, Reason
from shared.runtime.heartbeat import Presence
from shared.runtime.queue_stats import QueueStats

AT = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = Bilingual("词", "words")


def test_everything_that_can_be_shown_has_words() -> None:
    assert set(REASON_LABELS) == set(Reason)
    assert set(EFFECTS) == set(Outcome)
    assert set(ACTIONS) == set(Action)
    assert set(STATES) >= {*ReceiptState, *DeclarationState}
    assert set(SERVICES) == set(ALL_SERVICES)
    assert set(DEAD_STATES) == set(DeadLetterState)
    assert set(OUTCOMES) == set(AuditOutcome)
    assert set(TYPES) == {*RECEIPTS, *DeclarationType}


def test_a_service_that_was_not_heard_of_is_told_as_silent_or_not_running() -> None:
    said = [Presence("intake", AT, AT + timedelta(seconds=59), {}), Presence("portal", AT, AT, {})]
    found = processes(said, AT + timedelta(minutes=1))
    by_name = {each.service: each.processes for each in found}

    assert [each.silent for each in by_name["intake"]] == [False]
    assert [each.silent for each in by_name["portal"]] == [True]
    assert by_name["documents"] == ()


def test_a_service_that_can_spare_what_is_away_is_ready_and_one_that_can_not_is_not() -> None:
    away = {"object_store": "refused"}
    said = [
        Presence("intake", AT, AT, away, frozenset({"object_store"})),
        Presence("documents", AT, AT, away),
        Presence("portal", AT, AT, away | {"database": "no answer"}, frozenset({"object_store"})),
    ]
    found = {each.service: [process.ready for process in each.processes] for each in processes(said, AT)}

    assert (found["intake"], found["documents"], found["portal"]) == ([True], [False], [False])
    (told,) = [each for each in examine_services(said, AT) if each.what.en.startswith("intake")]
    assert told.what.en == "intake, documents, portal can't use object_store: refused."


def test_what_is_wrong_leads_to_the_page_that_mends_it_or_says_what_to_do() -> None:
    parked = Finding("parked", WORDS, WORDS, "parked-receipts")
    outbox = Finding("outbox", WORDS, WORDS, "fasoutboxstuck")
    assert wrong(parked) == Wrong(WORDS, None, REMEDIES["parked"], "parked-receipts")
    assert wrong(outbox) == Wrong(WORDS, WORDS, None, "fasoutboxstuck")


def test_a_broker_that_is_away_is_told_once_and_its_queues_are_not() -> None:
    unread = [
        QueueStats("intake.facts", True),
        QueueStats(CUSTOMS_ACKS, True, 501),
        QueueStats("gone", False),
    ]
    assert [each.area for each in judged(unread, "")] == ["consumers", "queues", "queues"]
    assert [each.area for each in judged([], "connection refused")] == ["broker"]


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        (
            '<?xml version="1.0" encoding="GBK"?><a x="1"><b>甲</b><c/></a>',
            '<a x="1">\n  <b>甲</b>\n  <c/>\n</a>',
        ),
        ("<a> <b>two\nlines </b></a>", "<a>\n  <b>two\nlines </b>\n</a>"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', ""),
        ("<a><b></a>", ""),
        ("no XML", ""),
        ("", ""),
    ],
)
def test_what_came_is_laid_out_where_it_is_xml(came: str, shown: str) -> None:
    assert indented(came) == shown

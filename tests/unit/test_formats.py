"""Two versions side by side: a message says its form, what an older one lacks is borne, what a newer one adds is ignored."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.commands import Command
from shared.contracts.events import CaseMoved, ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import FACT_CLASSES, Fact, Received
from shared.contracts.formats import MESSAGES
from shared.contracts.parts import Message, WholeMessage
from shared.contracts.vocabulary import Stage

RECEIVED = Received(
    message_id="R-1",
    case_no="202611000000000001",
    stage=Stage.APPLICATION,
    at=datetime(2026, 11, 29, tzinfo=UTC),
)


def _classes(base: type[Message]) -> set[type[Message]]:
    return {base}.union(*map(_classes, base.__subclasses__()))


def test_what_is_sent_by_itself_says_its_form() -> None:
    sent = {*FACT_CLASSES.values(), *_classes(Command), CaseMoved, ReceiptSettled, SubmissionDeclared}

    assert sent <= _classes(WholeMessage)
    assert RECEIVED.model_dump()["format"] == MESSAGES


@pytest.mark.parametrize("said", [{}, {"format": 1}, {"format": 1, "said_by_a_newer_version": {"a": [1]}}])
def test_a_fact_of_another_version_of_the_same_form_is_read(said: dict[str, object]) -> None:
    other = RECEIVED.model_dump(mode="json", exclude={"format"}) | said

    assert TypeAdapter[object](Fact).validate_python(other) == RECEIVED


def test_a_fact_of_a_later_form_is_refused_by_that_name() -> None:
    later = RECEIVED.model_dump(mode="json") | {"format": MESSAGES + 1}

    with pytest.raises(ValidationError, match=r"format"):
        TypeAdapter[object](Fact).validate_python(later)

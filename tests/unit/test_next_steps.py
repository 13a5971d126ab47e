"""«What happens next» stands for every place where the rules let a case come to rest, and for no other."""

import pytest

from services.portal.cases import next_steps
from services.portal.cases.next_steps import next_step
from services.portal.cases.tasks import SIGNED_AFTER
from shared.contracts.vocabulary import Cause, Kind, Stage, Status, Turn
from shared.lifecycle.rules import ROWS
from shared.lifecycle.stages import STAGES_OF
from shared.lifecycle.time_limits import DEMANDS
from shared.lifecycle.turn import whose_turn

REACHED = {
    (Stage.APPLICATION, Status.DRAFT),
    (Stage.ACCEPTANCE, Status.PENDING),
    *((Stage.COMPLETED, row.closes) if row.closes else (row.subject, row.becomes) for row in ROWS),
}
PLACES = [(kind, *place) for kind in Kind for place in sorted(REACHED) if place[0] in STAGES_OF[kind]]
"""By `_begins` and by the rows: where a case can stand."""


def test_the_table_has_a_row_for_each_place_and_none_for_another() -> None:
    assert set(next_steps._STANDING) == REACHED


@pytest.mark.parametrize(("kind", "stage", "status"), PLACES)
def test_wherever_a_case_stands_it_is_said_who_acts_and_what_comes(
    kind: Kind, stage: Stage, status: Status
) -> None:
    found = next_step(kind, stage, status)
    if not found.declares:
        assert found.who is next_steps._WHO[whose_turn(stage, status)]
    for text in (found.who, found.what, found.time):
        assert text.zh.endswith("。")
        assert text.en.endswith(".")
        assert text.zh.isascii() is False
        assert text.en.replace("“", "").replace("”", "").isascii()


def test_a_limit_is_spoken_of_wherever_one_can_be_set() -> None:
    said = {
        demand.code: next_step(demand.kind, demand.stage, status).time.en
        for demand in DEMANDS
        for status in demand.statuses
    }
    assert {text for text in said.values() if "time limit" not in text} == set()


def test_only_a_check_may_be_closed_without_new_texts() -> None:
    closing = {
        (kind, stage) for kind, stage, status in PLACES if "at once" in next_step(kind, stage, status).what.en
    }
    by_rules = {
        (Kind.RETROSPECTIVE, row.current_stage)
        for row in ROWS
        if row.message is Cause.CASE_CLOSED and row.kind is Kind.RETROSPECTIVE
    }
    assert closing == by_rules


def test_customs_may_end_a_case_only_while_it_is_its_turn_to_say() -> None:
    ends = {place for place in PLACES if "may also end" in next_step(*place).what.en}
    assert ends == {place for place in PLACES if whose_turn(*place[1:]) is Turn.CUSTOMS}


def test_while_signatories_can_be_declared_nobody_is_told_that_there_is_nothing_to_do() -> None:
    declaring = {place[1:] for place in PLACES if next_step(*place).declares}
    assert declaring == {(stage, Status.APPROVED) for stage in SIGNED_AFTER}
    for stage, status in declaring:
        told = next_step(Kind.ASSESSMENT, stage, status)
        assert "You can now declare signatories" in told.who.en
        assert "现在可以申报签字官" in told.who.zh
        assert "nothing for you to do" not in f"{told.who.en} {told.what.en}"

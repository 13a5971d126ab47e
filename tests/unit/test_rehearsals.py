"""A submission is rehearsed: refused as it would be, answered as it would be, and nothing is stored."""

from collections.abc import Iterator

import pytest

from shared.contracts.commands import FileChange, Rehearsal, SaveReply, SubmitReply
from shared.contracts.facts import ConsultationOpened
from shared.contracts.parts import ThreeTexts
from shared.contracts.vocabulary import Stage, Status
from shared.runtime.errors import RequestRejected
from tests.property.scheduler import own_time
from tests.unit.test_many_rounds import RoundsOffice

PC = Stage.PROTOCOL_CONSULTATION


@pytest.fixture
def office() -> Iterator[RoundsOffice]:
    with own_time() as loop:
        yield RoundsOffice(loop, PC)


def rehearsal(command_id: str = "X") -> Rehearsal:
    asked = SubmitReply(command_id=command_id, authority="AW-01", by="officer", case_id="C", stage=PC)
    return Rehearsal(submission=asked)


def test_it_is_refused_with_every_field_and_nothing_is_written(office: RoundsOffice) -> None:
    office.hears(ConsultationOpened, texts=ThreeTexts(text_en="draft"))
    before = office.case
    with pytest.raises(RequestRejected) as refused:
        office.does(office.lifecycle.carry_out(rehearsal()))
    assert (refused.value.code, refused.value.status) == ("validation_error", 422)
    assert office.case == before


def test_what_would_be_taken_is_answered_without_a_step(office: RoundsOffice) -> None:
    office.hears(ConsultationOpened, texts=ThreeTexts(text_en="draft"))
    office.told(SaveReply, stage=PC, texts=ThreeTexts(text_en="we agree"), files=FileChange())
    before = office.case
    answer = office.does(office.lifecycle.carry_out(rehearsal()))
    assert (answer.stage, answer.status) == (PC, Status.DRAFT)
    assert office.case == before


def test_what_the_case_does_not_allow_is_refused(office: RoundsOffice) -> None:
    office.hears(ConsultationOpened, texts=ThreeTexts(text_en="draft"))
    office.told(SaveReply, stage=PC, texts=ThreeTexts(text_en="we agree"), files=FileChange())
    office.told(SubmitReply, stage=PC)
    with pytest.raises(RequestRejected) as refused:
        office.does(office.lifecycle.carry_out(rehearsal()))
    assert refused.value.code == "not_editable"


def test_another_authoritys_case_does_not_exist(office: RoundsOffice) -> None:
    asked = rehearsal()
    theirs = asked.model_copy(
        update={"submission": asked.submission.model_copy(update={"authority": "NZ-01"})}
    )
    with pytest.raises(RequestRejected) as refused:
        office.does(office.lifecycle.carry_out(theirs))
    assert refused.value.status == 404

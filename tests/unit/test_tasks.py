"""What an authority is told to do in a case, and what happened in it, in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.cases.sentences import sentence_of
from services.portal.cases.tasks import TASK_AT, Task, label_of, last_by, task_of
from shared.contracts.documents.cases import Case, TimelineEntry
from shared.contracts.vocabulary import Cause, Stage, Status
from shared.lifecycle.rules import EDITABLE, ROWS
from shared.lifecycle.turn import whose_turn

AT = datetime(2026, 11, 29, tzinfo=UTC)


def case(
    stage: str, status: str, *, replies: Any = (), submissions: Any = (), touched: str = "", **stages: Any
) -> Case:
    who = whose_turn(Stage(stage), Status(status))
    return Case({
        "stage": stage, "status": status, "turn": who, "turn_began_at": AT, "stages": {stage: {"status": status}} | stages,
        "replies": list(replies), "submissions": list(submissions), "touched_by": touched,
    })  # fmt: skip


def label(found: Case, required: int = 0) -> tuple[str, str]:
    task = task_of(found)
    assert task
    said = label_of(found, task, required)
    return said.zh, said.en


def test_there_is_a_task_wherever_the_authority_may_edit_and_nowhere_else() -> None:
    assert set(TASK_AT) == {(stage, status) for stage, statuses in EDITABLE.items() for status in statuses}
    for stage in Stage:
        for status in Status:
            found = task_of(case(stage, status, certificate_consultation={"signatories": [{}]}))
            assert (found is not None) == ((stage, status) in TASK_AT), (stage, status)
    assert set(TASK_AT.values()) | {Task.DECLARE_SIGNATORIES} == set(Task)


def test_a_questionnaire_says_how_much_of_it_is_open() -> None:
    record = {"status": "draft", "open_required": [f"q{number}" for number in range(12)]}
    found = case("questionnaire", "draft", questionnaire=record)
    assert label(found, 50) == ("填写问卷：50题中12题未填", "Answer the questionnaire: 12 of 50 open")
    answered = case("questionnaire", "draft", questionnaire=record | {"open_required": []})
    assert label(answered, 50)[1] == "Submit the questionnaire: everything required is answered"


def test_a_consultation_says_which_round_and_a_rectification_its_number() -> None:
    history = [{"party": party} for party in ("china", "foreign", "china")]
    found = case("protocol_consultation", "pending", protocol_consultation={"history": history})
    assert label(found) == ("答复议定书第2轮磋商", "Reply to protocol round 2")
    rounds = [{"rectification_no": "R-1"}, {"rectification_no": "R-2"}]
    assert (
        label(case("evaluation", "pending", evaluation={"rounds": rounds}))[1]
        == "Submit the rectification R-2"
    )


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (2, "Correct 2 points of the questionnaire"), (1, "Correct 1 point of the questionnaire"),
        (0, "Supplement and correct the questionnaire"),
    ],
)  # fmt: skip
def test_corrections_are_counted_in_the_last_opinion_on_the_stage(items: int, said: str) -> None:
    replies = [
        {"stage": "questionnaire", "items": [{"target": "question:9"}] * 7},
        {"stage": "questionnaire", "items": [{"target": "question:1"}] * items},
        {"stage": "application", "items": [{"target": "field:overview"}] * 5},
    ]
    assert label(case("questionnaire", "supplement", replies=replies))[1] == said
    aside = [{"stage": "questionnaire", "aside": "1/abc"}]
    assert label(case("questionnaire", "supplement", replies=aside))[1].startswith("Supplement and correct")


@pytest.mark.parametrize("stage", ["certificate_consultation", "certificate_confirmation"])
def test_signatories_are_asked_for_until_some_were_declared(stage: str) -> None:
    consulted = {"status": "approved"}
    found = case(stage, "approved", certificate_consultation=consulted)
    assert label(found) == ("申报签字官资料", "Declare signatories")
    declared = case(stage, "approved", certificate_consultation=consulted | {"signatories": [{"at": AT}]})
    assert task_of(declared) is None
    assert task_of(case("completed", "approved", certificate_consultation=consulted)) is None


def test_who_touched_a_case_last_is_told_of_older_cases_by_their_submissions() -> None:
    sent = [{"by": "anna"}, {"by": "ben"}]
    assert last_by(case("questionnaire", "draft", submissions=sent, touched="carl")) == "carl"
    assert last_by(case("questionnaire", "draft", submissions=sent)) == "ben"
    assert last_by(case("acceptance", "pending")) is None


def test_every_movement_that_can_happen_is_a_sentence_in_both_languages() -> None:
    told = set()
    steps = {(row.subject, row.becomes, row.message) for row in ROWS}
    steps |= {(Stage.COMPLETED, row.closes, row.message) for row in ROWS if row.closes}
    steps |= {(Stage.ACCEPTANCE, Status.PENDING, Cause.CHECK_INITIATED)}
    for stage, status, cause in steps:
        document = {
            "at": AT,
            "stage": stage,
            "status": status,
            "cause": cause,
            "by": "anna",
            "message_id": "1",
        }
        said = sentence_of(TimelineEntry(document))
        assert said.zh.endswith("。")
        assert said.en.endswith(".")
        assert not {"{", "}", "None"} & set(said.zh + said.en)
        told.add(cause)
    assert told == set(Cause)


def test_sentences_name_who_did_it_and_what() -> None:
    def said(cause: str, stage: str, by: str = "customs") -> tuple[str, str]:
        entry = TimelineEntry({"at": AT, "stage": stage, "status": "sent", "cause": cause, "by": by})
        found = sentence_of(entry)
        return found.zh, found.en

    assert said("submit", "questionnaire", "anna") == (
        "anna提交了问卷。",
        "anna submitted the questionnaire.",
    )
    assert said("SUPPLEMENT", "application") == (
        "海关要求补齐补正申请。",
        "Customs asks you to supplement and correct the application.",
    )
    assert said("CONSULTATION_OPENED", "certificate_consultation")[1] == (
        "Customs sent its text of the certificate; please reply."
    )

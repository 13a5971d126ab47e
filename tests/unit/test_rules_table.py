"""The table of DOMAIN 1.4 and 1.5, tested as a table."""

from collections import Counter

import pytest

from shared.contracts.topology import OWNERS, STAGE_SERVICES
from shared.contracts.vocabulary import COMMANDS, RECEIPTS, Cause, Kind, Outcome, Stage, Status
from shared.lifecycle import rules
from shared.lifecycle.rules import EDITABLE, IGNORED, ROWS, SPEAKS_OF, editable
from shared.lifecycle.stages import NAVIGATION, STAGE_LABELS, STAGES_OF, STATUS_LABELS, sentence


def test_no_two_rows_compete_for_a_message() -> None:
    seen = Counter(
        (r.message, r.subject, r.current_stage, r.current_status, r.kind, r.answer, r.result) for r in ROWS
    )
    general = {
        (r.message, r.subject, r.current_stage, r.current_status, r.result)
        for r in ROWS
        if r.kind is None and r.answer is None
    }
    special = {
        (r.message, r.subject, r.current_stage, r.current_status, r.result)
        for r in ROWS
        if r.kind or r.answer
    }
    assert max(seen.values()) == 1
    assert not general & special


def test_the_number_of_lines_changes_only_on_purpose() -> None:
    assert len(ROWS) == len(set(ROWS)) == 475
    assert len(IGNORED) == 159


def test_every_message_of_the_domain_is_used() -> None:
    without = set(Cause) - {row.message for row in ROWS}
    assert without == {Cause.CHECK_INITIATED}, "add a When(…) for each in shared/lifecycle/rules.py"
    assert len(RECEIPTS) == 16


def test_no_two_lines_say_what_becomes_of_a_message_without_a_row() -> None:
    said = Counter(
        (message, status)
        for _, statuses, messages in rules._UNLISTED
        for message in messages
        for status in statuses
    )
    assert [pair for pair, times in said.items() if times > 1] == [], "the later line would win unseen"


def test_every_fact_says_which_stages_it_may_speak_of() -> None:
    assert set(SPEAKS_OF) == set(Cause) - COMMANDS
    assert all(row.subject in SPEAKS_OF[row.message] for row in ROWS if row.message not in COMMANDS)


def test_every_stage_has_an_owner_among_the_services() -> None:
    assert set(OWNERS) == set(Stage)
    assert set(OWNERS.values()) == set(STAGE_SERVICES)


@pytest.mark.parametrize("kind", Kind)
def test_every_stage_of_a_kind_can_be_reached(kind: Kind) -> None:
    reached = {STAGES_OF[kind][0]}
    for _ in Stage:
        reached |= {row.subject for row in ROWS if row.current_stage in reached and row.kind in (None, kind)}
        reached |= {Stage.COMPLETED for row in ROWS if row.current_stage in reached and row.closes}
    assert reached & set(STAGES_OF[kind]) == set(STAGES_OF[kind])


def test_every_stage_and_status_has_a_label_in_both_languages() -> None:
    assert set(STAGE_LABELS) == set(Stage)
    assert set(STATUS_LABELS) == set(Status)
    assert all(label.zh and label.en for label in (*STAGE_LABELS.values(), *STATUS_LABELS.values()))


def test_a_completed_stage_is_told_in_the_words_of_the_manual() -> None:
    assert sentence(Stage.PROTOCOL_SIGNING, Status.APPROVED).zh == "当前为议定书签订完成状态"
    assert sentence(Stage.QUESTIONNAIRE, Status.APPROVED).zh == "该阶段已完成"
    assert sentence(Stage.APPLICATION, Status.RECEIVED).zh == "当前为海关已接收状态"


def test_the_navigation_bar_has_seven_steps_without_the_announcement() -> None:
    assert all(len(steps) == 7 and Stage.ANNOUNCEMENT not in steps for steps in NAVIGATION.values())


def test_what_may_be_edited_is_what_domain_1_5_lists() -> None:
    allowed = {(stage.value, status.value) for stage in Stage for status in Status if editable(stage, status)}
    filled = {"pending", "draft", "receive_failed", "supplement"}
    replied = {"pending", "draft", "receive_failed"}
    assert allowed == (
        {("application", status) for status in ("draft", "receive_failed", "supplement")}
        | {("acceptance", status) for status in ("pending", "receive_failed")}
        | {(stage, status) for stage in ("questionnaire", "evaluation") for status in filled}
        | {
            (stage, status)
            for stage in ("protocol_consultation", "certificate_consultation")
            for status in replied
        }
    )


def test_sending_failed_is_never_editable() -> None:
    assert not any(Status.SEND_FAILED in statuses for statuses in EDITABLE.values())


def test_a_fact_about_the_present_stage_always_has_a_row_or_a_named_outcome() -> None:
    rows = {(row.message, row.subject, row.current_stage, row.current_status) for row in ROWS}
    for message, stages in SPEAKS_OF.items():
        for stage in stages:
            for status in Status:
                assert (message, stage, stage, status) in rows or (message, status) in IGNORED or (
                    stage in (Stage.PROTOCOL_SIGNING, Stage.ANNOUNCEMENT, Stage.CERTIFICATE_CONFIRMATION)
                    and status is not Status.APPROVED
                ) or stage is Stage.COMPLETED, (
                    f"{message} in {stage} / {status}: a row, or a line of _UNLISTED, in shared/lifecycle/rules.py"
                )  # fmt: skip
    assert set(IGNORED.values()) == {Outcome.STALE, Outcome.NOT_YET}

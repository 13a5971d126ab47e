"""What movements mean to officers, how it is said, and when digests go out."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from services.portal.news.choosing import choice_faults, choice_of, no_choice
from services.portal.news.digests import digest_after
from services.portal.news.events import event_of
from services.portal.news.inbox import id_of
from services.portal.news.letters import MOST_LISTED, Letterhead, letter_of
from services.portal.news.post import why
from services.portal.news.reminders import reminder_due
from services.portal.news.wording import sentence_of
from shared.contracts.documents.news import Mail, NewsChoice, Notification
from shared.contracts.news import MailKind, NewsEvent, Rhythm
from shared.contracts.vocabulary import Cause, Kind, Stage, Status

AT = datetime(2026, 11, 29, 4, 5, tzinfo=UTC)  # a Sunday, 12:05 in Beijing
ADDRESS = "maria@example.aw"
HEAD = Letterhead("fas@example.org", "https://fas.example.org")


def told(**given: Any) -> Notification:
    return Notification({
        "_id": "n" * 32, "authority": "AW-01", "case_id": "C1", "case_no": "202611000000000017", "kind": Kind.ASSESSMENT,
        "stage": Stage.APPLICATION, "status": Status.SUPPLEMENT, "event": NewsEvent.OUR_TURN, "at": AT, "kept_at": AT,
        "unread_by": [], **given,
    })  # fmt: skip


def a_mail(kind: MailKind = MailKind.NEWS, **given: Any) -> Mail:
    return Mail({"_id": "m", "kind": kind, "at": AT, "due_at": AT, **given})


def a_choice(**given: Any) -> NewsChoice:
    return choice_of(**{
        "username": "aruba", "email": ADDRESS, "language": "en", "rhythm": Rhythm.AT_ONCE,
        "events": [NewsEvent.OUR_TURN], **given,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "stage", "status", "event"),
    [
        (Cause.SAVE, Stage.APPLICATION, Status.DRAFT, NewsEvent.OURS),
        (Cause.SUBMIT, Stage.APPLICATION, Status.DECLARED, NewsEvent.OURS),
        (Cause.DECLARATION_SENT, Stage.APPLICATION, Status.SENT, NewsEvent.OURS),
        (Cause.RECEIVED, Stage.APPLICATION, Status.RECEIVED, NewsEvent.FROM_CUSTOMS),
        (Cause.SUPPLEMENT, Stage.APPLICATION, Status.SUPPLEMENT, NewsEvent.OUR_TURN),
        (Cause.QUESTIONNAIRE_OPENED, Stage.QUESTIONNAIRE, Status.PENDING, NewsEvent.OUR_TURN),
        (Cause.REJECTED, Stage.APPLICATION, Status.REJECTED, NewsEvent.ENDED),
        (Cause.CASE_CLOSED, Stage.COMPLETED, Status.NOT_APPROVED, NewsEvent.ENDED),
    ],
)
def test_what_a_movement_means(cause: Cause, stage: Stage, status: Status, event: NewsEvent) -> None:
    assert event_of(cause, stage, status) is event


def test_each_movement_of_a_case_has_its_own_entry_and_the_same_one_each_time() -> None:
    assert id_of("C1", "R1") == id_of("C1", "R1")
    assert len({id_of(case, message) for case, message in product(("C1", "C2"), ("R1", "R2"))}) == 4


@pytest.mark.parametrize("days", [1, 7, None])
def test_an_entry_says_where_its_case_stands_in_both_languages(days: int | None) -> None:
    event = NewsEvent.REMINDER if days else NewsEvent.OUR_TURN
    said = sentence_of(told(event=event, days=days))
    assert "202611000000000017" in said.zh
    assert "202611000000000017" in said.en
    ends = {1: "1 day is left", 7: "7 days are left", None: "It is your turn."}
    assert ends[days] in said.en
    assert ("现在由贵方办理" if days is None else f"还剩{days}天") in said.zh


def test_a_draft_is_called_one() -> None:
    said = sentence_of(told(case_no=None, status=Status.DRAFT, event=NewsEvent.OURS))
    assert (said.zh, said.en) == ("新建了一份申请草稿。", "A draft of an application was begun.")


@pytest.mark.parametrize(
    ("stage", "zh", "en"),
    [
        (Stage.QUESTIONNAIRE, "问卷阶段，已开始填写。", "Questionnaire: work on it was begun."),
        (
            Stage.PROTOCOL_CONSULTATION,
            "议定书磋商，已开始填写。",
            "Protocol consultation: work on it was begun.",
        ),
    ],
)
def test_a_draft_of_an_answer_is_told_of_its_case_and_is_no_new_application(
    stage: Stage, zh: str, en: str
) -> None:
    said = sentence_of(told(stage=stage, status=Status.DRAFT, event=NewsEvent.OURS))
    assert (said.zh, said.en) == (f"案件202611000000000017：{zh}", f"Case 202611000000000017: {en}")


def test_an_email_of_what_we_did_does_not_call_a_draft_submitted() -> None:
    begun = told(case_no=None, status=Status.DRAFT, event=NewsEvent.OURS)
    en, zh = (letter_of(a_mail(), [begun], ADDRESS, language, HEAD) for language in ("en", "zh"))
    assert en["Subject"] == "A draft: your authority has taken a step, or what it submitted has moved on"
    assert zh["Subject"] == "一份草稿：贵方有新的操作，或所提交的内容有新的进展"


def test_digests_go_out_at_eight_in_beijing_daily_or_on_mondays() -> None:
    def after(kind: MailKind, day: int, hour: int) -> datetime:
        return digest_after(kind, datetime(2026, 11, day, hour, tzinfo=UTC), 8)

    assert after(MailKind.DAILY, 29, 4) == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert after(MailKind.DAILY, 29, 23) == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert after(MailKind.DAILY, 30, 0) == datetime(2026, 12, 1, 0, tzinfo=UTC), (
        "what comes then is for the next"
    )
    assert after(MailKind.WEEKLY, 29, 4) == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert after(MailKind.WEEKLY, 30, 1) == datetime(2026, 12, 7, 0, tzinfo=UTC)
    assert digest_after(MailKind.DAILY, AT, 13) == datetime(2026, 11, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "event"), [*product(MailKind, NewsEvent)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_email_says_that_there_is_news_and_nothing_of_what_the_case_holds(
    language: str, kind: MailKind, event: NewsEvent
) -> None:
    letter = letter_of(a_mail(kind), [told(event=event, days=7)], ADDRESS, language, HEAD)
    text = f"{letter['Subject']}\n{letter.get_content()}"

    assert f"https://fas.example.org/notifications/{'n' * 32}" in text
    assert "https://fas.example.org/account/news" in text
    assert ("您好" in text) is (language == "zh")
    for word in ("Supplement", "补齐补正", "Application", "申请", "aruba", "{", "None"):
        assert word not in text
    system = {
        "zh": "境外食品安全管理体系评估与审查",
        "en": "Evaluation and review of overseas food safety management",
    }
    assert system[language] in text, "whose e-mail it is"
    assert letter["To"] == "maria@example.aw"
    assert letter["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("began", "due", "at", "days"),
    [
        ("2026-01-10", "2027-01-10", "2026-10-11", None), ("2026-01-10", "2027-01-10", "2026-10-12", 90),
        ("2026-01-10", "2027-01-10", "2026-12-10", 90), ("2026-01-10", "2027-01-10", "2026-12-11", 30),
        ("2026-01-10", "2027-01-10", "2027-01-03", 7), ("2026-01-10", "2027-01-10", "2027-01-09", 1),
        ("2026-01-10", "2027-01-10", "2027-01-10", 1), ("2026-01-10", "2027-01-10", "2027-01-11", None),
        ("2026-01-10", "2026-02-09", "2026-01-10", None), ("2026-01-10", "2026-02-09", "2026-02-02", 7),
        ("2026-01-10", "2026-02-10", "2026-01-11", 30),
    ],
)  # fmt: skip
def test_each_turn_is_reminded_by_days_of_beijing_and_not_of_more_than_it_had(
    began: str, due: str, at: str, days: int | None
) -> None:
    def moment(day: str, hour: int) -> datetime:
        return datetime.fromisoformat(f"{day}T{hour:02}:59:59+08:00")

    assert {reminder_due(moment(began, 12), moment(due, 23), moment(at, hour)) for hour in (0, 23)} == {days}


def test_an_email_that_is_tried_again_is_the_same() -> None:
    first, second = (letter_of(a_mail(), [told()], ADDRESS, "en", HEAD) for _ in range(2))
    other = letter_of(a_mail(_id="another"), [told()], ADDRESS, "en", HEAD)
    assert first.as_bytes() == second.as_bytes()
    assert first["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")


def test_a_long_digest_names_fifty_and_counts_the_others() -> None:
    many = [told(_id=f"{each:032}") for each in range(MOST_LISTED + 3)]
    letter = letter_of(a_mail(MailKind.DAILY), many, ADDRESS, "en", HEAD)
    text = letter.get_content()
    assert text.count("/notifications/") == MOST_LISTED
    assert "And 3 more" in text
    assert "53 pieces of news" in letter["Subject"]


def test_a_digest_of_one_counts_one() -> None:
    letter = letter_of(a_mail(MailKind.DAILY), [told()], ADDRESS, "en", HEAD)
    assert letter["Subject"] == "Daily digest: 1 piece of news"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"email": "", "rhythm": Rhythm.OFF}, []),
        ({"email": ""}, ["email"]),
        ({"email": "maria@"}, ["email"]),
        ({"email": "a@b.example\nBcc: all@example.org"}, ["email"]),
        ({"email": f"{'m' * 250}@a.aw"}, ["email"]),
        ({"rhythm": "hourly", "events": ["weather"]}, ["rhythm", "events"]),
    ],
)
def test_a_choice_is_checked_with_every_fault_at_once(given: dict[str, Any], wrong: list[str]) -> None:
    assert [fault.field for fault in choice_faults(a_choice(**given))] == wrong


def test_who_has_not_chosen_gets_no_email() -> None:
    assert no_choice("aruba", "zh").rhythm is Rhythm.OFF
    assert [*choice_faults(no_choice("aruba", "zh"))] == []


def test_no_address_stands_in_an_error() -> None:
    assert why(ValueError("550 <maria@example.aw>: user\r\n unknown")) == "550 <…>: user unknown"

"""What an authority is to do in a case, said with a verb; one task a case at most. Pure.

A case needs for it what `TASK_FIELDS` names, and whose turn it is.
"""

from collections.abc import Callable
from enum import StrEnum

from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case, StageRecord
from shared.contracts.vocabulary import Party, Stage, Status, Turn

SIGNED_AFTER = (Stage.CERTIFICATE_CONSULTATION, Stage.CERTIFICATE_CONFIRMATION)
"""Where a case stands when signatories may be declared, which asks nobody's turn (DOMAIN E8.3)."""
_RECORDED = (
    Stage.QUESTIONNAIRE,
    Stage.EVALUATION,
    Stage.PROTOCOL_CONSULTATION,
    Stage.CERTIFICATE_CONSULTATION,
)
TASK_FIELDS = dict.fromkeys(
    (
        *(f"stages.{stage}.status" for stage in _RECORDED),
        "stages.questionnaire.open_required", "stages.questionnaire.questionnaires", "stages.evaluation.rounds.rectification_no",
        "stages.protocol_consultation.history.party", "stages.certificate_consultation.history.party",
        "stages.certificate_consultation.signatories.at", "replies.stage", "replies.items.target", "submissions.by",
        "touched_by", "moved_at",
    ),
    1,
)  # fmt: skip
"""What is read of a case besides what a list shows of it."""


class Task(StrEnum):
    """What is to be done; `resend_…` where customs could not receive what was sent."""

    SUBMIT_APPLICATION = "submit_application"
    CORRECT_APPLICATION = "correct_application"
    RESEND_APPLICATION = "resend_application"
    ANSWER_CHECK = "answer_check"
    RESEND_CHECK_ANSWER = "resend_check_answer"
    ANSWER_QUESTIONNAIRE = "answer_questionnaire"
    CORRECT_QUESTIONNAIRE = "correct_questionnaire"
    RESEND_QUESTIONNAIRE = "resend_questionnaire"
    RECTIFY = "rectify"
    CORRECT_RECTIFICATION = "correct_rectification"
    RESEND_RECTIFICATION = "resend_rectification"
    REPLY_PROTOCOL = "reply_protocol"
    RESEND_PROTOCOL_REPLY = "resend_protocol_reply"
    REPLY_CERTIFICATE = "reply_certificate"
    RESEND_CERTIFICATE_REPLY = "resend_certificate_reply"
    DECLARE_SIGNATORIES = "declare_signatories"


_ASKED, _AGAIN, _UNREAD = (Status.PENDING, Status.DRAFT), (Status.SUPPLEMENT,), (Status.RECEIVE_FAILED,)
_BY_STAGE = (
    (Stage.APPLICATION, (Status.DRAFT,), Task.SUBMIT_APPLICATION),
    (Stage.APPLICATION, _AGAIN, Task.CORRECT_APPLICATION),
    (Stage.APPLICATION, _UNREAD, Task.RESEND_APPLICATION),
    (Stage.ACCEPTANCE, (Status.PENDING,), Task.ANSWER_CHECK),
    (Stage.ACCEPTANCE, _UNREAD, Task.RESEND_CHECK_ANSWER),
    (Stage.QUESTIONNAIRE, _ASKED, Task.ANSWER_QUESTIONNAIRE),
    (Stage.QUESTIONNAIRE, _AGAIN, Task.CORRECT_QUESTIONNAIRE),
    (Stage.QUESTIONNAIRE, _UNREAD, Task.RESEND_QUESTIONNAIRE),
    (Stage.EVALUATION, _ASKED, Task.RECTIFY),
    (Stage.EVALUATION, _AGAIN, Task.CORRECT_RECTIFICATION),
    (Stage.EVALUATION, _UNREAD, Task.RESEND_RECTIFICATION),
    (Stage.PROTOCOL_CONSULTATION, _ASKED, Task.REPLY_PROTOCOL),
    (Stage.PROTOCOL_CONSULTATION, _UNREAD, Task.RESEND_PROTOCOL_REPLY),
    (Stage.CERTIFICATE_CONSULTATION, _ASKED, Task.REPLY_CERTIFICATE),
    (Stage.CERTIFICATE_CONSULTATION, _UNREAD, Task.RESEND_CERTIFICATE_REPLY),
)
TASK_AT = {(stage, status): task for stage, statuses, task in _BY_STAGE for status in statuses}
"""The task wherever the authority may edit (DOMAIN 1.5)."""


def task_of(case: Case) -> Task | None:
    """What the authority is to do in a case now."""
    if case.turn is Turn.AUTHORITY:
        return TASK_AT.get((case.stage, case.status))
    return Task.DECLARE_SIGNATORIES if lacks_signatories(case) else None


def lacks_signatories(case: Case) -> bool:
    """Whether certifying officers can be declared and none were yet, after the consultation was completed (DOMAIN E8.3)."""
    consultation = case.stages.get(Stage.CERTIFICATE_CONSULTATION)
    return (
        may_declare_signatories(case.stage, case.status)
        and consultation is not None
        and not consultation.signatories
    )


def may_declare_signatories(stage: Stage, status: Status) -> bool:
    """Whether certifying officers can be declared where a case stands (DOMAIN E8.3)."""
    return stage in SIGNED_AFTER and status is Status.APPROVED


def label_of(case: Case, task: Task, required: int) -> Bilingual:
    """The task in words; `required` is how many questions of the questionnaire must be answered."""
    return _LABELS[task](case, required)


def last_by(case: Case) -> str | None:
    """Who of the authority touched a case last; None where nobody did.

    Cases of before that was kept name who submitted last.
    """
    return case.touched_by or next((made.by for made in reversed(case.submissions)), None)


type _Label = Callable[[Case, int], Bilingual]


def _always(zh: str, en: str) -> _Label:
    said = Bilingual(zh, en)
    return lambda case, required: said


def _correct(zh: str, en: str) -> _Label:
    def label(case: Case, required: int) -> Bilingual:
        points = _points(case)
        if not points:
            return Bilingual(f"补齐补正{zh}", f"Supplement and correct the {en}")
        counted = f"{points} point{'' if points == 1 else 's'}"
        return Bilingual(f"更正{zh}：{points}处", f"Correct {counted} of the {en}")

    return label


def _points(case: Case) -> int:
    """How many corrections customs asked for in its last opinion on the stage."""
    last = next((reply for reply in reversed(case.replies) if reply.stage is case.stage), None)
    return len(last.document.get("items", ())) if last else 0


def _questionnaire(case: Case, required: int) -> Bilingual:
    still_open = len(_record(case, Stage.QUESTIONNAIRE).open_required) if required else 0
    if not still_open:
        return Bilingual(
            "提交问卷：必答题均已填写", "Submit the questionnaire: everything required is answered"
        )
    return Bilingual(
        f"填写问卷：{required}题中{still_open}题未填",
        f"Answer the questionnaire: {still_open} of {required} open",
    )


def _rectification(case: Case, required: int) -> Bilingual:
    rounds = _record(case, Stage.EVALUATION).rounds
    number = rounds[-1].rectification_no if rounds else ""
    return Bilingual(f"提交整改材料（{number}）", f"Submit the rectification {number}".rstrip())


def _reply(stage: Stage, zh: str, en: str) -> _Label:
    def label(case: Case, required: int) -> Bilingual:
        rounds = sum(entry.party is Party.CHINA for entry in _record(case, stage).history)
        return Bilingual(f"答复{zh}第{rounds}轮磋商", f"Reply to {en} round {rounds}")

    return label


def _record(case: Case, stage: Stage) -> StageRecord:
    return case.stages.get(stage, _NOTHING)


_NOTHING = StageRecord({"open_required": []})
_LABELS: dict[Task, _Label] = {
    Task.SUBMIT_APPLICATION: _always("填写并提交申请", "Complete and submit the application"),
    Task.CORRECT_APPLICATION: _correct("申请", "application"),
    Task.RESEND_APPLICATION: _always(
        "重新提交申请（海关未能接收）", "Submit the application again: customs could not receive it"
    ),
    Task.ANSWER_CHECK: _always("答复检查：同意或拒绝", "Answer the check: agree or refuse"),
    Task.RESEND_CHECK_ANSWER: _always(
        "重新提交对检查的答复（海关未能接收）", "Answer the check again: customs could not receive it"
    ),
    Task.ANSWER_QUESTIONNAIRE: _questionnaire,
    Task.CORRECT_QUESTIONNAIRE: _correct("问卷", "questionnaire"),
    Task.RESEND_QUESTIONNAIRE: _always(
        "重新提交问卷（海关未能接收）", "Submit the questionnaire again: customs could not receive it"
    ),
    Task.RECTIFY: _rectification,
    Task.CORRECT_RECTIFICATION: _correct("整改材料", "rectification"),
    Task.RESEND_RECTIFICATION: _always(
        "重新提交整改材料（海关未能接收）", "Submit the rectification again: customs could not receive it"
    ),
    Task.REPLY_PROTOCOL: _reply(Stage.PROTOCOL_CONSULTATION, "议定书", "protocol"),
    Task.RESEND_PROTOCOL_REPLY: _always(
        "重新提交议定书磋商答复（海关未能接收）",
        "Send the protocol reply again: customs could not receive it",
    ),
    Task.REPLY_CERTIFICATE: _reply(Stage.CERTIFICATE_CONSULTATION, "官方证书", "certificate"),
    Task.RESEND_CERTIFICATE_REPLY: _always(
        "重新提交官方证书磋商答复（海关未能接收）",
        "Send the certificate reply again: customs could not receive it",
    ),
    Task.DECLARE_SIGNATORIES: _always("申报签字官资料", "Declare signatories"),
}

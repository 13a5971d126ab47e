"""What a notification says, in both languages. Pure."""

from shared.bilingual import Bilingual
from shared.contracts.documents.news import Notification
from shared.contracts.news import NewsEvent
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS

_DRAFT = Bilingual("草稿", "Draft")
_BEGUN = Bilingual("新建了一份申请草稿。", "A draft of an application was begun.")
_CASE = Bilingual("案件{}", "Case {}")


def sentence_of(told: Notification) -> Bilingual:
    """What happened, in a sentence that can stand alone."""
    case = _whose(told)
    if told.event is NewsEvent.REMINDER:
        return _reminder(told, case)
    stage, status = STAGE_LABELS[told.stage], STATUS_LABELS[told.status]
    if told.status is Status.DRAFT:
        return _BEGUN if told.stage is Stage.APPLICATION else _work_begun(case, stage)
    if told.stage is Stage.COMPLETED:
        return Bilingual(f"{case.zh}：已办结，{status.zh}。", f"{case.en}: completed: {status.en}.")
    turn = _OUR_TURN if told.event is NewsEvent.OUR_TURN else Bilingual("", "")
    return Bilingual(
        f"{case.zh}：{stage.zh}，{status.zh}。{turn.zh}", f"{case.en}: {stage.en}: {status.en}.{turn.en}"
    )


def _work_begun(case: Bilingual, stage: Bilingual) -> Bilingual:
    return Bilingual(f"{case.zh}：{stage.zh}，已开始填写。", f"{case.en}: {stage.en}: work on it was begun.")


def _whose(told: Notification) -> Bilingual:
    if told.case_no is None:
        return _DRAFT
    return Bilingual(_CASE.zh.format(told.case_no), _CASE.en.format(told.case_no))


def _reminder(told: Notification, case: Bilingual) -> Bilingual:
    stage, days = STAGE_LABELS[told.stage], told.days or 0
    if not days:
        return Bilingual(
            f"{case.zh}：{stage.zh}的期限今天截止。", f"{case.en}: {stage.en}: the time limit ends today."
        )
    left = "1 day is left" if days == 1 else f"{days} days are left"
    return Bilingual(
        f"{case.zh}：{stage.zh}的期限还剩{days}天。", f"{case.en}: {stage.en}: {left} until the time limit."
    )


_OUR_TURN = Bilingual("现在由贵方办理。", " It is your turn.")

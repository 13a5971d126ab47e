"""Stages and statuses as the officer sees them: order, labels, and the sentences of the manual (DOMAIN 1.2, 1.3)."""

from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Kind, Stage, Status

STAGE_LABELS = {
    Stage.APPLICATION: Bilingual("申请阶段", "Application"),
    Stage.ACCEPTANCE: Bilingual("接收检查阶段", "Check acceptance"),
    Stage.QUESTIONNAIRE: Bilingual("问卷阶段", "Questionnaire"),
    Stage.EVALUATION: Bilingual("评估阶段", "Evaluation"),
    Stage.PROTOCOL_CONSULTATION: Bilingual("议定书磋商", "Protocol consultation"),
    Stage.PROTOCOL_SIGNING: Bilingual("议定书签署", "Protocol signing"),
    Stage.ANNOUNCEMENT: Bilingual("检验检疫公告发布", "Inspection and quarantine announcement"),
    Stage.CERTIFICATE_CONSULTATION: Bilingual("官方证书磋商", "Certificate consultation"),
    Stage.CERTIFICATE_CONFIRMATION: Bilingual("官方证书确认", "Certificate confirmation"),
    Stage.COMPLETED: Bilingual("完成", "Completed"),
}

STEP_LABELS = STAGE_LABELS | {
    Stage.APPLICATION: Bilingual("评估审查申请", "Application for evaluation and review"),
    Stage.ACCEPTANCE: Bilingual("回顾性检查接收", "Acceptance of the check"),
    Stage.QUESTIONNAIRE: Bilingual("提交调查问卷", "Questionnaire"),
    Stage.EVALUATION: Bilingual("评估审查", "Evaluation and review"),
}
"""How the navigation bar calls its steps: as the manual's figures do, where the lists have the stage's name (DOMAIN 1.2)."""

KIND_LABELS = {
    Kind.ASSESSMENT: Bilingual("评估审查", "Evaluation and review"),
    Kind.RETROSPECTIVE: Bilingual("回顾性检查", "Retrospective check"),
}

STATUS_LABELS = {
    Status.DRAFT: Bilingual("暂存", "Draft"),
    Status.DECLARED: Bilingual("申报", "Submitting"),
    Status.SENT: Bilingual("成功发往海关", "Sent to customs"),
    Status.SEND_FAILED: Bilingual("发往海关失败", "Sending to customs failed"),
    Status.RECEIVED: Bilingual("海关已接收", "Received by customs"),
    Status.RECEIVE_FAILED: Bilingual("海关接收失败", "Customs could not receive it"),
    Status.ACCEPTED: Bilingual("已受理", "Accepted for review"),
    Status.REJECTED: Bilingual("不予受理", "Not accepted"),
    Status.PENDING: Bilingual("待处理", "Action required"),
    Status.SUPPLEMENT: Bilingual("补齐补正", "Supplement and correct"),
    Status.APPROVED: Bilingual("审核通过", "Approved"),
    Status.NOT_APPROVED: Bilingual("审核不通过", "Not approved"),
}

NOT_ENTERED = Bilingual(
    "未进入该阶段，不允许此操作!", "This stage has not been entered; this is not allowed."
)
NO_CASE = Bilingual("没有这个案件。", "There is no such case.")
NOT_EDITABLE = Bilingual("当前状态不允许此操作。", "The present status does not allow this.")
STAGE_COMPLETED = Bilingual("该阶段已完成", "This stage is completed")
APPROVED_SENTENCES = {
    Stage.PROTOCOL_CONSULTATION: Bilingual(
        "当前为议定书磋商完成状态", "The protocol consultation is completed"
    ),
    Stage.PROTOCOL_SIGNING: Bilingual("当前为议定书签订完成状态", "The protocol is signed"),
    Stage.CERTIFICATE_CONSULTATION: Bilingual(
        "当前为官方证书磋商完成状态", "The certificate consultation is completed"
    ),
}

IN_FLIGHT = (Status.DECLARED, Status.SENT, Status.SEND_FAILED, Status.RECEIVED, Status.ACCEPTED)
"""A submission is under way and nothing ended it yet (DOMAIN 1.4)."""

FIRST_STAGE = {Kind.ASSESSMENT: Stage.APPLICATION, Kind.RETROSPECTIVE: Stage.ACCEPTANCE}
_ABSENT = {Kind.ASSESSMENT: Stage.ACCEPTANCE, Kind.RETROSPECTIVE: Stage.APPLICATION}
STAGES_OF = {kind: tuple(stage for stage in Stage if stage is not _ABSENT[kind]) for kind in Kind}
NAVIGATION = {
    kind: tuple(stage for stage in STAGES_OF[kind] if stage not in (Stage.ANNOUNCEMENT, Stage.COMPLETED))
    for kind in Kind
}
"""The seven steps of the navigation bar (DOMAIN 1.2)."""

POSITION = {stage: position for position, stage in enumerate(Stage)}


def sentence(stage: Stage, status: Status) -> Bilingual:
    """The sentence of the detail page that says where a stage stands (DOMAIN 1.3)."""
    if status is Status.APPROVED:
        return APPROVED_SENTENCES.get(stage, STAGE_COMPLETED)
    label = STATUS_LABELS[status]
    return Bilingual(f"当前为{label.zh}状态", f"Current status: {label.en}")

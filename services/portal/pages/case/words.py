"""What moved a case, as the history tells it (DOMAIN 1.4)."""

from shared.contracts.vocabulary import Cause
from shared.lifecycle.stages import Label

CAUSES = {
    Cause.SAVE: Label("保存", "Saved"),
    Cause.SUBMIT: Label("提交", "Submitted"),
    Cause.AGREE: Label("同意检查", "Agreed to the check"),
    Cause.REFUSE: Label("拒绝检查", "Refused the check"),
    Cause.REPLY: Label("提交磋商", "Consultation reply submitted"),
    Cause.ADD_SIGNATORIES: Label("上传签字官资料", "Signatories added"),
    Cause.DISCARD: Label("删除", "Discarded"),
    Cause.DECLARATION_SENT: Label("成功发往海关", "Sent to customs"),
    Cause.DECLARATION_FAILED: Label("发往海关失败", "Sending to customs failed"),
    Cause.RECEIVED: Label("海关已接收", "Received by customs"),
    Cause.RECEIVE_FAILED: Label("海关接收失败", "Customs could not receive it"),
    Cause.ACCEPTED: Label("已受理", "Accepted for review"),
    Cause.REJECTED: Label("不予受理", "Not accepted"),
    Cause.SUPPLEMENT: Label("补齐补正", "Supplement and correct"),
    Cause.APPROVED: Label("审核通过", "Approved"),
    Cause.NOT_APPROVED: Label("审核不通过", "Not approved"),
    Cause.QUESTIONNAIRE_OPENED: Label("进入问卷阶段", "Questionnaire opened"),
    Cause.RECTIFICATION_REQUIRED: Label("整改要求", "Rectification required"),
    Cause.CONSULTATION_OPENED: Label("发起磋商", "Consultation opened"),
    Cause.CONSULTATION_COMPLETED: Label("完成磋商", "Consultation completed"),
    Cause.PROTOCOL_SIGNED: Label("签署议定书", "Protocol signed"),
    Cause.ANNOUNCEMENT_PUBLISHED: Label("发布检验检疫公告", "Quarantine announcement published"),
    Cause.CERTIFICATE_CONFIRMED: Label("确认官方证书", "Official certificate confirmed"),
    Cause.CASE_CLOSED: Label("办结", "Case closed"),
    Cause.CHECK_INITIATED: Label("回顾性检查计划", "Retrospective check initiated"),
}

"""What moved a case, as the history tells it (DOMAIN 1.4)."""

from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Cause

CAUSES = {
    Cause.SAVE: Bilingual("保存", "Saved"),
    Cause.SUBMIT: Bilingual("提交", "Submitted"),
    Cause.AGREE: Bilingual("同意检查", "Agreed to the check"),
    Cause.REFUSE: Bilingual("拒绝检查", "Refused the check"),
    Cause.REPLY: Bilingual("提交磋商", "Consultation reply submitted"),
    Cause.ADD_SIGNATORIES: Bilingual("上传签字官资料", "Signatories added"),
    Cause.DISCARD: Bilingual("删除", "Discarded"),
    Cause.DECLARATION_SENT: Bilingual("成功发往海关", "Sent to customs"),
    Cause.DECLARATION_FAILED: Bilingual("发往海关失败", "Sending to customs failed"),
    Cause.RECEIVED: Bilingual("海关已接收", "Received by customs"),
    Cause.RECEIVE_FAILED: Bilingual("海关接收失败", "Customs could not receive it"),
    Cause.ACCEPTED: Bilingual("已受理", "Accepted for review"),
    Cause.REJECTED: Bilingual("不予受理", "Not accepted"),
    Cause.SUPPLEMENT: Bilingual("补齐补正", "Supplement and correct"),
    Cause.APPROVED: Bilingual("审核通过", "Approved"),
    Cause.NOT_APPROVED: Bilingual("审核不通过", "Not approved"),
    Cause.QUESTIONNAIRE_OPENED: Bilingual("进入问卷阶段", "Questionnaire opened"),
    Cause.RECTIFICATION_REQUIRED: Bilingual("整改要求", "Rectification required"),
    Cause.CONSULTATION_OPENED: Bilingual("发起磋商", "Consultation opened"),
    Cause.CONSULTATION_COMPLETED: Bilingual("完成磋商", "Consultation completed"),
    Cause.PROTOCOL_SIGNED: Bilingual("签署议定书", "Protocol signed"),
    Cause.ANNOUNCEMENT_PUBLISHED: Bilingual("发布检验检疫公告", "Quarantine announcement published"),
    Cause.CERTIFICATE_CONFIRMED: Bilingual("确认官方证书", "Official certificate confirmed"),
    Cause.CASE_CLOSED: Bilingual("办结", "Case closed"),
    Cause.CHECK_INITIATED: Bilingual("回顾性检查计划", "Retrospective check initiated"),
}

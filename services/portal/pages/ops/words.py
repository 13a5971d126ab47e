"""States, reasons and actions in words, for operators."""

from shared.bilingual import Bilingual
from shared.contracts.states import Action, AuditOutcome, DeadLetterState, DeclarationState, ReceiptState
from shared.contracts.vocabulary import CAUSE_LABELS, DECLARATION_LABELS, RECEIPTS, Outcome, Reason, Status

STATES: dict[ReceiptState | DeclarationState, Bilingual] = {
    ReceiptState.STORED: Bilingual("已入库", "Stored"),
    ReceiptState.PUBLISHED: Bilingual("办理中", "Being applied"),
    ReceiptState.DEFERRED: Bilingual("延后", "Deferred"),
    ReceiptState.APPLIED: Bilingual("已办理", "Applied"),
    ReceiptState.STALE: Bilingual("已过时", "Stale"),
    ReceiptState.PARKED: Bilingual("已搁置", "Parked"),
    ReceiptState.DISMISSED: Bilingual("已作废", "Dismissed"),
    DeclarationState.QUEUED: Bilingual("待发送", "To be sent"),
    DeclarationState.FAILED: Bilingual("发送失败，将重试", "Failed, tried again"),
    DeclarationState.SENT: Bilingual("已发送", "Sent"),
}
DEAD_STATES = {
    DeadLetterState.OPEN: Bilingual("待处理", "Waits for an operator"),
    DeadLetterState.REPLAYING: Bilingual("正在放回队列", "Being put back"),
    DeadLetterState.REPLAYED: Bilingual("已放回队列", "Put back into its queue"),
    DeadLetterState.DISMISSED: Bilingual("已作废", "Dismissed"),
}
DEATHS = {
    "rejected": Bilingual("服务处理失败", "A service failed on it"),
    "delivery_limit": Bilingual("多次投递均未完成", "Handed out too often"),
    "expired": Bilingual("在队列中过期", "Expired in its queue"),
    "maxlen": Bilingual("队列已满", "Its queue was full"),
    "": Bilingual("原因不明", "Nobody said why"),
}
COLOURS: dict[ReceiptState | DeclarationState | DeadLetterState, Status] = {
    ReceiptState.PARKED: Status.REJECTED, DeclarationState.FAILED: Status.REJECTED, ReceiptState.DEFERRED: Status.PENDING,
    DeclarationState.QUEUED: Status.PENDING, ReceiptState.APPLIED: Status.APPROVED, DeclarationState.SENT: Status.APPROVED,
    ReceiptState.STORED: Status.SENT, ReceiptState.PUBLISHED: Status.SENT, DeadLetterState.OPEN: Status.REJECTED,
    DeadLetterState.REPLAYING: Status.PENDING,
}  # fmt: skip
"""The colour of a state is that of a status; any other has one of its own."""
TYPES = {cause.value: CAUSE_LABELS[cause] for cause in RECEIPTS}
TYPES |= {each.value: label for each, label in DECLARATION_LABELS.items()}
"""Types of messages in words; whatever else customs calls a receipt is shown as it says it."""
EFFECTS = {
    Outcome.APPLIED: Bilingual("将被办理", "It would be applied"),
    Outcome.DUPLICATE: Bilingual("已办理过，不再变动", "It was applied before; nothing would move"),
    Outcome.STALE: Bilingual("已过时，不会变动", "It is stale; nothing would move"),
    Outcome.NOT_YET: Bilingual(
        "仍然过早，将延后再试", "Still too early; it would be deferred and tried again"
    ),
    Outcome.INVALID: Bilingual("将再次被搁置", "It would be parked again"),
}
ACTIONS = {
    Action.REPLAY_RECEIPT: Bilingual("重放回执", "Replay a receipt"),
    Action.DISMISS_RECEIPT: Bilingual("作废回执", "Dismiss a receipt"),
    Action.REPLAY_DEAD: Bilingual("重放死信", "Replay a dead letter"),
    Action.DISMISS_DEAD: Bilingual("作废死信", "Dismiss a dead letter"),
    Action.PRUNE: Bilingual("清理旧数据", "Prune what is old"),
    Action.ADD_AUTHORITY: Bilingual("新增主管当局", "Add an authority"),
    Action.CHANGE_AUTHORITY: Bilingual("修改主管当局", "Change an authority"),
    Action.CORRECT_COUNTRY: Bilingual("更正主管当局的国家（地区）", "Correct the country of an authority"),
    Action.ADD_ACCOUNT: Bilingual("新增账户", "Add an account"),
    Action.DISABLE_ACCOUNT: Bilingual("停用账户", "Disable an account"),
    Action.ENABLE_ACCOUNT: Bilingual("启用账户", "Enable an account"),
    Action.RESET_PASSWORD: Bilingual("重置密码", "Reset a password"),
    Action.RESET_SECOND_FACTOR: Bilingual("取消两步验证", "Reset a second factor"),
    Action.WANT_SECOND_FACTOR: Bilingual("要求两步验证", "Demand a second factor"),
    Action.WAIVE_SECOND_FACTOR: Bilingual("不再要求两步验证", "Demand no second factor"),
    Action.RESEND_MAIL: Bilingual("重发邮件", "Send an e-mail again"),
    Action.DISMISS_MAIL: Bilingual("作废邮件", "Put an e-mail aside"),
    Action.SET_LIMITS: Bilingual("设定办理时限", "Set time limits"),
    Action.EXPORT: Bilingual("导出", "Export"),
    Action.SIGN_IN: Bilingual("登录", "Sign in"),
    Action.SIGN_OUT: Bilingual("退出登录", "Sign out"),
    Action.END_SESSIONS: Bilingual("结束其他登录", "End other sign-ins"),
    Action.CHANGE_PASSWORD: Bilingual("修改自己的密码", "Change one's own password"),
    Action.SET_UP_SECOND_FACTOR: Bilingual("启用两步验证", "Set up a second factor"),
    Action.REMOVE_SECOND_FACTOR: Bilingual("停用自己的两步验证", "Remove one's own second factor"),
    Action.RENEW_RECOVERY_CODES: Bilingual("更换恢复码", "Renew the recovery codes"),
}
OUTCOMES = {
    AuditOutcome.BEGUN: Bilingual("未知（中断）", "Unknown (cut off)"),
    AuditOutcome.DONE: Bilingual("已完成", "Done"),
    AuditOutcome.REFUSED: Bilingual("被拒绝", "Refused"),
    AuditOutcome.FAILED: Bilingual("失败", "Failed"),
}
SERVICES = {
    "intake": Bilingual("申请受理", "Intake"),
    "questionnaire": Bilingual("问卷与评估", "Questionnaire"),
    "consultation": Bilingual("磋商", "Consultation"),
    "documents": Bilingual("文件", "Documents"),
    "customs_gateway": Bilingual("海关网关", "Customs gateway"),
    "portal": Bilingual("门户", "Portal"),
}
_SENT_ANEW = Bilingual(
    "报文与约定不符：请把报文编号和下面的说明告知海关，由海关更正后以新的MessageId重发；收到后作废此条。",
    "It is not what was agreed: tell customs its message id and what stands below, so that they correct it and send it with "
    "a new MessageId; then dismiss this one.",
)
_PUT_RIGHT = Bilingual(
    "请海关更正存储桶中的附件，然后重放此条。",
    "Have customs put the file in the bucket right, then replay this one.",
)
_EARLIER_MISSING = Bilingual(
    "案件不在该回执所属的阶段：请查看案件台账是否缺少在前的回执，由海关补发并办理后，再重放此条。",
    "The case does not stand where the receipt belongs: see in its ledger whether an earlier receipt is missing, have customs "
    "send that, and replay this one once it is applied.",
)
WAYS_OUT = {
    Reason.TOO_LARGE: _SENT_ANEW,
    Reason.NOT_XML: _SENT_ANEW,
    Reason.DOCTYPE_FORBIDDEN: _SENT_ANEW,
    Reason.SCHEMA: _SENT_ANEW,
    Reason.UNKNOWN_TYPE: _SENT_ANEW,
    Reason.UNKNOWN_CASE: Bilingual(
        "请向海关核实案件编号；案件建立后重放此条，否则作废。",
        "Ask customs about the number; replay this one when the case is there, else dismiss it.",
    ),
    Reason.UNKNOWN_AUTHORITY: Bilingual(
        "请先新增报文中AuthorityCode所指的主管当局，然后重放此条。",
        "Add the authority that AuthorityCode in the message names, then replay this one.",
    ),
    Reason.WRONG_STAGE: _EARLIER_MISSING,
    Reason.NOT_YET: _EARLIER_MISSING,
    Reason.ATTACHMENT_MISSING: _PUT_RIGHT,
    Reason.ATTACHMENT_MISMATCH: _PUT_RIGHT,
    Reason.ATTACHMENT_TYPE: _PUT_RIGHT,
    Reason.MESSAGE_ID_REUSED: Bilingual(
        "同一MessageId已有内容不同的报文：请海关确认以哪一份为准，并以新的MessageId发送；然后作废此条。",
        "Another message has this MessageId: ask customs which is meant, have it sent with a new one, and dismiss this one.",
    ),
    Reason.INTERNAL: Bilingual(
        "这是本系统的故障：请联系开发人员，修复后重放此条。",
        "This is a fault of ours: call the developers, and replay this one after it is mended.",
    ),
}
"""What an operator does about a parked receipt, by its reason; the runbook says it at length."""

"""States, reasons and actions in words, for operators."""

from shared.contracts.states import Action, AuditOutcome, DeadLetterState, DeclarationState, ReceiptState
from shared.contracts.vocabulary import Outcome, Reason, Status
from shared.lifecycle.stages import Label

STATES: dict[ReceiptState | DeclarationState, Label] = {
    ReceiptState.STORED: Label("已入库", "Stored"),
    ReceiptState.PUBLISHED: Label("办理中", "Being applied"),
    ReceiptState.DEFERRED: Label("延后", "Deferred"),
    ReceiptState.APPLIED: Label("已办理", "Applied"),
    ReceiptState.STALE: Label("已过时", "Stale"),
    ReceiptState.PARKED: Label("已搁置", "Parked"),
    ReceiptState.DISMISSED: Label("已撤除", "Dismissed"),
    DeclarationState.QUEUED: Label("待发送", "To be sent"),
    DeclarationState.FAILED: Label("发送失败，将重试", "Failed, tried again"),
    DeclarationState.SENT: Label("已发送", "Sent"),
}
DEAD_STATES = {
    DeadLetterState.OPEN: Label("待处理", "Waits for an operator"),
    DeadLetterState.REPLAYING: Label("正在放回队列", "Being put back"),
    DeadLetterState.REPLAYED: Label("已放回队列", "Put back into its queue"),
    DeadLetterState.DISMISSED: Label("已撤除", "Dismissed"),
}
DEATHS = {
    "rejected": Label("服务处理失败", "A service failed on it"),
    "delivery_limit": Label("多次投递均未完成", "Handed out too often"),
    "expired": Label("在队列中过期", "Expired in its queue"),
    "maxlen": Label("队列已满", "Its queue was full"),
    "": Label("原因不明", "Nobody said why"),
}
COLOURS: dict[ReceiptState | DeclarationState | DeadLetterState, Status] = {
    ReceiptState.PARKED: Status.REJECTED, DeclarationState.FAILED: Status.REJECTED, ReceiptState.DEFERRED: Status.PENDING,
    DeclarationState.QUEUED: Status.PENDING, ReceiptState.APPLIED: Status.APPROVED, DeclarationState.SENT: Status.APPROVED,
    ReceiptState.STORED: Status.SENT, ReceiptState.PUBLISHED: Status.SENT, DeadLetterState.OPEN: Status.REJECTED,
    DeadLetterState.REPLAYING: Status.PENDING,
}  # fmt: skip
"""The colour of a state is that of a status; any other has one of its own."""
REASONS = {
    Reason.TOO_LARGE: Label("报文过大", "Too large"),
    Reason.NOT_XML: Label("不是XML", "Not XML"),
    Reason.DOCTYPE_FORBIDDEN: Label("含有DOCTYPE", "Has a DOCTYPE"),
    Reason.SCHEMA: Label("不符合报文格式", "Does not fit the schema"),
    Reason.UNKNOWN_TYPE: Label("未知的回执类型", "Unknown receipt type"),
    Reason.UNKNOWN_CASE: Label("没有此案件", "Unknown case"),
    Reason.UNKNOWN_AUTHORITY: Label("没有此主管当局", "Unknown authority"),
    Reason.WRONG_STAGE: Label("阶段不符", "Wrong stage"),
    Reason.NOT_YET: Label("前序步骤尚未完成", "Too early for the case"),
    Reason.ATTACHMENT_MISSING: Label("附件缺失", "Attachment missing"),
    Reason.ATTACHMENT_MISMATCH: Label("附件与报文不一致", "Attachment differs from what was announced"),
    Reason.ATTACHMENT_TYPE: Label("附件类型不允许", "Attachment type not allowed"),
    Reason.MESSAGE_ID_REUSED: Label("MessageId被重复使用", "MessageId used again"),
    Reason.INTERNAL: Label("系统内部错误", "A fault of ours"),
}
EFFECTS = {
    Outcome.APPLIED: Label("将被办理", "It would be applied"),
    Outcome.DUPLICATE: Label("已办理过，不再变动", "It was applied before; nothing would move"),
    Outcome.STALE: Label("已过时，不会变动", "It is stale; nothing would move"),
    Outcome.NOT_YET: Label("仍然过早，将延后再试", "Still too early; it would be deferred and tried again"),
    Outcome.INVALID: Label("将再次被搁置", "It would be parked again"),
}
ACTIONS = {
    Action.REPLAY_RECEIPT: Label("重放回执", "Replay a receipt"),
    Action.DISMISS_RECEIPT: Label("撤除回执", "Dismiss a receipt"),
    Action.REPLAY_DEAD: Label("重放死信", "Replay a dead letter"),
    Action.DISMISS_DEAD: Label("撤除死信", "Dismiss a dead letter"),
    Action.ADD_AUTHORITY: Label("新增主管当局", "Add an authority"),
    Action.ADD_ACCOUNT: Label("新增账户", "Add an account"),
    Action.DISABLE_ACCOUNT: Label("停用账户", "Disable an account"),
    Action.ENABLE_ACCOUNT: Label("启用账户", "Enable an account"),
    Action.RESET_PASSWORD: Label("重置密码", "Reset a password"),
    Action.RESET_SECOND_FACTOR: Label("取消两步验证", "Reset a second factor"),
    Action.EXPORT: Label("导出", "Export"),
}
OUTCOMES = {
    AuditOutcome.BEGUN: Label("未知（中断）", "Unknown (cut off)"),
    AuditOutcome.DONE: Label("已完成", "Done"),
    AuditOutcome.REFUSED: Label("被拒绝", "Refused"),
    AuditOutcome.FAILED: Label("失败", "Failed"),
}
SERVICES = {
    "intake": Label("申请受理", "Intake"),
    "questionnaire": Label("问卷与评估", "Questionnaire"),
    "consultation": Label("磋商", "Consultation"),
    "documents": Label("文件", "Documents"),
    "customs_gateway": Label("海关网关", "Customs gateway"),
    "portal": Label("门户", "Portal"),
}

"""The closed sets of the domain: kinds of case, stages, statuses and what moves a case (DOMAIN 1.1 to 1.4)."""

from enum import StrEnum

from shared.bilingual import Bilingual


class Kind(StrEnum):
    """Two kinds of case (DOMAIN 1.1)."""

    ASSESSMENT = "assessment"
    RETROSPECTIVE = "retrospective"


class Stage(StrEnum):
    """Stages in the order in which a case passes them (DOMAIN 1.2)."""

    APPLICATION = "application"
    ACCEPTANCE = "acceptance"
    QUESTIONNAIRE = "questionnaire"
    EVALUATION = "evaluation"
    PROTOCOL_CONSULTATION = "protocol_consultation"
    PROTOCOL_SIGNING = "protocol_signing"
    ANNOUNCEMENT = "announcement"
    CERTIFICATE_CONSULTATION = "certificate_consultation"
    CERTIFICATE_CONFIRMATION = "certificate_confirmation"
    COMPLETED = "completed"


class Status(StrEnum):
    """办理状态, the status of a stage (DOMAIN 1.3)."""

    DRAFT = "draft"
    DECLARED = "declared"
    SENT = "sent"
    SEND_FAILED = "send_failed"
    RECEIVED = "received"
    RECEIVE_FAILED = "receive_failed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDING = "pending"
    SUPPLEMENT = "supplement"
    APPROVED = "approved"
    NOT_APPROVED = "not_approved"


class Cause(StrEnum):
    """Everything that can move a case, by the names of DOMAIN 1.4: commands, transport facts, receipts."""

    SAVE = "save"
    SUBMIT = "submit"
    AGREE = "agree"
    REFUSE = "refuse"
    REPLY = "reply"
    ADD_SIGNATORIES = "add_signatories"
    DISCARD = "discard"

    DECLARATION_SENT = "declaration_sent"
    DECLARATION_FAILED = "declaration_failed"

    RECEIVED = "RECEIVED"
    RECEIVE_FAILED = "RECEIVE_FAILED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    SUPPLEMENT = "SUPPLEMENT"
    APPROVED = "APPROVED"
    NOT_APPROVED = "NOT_APPROVED"
    QUESTIONNAIRE_OPENED = "QUESTIONNAIRE_OPENED"
    RECTIFICATION_REQUIRED = "RECTIFICATION_REQUIRED"
    CONSULTATION_OPENED = "CONSULTATION_OPENED"
    CONSULTATION_COMPLETED = "CONSULTATION_COMPLETED"
    PROTOCOL_SIGNED = "PROTOCOL_SIGNED"
    ANNOUNCEMENT_PUBLISHED = "ANNOUNCEMENT_PUBLISHED"
    CERTIFICATE_CONFIRMED = "CERTIFICATE_CONFIRMED"
    CASE_CLOSED = "CASE_CLOSED"
    CHECK_INITIATED = "CHECK_INITIATED"


CAUSE_LABELS = {
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
    Cause.ANNOUNCEMENT_PUBLISHED: Bilingual(
        "发布检验检疫公告", "Inspection and quarantine announcement published"
    ),
    Cause.CERTIFICATE_CONFIRMED: Bilingual("确认官方证书", "Official certificate confirmed"),
    Cause.CASE_CLOSED: Bilingual("办结", "Case closed"),
    Cause.CHECK_INITIATED: Bilingual("回顾性检查计划", "Retrospective check initiated"),
}
"""How the history of a case calls what moved it."""

CAUSE_SENTENCES = {
    Cause.SAVE: Bilingual("{by}开始填写{what}。", "{by} began to fill in {what}."),
    Cause.SUBMIT: Bilingual("{by}提交了{what}。", "{by} submitted {what}."),
    Cause.AGREE: Bilingual("{by}同意接受检查。", "{by} agreed to the check."),
    Cause.REFUSE: Bilingual("{by}拒绝接受检查。", "{by} refused the check."),
    Cause.REPLY: Bilingual("{by}提交了{what}。", "{by} submitted {what}."),
    Cause.ADD_SIGNATORIES: Bilingual("{by}申报了签字官资料。", "{by} declared signatories."),
    Cause.DISCARD: Bilingual("{by}删除了草稿。", "{by} discarded the draft."),
    Cause.DECLARATION_SENT: Bilingual("{what}已发往海关。", "Sent to customs: {what}."),
    Cause.DECLARATION_FAILED: Bilingual("{what}发往海关失败，系统将自动重试。", "Sending {what} failed; it is tried again."),
    Cause.RECEIVED: Bilingual("海关已接收{what}。", "Customs received {what}."),
    Cause.RECEIVE_FAILED: Bilingual("海关未能接收{what}，请重新提交。", "Customs could not receive {what}: send it again."),
    Cause.ACCEPTED: Bilingual("海关已受理{what}。", "Customs accepted {what} for review."),
    Cause.REJECTED: Bilingual("海关不予受理{what}。", "Customs did not accept {what}."),
    Cause.SUPPLEMENT: Bilingual("海关要求补齐补正{what}。", "Customs asks you to supplement and correct {what}."),
    Cause.APPROVED: Bilingual("海关审核通过了{what}。", "Customs approved {what}."),
    Cause.NOT_APPROVED: Bilingual("海关审核未通过{what}。", "Customs did not approve {what}."),
    Cause.QUESTIONNAIRE_OPENED: Bilingual("海关发出了问卷，请填写。", "Customs sent the questionnaire to be answered."),
    Cause.RECTIFICATION_REQUIRED: Bilingual("海关提出了整改要求。", "Customs requires rectification."),
    Cause.CONSULTATION_OPENED: Bilingual("海关发来了{text}磋商文本，请答复。", "Customs sent its text of {text}; please reply."),
    Cause.CONSULTATION_COMPLETED: Bilingual("海关已完成{text}磋商。", "Customs completed the consultation on {text}."),
    Cause.PROTOCOL_SIGNED: Bilingual("议定书已签署。", "The protocol was signed."),
    Cause.ANNOUNCEMENT_PUBLISHED: Bilingual("海关发布了检验检疫公告。", "Customs published its announcement on quarantine."),
    Cause.CERTIFICATE_CONFIRMED: Bilingual("海关确认了官方证书。", "Customs confirmed the official certificate."),
    Cause.CASE_CLOSED: Bilingual("海关办结了此案。", "Customs closed the case."),
    Cause.CHECK_INITIATED: Bilingual("海关发起了回顾性检查。", "Customs started a retrospective check."),
}  # fmt: skip
"""The same as news: `{by}` is an officer, `{what}` what the authority submits in the stage, `{text}` what is consulted on."""

COMMANDS = frozenset(
    {Cause.SAVE, Cause.SUBMIT, Cause.AGREE, Cause.REFUSE, Cause.REPLY, Cause.ADD_SIGNATORIES, Cause.DISCARD}
)
TRANSPORT = frozenset({Cause.DECLARATION_SENT, Cause.DECLARATION_FAILED})
RECEIPTS = frozenset(Cause) - COMMANDS - TRANSPORT


class DeclarationType(StrEnum):
    """What we send to customs (CONTRACT 2)."""

    APPLICATION = "APPLICATION"
    CHECK_ANSWER = "CHECK_ANSWER"
    QUESTIONNAIRE_ANSWERS = "QUESTIONNAIRE_ANSWERS"
    RECTIFICATION = "RECTIFICATION"
    CONSULTATION_REPLY = "CONSULTATION_REPLY"
    SIGNATORIES = "SIGNATORIES"


DECLARATION_LABELS = {
    DeclarationType.APPLICATION: Bilingual("评估审查申请", "Application"),
    DeclarationType.CHECK_ANSWER: Bilingual("回顾性检查答复", "Answer to a check"),
    DeclarationType.QUESTIONNAIRE_ANSWERS: Bilingual("问卷答案", "Answers to the questionnaire"),
    DeclarationType.RECTIFICATION: Bilingual("整改情况", "Statement of rectification"),
    DeclarationType.CONSULTATION_REPLY: Bilingual("磋商回复", "Reply to a consultation"),
    DeclarationType.SIGNATORIES: Bilingual("签字官资料", "Signatories"),
}


class CheckAnswer(StrEnum):
    """The authority's answer to a retrospective check (DOMAIN F6)."""

    AGREE = "agree"
    REFUSE = "refuse"


class Result(StrEnum):
    """How a case ended (DOMAIN 1.4, CASE_CLOSED)."""

    APPROVED = "approved"
    NOT_APPROVED = "not_approved"


class Outcome(StrEnum):
    """What became of a message; each is written down, never silence (DOMAIN 1.4)."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    STALE = "stale"
    NOT_YET = "not_yet"
    INVALID = "invalid"


class Reason(StrEnum):
    """Reason codes of parked receipts (CONTRACT 2)."""

    TOO_LARGE = "too_large"
    NOT_XML = "not_xml"
    DOCTYPE_FORBIDDEN = "doctype_forbidden"
    SCHEMA = "schema"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_AUTHORITY = "unknown_authority"
    WRONG_STAGE = "wrong_stage"
    NOT_YET = "not_yet"
    ATTACHMENT_MISSING = "attachment_missing"
    ATTACHMENT_MISMATCH = "attachment_mismatch"
    ATTACHMENT_TYPE = "attachment_type"
    MESSAGE_ID_REUSED = "message_id_reused"
    INTERNAL = "internal"


REASON_LABELS = {
    Reason.TOO_LARGE: Bilingual("报文过大", "Too large"),
    Reason.NOT_XML: Bilingual("不是XML", "Not XML"),
    Reason.DOCTYPE_FORBIDDEN: Bilingual("含有DOCTYPE", "Has a DOCTYPE"),
    Reason.SCHEMA: Bilingual("不符合报文格式", "Does not fit the schema"),
    Reason.UNKNOWN_TYPE: Bilingual("未知的回执类型", "Unknown receipt type"),
    Reason.UNKNOWN_CASE: Bilingual("没有此案件", "Unknown case"),
    Reason.UNKNOWN_AUTHORITY: Bilingual("没有此主管当局", "Unknown authority"),
    Reason.WRONG_STAGE: Bilingual("阶段不符", "Wrong stage"),
    Reason.NOT_YET: Bilingual("前序步骤尚未完成", "Too early for the case"),
    Reason.ATTACHMENT_MISSING: Bilingual("附件缺失", "Attachment missing"),
    Reason.ATTACHMENT_MISMATCH: Bilingual("附件与报文不一致", "Attachment differs from what was announced"),
    Reason.ATTACHMENT_TYPE: Bilingual("附件类型不允许", "Attachment type not allowed"),
    Reason.MESSAGE_ID_REUSED: Bilingual("MessageId被重复使用", "MessageId used again"),
    Reason.INTERNAL: Bilingual("系统内部错误", "A fault of ours"),
}
"""How operators are told them."""


class Purpose(StrEnum):
    """What an officer uploads a file for (CONTRACT 3)."""

    APPLICATION_LETTER = "application_letter"
    EVIDENCE = "evidence"
    ANSWER = "answer"
    CONSULTATION = "consultation"
    SIGNATORIES = "signatories"


class ItemReason(StrEnum):
    """Why customs sends one thing back (CONTRACT 2, SUPPLEMENT items)."""

    INCORRECT = "INCORRECT"
    INCOMPLETE = "INCOMPLETE"
    OUTDATED = "OUTDATED"


class Party(StrEnum):
    """The sides of a consultation (DOMAIN 1.6)."""

    CHINA = "china"
    FOREIGN = "foreign"


class ConsultationState(StrEnum):
    """Where one contribution to a consultation stands: the newest is in progress (DOMAIN 1.6)."""

    IN_PROGRESS = "in_progress"
    PROCESSED = "processed"


class Turn(StrEnum):
    """Who is to act on a case.

    NOBODY is what «closed» means in lists, counts and warnings: completed, or not accepted (不予受理).
    """

    AUTHORITY = "authority"
    CUSTOMS = "customs"
    SYSTEM = "system"
    NOBODY = "nobody"


class Role(StrEnum):
    """Who signs in (DOMAIN 1.9)."""

    OFFICER = "officer"
    OPERATOR = "operator"

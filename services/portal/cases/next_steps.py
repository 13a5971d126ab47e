"""«What happens next», wherever a case can stand: who acts, what comes then, and how long it may take. Pure.

What customs may do then is what the rows of the rules let it send; a test holds the table complete over them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.cases.tasks import may_declare_signatories
from shared.bilingual import Bilingual, sentences
from shared.contracts.vocabulary import Kind, Stage, Status, Turn
from shared.lifecycle.rules import EDITABLE, REVIEWED, SUBMITTED
from shared.lifecycle.turn import whose_turn


@dataclass(frozen=True, slots=True)
class NextStep:
    """Whose turn it is, in words; what is done or comes then; how long that may take; whether signatories can be declared."""

    who: Bilingual
    what: Bilingual
    time: Bilingual
    declares: bool = False


_WHO = {
    Turn.AUTHORITY: Bilingual("现在由贵方办理。", "It is your turn."),
    Turn.CUSTOMS: Bilingual(
        "现在由海关办理，贵方无需操作。", "It is customs' turn; there is nothing for you to do."
    ),
    Turn.SYSTEM: Bilingual(
        "系统正在传送，贵方无需操作。", "The system is sending it; there is nothing for you to do."
    ),
    Turn.NOBODY: Bilingual("本案不再需要任何一方办理。", "Nobody needs to act on this case any more."),
}
_MAY_DECLARE = Bilingual(
    "现在由海关办理。贵方现在可以申报签字官名单、笔迹和印章。",
    "It is customs' turn. You can now declare signatories: certifying officers, specimens of their signatures, and seals.",
)
_TIME = {
    Turn.AUTHORITY: Bilingual(
        "设有期限的，截止日期显示在旁边；逾期会有提示，但系统不会自动关闭案件。",
        "Where a time limit is set, the due date stands beside. Nothing is closed when it has passed.",
    ),
    Turn.CUSTOMS: Bilingual(
        "海关办理的时间没有期限，也不计入贵方的期限；海关一有回复，您会在通知中看到。",
        "Customs has no time limit here, and its time is not counted against yours. News tells you when it answers.",
    ),
    Turn.SYSTEM: Bilingual(
        "通常只需几秒钟；如未成功，系统会自动重试，不会丢失内容。",
        "This usually takes seconds. If it fails it is tried again by itself, and nothing is lost.",
    ),
    Turn.NOBODY: Bilingual("内容和文件仍可查看和下载。", "All texts and files can still be read and downloaded."),
}  # fmt: skip
_OR_CLOSES = Bilingual("海关也可以随时终止本案。", "Customs may also end the case.")
_FILL_IN = {
    Stage.APPLICATION: Bilingual(
        "请填写申请表，上传盖章或签字的申请书，然后提交。提交之前海关看不到草稿，您也可以删除草稿。",
        "Fill in the form, add the formal letter with its seal or signature, and submit. Until then customs does not see the "
        "draft, and you may discard it.",
    ),
    Stage.ACCEPTANCE: Bilingual(
        "请选择同意或拒绝检查，并填写联系人。同意后，海关将发出问卷；拒绝后，海关一经接收答复，检查即告结束。",
        "Agree to the check or refuse it, and name a contact. After you agree, customs opens the questionnaire; after you "
        "refuse, the check ends as soon as customs has received that.",
    ),
    Stage.QUESTIONNAIRE: Bilingual(
        "请逐部分填写问卷并上传附件，所有必答题完成后提交。填写内容会自动保存，可与同事分工完成。",
        "Answer the questionnaire part by part, add the files, and submit when nothing required is open. What you type is "
        "saved by itself, and colleagues can share the work.",
    ),
    Stage.EVALUATION: Bilingual(
        "请按海关的整改要求整改，填写整改情况说明，上传证明文件，然后提交。海关审核后可能通过，也可能提出新一轮整改。",
        "Do what customs requires, write the statement, add the evidence, and submit. Customs then approves it, or asks for "
        "another round.",
    ),
    Stage.PROTOCOL_CONSULTATION: Bilingual(
        "请阅读海关的议定书文本，填写贵方的磋商内容并提交。磋商可以进行多轮，由海关宣布完成。",
        "Read customs' text of the protocol, and reply with yours. There may be several rounds; customs says when the "
        "consultation is completed.",
    ),
    Stage.CERTIFICATE_CONSULTATION: Bilingual(
        "请阅读海关的证书文本，填写贵方的磋商内容并提交。磋商可以进行多轮，由海关宣布完成。",
        "Read customs' text of the certificate, and reply with yours. There may be several rounds; customs says when the "
        "consultation is completed.",
    ),
}
_SUPPLEMENT = Bilingual(
    "请按海关意见逐条补正，勾选已处理的条目，然后重新提交；未被指出的内容可以保持不变。",
    "Correct what customs names, tick each correction off, and submit again. What customs does not name may stay as it is.",
)
_UNREAD = Bilingual(
    "海关未能接收上次提交的内容。请核对后重新提交，您填写的内容都还在。",
    "Customs could not receive the last submission. Look at it and submit again; everything you filled in is still there.",
)
_ON_THE_WAY = {
    Status.DECLARED: Bilingual(
        "发送成功后，状态会自动变为“成功发往海关”。", "The status becomes “Sent to customs” by itself."
    ),
    Status.SEND_FAILED: Bilingual(
        "上次发送未成功，系统会继续重试，无需再次提交。",
        "Sending failed; it keeps being tried, and need not be submitted again.",
    ),
}
_HANDED_OVER = Bilingual("接下来，海关会确认是否收到。", "Next, customs confirms whether it received it.")
_RESULTS = {
    Stage.APPLICATION: Bilingual(
        "海关审核申请后，可能受理、要求补齐补正、不予受理，或通过并发出问卷。",
        "Customs looks at the application: it may accept it for review, ask you to supplement and correct it, not accept it, "
        "or approve it and open the questionnaire.",
    ),
    Stage.ACCEPTANCE: Bilingual(
        "贵方同意检查的，海关接下来会发出问卷；拒绝的，检查在海关接收答复后结束。",
        "If you agreed, customs opens the questionnaire next; if you refused, the check ends once customs has received that.",
    ),
    Stage.QUESTIONNAIRE: Bilingual(
        "海关审核问卷后，可能要求补齐补正、不予受理、提出整改要求，或通过并进入议定书磋商。",
        "Customs reviews the answers: it may ask you to supplement and correct them, not accept them, require rectification, "
        "or approve them and open the protocol consultation.",
    ),
    Stage.EVALUATION: Bilingual(
        "海关审核整改情况后，可能要求补齐补正、提出新一轮整改，或通过并进入议定书磋商。",
        "Customs reviews what you did: it may ask you to supplement and correct it, require another round, or approve it and "
        "open the protocol consultation.",
    ),
    Stage.PROTOCOL_CONSULTATION: Bilingual(
        "海关阅读贵方的回复后，会发来新一轮文本，或完成磋商。",
        "Customs reads your reply, and sends its text of a new round or completes the consultation.",
    ),
    Stage.CERTIFICATE_CONSULTATION: Bilingual(
        "海关阅读贵方的回复后，会发来新一轮文本，或完成磋商。",
        "Customs reads your reply, and sends its text of a new round or completes the consultation.",
    ),
}
_ONWARD = {
    Stage.APPLICATION: Bilingual(
        "申请已通过，海关接下来会发出问卷。", "The application is approved; customs opens the questionnaire next."
    ),
    Stage.QUESTIONNAIRE: Bilingual(
        "问卷已通过。海关接下来会提出整改要求，或在无需整改时发起议定书磋商。",
        "The questionnaire is approved. Customs either requires rectification or, where none is needed, opens the protocol "
        "consultation.",
    ),
    Stage.EVALUATION: Bilingual(
        "评估已通过，海关接下来会发起议定书磋商；必要时仍可提出整改要求。",
        "The evaluation is approved; customs opens the protocol consultation next, and may still require rectification.",
    ),
    Stage.PROTOCOL_CONSULTATION: Bilingual(
        "文本已商定。双方在系统之外签署议定书，海关随后把签署的文件放到这里供下载。",
        "The text is agreed. Both sides sign the protocol outside of this system; customs then puts the signed one here to "
        "download.",
    ),
    Stage.PROTOCOL_SIGNING: Bilingual(
        "已签署的议定书可在此下载。海关接下来会发布检验检疫公告。",
        "The signed protocol is here to download. Customs publishes its announcement next.",
    ),
    Stage.ANNOUNCEMENT: Bilingual(
        "公告已发布。海关接下来会发起官方证书磋商。",
        "The announcement is published. Customs opens the consultation on the certificate next.",
    ),
    Stage.CERTIFICATE_CONSULTATION: Bilingual(
        "证书文本已商定；海关接下来会确认官方证书。",
        "The text of the certificate is agreed; customs confirms the certificate next.",
    ),
    Stage.CERTIFICATE_CONFIRMATION: Bilingual(
        "已确认的证书可在此下载。海关接下来会办结本案；办结之前均可申报签字官。",
        "The confirmed certificates are here to download. Customs closes the case next; until then signatories can be declared.",
    ),
}  # fmt: skip
_OF_CHECKS = Bilingual(
    "如无需修订议定书和证书，海关可以直接办结本次检查。",
    "Where protocol and certificate need no change, customs may close the check at once.",
)
_CHECKED = (Stage.QUESTIONNAIRE, Stage.EVALUATION)
_ENDS = {
    Status.APPROVED: Bilingual("本案已办结，结果为通过。", "The case is closed, and approved."),
    Status.NOT_APPROVED: Bilingual(
        "本案已结束，结果为未通过；原因见海关意见。评估审查可以重新申请。",
        "The case has ended and was not approved; customs' opinion says why. For an evaluation you may apply anew.",
    ),
}
_CHECK_REFUSED = Bilingual("贵方已拒绝检查，本案已结束。", "You refused the check, and the case has ended.")
_REFUSED = Bilingual(
    "海关不予受理，本案不能再提交任何内容；原因见海关意见。贵方可以重新申请。",
    "Customs did not accept it, and nothing more can be submitted here; its opinion says why. You may apply anew.",
)


_AGAIN = {Status.SUPPLEMENT: _SUPPLEMENT, Status.RECEIVE_FAILED: _UNREAD}
"""What is asked once more, in any stage."""


def _asked() -> Mapping[tuple[Stage, Status], tuple[Bilingual, ...]]:
    return {
        (stage, status): (_AGAIN.get(status, _FILL_IN[stage]),)
        for stage in SUBMITTED
        for status in EDITABLE[stage]
    }


def _under_way() -> Mapping[tuple[Stage, Status], tuple[Bilingual, ...]]:
    leaving = {
        (stage, status): (text, _HANDED_OVER) for stage in SUBMITTED for status, text in _ON_THE_WAY.items()
    }
    sent = {(stage, Status.SENT): (_HANDED_OVER, text) for stage, text in _RESULTS.items()}
    there = {(stage, Status.RECEIVED): (text,) for stage, text in _RESULTS.items()}
    return leaving | sent | there | {(stage, Status.ACCEPTED): (_RESULTS[stage],) for stage in REVIEWED}


def _ended() -> Mapping[tuple[Stage, Status], tuple[Bilingual, ...]]:
    passed = {(stage, Status.APPROVED): (text,) for stage, text in _ONWARD.items()}
    refused = {(stage, Status.REJECTED): (_REFUSED,) for stage in (Stage.APPLICATION, Stage.QUESTIONNAIRE)}
    return passed | refused | {(Stage.COMPLETED, status): (text,) for status, text in _ENDS.items()}


_STANDING = {**_asked(), **_under_way(), **_ended()}


def next_step(kind: Kind, stage: Stage, status: Status, *, refused: bool = False) -> NextStep:
    """What happens next in a case that stands there; `refused` where the authority refused the check."""
    turn = whose_turn(stage, status)
    if refused and turn is Turn.NOBODY:
        return NextStep(_WHO[turn], _CHECK_REFUSED, _TIME[turn])
    more = [_OF_CHECKS] if kind is Kind.RETROSPECTIVE and stage in _CHECKED and turn is Turn.CUSTOMS else []
    closes = [_OR_CLOSES] if turn is Turn.CUSTOMS else []
    what = sentences([*_STANDING[stage, status], *more, *closes])
    declares = may_declare_signatories(stage, status)
    return NextStep(_MAY_DECLARE if declares else _WHO[turn], what, _TIME[turn], declares)

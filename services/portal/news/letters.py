"""What an e-mail says: that there is news and where it is read, never what a case holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from shared.bilingual import Bilingual
from shared.contracts.documents.news import Mail, Notification
from shared.contracts.news import MailKind, NewsEvent

MOST_LISTED = 50
"""So many notifications are named in one e-mail; of the others it says how many they are."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and the address of the portal, which every link begins with."""

    sender: str
    public_url: str


def letter_of(
    mail: Mail, told: Sequence[Notification], address: str, language: str, head: Letterhead
) -> EmailMessage:
    """The e-mail to an address, in a language (`zh`, `en`); tried again it is the same, down to its Message-ID and date."""
    letter = EmailMessage()
    letter["From"], letter["To"] = head.sender, address
    letter["Subject"] = _say(_subject(mail, told), language)
    letter["Date"] = format_datetime(max(mail.at, mail.due_at))
    letter["Message-ID"] = message_id(mail.id, head.sender)
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = "zh-CN" if language == "zh" else "en"
    letter.set_content(_text(mail, told, language, head.public_url), charset="utf-8")
    return letter


def message_id(mail_id: str, sender: str) -> str:
    """The Message-ID of an e-mail: the same at every try, so that a mailbox can drop a second copy."""
    return f"<{sha256(mail_id.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def _text(mail: Mail, told: Sequence[Notification], language: str, public_url: str) -> str:
    listed = [_line(each, language, public_url) for each in told[:MOST_LISTED]]
    more = len(told) - MOST_LISTED
    if more > 0:
        rest = Bilingual(f"另有{more}条，见站内通知：", f"And {more} more in your inbox:")
        listed.append(f"{_say(rest, language)}\n{public_url}/notifications")
    end = f"{_say(_WHY[mail.kind], language)}\n{public_url}/account/news"
    parts = (
        _say(_GREETING, language),
        _say(_OPENINGS[mail.kind], language),
        *listed,
        _say(_CLOSING, language),
        end,
    )
    return "\n\n".join(parts) + f"\n\n-- \n{_say(_SYSTEM, language)}\n"


def _line(told: Notification, language: str, public_url: str) -> str:
    """What one notification is about, and where it is read."""
    said = _say(_event(told), language)
    return f"{_say(_case(told), language)}{said}\n{public_url}/notifications/{told.id}"


def _subject(mail: Mail, told: Sequence[Notification]) -> Bilingual:
    if mail.kind in _DIGESTS:
        found = _DIGESTS[mail.kind]
        count = "1 piece" if len(told) == 1 else f"{len(told)} pieces"
        return Bilingual(f"{found.zh}：{len(told)}条新动态", f"{found.en}: {count} of news")
    case, event = _case(told[0]), _event(told[0])
    return Bilingual(f"{case.zh}{event.zh}".rstrip("。"), f"{case.en}{event.en}".rstrip("."))


def _case(told: Notification) -> Bilingual:
    if told.case_no is None:
        return Bilingual("一份草稿：", "A draft: ")
    return Bilingual(f"案件{told.case_no}：", f"Case {told.case_no}: ")


def _event(told: Notification) -> Bilingual:
    if told.event is not NewsEvent.REMINDER:
        return _EVENTS[told.event]
    if not told.days:
        return Bilingual("期限今天截止。", "the time limit ends today.")
    left = "1 day is" if told.days == 1 else f"{told.days} days are"
    return Bilingual(f"期限还剩{told.days}天。", f"{left} left until the time limit.")


def _say(text: Bilingual, language: str) -> str:
    return text.zh if language == "zh" else text.en


_SYSTEM = Bilingual(
    "境外食品安全管理体系评估与审查", "Evaluation and review of overseas food safety management systems"
)
_GREETING = Bilingual("您好：", "Hello,")
_OPENINGS: Mapping[MailKind, Bilingual] = {
    MailKind.NEWS: Bilingual("贵方的案件有新动态：", "There is news about a case of your authority:"),
    MailKind.REMINDER: Bilingual("贵方的案件即将到期：", "A time limit of your authority comes near:"),
    MailKind.DAILY: Bilingual("过去一天贵方的案件有以下动态：", "The news of your authority's cases in the last day:"),
    MailKind.WEEKLY: Bilingual("过去一周贵方的案件有以下动态：", "The news of your authority's cases in the last week:"),
}  # fmt: skip
_DIGESTS: Mapping[MailKind, Bilingual] = {
    MailKind.DAILY: Bilingual("每日摘要", "Daily digest"), MailKind.WEEKLY: Bilingual("每周摘要", "Weekly digest"),
}  # fmt: skip
_EVENTS: Mapping[NewsEvent, Bilingual] = {
    NewsEvent.OUR_TURN: Bilingual("海关有新的进展，现在由贵方办理。", "customs has taken a step, and it is your turn."),
    NewsEvent.FROM_CUSTOMS: Bilingual("海关有新的进展。", "customs has taken a step."),
    NewsEvent.ENDED: Bilingual("海关有新的进展。", "customs has taken a step."),
    NewsEvent.OURS: Bilingual(
        "贵方有新的操作，或所提交的内容有新的进展。", "your authority has taken a step, or what it submitted has moved on."
    ),
}  # fmt: skip
_CLOSING = Bilingual(
    "请登录系统查看内容。为安全起见，邮件中不含案件内容。本邮件由系统自动发出，请勿回复。",
    "Please sign in to read it: for safety, nothing of the case itself is in this e-mail. It was sent by itself; "
    "nobody reads answers to it.",
)
_AT_ONCE = Bilingual(
    "您选择了有动态时立即收到邮件。更改或取消：", "You chose to get e-mail at once. To change or end that:"
)
_WHY: Mapping[MailKind, Bilingual] = {
    MailKind.NEWS: _AT_ONCE, MailKind.REMINDER: _AT_ONCE,
    MailKind.DAILY: Bilingual("您选择了每日摘要。更改或取消：", "You chose one e-mail a day. To change or end that:"),
    MailKind.WEEKLY: Bilingual("您选择了每周摘要。更改或取消：", "You chose one e-mail a week. To change or end that:"),
}  # fmt: skip

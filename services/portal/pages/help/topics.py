"""What the manual speaks of, in the order in which it is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.bilingual import Bilingual


class Topic(StrEnum):
    """A page of the manual; its text is `templates/help/<language>/<topic>.html`."""

    START = "start"
    APPLYING = "applying"
    STATUSES = "statuses"
    SUPPLEMENTS = "supplements"
    ACCEPTANCE = "acceptance"
    QUESTIONNAIRE = "questionnaire"
    EVALUATION = "evaluation"
    CONSULTATIONS = "consultations"
    SIGNING = "signing"
    ANNOUNCEMENT = "announcement"
    CERTIFICATES = "certificates"
    CHECKS = "checks"
    WORKLIST = "worklist"
    CALENDAR = "calendar"
    NEWS = "news"
    SEARCH = "search"
    ACCOUNT = "account"
    GLOSSARY = "glossary"
    OPERATORS = "operators"


TITLES: Mapping[Topic, Bilingual] = {
    Topic.START: Bilingual("一个案件怎样进行", "How a case goes"),
    Topic.APPLYING: Bilingual("提出申请", "Applying"),
    Topic.STATUSES: Bilingual("办理状态和颜色", "Statuses and their colours"),
    Topic.SUPPLEMENTS: Bilingual("补齐补正", "Supplement and correct"),
    Topic.ACCEPTANCE: Bilingual("答复回顾性检查", "Answering a retrospective check"),
    Topic.QUESTIONNAIRE: Bilingual("填写问卷", "The questionnaire"),
    Topic.EVALUATION: Bilingual("评估与整改", "Evaluation and rectification"),
    Topic.CONSULTATIONS: Bilingual("磋商", "Consultations"),
    Topic.SIGNING: Bilingual("签署议定书", "Signing the protocol"),
    Topic.ANNOUNCEMENT: Bilingual("检验检疫公告", "The announcement"),
    Topic.CERTIFICATES: Bilingual("官方证书和签字官", "Certificates and certifying officers"),
    Topic.CHECKS: Bilingual("回顾性检查", "Retrospective checks"),
    Topic.WORKLIST: Bilingual("待办事项和期限", "The work list and time limits"),
    Topic.CALENDAR: Bilingual("日历订阅", "Your calendar"),
    Topic.NEWS: Bilingual("通知和邮件", "News and e-mail"),
    Topic.SEARCH: Bilingual("查找、导出和打印", "Finding, exporting, printing"),
    Topic.ACCOUNT: Bilingual("登录和我的账户", "Signing in and your account"),
    Topic.GLOSSARY: Bilingual("术语表", "Glossary"),
    Topic.OPERATORS: Bilingual("运维人员须知", "For operators"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """Topics that stand together in the table of contents."""

    title: Bilingual
    topics: tuple[Topic, ...]


CHAPTERS = (
    Chapter(
        Bilingual("评估审查的各个阶段", "The stages of an evaluation and review"),
        (
            Topic.START, Topic.APPLYING, Topic.STATUSES, Topic.SUPPLEMENTS, Topic.QUESTIONNAIRE, Topic.EVALUATION,
            Topic.CONSULTATIONS, Topic.SIGNING, Topic.ANNOUNCEMENT, Topic.CERTIFICATES,
        ),
    ),
    Chapter(Bilingual("回顾性检查", "Retrospective checks"), (Topic.CHECKS, Topic.ACCEPTANCE)),
    Chapter(
        Bilingual("日常使用", "Day by day"),
        (Topic.WORKLIST, Topic.CALENDAR, Topic.NEWS, Topic.SEARCH, Topic.ACCOUNT),
    ),
    Chapter(Bilingual("查阅", "To look up"), (Topic.GLOSSARY, Topic.OPERATORS)),
)  # fmt: skip

PICTURES: Mapping[Topic, tuple[str, Bilingual]] = {
    Topic.APPLYING: ("application", Bilingual("申请表，草稿状态", "The form of an application, as a draft")),
    Topic.SUPPLEMENTS: (
        "questionnaire-supplement",
        Bilingual("被退回补正的问卷，海关意见显示在相应问题旁", "A questionnaire sent back: customs' words beside the questions"),
    ),
    Topic.ACCEPTANCE: ("acceptance", Bilingual("海关发起的检查，等待答复", "A check that waits for an answer")),
    Topic.QUESTIONNAIRE: ("questionnaire-workbook", Bilingual("问卷可以用Excel离线填写", "The questionnaire as a workbook")),
    Topic.EVALUATION: ("evaluation-2", Bilingual("第二轮整改", "The second round of rectification")),
    Topic.CONSULTATIONS: ("protocol_consultation-2", Bilingual("第二轮议定书磋商", "The second round of a consultation")),
    Topic.SIGNING: ("protocol-signing", Bilingual("已签署的议定书可供下载", "The signed protocol, to download")),
    Topic.CERTIFICATES: (
        "certificate_consultation-completed",
        Bilingual("证书磋商完成后申报签字官", "After the consultation: declaring certifying officers"),
    ),
    Topic.WORKLIST: ("start", Bilingual("待办事项，按紧急程度分组", "The work list, grouped by urgency")),
    Topic.ACCOUNT: ("account", Bilingual("我的账户", "My account")),
    Topic.OPERATORS: ("ops-overview", Bilingual("运维概览", "The operators' overview")),
}  # fmt: skip
"""The picture of a page: as the browser tests call what they saw (`python -m tests.browser.pictures` takes it from there)."""


def neighbours(topic: Topic) -> tuple[Topic | None, Topic | None]:
    """The topics before and after this one, as the table of contents has them."""
    order = [each for chapter in CHAPTERS for each in chapter.topics]
    at = order.index(topic)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

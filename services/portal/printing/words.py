"""The words of a printed questionnaire in Chinese and English."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Language(StrEnum):
    """The two languages of a document."""

    ZH = "zh"
    EN = "en"


class Words(BaseModel):
    """Everything that a printed questionnaire says besides questions and answers; `{…}` is filled in."""

    model_config = ConfigDict(frozen=True)

    system: str
    case_no: str
    authority: str
    country: str
    category: str
    specific: str
    questionnaire: str
    version: str
    status: str
    content: str
    present: str
    sent: str
    printed_at: str
    attachments: str
    contents: str
    part: str
    asked: str
    answered: str
    required: str
    open: str
    page: str
    page_of: str
    file_required: str
    still_open: str
    to_be_confirmed: str
    no_answer: str
    note: str
    size: str
    total: str
    row: str
    yes: str
    no: str
    star: str
    between: str
    blank: str
    only_if: str
    only_of: str
    each_column: str
    preamble: str
    declaration: str
    statement: str
    name: str
    office: str
    date: str
    signature: str
    seal: str


WORDS = {
    Language.ZH: Words(
        system="境外食品安全管理体系评估与审查", case_no="申请统一编号", authority="主管当局", country="国家（地区）",
        category="食品类别", specific="具体食品类别", questionnaire="问卷", version="{title}（第{version}版）",
        status="办理状态", content="打印内容", present="当前答案", sent="第{round}次提交的答案（{at}）",
        printed_at="打印时间", attachments="附件", contents="各部分填写情况", part="部分", asked="题数", answered="已答",
        required="必填", open="未完成", page="页码", page_of="第 {page} 页 / 共 {pages} 页", file_required="附件上传（必填）",
        still_open="必填项，尚未完成", to_be_confirmed="待确认：沿用案件{case_no}的回答",
        no_answer="（未填写）", note="备注", size="{bytes}字节",
        total="合计", row="第{number}行", yes="是", no="否", star="必填项", between="；",
        blank="空白表格，不含答案", only_if="仅在以下情况填写：", only_of="仅适用于：", each_column="各列填写要求：",
        preamble="填写须知", declaration="声明",
        statement="本人代表{authority}声明：本文件中的答卷（申请统一编号{case_no}）和所列附件真实、完整、准确，主管当局对其负责；"
        "内容发生变化的，将及时告知中国海关。",
        name="负责人姓名", office="职务", date="日期", signature="签字", seal="（盖章处）",
    ),
    Language.EN: Words(
        system="Evaluation and review of overseas food safety management systems", case_no="Case number",
        authority="Competent authority", country="Country (region)", category="Food category",
        specific="Specific categories", questionnaire="Questionnaire", version="{title} (version {version})",
        status="Status", content="Content", present="Present answers", sent="Answers of submission {round} ({at})",
        printed_at="Printed at", attachments="Attachments", contents="Completion by part", part="Part", asked="Questions",
        answered="Answered", required="Required", open="Open", page="Page", page_of="Page {page} of {pages}",
        file_required="Attachment required", still_open="Required, not complete",
        to_be_confirmed="To be confirmed: taken from case {case_no}", no_answer="(not answered)", note="Note",
        size="{bytes} bytes", total="Total",
        row="Row {number}", yes="Yes", no="No", star="Required", between="; ",
        blank="Blank form, without answers", only_if="Only to be answered if: ", only_of="Only for: ",
        each_column="The columns:",
        preamble="Before you answer", declaration="Declaration",
        statement="On behalf of {authority} I declare that the answers in this document (case {case_no}) and the "
        "attachments listed in it are true, complete and accurate, that the competent authority is responsible for them, and "
        "that China Customs will be told without delay of what changes.",
        name="Name of the responsible officer", office="Office", date="Date", signature="Signature", seal="Place for the seal",
    ),
}  # fmt: skip

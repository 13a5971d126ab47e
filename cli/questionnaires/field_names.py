"""What the pieces of a questionnaire are called in words, for people who compare two versions. Pure."""

from shared.bilingual import Bilingual

FIELDS = {
    "kind": Bilingual("题型", "kind"),
    "required": Bilingual("必填", "required"),
    "required_where": Bilingual("在此情况下必填", "required where"),
    "column": Bilingual("列", "column"),
    "attachment_required": Bilingual("附件必填", "a file is required"),
    "attachment_suffices": Bilingual("附件即可作答", "a file answers it"),
    "attachment_if": Bilingual("选此答案须上传附件", "a file is required with"),
    "text_zh": Bilingual("问题（中文）", "question, Chinese"),
    "text_en": Bilingual("问题（英文）", "question, English"),
    "help_zh": Bilingual("填写说明（中文）", "guidance, Chinese"),
    "help_en": Bilingual("填写说明（英文）", "guidance, English"),
    "choices": Bilingual("选项", "option"),
    "columns": Bilingual("列", "column"),
    "prepared": Bilingual("预设行", "prepared row"),
    "only_prepared": Bilingual("只有预设行", "prepared rows alone"),
    "unit": Bilingual("单位", "unit"),
    "describe_if": Bilingual("选此答案须填写备注", "a note is required with"),
    "only_for": Bilingual("适用的具体类别", "only for"),
    "relevant": Bilingual("填写条件", "asked only if"),
    "not_applicable": Bilingual("可注明不适用", "may be not applicable"),
    "limits": Bilingual("限制", "limit"),
    "rows_of": Bilingual("等于此表的行数", "counts the rows of"),
    "min_rows": Bilingual("最少行数", "least rows"),
    "calculated": Bilingual("自动计算", "calculated"),
    "sum_of": Bilingual("求和", "sum of"),
    "rate_of": Bilingual("比率", "rate of"),
    "zh": Bilingual("中文", "Chinese"),
    "en": Bilingual("英文", "English"),
    "exclusive": Bilingual("只能单独选择", "chosen alone"),
    "note": Bilingual("须填写备注", "wants a note"),
    "file": Bilingual("须上传附件", "wants a file"),
    "minimum": Bilingual("最小值", "minimum"),
    "maximum": Bilingual("最大值", "maximum"),
    "whole": Bilingual("整数", "whole number"),
    "earliest": Bilingual("最早日期", "earliest date"),
    "latest": Bilingual("最晚日期", "latest date"),
    "not_in_future": Bilingual("不在将来", "not in the future"),
    "shortest": Bilingual("最少字符数", "fewest characters"),
    "longest": Bilingual("最多字符数", "most characters"),
    "pattern": Bilingual("格式", "pattern"),
    "pattern_zh": Bilingual("格式说明（中文）", "pattern in words, Chinese"),
    "pattern_en": Bilingual("格式说明（英文）", "pattern in words, English"),
    "any_of": Bilingual("是其中之一", "is one of"),
    "none_of": Bilingual("不是其中任何一项", "is none of"),
    "at_least": Bilingual("不小于", "is at least"),
    "order": Bilingual("顺序", "order"),
    "title_zh": Bilingual("标题（中文）", "title, Chinese"),
    "title_en": Bilingual("标题（英文）", "title, English"),
    "preamble": Bilingual("填写须知", "preamble"),
    "points": Bilingual("要点", "points"),
    "parts": Bilingual("部分", "part"),
    "code": Bilingual("代码", "code"),
}
"""Every field of the format; a test says which is missing."""


def place_in_words(place: tuple[str, ...]) -> Bilingual:
    """`("choices", "bear", "zh")` as «option bear, Chinese»; a name that an author gave stays as it is."""
    known = [FIELDS.get(each, Bilingual(each, each)) for each in place]
    return Bilingual(" ".join(each.zh for each in known), " ".join(each.en for each in known))

"""A text in the other language than its page says so, passage by passage."""

import pytest

from services.portal.pages.language import Lang
from services.portal.pages.text_languages import language_attribute, with_languages

ZH, EN = '<span lang="zh-CN">{}</span>', '<span lang="en">{}</span>'


@pytest.mark.parametrize(
    ("page", "text", "shown"),
    [
        (Lang.EN, "Grass-fed beef", "Grass-fed beef"),
        (Lang.EN, "请补充材料。", ZH.format("请补充材料。")),
        (Lang.EN, "草饲牛肉 Grass-fed beef", ZH.format("草饲牛肉") + " Grass-fed beef"),
        (Lang.EN, "第 3 条\n《办法》", ZH.format("第 3 条\n《办法》")),
        (Lang.ZH, "请补充材料 2.4。", "请补充材料 2.4。"),
        (Lang.ZH, "草饲牛肉 Grass-fed beef (chilled)。", "草饲牛肉 " + EN.format("Grass-fed beef (chilled)") + "。"),
        (Lang.ZH, "表A", "表A"),
        (Lang.EN, "a < b & 牛", "a &lt; b &amp; " + ZH.format("牛")),
        (Lang.ZH, "<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        (Lang.EN, None, ""),
    ],
)  # fmt: skip
def test_passages(page: Lang, text: str | None, shown: str) -> None:
    marked = str(with_languages(text, page))
    if "bold" in shown:
        assert "<b>" not in marked
        return
    assert marked == shown


@pytest.mark.parametrize(
    ("page", "text", "attribute"),
    [
        (Lang.EN, "第一条 Article 1 目的", ' lang="zh-CN"'), (Lang.EN, "Article 1", ""), (Lang.EN, "", ""),
        (Lang.ZH, "Article 1: Purpose", ' lang="en"'), (Lang.ZH, "第一条", ""), (Lang.ZH, None, ""), (Lang.ZH, "12", ""),
    ],
)  # fmt: skip
def test_fields(page: Lang, text: str | None, attribute: str) -> None:
    assert language_attribute(text, page) == attribute

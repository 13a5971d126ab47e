"""In which language a text is, where it stands in a page of the other one."""

import pytest

from services.portal.pages.language import Lang, tongue


@pytest.mark.parametrize(
    ("text", "in_chinese", "in_english"),
    [
        ("屠宰场 are inspected", "", "zh-CN"), ("The abattoirs 屠宰 are inspected daily", "en", ""),
        ("残留监控计划", "", "zh-CN"),
        ("Grass-fed beef", "en", ""), ("Ré­publique", "en", ""), ("2026-11", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_a_text_says_its_language_where_the_page_is_in_another(
    text: str, in_chinese: str, in_english: str
) -> None:
    assert (tongue(text, Lang.ZH), tongue(text, Lang.EN)) == (in_chinese, in_english)

"""The runbook as a page: its sections have the anchors that findings lead to, and nothing of it is more than text."""

import re

import pytest

from services.portal.pages.language import Lang
from services.portal.pages.ops.markdown import read_paper
from services.portal.pages.ops.runbook import FOLDER, TITLES, paper_in
from tests.architecture.test_runbook import anchors, sections

BOTH = pytest.mark.parametrize("lang", list(Lang))


@BOTH
def test_every_section_that_a_finding_leads_to_is_on_the_page(lang: Lang) -> None:
    paper = paper_in(lang)
    there = set(re.findall(r'id="([^"]+)"', paper.html))

    assert sections() <= there
    assert there == {each.anchor for each in paper.sections} == anchors(FOLDER / f"{lang.value}.md")


@BOTH
def test_every_section_but_those_of_alerts_is_called_in_both_languages(lang: Lang) -> None:
    unnamed = {each.title for each in paper_in(lang).sections if not each.translated}
    assert unnamed
    assert all(title.startswith("Fas") for title in unnamed)
    assert {each.anchor for each in paper_in(lang).sections} >= set(TITLES)


@BOTH
def test_links_lead_to_sections_of_the_page_and_to_the_other_language(lang: Lang) -> None:
    paper = paper_in(lang)
    led = set(re.findall(r'href="([^"]*)"', paper.html))
    other = {Lang.ZH: "/language/en?next=/ops/runbook", Lang.EN: "/language/zh?next=/ops/runbook"}[lang]
    assert led - {f"#{each.anchor}" for each in paper.sections} == {other}


def test_html_within_a_document_is_shown_as_it_was_written() -> None:
    html = read_paper(
        "# Title\n\n## One\n\n<script>alert(1)</script>\n\n[away](javascript:alert(1)) [other](x.md) <b>b</b>\n",
        {}, Lang.EN,
    ).html  # fmt: skip

    assert "Title" not in html
    assert "<script" not in html
    assert "<b>" not in html
    assert "href" not in html
    assert "other" in html


def test_a_table_scrolls_in_a_frame_that_is_named_by_its_section() -> None:
    html = read_paper("## Parked receipts\n\n| a | b |\n|---|---|\n| `x` | y |\n", {}, Lang.EN).html
    assert 'role="region" aria-labelledby="parked-receipts"><table class="table">' in html
    assert "<td><code>x</code></td>" in html


def test_a_link_that_says_the_heading_says_what_the_section_is_called_here() -> None:
    text = "## A disk is full\n\n[A disk is full](#a-disk-is-full), [see there](#a-disk-is-full)\n"
    html = read_paper(text, {"a-disk-is-full": "磁盘已满"}, Lang.ZH).html
    assert (
        '<a href="#a-disk-is-full">磁盘已满</a>, <a href="#a-disk-is-full"><span lang="en">see there</span></a>'
        in html
    )


def test_what_is_in_the_other_language_says_so() -> None:
    html = read_paper("## One\n\n中文 and `--name-zh 阿鲁巴`\n\n```\nadd 阿鲁巴\n```\n", {}, Lang.EN).html
    assert (
        '<span lang="zh-CN">中文</span> and <code>--name-zh <span lang="zh-CN">阿鲁巴</span></code>' in html
    )
    assert '<pre><code>add <span lang="zh-CN">阿鲁巴</span>\n</code></pre>' in html

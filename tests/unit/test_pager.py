"""The pager: which pages it offers, and how it says how many records there are."""

import re

import pytest

from services.portal.cases.paging import MOST_COUNTED, Page, Paged
from services.portal.pages.formatting import counted
from services.portal.pages.language import Lang
from services.portal.pages.templating import templates


def pager(lang: Lang, page: int, rows: int, total: int) -> str:
    """The pager of a list of ten rows a page."""
    parts = (
        templates(lang).get_template("frame/parts.html").make_module({"visit": None, "path": "/assessments"})
    )
    found, wanted = Page([*range(rows)], total, "HERE"), Paged(page=page)
    return str(parts.pager(found, wanted, "/assessments", {"q": "a"}))  # type: ignore[attr-defined]


def links(html: str) -> list[tuple[str, str]]:
    """The text of each link, and its address."""
    found = re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', html)
    return [
        (text, address.replace("&amp;", "&").removeprefix("/assessments?q=a&")) for address, text in found
    ]


def test_pages_are_read_on_from_the_one_that_is_shown_but_the_first_and_the_last() -> None:
    html = pager(Lang.EN, 5, 10, 93)

    assert links(html) == [
        ("Previous", "page=4&size=10&at=HERE"), ("1", "page=1&size=10"), ("3", "page=3&size=10&at=HERE"),
        ("4", "page=4&size=10&at=HERE"), ("5", "page=5&size=10&at=HERE"), ("6", "page=6&size=10&at=HERE"),
        ("7", "page=7&size=10&at=HERE"), ("10", "page=10&size=10"), ("Next", "page=6&size=10&at=HERE"),
    ]  # fmt: skip
    assert "Showing records 41 to 50 of 93" in html


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, "Showing records 20001 to 20010 of 10,000+"),
        (Lang.ZH, "显示第 20001 到第 20010 条记录，总共 10,000+ 条记录"),
    ],
)
def test_where_not_all_are_counted_the_pages_go_on_one_by_one(lang: Lang, said: str) -> None:
    html = pager(lang, 2001, 10, MOST_COUNTED + 1)

    assert said in html
    assert [address for _text, address in links(html)] == [
        f"page={page}&size=10{'' if page == 1 else '&at=HERE'}"
        for page in (2000, 1, 1999, 2000, 2001, 2002, 2002)
    ]


def test_the_last_page_of_a_list_that_is_not_counted_to_its_end_leads_back_alone() -> None:
    html = pager(Lang.EN, 2001, 4, MOST_COUNTED + 1)

    assert "records 20001 to 20004 of 10,000+" in html
    assert {address for text, address in links(html) if text == "Next"} == set()


@pytest.mark.parametrize(("rows", "said"), [(0, "No records"), (3, "Showing records 1 to 3 of 3")])
def test_one_page_needs_no_links(rows: int, said: str) -> None:
    html = pager(Lang.EN, 1, rows, rows)

    assert said in html
    assert links(html) == []


def test_ten_thousand_are_told_and_more_are_not_counted() -> None:
    assert [counted(total) for total in (0, 999, MOST_COUNTED, MOST_COUNTED + 1)] == [
        "0",
        "999",
        "10000",
        "10,000+",
    ]

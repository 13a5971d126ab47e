"""Every list is taken along as CSV and as a workbook: what the page shows, in its words, of one's own authority alone."""

import csv
import re
from collections.abc import AsyncIterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api_client import World
from tests.flow.test_notifications import told
from tests.flow.test_page_access import Browser

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
Row = dict[str, str]


@pytest.fixture
async def stranger(other_world: World, system: Any) -> AsyncIterator[Browser]:
    """The browser of another authority's officer."""
    found = await Browser(system.portal_url).signs_in(other_world.username, other_world.password)
    yield found
    await found.client.aclose()


async def shown(browser: Browser, address: str, lang: str = "en") -> str:
    """A page in this language."""
    await browser.client.get(f"/language/{lang}")
    answer = await browser.client.get(address)
    assert answer.status_code == 200
    return answer.text


async def taken(browser: Browser, page: str, start: str) -> list[Row]:
    """The list behind the page's link to its CSV; the workbook beside it says the same."""
    (address,) = set(re.findall(rf'href="({re.escape(start)}\.csv[^"]*)"', page))
    address = address.replace("&amp;", "&")
    content = (await browser.client.get(address)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content, newline="")))
    workbook = (await browser.client.get(address.replace(".csv", ".xlsx", 1))).content
    (sheet,) = load_workbook(BytesIO(workbook)).worksheets
    heading, *others = sheet.iter_rows(values_only=True)
    assert list(heading) == list(rows[0] if rows else csv.reader(StringIO(content)).__next__())
    assert len(others) == len(rows)
    return [{name: value.lstrip("\t") for name, value in row.items()} for row in rows]


def headings(page: str) -> set[str]:
    """What stands above the columns of the page's tables."""
    return set(re.findall(r'<th scope="col">([^<]+)</th>', page))


@LANGUAGES
async def test_the_work_list(world: World, officer: Browser, stranger: Browser, lang: str) -> None:
    number = await world.questionnaire_opened()
    await world.draft(overview="=1+1")
    page = await shown(officer, "/", lang)

    asked, draft = await taken(officer, page, "/worklist")

    assert headings(page) <= {*asked}
    what, case, group = {"zh": ("待办事项", "案件", "紧急程度"), "en": ("What to do", "Case", "Urgency")}[
        lang
    ]
    assert asked[case] == number
    assert asked[what].startswith({"zh": "填写问卷", "en": "Answer the questionnaire"}[lang])
    assert (asked[group], draft[group]) == {"zh": ("以后", "草稿"), "en": ("Later", "Drafts")}[lang]
    assert number not in (await stranger.client.get("/worklist.csv")).text


@LANGUAGES
async def test_the_news_with_what_is_unread(
    world: World, officer: Browser, stranger: Browser, lang: str
) -> None:
    number, declaration = await world.submitted()
    await world.receipt("SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="Add it.")
    found = await told(world.officer, 4)
    answer = await world.officer.client.post(f"/notifications/{found['items'][0]['id']}/read")
    assert answer.status_code == 204
    page = await shown(officer, "/notifications?unread=1", lang)

    rows = await taken(officer, page, "/notifications")

    everything = await taken(officer, await shown(officer, "/notifications", lang), "/notifications")
    assert (len(everything), len(rows)) == (found["total"], found["total"] - 1)
    news, case = {"zh": ("通知", "案件"), "en": ("News", "Case")}[lang]
    assert everything[0][news] == found["items"][0]["text"][lang]
    assert everything[0][case] == number
    assert number not in (await stranger.client.get("/notifications.csv")).text


@LANGUAGES
async def test_what_a_search_found_with_every_place(
    world: World, officer: Browser, stranger: Browser, lang: str
) -> None:
    number = await world.questionnaire_opened(overview="=Grass-fed 牛肉")
    await world.submitted(overview="shrimp")
    page = await shown(officer, "/search?q=grass", lang)

    (row,) = await taken(officer, page, "/search")

    case, where, text = {
        "zh": ("申请统一编号", "所在位置", "文字"), "en": ("Application number", "Found in", "Text"),
    }[lang]  # fmt: skip
    assert (row[case], row[where]) == (
        number,
        {"zh": "申请情况概述", "en": "Overview of the application"}[lang],
    )
    assert row[text] == "'=Grass-fed 牛肉"
    for address in ("/search.csv?q=grass", "/search.csv"):
        assert number not in (await stranger.client.get(address)).text
    assert number not in (await officer.client.get("/search.csv")).text


@LANGUAGES
async def test_the_submissions_of_a_questionnaire(world: World, officer: Browser, lang: str) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    page = await shown(officer, f"/cases/{number}/questionnaire/submissions", lang)
    case = (await world.officer.ask("GET", f"/cases/{number}"))["id"]

    (row,) = await taken(officer, page, f"/cases/{case}/questionnaire/submissions")

    table = page[page.index('id="made-title"') :]
    assert headings(table[: table.index("</table>")]) - {"PDF"} <= {*row}
    assert row[{"zh": "提交人", "en": "By"}[lang]] == world.username


@LANGUAGES
async def test_the_reconciliation_of_all_or_of_what_is_open(
    world: World, operator: Browser, lang: str
) -> None:
    number, _declaration = await world.submitted()
    case = {"zh": "案件编号", "en": "Case number"}[lang]
    for address in ("/ops/reconciliation", "/ops/reconciliation?whole=1"):
        page = await shown(operator, address, lang)

        rows = await taken(operator, page, "/ops/reconciliation")

        assert headings(page) <= {*rows[0]}
        (own,) = [each for each in rows if each[case] == number]
        part = own[{"zh": "部分", "en": "Part"}[lang]]
        assert f'aria-label="{part}"' in page
    assert "reconciliation" in (await operator.client.get("/ops/audit.csv?action=export")).text

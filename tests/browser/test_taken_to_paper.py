"""Lists and cases on paper: whose they are, of when, which page of how many; and lists on narrow screens."""

import re
from collections.abc import Iterator
from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.api_client import World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, SCREENS, Seat

_TODAY_IN_VIEW = """() => {
    const box = document.querySelector("#course .scroll").getBoundingClientRect();
    const { left } = document.querySelector("#course .today").getBoundingClientRect();
    return left >= box.left && left <= box.right;
}"""
_AS_OF = {"zh": r"截至\d{4}-\d\d-\d\d\d\d:\d\d", "en": r"Asof\d{4}-\d\d-\d\d\d\d:\d\d"}


async def printed(seat: Seat, name: str) -> list[str]:
    """The texts of the pages as they come out of the printer, without white space."""
    target = SCREENS / seat.lang / f"{name}.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    made = await seat.page.pdf(path=target, prefer_css_page_size=True)
    return [
        "".join(normalize("NFKC", page.extract_text()).split()) for page in PdfReader(BytesIO(made)).pages
    ]


def _numbered(pages: list[str]) -> Iterator[bool]:
    return (f"{number}/{len(pages)}" in text for number, text in enumerate(pages, 1))


@BOTH_LANGUAGES
async def test_a_list_on_paper_says_whose_it_is_of_when_and_which_page(
    sits_down: Sitting, world: World, lang: str
) -> None:
    for number in range(24):
        form = {"overview": f"{number}", "category": "meat"}
        await world.officer.ask("POST", "/assessments", 201, json=form)
    _id, sent = await world.submitted()
    seat = await sits_down(lang, world.username)
    await seat.goes("/assessments?size=50&turn=authority")

    pages = await printed(seat, "list-on-paper")

    assert len(pages) > 1
    assert all(_numbered(pages))
    assert world.username in pages[0]
    assert re.search(_AS_OF[lang], pages[0])
    assert {"zh": "等待处理方:主管当局", "en": "Waitingfor:theauthority"}[lang] in pages[0]
    assert pages[0].count({"zh": "暂存", "en": "Draft"}[lang]) > 10, "the first page has rows"
    assert "Excel" not in " ".join(pages)
    assert sent not in " ".join(pages)


@BOTH_LANGUAGES
async def test_a_case_on_paper_has_its_whole_history(sits_down: Sitting, world: World, lang: str) -> None:
    number = await world.questionnaire_opened()
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/application")

    pages = await printed(seat, "case-on-paper")

    assert all(_numbered(pages))
    assert number in pages[0]
    assert re.search(_AS_OF[lang], pages[0])
    times = await seat.page.locator("#history time").all_text_contents()
    assert len(times) > 2
    assert all(each.replace(" ", "") in "".join(pages) for each in times)


@BOTH_LANGUAGES
@pytest.mark.parametrize("address", ["/assessments", "/checks"])
async def test_a_case_of_a_list_is_a_card_of_few_lines_where_the_screen_is_narrow(
    sits_down: Sitting, world: World, lang: str, address: str
) -> None:
    await (world.check_initiated() if address == "/checks" else world.questionnaire_opened())
    seat = await sits_down(lang, world.username)
    await seat.goes(address)

    for width in (768, 1024, 1260, 1280, 1366):
        await seat.page.set_viewport_size({"width": width, "height": 900})
        wide = await seat.page.evaluate(
            "() => { const box = document.querySelector('.scroll'); return box.scrollWidth - box.clientWidth; }"
        )
        assert wide <= 1, f"{width} px: {wide} px are cut off"
    await seat.page.set_viewport_size({"width": 360, "height": 740})
    row = await seat.page.locator(".listed tbody tr").first.bounding_box()
    assert row
    assert row["height"] < 190
    await seat.page.locator(".listed .is-title a").first.click()
    await seat.page.wait_for_selector("#course")
    await seat.page.wait_for_function(_TODAY_IN_VIEW)

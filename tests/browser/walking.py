"""An officer who goes through a case by clicking, while customs answers at its queues."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from deploy.demo.answers import VALUES, questions_of
from simulator.customs_xml import Declaration
from simulator.files import pdf
from tests.api_client import Json, World
from tests.browser.looking import Seat
from tests.browser.saving import is_saved

CONTACT = {
    "contact.name": "Maria Croes", "contact.title": "Director", "contact.email": "maria@example.aw",
    "contact.phone.country": "297", "contact.phone.number": "5850200",
}  # fmt: skip
SAVED_MS = 20_000
"""How long a part with fifty tables may take to be saved on a busy machine."""
_FILL = """(fields) => {
    const named = (name) => [...document.querySelectorAll("#answers [name]")].filter((each) => each.name === name);
    for (const [name, values] of Object.entries(fields)) {
        const add = document.querySelector(`[data-row-add="${name.split(":row:")[0]}"]`);
        while (name.includes(":row:") && add && !named(name).length) add.click();
        for (const each of named(name)) {
            if (each.type === "radio" || each.type === "checkbox") each.checked = values.includes(each.value);
            else each.value = values[0];
        }
    }
    for (const each of document.querySelectorAll("#answers .note > textarea")) each.value = "说明 described";
    document.querySelector("#answers").dispatchEvent(new Event("input", { bubbles: true }));
}"""


def _fields_of(question: Json) -> Iterator[tuple[str, list[str]]]:
    """The names of a question's controls, and what an answer of its format puts there."""
    value = VALUES[question["kind"]](question)
    if question["kind"] != "table":
        yield question["id"], value if isinstance(value, list) else [str(value)]
        return
    for number, row in enumerate(value):
        for column, cell in row.items():
            yield f"{question['id']}:row:{number}:{column}", [cell]


async def told_number(page: Page) -> str:
    """The application number that the page tells after the submission."""
    found = re.search(r"\b\d{18}\b", await page.inner_text(".alert-success"))
    assert found
    return found[0]


@dataclass
class BrowserWalk:
    """One case in one window."""

    seat: Seat
    world: World
    folder: Path
    number: str = ""

    async def goes_to(self, stage: str) -> None:
        """The page of a stage."""
        await self.seat.goes(f"/cases/{self.number}/{stage}")

    async def confirms(self, button: str) -> None:
        """Click, and say yes."""
        await self.seat.page.click(button)
        await self.seat.page.click("#confirm [value=yes]")
        await self.seat.page.wait_for_selector(".alert-success")

    async def fills(self, fields: dict[str, str]) -> None:
        """Type into fields by their names."""
        for name, value in fields.items():
            await self.seat.page.fill(f"[id='f-{name}']", value)

    async def uploads(self, selector: str, name: str) -> None:
        """Add a file; it stands in the table afterwards."""
        page = self.seat.page
        (self.folder / name).write_bytes(pdf(name))
        await page.set_input_files(selector, self.folder / name)
        await expect(page.locator(".uploads tbody")).to_contain_text(name)

    async def declared(self, type: str) -> Declaration:
        """What customs gets."""
        return await self.world.customs.next_declaration(type=type, case_no=self.number)

    async def customs(self, type: str, stage: str, **given: Any) -> None:
        """Customs sends a receipt, and the open page hears of it."""
        standing = self.seat.page.locator("[data-standing]")
        before = await standing.get_attribute("data-standing") if await standing.count() else None
        await self.world.receipt(type, self.number, stage, **given)
        if before:
            await expect(standing).not_to_have_attribute("data-standing", before)

    async def answers_everything(self) -> None:
        """Part by part: every control is filled in, every required file uploaded, and all of it saves itself."""
        page = self.seat.page
        await self.goes_to("questionnaire")
        stage = await self.world.officer.ask("GET", f"/cases/{self.number}/stages/questionnaire")
        fields = dict(field for question in questions_of(stage) for field in _fields_of(question))
        links = [await each.get_attribute("href") for each in await page.locator(".part-link").all()]
        for link in links:
            await self.seat.goes(str(link))
            await page.evaluate(_FILL, fields)
            await is_saved(page, SAVED_MS)
            (self.folder / "proof.pdf").write_bytes(pdf("proof"))
            for name in await page.locator(".question-open").evaluate_all(
                "(all) => all.map((each) => each.dataset.question)"
            ):
                question = page.locator(f"[data-question='{name}']")
                await question.locator("input[type=file]").set_input_files(self.folder / "proof.pdf")
                await expect(question.locator("[data-file]")).to_have_count(1)
            await expect(page.locator(".part-link[aria-current] .part-done")).to_be_visible(timeout=SAVED_MS)
        await expect(page.locator("[data-open-all]")).to_have_text("0")

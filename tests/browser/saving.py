"""Waiting until a form that saves itself has nothing left to save."""

import re

from playwright.async_api import Page, expect

TOLD = re.compile("已于|Saved at")
FORM = ":is(#answers, #application)"


async def is_saved(page: Page, limit_ms: float | None = None) -> None:
    """It says so of all that was typed: of an earlier save it goes on saying so until the next one begins."""
    await expect(page.locator(f"{FORM} [data-state]")).to_contain_text(TOLD, timeout=limit_ms)
    await expect(page.locator(f"{FORM}[data-unsaved]")).to_have_count(0, timeout=limit_ms)

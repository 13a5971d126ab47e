"""Answers that come late, or never."""

import asyncio
import re

from playwright.async_api import Page, Route

QUESTIONNAIRE = re.compile(r"/questionnaire(\?|$)")


async def loses_the_answer(route: Route) -> None:
    """What was asked is done, and nobody hears of it."""
    await route.fetch()
    await route.abort()


async def is_made_early(page: Page, goes_on: asyncio.Event) -> asyncio.Event:
    """The next page of a questionnaire is made (the event that is returned), and shown once it `goes_on`."""
    is_made = asyncio.Event()

    async def made(route: Route) -> None:
        if route.request.resource_type != "document":
            return await route.continue_()
        answer = await route.fetch()
        is_made.set()
        await goes_on.wait()
        return await route.fulfill(response=answer)

    await page.route(QUESTIONNAIRE, made)
    return is_made

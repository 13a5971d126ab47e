"""Filters of lists under names of one's own, as pages without scripts have them."""

from typing import Any

import httpx
import pytest

from services.portal.cases.saved_filters import MOST_SAVED, filters_of, save_filter
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_page_access import Browser

SET = "/assessments?status=draft&q=beef"


async def post(browser: Browser, path: str, **form: str) -> httpx.Response:
    return await browser.client.post(path, data={"csrf": browser.csrf, **form})


async def saved(
    browser: Browser, name: str, asked: str = "of=/assessments&status=draft&q=beef"
) -> httpx.Response:
    return await post(browser, "/filters", asked=asked, name=name)


async def test_filters_are_saved_chosen_renamed_and_removed(
    officer: Browser, world: World, store: Store
) -> None:
    before = (await officer.client.get(SET)).text
    assert "/filters?of=%2Fassessments&amp;status=draft&amp;q=beef" in before
    assert "Beef drafts" not in before
    offered = await officer.client.get("/filters?of=/assessments&status=draft&q=beef")
    assert 'name="asked" value="of=%2Fassessments&amp;status=draft&amp;q=beef"' in offered.text

    answer = await saved(officer, "Beef drafts")

    assert (answer.status_code, answer.headers["Location"]) == (303, SET)
    shown = (await officer.client.get(SET)).text
    assert '<a href="/assessments?status=draft&amp;q=beef" aria-current="true">Beef drafts</a>' in shown
    assert "Beef drafts" in (await officer.client.get("/assessments")).text
    assert "Beef drafts" not in (await officer.client.get("/checks")).text
    (kept,) = await filters_of(store, world.username)
    assert (kept.list, kept.query) == ("/assessments", {"status": "draft", "q": "beef"})

    assert (await post(officer, f"/filters/{kept.id}", name=" 牛肉草稿 ")).status_code == 303
    assert "牛肉草稿" in (await officer.client.get("/assessments")).text
    assert (await post(officer, f"/filters/{kept.id}/remove")).status_code == 303
    assert await filters_of(store, world.username) == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "Please type a name."), ("x" * 61, "at most 60 characters"), ("Mine", "has that name already")],
)
async def test_what_is_wrong_with_a_name_is_said_beside_it_and_what_was_typed_stays(
    officer: Browser, name: str, told: str
) -> None:
    await officer.client.get("/language/en?next=/")
    assert (await saved(officer, "Mine")).status_code == 303
    assert (await saved(officer, "Mine", "of=/checks&q=a")).status_code == 303, "of another list"

    answer = await saved(officer, name)

    assert answer.status_code == 422
    assert told in answer.text
    assert f'name="name" type="text" value="{name}"' in answer.text
    assert "Save these filters" in answer.text


async def test_there_are_no_more_than_can_be_looked_over(
    officer: Browser, world: World, store: Store
) -> None:
    for number in range(MOST_SAVED):
        await save_filter(store, world.username, f"{number}", "/checks", {"q": "a"})

    answer = await saved(officer, "one more")

    assert answer.status_code == 422
    assert len(await filters_of(store, world.username)) == MOST_SAVED


async def test_saved_filters_are_a_persons_own(
    officer: Browser, other_world: World, system: Any, store: Store, world: World
) -> None:
    assert (await saved(officer, "Mine alone")).status_code == 303
    (kept,) = await filters_of(store, world.username)
    stranger = await Browser(system.portal_url).signs_in(other_world.username, other_world.password)

    assert "Mine alone" not in (await stranger.client.get("/assessments")).text
    assert (await post(stranger, f"/filters/{kept.id}", name="Taken over")).status_code == 303
    assert (await post(stranger, f"/filters/{kept.id}/remove")).status_code == 303

    assert [each.name for each in await filters_of(store, world.username)] == ["Mine alone"]
    await stranger.client.aclose()


@pytest.mark.parametrize(
    "asked", ["of=/ops/cases&q=a", "of=//elsewhere&q=a", "of=/assessments&stage=none", "of=/assessments"]
)
async def test_what_is_no_filter_of_ones_own_lists_is_not_saved(
    officer: Browser, world: World, store: Store, asked: str
) -> None:
    assert (await saved(officer, "Mine", asked)).status_code == 422
    assert await filters_of(store, world.username) == ()

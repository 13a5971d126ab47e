"""Pages of a list, from the database itself: whichever way a page is come to, it shows the same rows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from services.portal.cases.paging import Page, Paged, PagedList, place_told
from shared.runtime.settings import Settings
from shared.runtime.store import Collection, Document, open_store

AT = datetime(2026, 11, 29, tzinfo=UTC)
ORDER = [("at", -1), ("name", 1), ("_id", -1)]
SIZE = 3


@pytest.fixture(params=["motor", "pymongo"])
async def rows(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Collection]:
    """17 rows of which many have the same values, some have none, and some belong to another list; by each client."""
    store = open_store(settings.model_copy(update={"mongo_driver": request.param}))
    collection = store.collection(f"test-{ULID()}")
    for number in range(17):
        await collection.insert_one({
            "_id": f"{number:02}", "at": None if number % 5 == 4 else AT + timedelta(hours=number // 4),
            "name": None if number % 7 == 3 else "ab"[number % 2], "own": number != 8,
        })  # fmt: skip
    yield collection
    await store.close()


def listed(rows: Collection, *, in_parts: bool = False) -> PagedList:
    """The list of the rows, or the same in two parts."""
    parts: list[Document] = [{"own": True, "at": None}, {"own": True, "at": {"$ne": None}}]
    return PagedList(rows, parts if in_parts else [{"own": True}], ORDER, {"at": 1, "name": 1})


async def shown(found: PagedList, page: int, at: str = "") -> Page[str]:
    return await found.page(Paged(page=page, size=SIZE, at=at), lambda row: str(row["_id"]))


@pytest.mark.parametrize("in_parts", [False, True])
async def test_a_page_shows_the_same_rows_from_wherever_it_is_come_to(
    rows: Collection, *, in_parts: bool
) -> None:
    found = listed(rows, in_parts=in_parts)
    whole = [str(each["_id"]) for each in await rows.find({"own": True}, sort=ORDER)]
    if in_parts:
        whole = [name for name in whole if int(name) % 5 == 4] + [
            name for name in whole if int(name) % 5 != 4
        ]
    assert len(whole) == 16
    by_number = {page: whole[(page - 1) * SIZE : page * SIZE] for page in range(1, 8)}
    pages = {page: await shown(found, page) for page in by_number}

    assert {page: each.rows for page, each in pages.items()} == by_number
    assert {each.total for each in pages.values()} == {16}
    for seen in (page for page in pages if pages[page].rows):
        for page, expected in by_number.items():
            assert (await shown(found, page, pages[seen].at)).rows == expected, (seen, page)


async def test_what_came_in_meanwhile_moves_no_row_between_the_pages_that_are_read_on(
    rows: Collection,
) -> None:
    found = listed(rows)
    second = await shown(found, 2)
    await rows.insert_one({"_id": "99", "at": AT + timedelta(days=1), "name": "a", "own": True})

    third = await shown(found, 3, second.at)

    assert (await shown(found, 2, second.at)).rows == second.rows
    assert set(third.rows).isdisjoint(second.rows)
    assert (await shown(found, 1, second.at)).rows[0] == "99", "the first page begins with the newest"
    assert (await shown(found, 3)).rows != third.rows, "by its number a page is counted from the top"


async def test_no_more_is_counted_than_was_asked_for(rows: Collection) -> None:
    found = listed(rows, in_parts=True)

    assert await found.count(None) == 16
    assert await found.count(16) == 16
    assert await found.count(15) == 16
    assert await found.count(9) == 10
    assert await found.count(2) == 3


async def test_a_place_read_on_costs_one_question_and_skips_no_more_than_lies_between(
    rows: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = listed(rows)
    fourth = await shown(found, 4)
    skipped: list[int] = []
    find = rows.find

    async def noted(filter: Document, **options: object) -> list[Document]:
        skipped.append(int(options["skip"]))  # type: ignore[call-overload]
        return await find(filter, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "find", noted)
    for page in (3, 4, 5, 6, 2):
        await shown(found, page, fourth.at)

    assert skipped == [0, 0, SIZE, 2 * SIZE, SIZE]


@pytest.mark.parametrize(
    "told",
    ["", "x", "!!!!", "bnVsbA", "W10", "WzEsMCxbXSxbXSwzXQ", "A" * 1999, "W3siJGd0IjoiIn0sMCxbXSxbXSwzXQ"],
)
async def test_an_address_that_tells_no_place_is_read_by_its_number(rows: Collection, told: str) -> None:
    found = listed(rows)

    assert place_told(told, ORDER, SIZE, 1) is None
    assert (await shown(found, 2, told)).rows == (await shown(found, 2)).rows


async def test_the_place_of_another_order_or_size_is_none(rows: Collection) -> None:
    at = (await shown(listed(rows), 2)).at

    assert place_told(at, ORDER, SIZE, 1) is not None
    assert place_told(at, ORDER[1:], SIZE, 1) is None
    assert place_told(at, ORDER, SIZE + 1, 1) is None
    assert place_told(at, ORDER, SIZE, 0) is None

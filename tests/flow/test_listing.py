"""The query list page by page, from the database itself: every case once, in order, whatever the size of a page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from services.portal.cases.query import CaseQuery
from services.portal.cases.repository import CaseRepository
from services.portal.cases.worklist import work_counts, work_list
from services.portal.identity.sessions import User
from shared.contracts.vocabulary import Role, Stage, Status
from shared.lifecycle.migration import migrate, write_all_words
from shared.lifecycle.time_limits import DEFAULT_LIMITS
from shared.lifecycle.turn import whose_turn
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.store import Document, Store

BEGUN = datetime(2026, 11, 23, tzinfo=UTC)
DRAFT, SENT, CLOSED = ("application", "draft"), ("application", "received"), ("completed", "approved")
ASKED = ("acceptance", "pending")


@pytest.fixture
async def officer(store: Store) -> AsyncIterator[User]:
    """Of an authority that nobody else has, whose cases are gone afterwards: they have what a list needs, and no more."""
    user = User(f"officer {ULID()}", Role.OFFICER, f"L-{ULID()}", "AW", (), "session")
    yield user
    for collection in map(store.collection, ("cases", "case_words")):
        for each in await collection.find({"authority": user.authority}, projection={"_id": 1}):
            await collection.delete_one({"_id": each["_id"]})


async def _stands(store: Store, officer: User, *stands: tuple[str, str]) -> None:
    """Cases in this order: each was applied for, and moved, an hour before the one in front of it."""
    for hours, (stage, status) in enumerate(stands):
        at = BEGUN - timedelta(hours=hours)
        case: Document = {
            "_id": f"{officer.authority}-{hours:02}", "authority": officer.authority, "kind": "assessment", "case_no": None,
            "stage": stage, "status": status, "applied_at": None if (stage, status) == DRAFT else at, "moved_at": at,
            "updated_at": at, "turn": whose_turn(Stage(stage), Status(status)), "turn_began_at": at,
            "timeline": [{"at": at, "stage": stage, "status": status}], "category": "aquatic", "specific": [],
            "overview": "", "has_reply": False, "version": 1, "stages": {}, "submissions": [], "replies": [],
        }  # fmt: skip
        await store.collection("cases").insert_one(case)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("Café", [0, 1, 2]), ("Cafe\u0301", [0, 1, 2]), ("ＣＡＦÉ", [0, 1, 2]), ("cafe", [0, 1, 2]), ("cafés", []), ("ＡＢ", [3]),
        ("a+b", [4]), ("a.b", []),
        ("\u200b", [0, 1, 2, 3, 4]),
    ],
)  # fmt: skip
async def test_words_are_found_however_their_letters_are_composed_and_how_wide(
    store: Store, officer: User, q: str, found: list[int]
) -> None:
    """Also in texts of earlier versions, which were stored as they were typed."""
    await _stands(store, officer, *[SENT] * 5)
    for number, overview in enumerate(("Café", "the Cafe\u0301", "Ｃａｆé", "ab", "a+b")):
        one = {"_id": f"{officer.authority}-{number:02}"}
        await store.collection("cases").update_one(one, {"$set": {"overview": overview}})
    await write_all_words(store, lambda *_: None)

    assert await _read(store, officer, 10, q=q) == found


async def _read(store: Store, officer: User, size: int, **wanted: str) -> list[int]:
    """The numbers of the cases, page by page until one is empty."""
    seen: list[int] = []
    for page in range(1, 40):
        chosen = CaseQuery.model_validate({**wanted, "page": page, "size": size})
        shown = await CaseRepository(store).page(officer, chosen)
        rows, total = shown.rows, shown.total
        if not rows:
            break
        seen += [int(each.id.rsplit("-", 1)[1]) for each in rows]
    assert len(seen) == total
    return seen


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_drafts_come_first_and_closed_cases_last(store: Store, officer: User, size: int) -> None:
    await _stands(store, officer, SENT, DRAFT, CLOSED, SENT, DRAFT, CLOSED, SENT)

    assert await _read(store, officer, size) == [4, 1, 0, 2, 3, 5, 6]
    assert await _read(store, officer, size, sort="turn_began_at") == [6, 4, 3, 1, 0, 5, 2]
    assert await _read(store, officer, size, sort="-moved_at") == [0, 1, 2, 3, 4, 5, 6]
    assert await _read(store, officer, size, sort="turn_began_at", turn="authority") == [4, 1]
    assert await _read(store, officer, size, sort="turn_began_at", turn="nobody") == [5, 2]
    assert await _read(store, officer, size, stage="completed") == [2, 5]
    assert await _read(store, officer, size, status="draft") == [4, 1]


async def test_the_work_list_counts_all_and_lists_those_that_wait_longest(
    store: Store, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.cases.worklist.MOST_TASKS", 2)
    library, cases = QuestionnaireRepository(store), CaseRepository(store)
    await _stands(store, officer, SENT, ASKED, CLOSED, ASKED, DRAFT, DRAFT)
    stranger = replace(officer, authority=f"L-{ULID()}")

    found = await work_list(cases, library, DEFAULT_LIMITS, officer.authority)

    assert [int(item.case.id.rsplit("-", 1)[1]) for item in found.items] == [5, 4]
    assert {urgency: count for urgency, count in found.counts.items() if count} == {"draft": 2, "later": 2}
    assert await work_counts(cases, DEFAULT_LIMITS, officer.authority) == found.counts
    nothing = await work_list(cases, library, DEFAULT_LIMITS, stranger.authority)
    assert (nothing.items, sum(nothing.counts.values())) == ((), 0)


async def test_cases_of_before_there_was_a_turn_get_theirs(store: Store, officer: User) -> None:
    await _stands(store, officer, SENT, DRAFT, CLOSED)
    cases = store.collection("cases")
    for number in range(3):
        there = {"_id": f"{officer.authority}-{number:02}"}
        await cases.update_one(there, {"$unset": {"turn": "", "turn_began_at": ""}})
    assert await _read(store, officer, 10, turn="authority") == []

    await migrate(store, lambda *_: None)

    assert await _read(store, officer, 10, turn="authority") == [1]
    assert await _read(store, officer, 10, sort="turn_began_at") == [1, 0, 2]


async def test_cases_of_before_a_refusal_was_the_end_are_closed(store: Store, officer: User) -> None:
    await _stands(store, officer, SENT, ("application", "rejected"), ("questionnaire", "rejected"))
    cases = store.collection("cases")
    for refused in await cases.find({"authority": officer.authority, "status": "rejected"}):
        await cases.update_one({"_id": refused["_id"]}, {"$set": {"turn": "customs"}})
    assert await _read(store, officer, 10, turn="nobody") == []

    await migrate(store, lambda *_: None)

    assert await _read(store, officer, 10, turn="nobody") == [1, 2]
    assert await _read(store, officer, 10, turn="customs") == [0]


async def test_an_authority_finds_the_foods_of_its_checks_in_its_filters(store: Store, officer: User) -> None:
    own = replace(officer, scope=("farmed",))
    await _stands(store, officer, SENT, SENT, SENT)
    cases = store.collection("cases")
    checks: list[Document] = [{"outside_scope": ["egg_product"]}, {"outside_scope": []}]
    for number, beyond in enumerate(checks):
        wanted = {"_id": f"{officer.authority}-{number:02}"}
        await cases.update_one(wanted, {"$set": {"kind": "retrospective", **beyond}})

    assert await CaseRepository(store).foods_of(own) == {"farmed", "egg_product"}
    assert await CaseRepository(store).foods_of(replace(own, authority="another")) == {"farmed"}
    assert "bear" in await CaseRepository(store).foods_of(replace(own, role=Role.OPERATOR))

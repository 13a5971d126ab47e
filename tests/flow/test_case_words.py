"""Cases are found by all that is typed into them, from the moment it was saved, whatever becomes of the process that saved it."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from ulid import ULID

from services.portal.cases.query import CaseQuery
from services.portal.cases.repository import CaseRepository
from services.portal.identity.sessions import User
from shared.contracts.documents.cases import Case
from shared.contracts.searching import FoundIn
from shared.contracts.vocabulary import Kind, Role, Status
from shared.lifecycle import case_words
from shared.lifecycle.case import new_case
from shared.lifecycle.case_words import OTHERS_FIRST, WordWriter, write_words
from shared.lifecycle.cases import Cases
from shared.lifecycle.migration import write_all_words
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Document, Store, open_store

OPERATOR = User("operator", Role.OPERATOR, "", "", (), "session")
CONTACT = {
    "name": "Hinemoa Ngata", "title": "Chief Veterinarian", "email": "h.ngata@mpi.example",
    "phone": {"country": "64", "area": "4", "number": "8940100"},
}  # fmt: skip
_SIDE = {"at": now(), "state": "in_progress", "attachments": []}
STAGES: dict[str, Document] = {
    "application": {"form": {"department": "Ministry for Primary Industries", "contact": CONTACT}},
    "questionnaire": {
        "questionnaires": [],
        "answers": {
            "residues:plan": {"value": "Residue monitoring 残留监控计划", "note": "see annex Ω", "attachments": [], "version": 1},
            "plants": {"value": [{"name": "Wairarapa Packers"}], "note": "", "attachments": [], "version": 1},
        },
    },
    "evaluation": {
        "rounds": [
            {"rectification_no": "ZG-7", "issued_on": "2026-01-01", "submitted_at": None, "requirement": "改进冷库",
             "opinion": "", "materials": [], "statement": "The freezer was replaced", "attachments": []},
        ],
    },
    "protocol_consultation": {
        "history": [_SIDE | {"party": "china", "text_zh": "第三条 检疫要求", "text_en": "Article 3", "text_other": ""}],
        "draft": {"text_zh": "", "text_en": "We propose a shorter quarantine", "text_other": "", "attachments": []},
    },
}  # fmt: skip
REPLY = {
    "stage": "application", "status": "supplement", "at": now(), "message_id": "R-1", "opinion": "请补充印章", "items": [],
    "attachments": [],
}  # fmt: skip


@pytest.fixture
async def own(settings: Settings) -> AsyncIterator[Store]:
    """A database of its own, with its indexes."""
    store = open_store(settings.model_copy(update={"mongo_database": f"words-{ULID()}"}))
    await Cases(store).prepare()
    yield store
    await store.close()


@pytest.fixture
def officer() -> User:
    return User(f"officer {ULID()}", Role.OFFICER, "NZ-01", "NZ", (), "session")


async def begun(
    store: Store, authority: str = "NZ-01", overview: str = "Grass-fed beef", **values: object
) -> str:
    """A case with texts of every kind, whose words nobody has written; its id."""
    case = new_case(
        case_id=str(ULID()), kind=Kind.ASSESSMENT, authority=authority, country="NZ", case_no="202611000000025267",
        status=Status.DRAFT, at=now(), header={"category": "aquatic", "specific": ["wild"], "overview": overview}, stage_data={},
    )  # fmt: skip
    stages = {name: {"status": "pending", "entered_at": now(), **stage} for name, stage in STAGES.items()}
    assert await Cases(store).begin(case.changed(stages=stages, replies=[REPLY], **values))
    return case.id


async def saved(store: Store, case_id: str, values: Mapping[str, object]) -> None:
    """An officer's save of these fields."""
    found = await store.collection("cases").find_one({"_id": case_id})
    assert found
    case = Case(found)
    assert await Cases(store).save(case, {"$set": {"version": case.version + 1, **values}})


async def found(store: Store, user: User, q: str) -> list[str]:
    return [case.id for case in (await CaseRepository(store).page(user, CaseQuery(q=q))).rows]


async def words_of(store: Store, case_id: str) -> Document:
    return await store.collection("case_words").find_one({"_id": case_id}) or {}


PLACES = [
    ("025267", FoundIn.NUMBER), ("wild", FoundIn.FOOD), ("水产", FoundIn.FOOD), ("grass-fed", FoundIn.OVERVIEW),
    ("hinemoa", FoundIn.CONTACT), ("ngata@mpi", FoundIn.CONTACT), ("8940100", FoundIn.CONTACT), ("Primary", FoundIn.CONTACT),
    ("残留监控", FoundIn.ANSWERS), ("RESIDUE", FoundIn.ANSWERS), ("Wairarapa", FoundIn.ANSWERS), ("annex", FoundIn.ANSWERS),
    ("冷库", FoundIn.EVALUATION), ("freezer", FoundIn.EVALUATION), ("检疫要求", FoundIn.CONSULTATION),
    ("shorter", FoundIn.CONSULTATION), ("印章", FoundIn.OPINIONS), ("章", FoundIn.OPINIONS),
]  # fmt: skip


@pytest.mark.parametrize("written", [False, True], ids=["at once", "by the index"])
async def test_a_case_is_found_by_every_text_of_it_and_says_where(
    own: Store, officer: User, *, written: bool
) -> None:
    case_id = await begun(own)
    await begun(own, "AW-01")
    if written:
        await write_all_words(own, lambda *_: None)
    cases, library = CaseRepository(own), QuestionnaireRepository(own)

    for q, found_in in PLACES:
        rows = (await cases.page(officer, CaseQuery(q=q))).rows
        assert [row.id for row in rows] == [case_id], q
        (told,) = await cases.words.places_in(officer, rows, q, library)
        assert told.found_in == [found_in], q
    assert await found(own, officer, "hinemoa 残留监控 beef") == [case_id], "each word may stand elsewhere"
    assert await found(own, officer, "hinemoa lamb") == []


async def test_an_answer_is_told_with_its_question_and_what_stands_around_the_hit(
    own: Store, officer: User
) -> None:
    case_id = await begun(own)
    cases = CaseRepository(own)
    rows = (await cases.page(officer, CaseQuery(q="MONITORING"))).rows

    (told,) = await cases.words.places_in(officer, rows, "MONITORING", QuestionnaireRepository(own))

    (hit,) = told.hits
    assert (hit.place.question, hit.before, hit.hit, hit.after) == (
        "residues.plan", "Residue ", "monitoring", " 残留监控计划\nsee annex Ω",
    )  # fmt: skip
    assert told.told()["id"] == case_id


async def test_an_operator_finds_nothing_by_what_operators_do_not_see(own: Store) -> None:
    case_id = await begun(own)
    for _written in range(2):
        assert [await found(own, OPERATOR, q) for q in ("025267", "grass", "wild")] == [[case_id]] * 3
        assert [await found(own, OPERATOR, q) for q in ("hinemoa", "残留", "shorter", "印章")] == [[]] * 4
        await write_all_words(own, lambda *_: None)


async def test_a_search_follows_what_is_edited(own: Store, officer: User) -> None:
    case_id = await begun(own)
    await write_words(own, case_id)
    await saved(own, case_id, {"stages.application.form": {"department": "Biosecurity"}})

    for _written in range(2):
        assert await found(own, officer, "biosecurity") == [case_id]
        assert await found(own, officer, "hinemoa") == []
        await write_words(own, case_id)


async def test_what_is_not_searched_owes_nothing(own: Store) -> None:
    case_id = await begun(own)
    await write_words(own, case_id)
    await saved(own, case_id, {"stages.questionnaire.status": "received", "has_reply": False})

    stored = await own.collection("cases").find_one({"_id": case_id})
    assert stored
    assert stored["words_owed_since"] is None


async def test_a_process_that_died_leaves_its_words_to_the_others(own: Store, officer: User) -> None:
    case_id = await begun(own)

    await WordWriter(own).sweep()
    assert await words_of(own, case_id) == {}, "it is left to the process that wrote it, for a while"
    await WordWriter(own, clock=lambda: now() + OTHERS_FIRST + timedelta(seconds=1)).sweep()

    assert (await words_of(own, case_id))["version"] == 1
    assert await found(own, officer, "hinemoa") == [case_id]


async def test_whoever_read_an_earlier_version_writes_over_nothing(
    own: Store, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await begun(own)
    read = case_words.words_of_case
    late: list[int] = []

    def slow(case: Case) -> Document:
        late.append(case.version)
        return read(case)

    async def whole_and_changed_meanwhile(store: Store, case: Case) -> Case:
        if len(late) == 0:
            late.append(0)
            await saved(own, case_id, {"overview": "Venison"})
            assert await write_words(own, case_id)
        return case

    monkeypatch.setattr(case_words, "words_of_case", slow)
    monkeypatch.setattr(case_words, "read_texts", whole_and_changed_meanwhile)

    assert not await write_words(own, case_id), "it was late"

    assert late == [0, 2, 1]
    stored = await own.collection("cases").find_one({"_id": case_id})
    assert stored
    assert stored["words_owed_since"] is None
    assert "venison" in (await words_of(own, case_id))["texts"]["overview"]
    assert await found(own, officer, "grass-fed") == []


async def test_a_writer_takes_several_changes_at_once(own: Store) -> None:
    writer = WordWriter(own, quiet=0.0)
    case_id = await begun(own)
    for _ in range(3):
        writer.wake(case_id)

    await writer._write_what_is_due()

    assert (await words_of(own, case_id))["version"] == 1
    assert not writer._due


async def test_words_of_a_time_that_a_restored_case_never_saw_are_written_over(
    own: Store, officer: User
) -> None:
    case_id = await begun(own)
    await write_words(own, case_id)
    future: Document = {"$set": {"version": 9, "texts.overview": "of the future"}}
    await own.collection("case_words").update_one({"_id": case_id}, future)
    told: list[Any] = []

    await write_all_words(own, lambda *how: told.append(how))

    assert told == [(1, 1)]
    assert await found(own, officer, "future") == []
    assert await found(own, officer, "grass") == [case_id]


async def test_a_case_with_very_many_pieces_is_still_found(
    own: Store, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_words, "MOST_PIECES", 20)
    case_id = await begun(own)
    await write_words(own, case_id)

    words = await words_of(own, case_id)
    assert (words["pieces"], words["header_pieces"]) == ([case_words.EVERY], [case_words.EVERY])
    assert await found(own, OPERATOR, "grass") == [case_id]
    assert [await found(own, officer, q) for q in ("hinemoa", "章", "nothing")] == [[case_id], [case_id], []]


async def test_the_words_of_a_discarded_draft_go_with_it(own: Store, officer: User) -> None:
    case_id = await begun(own)
    await write_words(own, case_id)
    stored = await own.collection("cases").find_one({"_id": case_id})
    assert stored

    assert await Cases(own).discard(Case(stored))

    assert await words_of(own, case_id) == {}
    await write_words(own, case_id)
    assert await words_of(own, case_id) == {}

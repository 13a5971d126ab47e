"""Which cases have the words that somebody looks for: by the index of their pieces, and where in a case they stand."""

import asyncio
import re
from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from services.portal.cases.part_names import numbers_of
from services.portal.cases.views import Json, listed, plain_fields
from services.portal.identity.sessions import User
from shared.contracts.collections import CASE_WORDS, CASES
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Questionnaire
from shared.contracts.searching import HEADER, FoundIn, fold, pieces_asked, place_of, span_asked, words_of
from shared.contracts.vocabulary import Role, Stage
from shared.lifecycle.case_texts import READ_BY_SEARCHES, PlacedText, texts_of
from shared.lifecycle.case_words import EVERY, read_texts
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.store import Document, Store

MOST_FOUND = 10_000
"""So many cases a search finds; who has more of them with the same words names another one."""
MOST_UNWRITTEN = 50
"""So many cases whose words are not written yet are looked at themselves; more there are only while many are brought in."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_SEEN_BY: Mapping[Role, Several[FoundIn]] = {Role.OFFICER: tuple(FoundIn), Role.OPERATOR: HEADER}
_PIECES = {Role.OFFICER: "pieces", Role.OPERATOR: "header_pieces"}
MOST_PLACES = 5
"""Of each case in a list."""
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where words were found: `before`, `hit` and `after` are what stands there.

    `number` is that of the question, as it is shown everywhere; None where the case's questionnaires do not ask it any more.
    """

    place: PlacedText
    before: str
    hit: str
    after: str
    number: str | None = None

    def told(self) -> Json:
        """As the API tells it."""
        where = {
            "found_in": self.place.found_in,
            "stage": self.place.stage,
            "question": self.place.question or None,
        }
        return plain_fields(**where, number=self.number, before=self.before, hit=self.hit, after=self.after)


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that was found, as a row of a list; in which of its texts, and where."""

    row: Case
    hits: Sequence[Hit] = ()
    asked: Sequence[Questionnaire] = ()

    @property
    def found_in(self) -> list[FoundIn]:
        """What of the case has any of the words, each once, in the order of `FoundIn`."""
        has = {hit.place.found_in for hit in self.hits}
        return [each for each in FoundIn if each in has]

    def told(self) -> Json:
        """As the API lists it (CONTRACT 3)."""
        return listed(self.row) | plain_fields(
            found_in=self.found_in, places=[each.told() for each in self.hits[:MOST_PLACES]]
        )


class WordSearch:
    """Finds cases by words. Every case that a user may see and that has all of them is found, from the moment it was saved."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cases, self._words = store.collection(CASES.name), store.collection(CASE_WORDS.name)

    async def cases_with(self, user: User, asked: str) -> list[str] | None:
        """The ids of the cases with all these words or parts of words, each anywhere in the case; None where nothing is asked.

        10,000 at most.
        """
        words = words_of(asked)
        if not words:
            return None
        own: Document = {} if user.role is Role.OPERATOR else {"authority": user.authority}
        found = set(await self._by_pieces(own, words, user.role))
        for case in await self._not_written_yet(own):
            found.discard(case.id)
            if _has(words, texts_seen(user, case)):
                found.add(case.id)
        return sorted(found)

    async def places_in(
        self, user: User, rows: Sequence[Case], asked: str, library: QuestionnaireRepository
    ) -> list[FoundCase]:
        """The rows of a page with the places where the words stand in each case as it is now."""
        words = words_of(asked)
        found = await self._cases.find(
            {"_id": {"$in": [each.id for each in rows]}}, projection=READ_BY_SEARCHES
        )
        cases = {each.id: each for each in map(Case, found)}
        return [
            await self._with_places(user, row, cases[row.id], words, library)
            if row.id in cases
            else FoundCase(row)
            for row in rows
        ]

    async def _with_places(
        self, user: User, row: Case, case: Case, words: Sequence[str], library: QuestionnaireRepository
    ) -> FoundCase:
        texts = texts_seen(user, await read_texts(self._store, case))
        hits = await asyncio.to_thread(hits_in, texts, words)
        if all(hit.place.found_in is not FoundIn.ANSWERS for hit in hits):
            return FoundCase(row, hits)
        opened = [(each.code, each.version) for each in case.stages[Stage.QUESTIONNAIRE].questionnaires]
        asked = await library.of_case(opened, case.specific, case.kind)
        numbers = numbers_of(asked)
        return FoundCase(row, [replace(hit, number=numbers.get(hit.place.question)) for hit in hits], asked)

    async def _by_pieces(self, own: Document, words: Sequence[str], role: Role) -> list[str]:
        """What the index leads to and, looked at, has the words."""
        looked_at: list[Document] = [
            {"$or": [{f"texts.{each}": {"$regex": re.escape(word)}} for each in _SEEN_BY[role]]}
            for word in words
        ]
        asked, span, pieces = pieces_asked(words), span_asked(words), _PIECES[role]
        ways: list[list[Document]] = [[{pieces: {"$in": [piece, EVERY]}} for piece in asked]]
        if not asked and span:
            ways = [[{pieces: {"$elemMatch": {"$gte": span[0], "$lt": span[1]}}}], [{pieces: EVERY}]]
        found: list[str] = []
        for way in ways:
            rows = await self._words.find(
                own | {"$and": [*looked_at, *way]}, limit=MOST_FOUND, projection={"_id": 1}
            )
            found += [str(each["_id"]) for each in rows]
        return found

    async def _not_written_yet(self, own: Document) -> list[Case]:
        owing = own | {"words_owed_since": {"$gt": _EVER}}
        found = await self._cases.find(owing, limit=MOST_UNWRITTEN, projection=READ_BY_SEARCHES)
        return [await read_texts(self._store, Case(each)) for each in found]


def texts_seen(user: User, case: Case) -> list[PlacedText]:
    """The texts of a case that a user may find it by."""
    return [each for each in texts_of(case) if each.found_in in _SEEN_BY[user.role]]


def _has(words: Iterable[str], texts: Sequence[PlacedText]) -> bool:
    folded = [fold(each.text) for each in texts]
    return all(any(word in text for text in folded) for word in words)


def hits_in(texts: Iterable[PlacedText], words: Sequence[str]) -> list[Hit]:
    """Every text that has any of the words, in the order of `FoundIn`, with what stands around its first hit."""
    order = list(FoundIn)
    return sorted(_hits(words, texts), key=lambda hit: order.index(hit.place.found_in))


def _hits(words: Sequence[str], texts: Iterable[PlacedText]) -> Iterator[Hit]:
    for each in texts:
        places = [place for word in words if (place := place_of(word, each.text))]
        if places:
            start, end = min(places)
            before, after = each.text[max(start - _AROUND, 0) : start], each.text[end : end + _AROUND]
            yield Hit(
                each, ("…" if start > _AROUND else "") + before, each.text[start:end],
                after + ("…" if len(each.text) > end + _AROUND else ""),
            )  # fmt: skip

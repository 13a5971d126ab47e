"""The cases as the portal reads them, which changes none; who may see which is for the caller to ask (DOMAIN 1.9)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from services.portal.cases.paging import MOST_COUNTED, Order, Page, PagedList
from services.portal.cases.query import CaseQuery, filter_of, order_of, parts_of
from services.portal.cases.tasks import SIGNED_AFTER, TASK_FIELDS
from services.portal.cases.word_search import WordSearch
from services.portal.identity.sessions import User
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.collections import CASES
from shared.contracts.documents.cases import Case
from shared.contracts.parts import CheckForm
from shared.contracts.vocabulary import Kind, Role, Stage, Status, Turn
from shared.lifecycle.time_limits import Demand
from shared.runtime.clock import now
from shared.runtime.store import Document, Store

ROW = dict.fromkeys(
    (
        "authority", "case_no", "kind", "category", "specific", "overview", "applied_at", "stage", "status", "has_reply",
        "updated_at", "turn", "turn_began_at",
    ),
    1,
)  # fmt: skip
"""What a list needs of a case."""
_TASK = ROW | TASK_FIELDS
_HEAD = dict.fromkeys(
    (
        "kind", "stage", "status", "turn", "turn_began_at", "stages.certificate_consultation.status",
        "stages.certificate_consultation.signatories.at",
    ),
    1,
)  # fmt: skip
_LOOKED_AT = 1000
_EARLIER, _EARLIER_APPROVED = 8, 2
"""Of how many earlier cases the answers are looked at: each may have a megabyte of them."""
_SUBMITTED_AT = "stages.questionnaire.submitted_at"
_ANSWERED = dict.fromkeys(
    (
        "case_no", "kind", "category", "specific", _SUBMITTED_AT,
        *(f"stages.questionnaire.{name}" for name in ("status", "entered_at", "questionnaires", "answers")),
    ),
    1,
)  # fmt: skip
_NOT_ACCEPTED_YET = tuple(
    {*Status} - {Status.DRAFT, Status.ACCEPTED, Status.APPROVED, Status.REJECTED, Status.NOT_APPROVED}
)
_MOVEMENTS = {"case_no": 1, "kind": 1, "category": 1, "specific": 1, "timeline": 1}
_OF_A_DUE_DATE = dict.fromkeys(
    ("authority", "case_no", "kind", "stage", "status", "turn", "turn_began_at"), 1
)


class CaseRepository:
    """One case, pages of many, and how many there are."""

    def __init__(self, store: Store) -> None:
        self._cases, self.words = store.collection(CASES.name), WordSearch(store)

    async def find(self, reference: str) -> Case | None:
        """The case with this id or number."""
        by_id, by_number = {"_id": reference}, {"case_no": reference}
        document = await self._cases.find_one(by_id) or await self._cases.find_one(by_number)
        return Case(document) if document else None

    async def head_of(self, case_no: str) -> Case | None:
        """The case with this number: its id and its authority alone."""
        document = await self._cases.find_one({"case_no": case_no}, {"authority": 1})
        return Case(document) if document else None

    async def authorities_of(self, case_nos: Sequence[str]) -> dict[str, str]:
        """The code of each case's authority, by its number; those without a case are not there."""
        found = await self._cases.find(
            {"case_no": {"$in": list(case_nos)}}, projection={"case_no": 1, "authority": 1}
        )
        return {case["case_no"]: case["authority"] for case in found}

    async def page(self, user: User, wanted: CaseQuery, *, count_all: bool = False) -> Page[Case]:
        """A page of the list, of each case what a row needs; `count_all` counts beyond 10,000.

        RequestRejected (422) for an unknown sort.
        """
        fitting, order = await self._fitting(user, wanted), order_of(wanted.sort)
        cases = PagedList(self._cases, parts_of(fitting, wanted), order, _shown(order), whole=fitting)
        return await cases.page(wanted, Case, None if count_all else MOST_COUNTED)

    async def each(self, user: User, wanted: CaseQuery) -> AsyncIterator[list[Case]]:
        """All of the list, some at a time, of each case what a row needs; RequestRejected as in `page`."""
        fitting, order = await self._fitting(user, wanted), order_of(wanted.sort)
        cases = PagedList(self._cases, parts_of(fitting, wanted), order, _shown(order))
        async for rows in cases.batches():
            yield [Case(row) for row in rows]

    async def _fitting(self, user: User, wanted: CaseQuery) -> Document:
        """The filter of a list, with the cases that have the words it asks for."""
        found = await self.words.cases_with(user, wanted.q)
        return filter_of(user, wanted) | ({} if found is None else {"_id": {"$in": found}})

    async def waiting(self, authority: str, most: int, *, heads: bool = False) -> tuple[list[Case], int]:
        """The authority's cases in which it has its turn, longest first, `most` rows; how many there are, to 10,001.

        `heads`: only what says which task it is and when it is due.
        """
        wanted = {"authority": authority, "turn": Turn.AUTHORITY.value}
        found = await self._cases.find(
            wanted, sort=[("turn_began_at", 1), ("_id", 1)], limit=most, projection=_HEAD if heads else _TASK
        )
        total = len(found) if len(found) < most else await self._cases.count(wanted, limit=MOST_COUNTED + 1)
        return [Case(row) for row in found], total

    async def without_signatories(self, authority: str, most: int, *, heads: bool = False) -> list[Case]:
        """The authority's cases whose certificate was consulted on, and that have no certifying officers declared."""
        found = await self._cases.find(
            {"authority": authority, "stage": {"$in": [each.value for each in SIGNED_AFTER]},
             "status": Status.APPROVED.value, "stages.certificate_consultation.signatories": {"$exists": False}},
            limit=most, projection=_HEAD if heads else _TASK,
        )  # fmt: skip
        return [Case(row) for row in found]

    async def count_asked(self, demand: Demand, began_before: datetime | None = None) -> int:
        """In how many cases authorities are asked for this (since before then); no further than to 10,001."""
        wanted: Document = {
            "stage": demand.stage.value, "status": {"$in": [each.value for each in demand.statuses]},
            "kind": demand.kind.value, "turn": Turn.AUTHORITY.value,
        }  # fmt: skip
        if began_before:
            wanted["turn_began_at"] = {"$lt": began_before}
        return await self._cases.count(wanted, limit=MOST_COUNTED + 1)

    async def asked_before(self, demand: Demand, began_before: datetime) -> list[Case]:
        """The cases of all authorities in which this has been asked since before then, by what tells when it is due."""
        wanted: Document = {
            "stage": demand.stage.value, "status": {"$in": [each.value for each in demand.statuses]},
            "kind": demand.kind.value, "turn_began_at": {"$lt": began_before},
        }  # fmt: skip
        return [Case(row) for row in await self._cases.find(wanted, projection=_OF_A_DUE_DATE)]

    async def open_applications(self, authority: str) -> dict[str, list[str]]:
        """The numbers of the authority's applications that have not ended, oldest first, by specific category (DOMAIN 1.7).

        So far as they are among the thousand open cases that have waited longest.
        """
        found = await self._cases.find(
            {"authority": authority, "turn": {"$in": [turn.value for turn in Turn if turn is not Turn.NOBODY]}},
            sort=[("turn_began_at", 1), ("_id", 1)], limit=_LOOKED_AT, projection={"kind": 1, "case_no": 1, "specific": 1},
        )  # fmt: skip
        there: dict[str, list[str]] = {}
        for case in map(Case, found):
            if case.kind is Kind.ASSESSMENT and case.case_no:
                for code in case.specific:
                    there.setdefault(code, []).append(case.case_no)
        return {code: sorted(numbers) for code, numbers in there.items()}

    async def last_contact(self, authority: str) -> CheckForm:
        """Whom the authority named in its newest submitted application; nobody where there is none."""
        newest = await self._cases.find(
            {"authority": authority, "kind": Kind.ASSESSMENT.value},
            sort=[("applied_at", -1), ("_id", -1)], limit=1, projection={"applied_at": 1, "stages.application.form": 1},
        )  # fmt: skip
        cases = [Case(document) for document in newest]
        if not cases or cases[0].applied_at is None:
            return CheckForm()
        form = cases[0].stages[Stage.APPLICATION].application_form
        return CheckForm(department=form.department, contact=form.contact)

    async def submitted_questionnaires(self, case: Case) -> list[Case]:
        """The authority's other cases with a questionnaire that was submitted: the last ones, and for the food the approved ones.

        Of each what its questionnaire was, and the answers to it.
        """
        of_its: Document = {"authority": case.authority}
        last = await self._cases.find(
            of_its | {_SUBMITTED_AT: {"$lt": now()}},
            sort=[(_SUBMITTED_AT, -1)], limit=_EARLIER + 1, projection=_ANSWERED,
        )  # fmt: skip
        approved = await self._cases.find(
            of_its | {"category": case.category, "stages.questionnaire.status": Status.APPROVED.value},
            sort=[("applied_at", -1), ("_id", -1)], limit=_EARLIER_APPROVED + 1, projection=_ANSWERED,
        )  # fmt: skip
        found = {document["_id"]: Case(document) for document in (*last, *approved)}
        found.pop(case.id, None)
        return [*found.values()]

    async def moved_since(self, authority: str, since: datetime, most: int) -> list[Case]:
        """The authority's cases that moved later than this, the last one first: what they are, and their movements."""
        found = await self._cases.find(
            {"authority": authority, "moved_at": {"$gt": since}},
            sort=[("moved_at", -1), ("_id", -1)], limit=most, projection=_MOVEMENTS,
        )  # fmt: skip
        return [Case(document) for document in found]

    async def count_applications_for(self, authority: str, foods: Collection[str]) -> tuple[int, int]:
        """How many drafts of an authority name one of these foods, and how many applications that are not accepted yet."""
        of_its = {"authority": authority, "stage": Stage.APPLICATION.value, "specific": {"$in": list(foods)}}
        drafts, still_open = [
            await self._cases.count(of_its | {"status": {"$in": [each.value for each in statuses]}})
            for statuses in ((Status.DRAFT,), _NOT_ACCEPTED_YET)
        ]
        return drafts, still_open

    async def foods_of(self, user: User) -> frozenset[str]:
        """The specific categories that a user finds in filters: the authority's scope, and what it was checked for beyond it.

        An operator finds all (DOMAIN 1.4, B10).
        """
        if user.role is Role.OPERATOR:
            return frozenset(SPECIFIC)
        beyond = {"authority": user.authority, "outside_scope": {"$gt": ""}}
        checks = map(Case, await self._cases.find(beyond, projection={"outside_scope": 1}))
        return frozenset(user.scope).union(*(check.outside_scope for check in checks))

    async def count(self, most: int = 0) -> int:
        """How many cases there are; no further than to `most`, where it is not 0."""
        return await self._cases.count({}, limit=most)

    async def count_with_outbox(self, most: int = 0) -> int:
        """How many have events that the broker has not confirmed; no further than to `most`, where it is not 0."""
        return await self._cases.count({"outbox.by": {"$gt": ""}}, limit=most)  # by the relays' index

    async def owed_since(self) -> datetime | None:
        """When the oldest event was written that the broker has not confirmed, of a thousand cases; None where there is none."""
        found = await self._cases.find(
            {"outbox.by": {"$gt": ""}}, projection={"outbox.at": 1}, limit=_LOOKED_AT
        )
        return min((entry["at"] for case in found for entry in case["outbox"] if "at" in entry), default=None)

    async def unconfirmed_since(self, before: datetime) -> list[datetime]:
        """When submissions were sent that customs has not confirmed, of those sent earlier than `before`; a thousand at most."""
        late = {"status": Status.SENT.value, "moved_at": {"$lt": before}}
        found = await self._cases.find(late, projection={"moved_at": 1}, limit=_LOOKED_AT)
        return [case["moved_at"] for case in found]

    async def all(self, fields: Mapping[str, int], statuses: Collection[Status] = ()) -> list[Case]:
        """These fields of every case, or of those in one of these statuses."""
        which: Document = {"status": {"$in": [each.value for each in statuses]}} if statuses else {}
        return [Case(document) for document in await self._cases.find(which, projection=fields)]


def _shown(order: Order) -> dict[str, int]:
    return ROW | {name: 1 for name, _direction in order}

"""What the lists and ledgers really ask is what `shared/contracts/queries.py` says of them, filter and order."""

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, product
from pathlib import Path

import pytest

from services.customs_gateway.dead_letters.repository import DeadLetterRepository
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.portal.cases.figures import Figures
from services.portal.cases.ledgers import Ledgers
from services.portal.cases.paging import Paged
from services.portal.cases.query import SORTS, CaseQuery
from services.portal.cases.repository import CaseRepository
from services.portal.identity.sessions import User
from services.portal.news.inbox import Inbox
from services.portal.news.mails import MailLedger
from services.portal.operations.audit import page_of_trail, whole_trail
from shared.contracts.news import MailState
from shared.contracts.queries import QUERIES, Query
from shared.contracts.states import DeadLetterState, DeclarationState, ReceiptState
from shared.contracts.vocabulary import Role, Status
from shared.lifecycle.cases import Cases
from shared.lifecycle.time_limits import DEMANDS
from shared.runtime.store import Collection, Document, Store

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 29, tzinfo=UTC)
OFFICER = User("officer", Role.OFFICER, "AW-01", "AW", (), "session")
OPERATOR = User("operator", Role.OPERATOR, "", "", (), "session")
Asked = tuple[str, str, Document, tuple[tuple[str, int], ...] | None]
_TEXTS = {"kind": "assessment", "category": "", "specific": [], "overview": "", "replies": []}
_ON_THE_WAY = {__file__, str(ROOT / "services/portal/cases/paging.py")}


class AskedCollection(Collection):
    """Notes what it is asked, by whom, and finds one row for everything."""

    def __init__(self, name: str, asked: list[Asked]) -> None:
        super().__init__(None)
        self._name, self._asked = name, asked

    def find(  # type: ignore[override]  # noted when it is asked; a task may wait for it later
        self, filter: Document, *, sort: Sequence[tuple[str, int]] = (), skip: int = 0, limit: int = 0,
        projection: Mapping[str, object] | None = None,
    ) -> Awaitable[list[Document]]:  # fmt: skip
        self._note(filter, tuple(sort))
        moments = {name: AT for name, _way in sort if name != "_id"}
        row: Document = {
            "outside_scope": [],
            "case_no": "1",
            "authority": "AW-01",
            "moved_at": AT,
            "at": AT,
            **_TEXTS,
            **moments,
            "_id": "one",
        }
        return _given([row][skip:])

    def aggregate(self, pipeline: Sequence[Document]) -> Awaitable[list[Document]]:  # type: ignore[override]
        fitting, order, most = (
            pipeline[place][name] for place, name in enumerate(("$match", "$sort", "$limit"))
        )
        assert most
        self._note(fitting, tuple(order.items()))
        return _given([])

    def count(self, filter: Document, *, limit: int = 0) -> Awaitable[int]:  # type: ignore[override]
        self._note(filter, None)
        return _given(50)

    async def find_one(self, filter: Document, projection: Document | None = None) -> Document | None:
        self._note(filter, None)
        return None

    async def update_one(self, filter: Document, update: Document, *, upsert: bool = False) -> int:
        return 1

    async def update_many(self, filter: Document, update: Document) -> int:
        self._note(filter, None)
        return 1

    def _note(self, filter: Document, order: tuple[tuple[str, int], ...] | None) -> None:
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename in _ON_THE_WAY:
            frame = frame.f_back
        path = Path(frame.f_code.co_filename).relative_to(ROOT).as_posix()
        name = frame.f_code.co_qualname.split(".<locals>")[0]
        self._asked.append((f"{path}:{name}", self._name, filter, order))


async def _given[Answer](answer: Answer) -> Answer:
    return answer


class AskedStore(Store):
    """Its collections note what they are asked in one list."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def collection(self, name: str) -> AskedCollection:
        return AskedCollection(name, self.asked)


def shapes(filter: Document) -> Iterator[tuple[set[str], set[str], set[str]]]:
    """The fields that have one of some values, those within bounds, and those with other conditions; of each alternative."""
    for conditions in _alternatives(filter):
        equal, within, other = ({name for name, each in conditions if _kind(each) == kind} for kind in "=<?")
        yield equal, within - equal, other - equal


def _alternatives(filter: Document) -> list[list[tuple[str, object]]]:
    """The conditions of a filter; as many lists as its `$or` let it choose from."""
    found: list[list[tuple[str, object]]] = [[]]
    for name, condition in filter.items():
        if name == "$or":
            ways = [way for each in condition for way in _alternatives(each)]
        elif name == "$and":
            ways = [[*chain.from_iterable(chosen)] for chosen in product(*map(_alternatives, condition))]
        else:
            ways = [[(name, condition)]]
        found = [before + way for before, way in product(found, ways)]
    return found


def _kind(condition: object) -> str:
    if not isinstance(condition, dict) or set(condition) == {"$in"}:
        return "="
    bounds: Document = condition.get("$elemMatch", condition)  # one element of a list may be bounded
    return "<" if set(bounds) <= {"$gt", "$gte", "$lt", "$lte"} else "?"


def is_named(asked: Asked) -> bool:
    """Whether every alternative of a question is one of those that are named for its place."""
    place, collection, fitting, order = asked
    here = [query for query in QUERIES if (query.asked_in, query.collection) == (place, collection)]
    return all(any(_fits(query, *shape, order) for query in here) for shape in shapes(fitting))


def _fits(
    query: Query,
    equal: set[str],
    within: set[str],
    other: set[str],
    order: tuple[tuple[str, int], ...] | None,
) -> bool:
    ordered, looked_at = {name for name, _way in query.order}, set(query.looked_at)
    turned = tuple((name, -way) for name, way in query.order)
    return (
        set(query.equal) <= equal <= set(query.equal) | looked_at | ordered
        and set(query.within) <= within <= set(query.within) | ordered | looked_at
        and other <= looked_at | ordered | set(query.within)
        and (order is None or order in (query.order, turned))
    )


Question = Callable[[AskedStore], Awaitable[object]]
_FILTERS = [
    dict(zip(("kind", "category", "stage", "status", "turn", "q"), chosen, strict=True))
    for chosen in product(
        ("", "assessment"), ("", "aquatic"), ("", "evaluation"), ("", "received"), ("", "customs"), ("", "meat", "肉", "7"),
    )
]  # fmt: skip
_ORDERS = [*SORTS, "updated_at", "-updated_at", "-case_no", "-stage", "-turn_began_at", "moved_at"]


@pytest.mark.parametrize("user", [OFFICER, OPERATOR], ids=["officer", "operator"])
@pytest.mark.parametrize("sort", _ORDERS)
async def test_a_list_asks_what_is_named_whatever_is_chosen(user: User, sort: str) -> None:
    store = AskedStore()
    for chosen in _FILTERS:
        asked = CaseQuery.model_validate({**chosen, "sort": sort, "page": 3})
        at = (await CaseRepository(store).page(user, asked)).at
        for page in (1, 2, 4):
            await CaseRepository(store).page(user, asked.model_copy(update={"at": at, "page": page}))
    assert [asked for asked in store.asked if not is_named(asked)] == []


_OTHERS: dict[str, Question] = {
    "export": lambda store: Ledgers(store).newest_receipts({"state": "parked"}, 10),
    "receipts of": lambda store: Ledgers(store).receipts_of("1"),
    "rates": lambda store: Ledgers(store).count_received_since(AT),
    "count receipts": lambda store: Ledgers(store).count_receipts(),
    "all receipts": lambda store: Ledgers(store).all_receipts({"state": 1}),
    "some receipts": lambda store: Ledgers(store).all_receipts({"state": 1}, [ReceiptState.PARKED]),
    "declarations of": lambda store: Ledgers(store).declarations_of("1"),
    "count declarations": lambda store: Ledgers(store).count_declarations(),
    "to send": lambda store: Ledgers(store).declarations_to_send({"state": 1}, ["a"]),
    "all declarations": lambda store: Ledgers(store).all_declarations({"state": 1}),
    "dead": lambda store: Ledgers(store).dead_letters("", Paged(page=2)),
    "dead and open": lambda store: Ledgers(store).dead_letters("open", Paged(page=2)),
    "count dead": lambda store: Ledgers(store).count_open_dead_letters(),
    "newest dead": lambda store: DeadLetterRepository(store).newest(DeadLetterState.OPEN),
    "oldest dead": lambda store: Ledgers(store).oldest_open_dead_letter(),
    "oldest declaration": lambda store: Ledgers(store).oldest_declaration(DeclarationState.QUEUED),
    "waiting by stage": lambda store: Figures(store).waiting_by_stage("AW-01", AT),
    "days of a stage": lambda store: Figures(store).days_by_stage("AW-01"),
    "days of all": lambda store: Figures(store).days_by_stage(None),
    "hours": lambda store: Figures(store).receipts_by_hour(AT, 24),
    "seconds": lambda store: Figures(store).seconds_to_movement(AT),
    "trail": lambda store: page_of_trail(store, Paged(page=2)),
    "trail of one": lambda store: page_of_trail(store, Paged(page=2), action="export", by="operator"),
    "whole trail": lambda store: anext(whole_trail(store)),
    "whole trail of one": lambda store: anext(whole_trail(store, action="export", by="operator")),
    "inbox": lambda store: Inbox(store).page(OFFICER, Paged(page=2)),
    "unread": lambda store: Inbox(store).page(OFFICER, Paged(page=2), unread=True),
    "count unread": lambda store: Inbox(store).count_unread(OFFICER, 99),
    "all read": lambda store: Inbox(store).mark_all_read(OFFICER, AT),
    "known": lambda store: Inbox(store).known(["a", "b"]),
    "mails": lambda store: MailLedger(store).page("", Paged(page=2)),
    "mails in a state": lambda store: MailLedger(store).page("parked", Paged(page=2)),
    "parked mails": lambda store: MailLedger(store).parked(10),
    "count mails": lambda store: MailLedger(store).count_in(MailState.PARKED),
    "count due": lambda store: MailLedger(store).count_due(),
    "oldest due": lambda store: MailLedger(store).oldest_due(),
    "case": lambda store: CaseRepository(store).find("1"),
    "whose": lambda store: CaseRepository(store).authorities_of(["1", "2"]),
    "unconfirmed for long": lambda store: CaseRepository(store).unconfirmed_since(AT),
    "head": lambda store: CaseRepository(store).head_of("1"),
    "waiting": lambda store: CaseRepository(store).waiting("AW-01", 1),
    "waiting heads": lambda store: CaseRepository(store).waiting("AW-01", 1, heads=True),
    "signatories": lambda store: CaseRepository(store).without_signatories("AW-01", 1),
    "asked": lambda store: CaseRepository(store).count_asked(DEMANDS[0], AT),
    "moved": lambda store: CaseRepository(store).moved_since("AW-01", AT, 10),
    "foods": lambda store: CaseRepository(store).foods_of(OFFICER),
    "open foods": lambda store: CaseRepository(store).open_applications("AW-01"),
    "count": lambda store: CaseRepository(store).count(),
    "outbox": lambda store: CaseRepository(store).count_with_outbox(),
    "unconfirmed": lambda store: CaseRepository(store).all({"stage": 1}, [Status.SENT]),
    "all": lambda store: CaseRepository(store).all({"stage": 1}),
    "waiting receipts": lambda store: ReceiptLedger(store).waiting("1"),
    "open applications": lambda store: Cases(store).open_applications("AW-01", ["aquatic"], "1"),
}  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"state": "parked"},
        {"reason": "schema"},
        {"case_no": "1"},
        {"state": "parked", "case_no": "1"},
        {"state": "parked", "_id": "R-1"},
    ],
)
async def test_the_pages_of_receipts_ask_what_is_named(values: dict[str, str]) -> None:
    store = AskedStore()
    await Ledgers(store).receipts(values, Paged(page=2))
    await ReceiptLedger(store).newest(values.get("state"), values.get("case_no"))
    assert [asked for asked in store.asked if not is_named(asked)] == []


@pytest.mark.parametrize("question", _OTHERS)
async def test_a_repository_asks_what_is_named(question: str) -> None:
    store = AskedStore()
    await _OTHERS[question](store)
    assert store.asked
    by_id = {"_id"}
    assert [asked for asked in store.asked if set(asked[2]) != by_id and not is_named(asked)] == []


def test_what_is_not_named_is_told() -> None:
    place = "services/portal/cases/ledgers.py:Ledgers.receipts_of"
    assert is_named((place, "receipts", {"case_no": "1"}, ()))
    assert not is_named((place, "receipts", {"case_no": "1", "stage": "evaluation"}, ()))
    assert not is_named((place, "receipts", {"state": "parked"}, ()))
    assert not is_named((place, "receipts", {"case_no": {"$gt": "1"}}, ()))
    assert not is_named((place, "receipts", {"case_no": "1"}, (("received_at", 1),)))
    assert not is_named((place, "receipts", {"$or": [{"case_no": "1"}, {"state": "parked"}]}, ()))

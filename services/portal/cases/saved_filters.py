"""What people keep of the lists' filters under names of their own: a document a person, changed by its version."""

from collections.abc import Callable, Sequence

from ulid import ULID

from services.portal.identity.refusals import refuse_faults
from shared.contracts.collections import SAVED_FILTERS
from shared.contracts.documents.people import FiltersOfOne, SavedFilter
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.faults import FieldFault
from shared.runtime.store import DuplicateKey, Store

MOST_SAVED = 20
"""So many a person has, over all lists: more would not be found among each other."""
LONGEST_NAME = 60
Saved = Sequence[SavedFilter]
Change = Callable[[Saved], Saved]


async def filters_of(store: Store, username: str) -> tuple[SavedFilter, ...]:
    """A person's saved filters, in the order in which they were saved."""
    return (await _kept(store, username)).filters


async def save_filter(store: Store, username: str, name: str, address: str, query: dict[str, str]) -> None:
    """Keep the filters of the list at this address under a name.

    RequestRejected (422, field `name`) where the list has another one of that name, or there are `MOST_SAVED` already.
    """
    made = SavedFilter({"id": str(ULID()), "name": name, "list": address, "query": query})

    def added(saved: Saved) -> Saved:
        refuse_faults(_name_faults(name, [each.name for each in saved if each.list == address]))
        refuse_faults(_too_many(saved))
        return [*saved, made]

    await _change(store, username, added)


async def rename_filter(store: Store, username: str, filter_id: str, name: str) -> None:
    """Give a saved filter another name; RequestRejected as `save_filter`. Nothing changes where it is gone."""

    def renamed(saved: Saved) -> Saved:
        own = next((each for each in saved if each.id == filter_id), None)
        if own is None:
            return saved
        others = [each.name for each in saved if each.list == own.list and each.id != filter_id]
        refuse_faults(_name_faults(name, others))
        return [each.changed(name=name) if each.id == filter_id else each for each in saved]

    await _change(store, username, renamed)


async def remove_filter(store: Store, username: str, filter_id: str) -> None:
    """Keep a filter no more."""
    await _change(store, username, lambda saved: [each for each in saved if each.id != filter_id])


async def _kept(store: Store, username: str) -> FiltersOfOne:
    found = await store.collection(SAVED_FILTERS.name).find_one({"_id": username})
    return FiltersOfOne(found or {"_id": username, "version": 0, "filters": []})


async def _change(store: Store, username: str, change: Change) -> None:
    """Change what a person has; from another window at the same time, one after the other."""
    collection = store.collection(SAVED_FILTERS.name)
    while True:
        kept = await _kept(store, username)
        values: Document = {"version": kept.version + 1, "filters": documents_of(change(kept.filters))}
        try:
            written = await collection.update_one(
                {"_id": username, "version": kept.version}, {"$set": values}, upsert=kept.version == 0
            )
        except DuplicateKey:  # another window was the first to save one
            continue
        if written:
            return


def _name_faults(name: str, others: Sequence[str]) -> list[FieldFault]:
    if not name:
        return [FieldFault("name", "required", "请填写名称。", "Please type a name.")]
    if len(name) > LONGEST_NAME:
        long = f"名称最多{LONGEST_NAME}个字符。", f"A name has at most {LONGEST_NAME} characters."
        return [FieldFault("name", "too_long", *long)]
    if name in others:
        taken = (
            "该列表已有同名的筛选条件，请换一个名称。",
            "Another filter of this list has that name already.",
        )
        return [FieldFault("name", "taken", *taken)]
    return []


def _too_many(saved: Saved) -> list[FieldFault]:
    if len(saved) < MOST_SAVED:
        return []
    full = (
        f"最多可保存{MOST_SAVED}组筛选条件，请先删除一组。",
        f"At most {MOST_SAVED} saved filters are kept; remove one first.",
    )
    return [FieldFault("name", "too_many", *full)]

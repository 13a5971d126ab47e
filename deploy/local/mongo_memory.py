"""mongoeco's memory engine with indexes in order, for the database that stands in for MongoDB.

It touches mongoeco's inside, so requirements-local.in pins the version. What each is worth: decisions 0031 and 0033.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from mongoeco.core.codec import DocumentCodec
from mongoeco.core.compiled_query import CompiledQuery
from mongoeco.core.query_plan import AndCondition, EqualsCondition, InCondition
from mongoeco.engines._memory_collection import MemoryCollection
from mongoeco.engines.memory import MemoryEngine
from mongoeco.engines.semantic_core import stream_finalize_documents

from deploy.local.mongo_order import Cell, OrderedIndex
from deploy.local.mongo_plan import Fields, Stretches, best_reading, conditions_of


class Memory(MemoryEngine):
    """Keeps everything in memory, and answers from indexes in order where one has what is asked for.

    mongoeco compares each new _id with that of every stored document, besides its lookup by key: inserts get 5 to 13 times
    faster without.
    """

    def _ensure_unique_indexes(self, *args: Any, **options: Any) -> None:
        options["scan_payload_id"] = False
        super()._ensure_unique_indexes(*args, **options)

    def _validate_compound_multikey_shape(self, document: Any, index: Any) -> None:
        """Refuse two lists in one index; mongoeco walks through every field of every index at each write to find them."""
        if any("." in field or isinstance(document.get(field), list) for field in index.fields):
            super()._validate_compound_multikey_shape(document, index)

    def _update_indexes_locked(self, db_name: str, coll_name: str, *args: Any, **options: Any) -> None:
        """Keep those of mongoeco's indexes that refuse documents or end them; ours only note what changed."""
        indexes = (options.get("indexes_view") or self._indexes).get(db_name, {}).get(coll_name, [])
        if kept := list(filter(_is_mongoecos, indexes)):
            options["indexes_view"] = {db_name: {coll_name: kept}}
            super()._update_indexes_locked(db_name, coll_name, *args, **options)

    def _rebuild_index_data_locked(self, db_name: str, coll_name: str, index: Any, **options: Any) -> None:
        if _is_mongoecos(index):
            super()._rebuild_index_data_locked(db_name, coll_name, index, **options)

    def _set_storage_document_locked(self, collection: Any, storage_key: Any, document: Any) -> None:
        super()._set_storage_document_locked(collection, storage_key, document)
        _note_change(collection, storage_key)

    def _delete_storage_document_locked(self, collection: Any, storage_key: Any) -> None:
        super()._delete_storage_document_locked(collection, storage_key)
        _note_change(collection, storage_key)

    def _candidate_items_for_plan_locked(self, coll: Any, query_plan: Any, **options: Any) -> Any:
        """Which documents a write looks at, or a reading that no order is asked of."""
        if not isinstance(coll, MemoryCollection):  # there is none yet
            return list(coll.items())
        if (values := _ids(query_plan)) is not None:
            keys = coll.ordered_keys(dict.fromkeys(map(self._storage_key, values)))
            return [(key, coll[key]) for key in keys]
        if options["collation"] is None and (reading := self._reading(coll, options["indexes"], query_plan)):
            return [(key, stored) for key, stored in reading.cells_as_stored()]
        return list(coll.items())

    def scan_find_semantics(
        self, db_name: str, coll_name: str, semantics: Any, *, context: Any = None
    ) -> Any:
        """The documents that are asked for: in order from an index where one has them, else as mongoeco finds them."""
        if _ids(semantics.query_plan) is not None:
            return super().scan_find_semantics(db_name, coll_name, semantics, context=context)

        async def scan() -> AsyncIterator[Any]:
            async with self._get_lock(db_name, coll_name):
                found = self._found(db_name, coll_name, semantics, context)
            if found is None:
                slowly = super(Memory, self).scan_find_semantics(
                    db_name, coll_name, semantics, context=context
                )
                async for document in slowly:
                    yield document
                return
            shown = stream_finalize_documents(
                found, semantics, apply_skip_limit_phase=False, emit_public_documents=False
            )
            for document in shown:
                yield self._copy_document_containers(DocumentCodec.to_public(document))

        return scan()

    async def count_find_semantics(
        self, db_name: str, coll_name: str, semantics: Any, *, context: Any = None, operation_context: Any = None
    ) -> int:  # fmt: skip
        """How many documents fit, without a look at them where an index tells."""
        if operation_context is not None:
            context = operation_context.session
        async with self._get_lock(db_name, coll_name):
            number = self._counted(db_name, coll_name, semantics, context)
        if number is None:
            return int(await super().count_find_semantics(db_name, coll_name, semantics, context=context))
        return number

    def _found(self, db_name: str, coll_name: str, semantics: Any, context: Any) -> list[Any] | None:
        """The documents on a page of what is asked for, in its order; None where no index gives them."""
        reading = self._reading_of(db_name, coll_name, semantics, context, semantics.sort or ())
        if reading is None:
            return None
        few = bool(semantics.sort) or semantics.limit is not None
        cells = reading.cells() if few else reading.cells_as_stored()
        return list(_page(self._fitting(reading, cells, semantics), semantics))

    def _counted(self, db_name: str, coll_name: str, semantics: Any, context: Any) -> int | None:
        """How many documents there are on such a page; None where no index tells."""
        reading = self._reading_of(db_name, coll_name, semantics, context, ())
        if reading is None:
            return None
        if reading.rest:
            fitting = self._fitting(reading, reading.cells(), semantics)
            return sum(1 for _each in _page(fitting, semantics))
        return len(_page(range(reading.count()), semantics))

    def _fitting(self, reading: Stretches, cells: Iterable[Any], semantics: Any) -> Iterator[Any]:
        """Those of the documents that fulfil what their index does not say of them."""
        documents = (
            stored.decoded_wrapped or self._borrow_storage_document(stored) for _key, stored in cells
        )
        if not reading.rest:
            return documents
        conditions = AndCondition(tuple(reading.rest))
        whole = None in reading.rest
        query = semantics.compiled_query if whole else CompiledQuery(conditions, dialect=semantics.dialect)
        return filter(partial(query.match, variables=semantics.variables), documents)

    def _reading_of(
        self, db_name: str, coll_name: str, semantics: Any, context: Any, sort: Sequence[tuple[str, int]]
    ) -> Stretches | None:
        """The reading for a question; None where no index has it, documents end by the clock, or the question is special."""
        collection = self._storage_view(context).get(db_name, {}).get(coll_name, {})
        indexes = self._indexes_view(context).get(db_name, {}).get(coll_name, [])
        special = semantics.collation or semantics.hint or semantics.text_query or semantics.deadline
        if special or any(each.expire_after_seconds is not None for each in indexes):
            return None
        return (
            None
            if _ids(semantics.query_plan)
            else self._reading(collection, indexes, semantics.query_plan, sort)
        )

    def _reading(
        self, collection: Any, indexes: Sequence[Any], plan: Any, sort: Sequence[tuple[str, int]] = ()
    ) -> Stretches | None:
        """What our indexes make of a question."""
        if not isinstance(collection, MemoryCollection):
            return None
        orders = _orders_of(collection)

        def ask(fields: Fields) -> OrderedIndex:
            if fields not in orders.indexes:
                orders.indexes[fields] = OrderedIndex(fields, orders.cells)
            index = orders.indexes[fields]
            index.refresh(collection, self._borrow_storage_document)
            return index

        known = (tuple(each.fields) for each in indexes if all(way in (1, -1) for _name, way in each.key))
        return best_reading(known, ask, plan, sort)


def _is_mongoecos(index: Any) -> bool:
    """Whether an index does more than to answer questions."""
    return bool(index.unique) or index.expire_after_seconds is not None


@dataclass(frozen=True, slots=True)
class _Orders:
    """Our indexes of a collection, and the cells that they share."""

    indexes: dict[Fields, OrderedIndex] = field(default_factory=dict)
    cells: dict[Any, Cell] = field(default_factory=dict)


def _orders_of(collection: Any) -> _Orders:
    """The collection carries them itself, so what is dropped or copied leaves them behind."""
    orders: _Orders = vars(collection).setdefault("orders", _Orders())
    return orders


def _note_change(collection: Any, key: Any) -> None:
    for index in _orders_of(collection).indexes.values() if isinstance(collection, MemoryCollection) else ():
        if index.changed is not None:
            index.changed.add(key)


def _ids(plan: Any) -> Sequence[Any] | None:
    """The `_id` that is asked for, or several, all of them texts; None where the question is not of that kind."""
    for each in conditions_of(plan):
        if isinstance(each, InCondition | EqualsCondition) and each.field == "_id":
            values = list(each.values) if isinstance(each, InCondition) else [each.value]
            return values if all(type(value) is str for value in values) else None
    return None


def _page[Row](rows: Sequence[Row] | Iterator[Row], semantics: Any) -> Any:
    end = None if semantics.limit is None else semantics.skip + semantics.limit
    return rows[semantics.skip : end] if isinstance(rows, range) else islice(rows, semantics.skip, end)

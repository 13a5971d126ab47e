"""How a question is answered from an index in order: which stretches of which index, and what is left to look at.

The stretches hold at the least what is asked for; what they may hold besides, the question's other conditions sort out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from math import inf
from operator import itemgetter
from typing import Any

from mongoeco.core.query_plan import (
    AndCondition,
    ElemMatchCondition,
    EqualsCondition,
    GreaterThanCondition,
    GreaterThanOrEqualCondition,
    InCondition,
    LessThanCondition,
    LessThanOrEqualCondition,
    MatchAll,
    NotEqualsCondition,
    OrCondition,
)

from deploy.local.mongo_order import LONG, NULL, Cell, Entry, NoOrder, OrderedIndex, Part, Span, part_of

Fields = tuple[str, ...]
Conditions = list[Any]
MOST_SPANS = 200
"""So many stretches of an index are read for one question, as MongoDB does."""
_WITH_VALUES = (
    EqualsCondition, InCondition, NotEqualsCondition, GreaterThanCondition, GreaterThanOrEqualCondition, LessThanCondition,
    LessThanOrEqualCondition,
)  # fmt: skip
_SMALLEST: Entry = ()
_LARGEST: Entry = (inf,)


@dataclass(frozen=True, slots=True)
class Stretches:
    """Parts of an index, in the order of its fields from `at` on, each field one of the `ways`; none where no order is asked.

    `rest` are the conditions that what stands there may not fulfil; None among them stands for the whole question.
    """

    index: OrderedIndex
    spans: list[Span]
    at: int
    ways: tuple[int, ...]
    rest: Conditions
    once: bool
    """Whether no document stands in the stretches more than once."""

    def count(self) -> int:
        """How many entries the stretches have."""
        return sum(map(self.index.count, self.spans))

    def cells(self) -> Iterator[Cell]:
        """The documents, each once: in the order asked for, if there is one."""
        entries = self.index.walk(self.spans, self.at, self.ways)
        return map(itemgetter(-1), entries if self.once else _each_once(entries))

    def cells_as_stored(self) -> Iterator[Cell]:
        """The documents, each once, as they came."""
        entries = iter(sorted(self.index.walk(self.spans, self.at, ()), key=itemgetter(-2)))
        return map(itemgetter(-1), entries if self.once else _each_once(entries))


def _each_once(entries: Iterable[Entry]) -> Iterator[Entry]:
    seen: set[int] = set()
    for entry in entries:
        if entry[-2] not in seen:
            seen.add(entry[-2])
            yield entry


def best_reading(
    known: Iterable[Fields], ask: Callable[[Fields], OrderedIndex], plan: Any, sort: Sequence[tuple[str, int]]
) -> Stretches | None:
    """The reading that leaves least to look at; None where no index of those `known` has what is asked for, in this order.

    `ask` gives an index as it is now; NoOrder where it has not all documents.
    """
    alternatives = [_Alternative(each) for each in _alternatives(plan)]
    names, ways = tuple(name for name, _way in sort), tuple(way for _name, way in sort)
    uses = [(*_use(fields, alternatives, names), fields) for fields in dict.fromkeys(known)]
    most = max((use for use, _at, _fields in uses), default=-1)
    if most < (0 if sort else 1):
        return None
    found: list[Stretches] = []
    for at, fields in ((at, fields) for use, at, fields in uses if use == most):
        with suppress(NoOrder):
            found += _readings(ask(fields), alternatives, at, ways)
    return min(found, key=lambda each: (len(each.rest), each.count()), default=None)


def conditions_of(plan: Any) -> Conditions:
    """What all has to be fulfilled."""
    if isinstance(plan, AndCondition):
        return [each for clause in plan.clauses for each in conditions_of(clause)]
    return [] if isinstance(plan, MatchAll) else [plan]


def _alternatives(plan: Any) -> list[Conditions]:
    """A question as alternatives, where it has some in one place, and all of them name values or ends."""
    found = conditions_of(plan)
    several = [each for each in found if isinstance(each, OrCondition)]
    alternatives = [conditions_of(each) for each in several[0].clauses] if len(several) == 1 else []
    if not alternatives or not all(
        any(isinstance(one, _WITH_VALUES) for one in each) for each in alternatives
    ):
        return [found]
    others = [each for each in found if each is not several[0]]
    return [others + each for each in alternatives]


class _Alternative:
    """Conditions that all have to be fulfilled, by their fields: which name values, and which say between which ends they are."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.points: dict[str, list[tuple[Any, list[Part]]]] = {}
        self.ends: dict[str, list[tuple[Any, Entry, Entry]]] = {}
        for each in conditions:
            if isinstance(each, _WITH_VALUES):
                self._add(each, each.values if isinstance(each, InCondition) else (each.value,))
            elif isinstance(each, ElemMatchCondition) and set(each.condition) == {"$gte", "$lt"}:
                self._add_ends(each)

    def _add_ends(self, condition: Any) -> None:
        """One element of a list stands between both ends."""
        with suppress(NoOrder):
            ends = part_of(condition.condition["$gte"]), part_of(condition.condition["$lt"])
            self.ends.setdefault(condition.field, []).append((condition, *ends))

    def _add(self, condition: Any, values: Iterable[Any]) -> None:
        try:
            parts = list(dict.fromkeys(map(part_of, values)))
        except NoOrder:
            return
        names_all = NULL not in parts or getattr(condition, "null_matches_undefined", False)
        if isinstance(condition, EqualsCondition | InCondition) and names_all:
            self.points.setdefault(condition.field, []).append((condition, parts))
        if parts and (ends := _ends(condition, min(parts), max(parts))):
            self.ends.setdefault(condition.field, []).append((condition, *ends))

    def between(self, field: str, *, one: bool) -> tuple[Entry, Entry, Conditions]:
        """Between which ends a field is, and the conditions that all between them fulfil; by `one` alone where it has lists.

        Of a list one element may stand above the lower end and another below the upper one.
        """
        told = self.ends.get(field, [])[: 1 if one else None]
        low = max((each[1] for each in told), default=_SMALLEST)
        high = min((each[2] for each in told), default=_LARGEST)
        return low, high, [each for each, _low, _high in told if _is_exact(each, low)]


def _ends(condition: Any, first: Part, last: Part) -> tuple[Entry, Entry] | None:
    """Between which ends a condition has its values, of which these are the first and the last."""
    if isinstance(condition, NotEqualsCondition):
        return ((*NULL, inf), _LARGEST) if first == NULL else None
    ends: dict[type[Any], tuple[Entry, Entry]] = {
        GreaterThanCondition: ((*first, inf), _LARGEST),
        GreaterThanOrEqualCondition: (first, _LARGEST),
        LessThanCondition: (_SMALLEST, first),
        LessThanOrEqualCondition: (_SMALLEST, (*first, inf)),
    }
    return ends.get(type(condition), (first, (*last, inf)))


def _is_exact(condition: Any, low: Entry) -> bool:
    """Whether all above this end fulfil a condition that has its own: a field that is missing stands with null, and has none."""
    if isinstance(condition, InCondition | ElemMatchCondition):
        return False
    return low > NULL or (isinstance(condition, EqualsCondition) and condition.null_matches_undefined)


def _use(fields: Fields, alternatives: list[_Alternative], names: Fields) -> tuple[int, int]:
    """How much of a question an index answers, and at which field its order begins: before it all have values that are named.

    Two for each of those, one where the next is bounded; -1 where it gives no such order.
    """
    named = (all(field in each.points for each in alternatives) for field in fields)
    told = next((at for at, is_named in enumerate(named) if not is_named), len(fields))
    begins = range(told + 1) if names else [told]
    at = next((at for at in begins if fields[at : at + len(names)] == names), -1)
    bounded = 0 <= at < len(fields) and all(fields[at] in each.ends for each in alternatives)
    return (2 * at + bounded if at >= 0 else -1), at


def _readings(
    index: OrderedIndex, alternatives: list[_Alternative], at: int, ways: tuple[int, ...]
) -> list[Stretches]:
    """The reading of an index, if it has one."""
    if any(map(index.has_lists, range(at, at + len(ways)))):
        return []
    found = [_spans(index, each, at) for each in alternatives]
    spans = list(dict.fromkeys(span for some, _exact in found for span in some))
    if len(spans) > MOST_SPANS:
        return []
    if len(alternatives) > 1:
        return [Stretches(index, spans, at, ways, [None], once=False)]
    lists = any(map(index.has_lists, range(len(index.fields))))
    exact = set() if lists else {id(each) for each in found[0][1]}
    rest = [each for each in alternatives[0].conditions if id(each) not in exact]
    return [Stretches(index, spans, at, ways, rest, once=not lists)]


def _spans(index: OrderedIndex, asked: _Alternative, at: int) -> tuple[list[Span], Conditions]:
    """The stretches for all values of the fields before `at`, and the conditions that they fulfil exactly.

    Where several conditions name values of one field (a list may have them all), that which leaves fewest entries.
    """
    low, high, exact = _SMALLEST, _LARGEST, list[Any]()
    if at < len(index.fields):
        low, high, exact = asked.between(index.fields[at], one=index.has_lists(at))
    found: list[tuple[list[Span], Conditions]] = []
    for chosen in product(*(asked.points[field] for field in index.fields[:at])):
        values = [[*parts, *_long(index, at)] for at, (_by, parts) in enumerate(chosen)]
        heads = [sum(each, ()) for each in product(*values)]
        spans = [((*head, *low), (*head, *high)) for head in heads]
        if low:
            spans += [((*head, *each), (*head, *each, inf)) for head in heads for each in _long(index, at)]
        found.append((spans, [*exact, *(by for by, _parts in chosen)]))
    return found[0] if len(found) == 1 else min(found, key=lambda each: sum(map(index.count, each[0])))


def _long(index: OrderedIndex, position: int) -> list[Part]:
    """Where else documents stand that may have any value."""
    return [LONG] if position < len(index.fields) and index.has_long(position) else []

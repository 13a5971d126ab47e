"""What grows with every round stands beside its case: the long parts in `rounds`, a short line of each in the case.

A case is one document, and a document has at most 16 MiB; customs may consult any number of times. What is current stays
whole in the case: the newest contribution of each side, the last round of rectification, the last opinion on each stage.
What is set aside is never changed again and named by its own content, so an attempt that loses its race leaves what the
next one writes alike, or what nobody names (docs/decisions/0024).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.contracts.collections import ROUNDS
from shared.contracts.documents.cases import Case, LongEntry, PastRound
from shared.contracts.documents.record import Document, documents_of
from shared.contracts.vocabulary import Stage
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.store import DuplicateKey, Store, size_of

ASIDE = "aside"
"""In the short line: the `_id` of the long parts."""
SHORT_BYTES = 1024
"""Less than this is not worth a document of its own."""


@dataclass(frozen=True, slots=True)
class _Grows:
    """A list of a case: its long parts, of which entries the newest each stays whole, and whether it stands in front."""

    long: tuple[str, ...]
    of: Callable[[Document], str]
    newest_first: bool = False


_HISTORY = _Grows(
    ("text_zh", "text_en", "text_other", "attachments"), lambda entry: str(entry["party"]), True
)
_RECTIFICATIONS = _Grows(
    ("requirement", "opinion", "materials", "statement", "attachments"), lambda entry: ""
)
_REPLIES = _Grows(("opinion", "items", "attachments"), lambda entry: str(entry["stage"]))
_GROWING = {"history": _HISTORY, "rounds": _RECTIFICATIONS}


def set_aside(case: Case, update: Document) -> tuple[Document, list[Document]]:
    """The update of a case without the long parts of what is not current any more, and the documents that hold them. Pure."""
    values, pushes = dict(update["$set"]), dict(update.get("$push", {}))
    documents: list[Document] = []
    for path, value in values.items():
        *stages, name = path.split(".")
        if stages and name in _GROWING:
            values[path] = _shortened(case, value, _GROWING[name], documents)
    if "replies" in pushes:
        before = len(documents)
        replies = _shortened(
            case, [*documents_of(case.replies), *pushes["replies"]["$each"]], _REPLIES, documents
        )
        if len(documents) > before:
            values["replies"] = replies
            del pushes["replies"]
    return update | {"$set": values} | ({"$push": pushes} if "$push" in update else {}), documents


def _shortened(
    case: Case, entries: Sequence[Document], grows: _Grows, documents: list[Document]
) -> list[Document]:
    placed = list(enumerate(entries))
    whole = {grows.of(entry): place for place, entry in (reversed(placed) if grows.newest_first else placed)}
    return [
        entry if place in whole.values() else _short(case, entry, grows, documents) for place, entry in placed
    ]


def _short(case: Case, entry: Document, grows: _Grows, documents: list[Document]) -> Document:
    long = {name: entry[name] for name in grows.long if name in entry}
    if size_of(long) < SHORT_BYTES:
        return entry
    digest = sha256(json.dumps(long, sort_keys=True, default=str).encode()).hexdigest()
    documents.append({"_id": f"{case.id}/{digest}", "case_id": case.id, **long})
    return {name: value for name, value in entry.items() if name not in long} | {ASIDE: documents[-1]["_id"]}


async def put_beside(store: Store, documents: Sequence[Document]) -> None:
    """Write what was set aside, before the case names it; what is there already is the same."""
    for document in documents:
        try:
            await store.collection(ROUNDS.name).insert_one(document)
        except DuplicateKey:
            continue


async def whole[E: LongEntry](store: Store, entries: Sequence[E]) -> list[E]:
    """Entries of a case with their long parts, in their order; DependencyUnavailable where one is not there (yet)."""
    ids = [entry.aside for entry in entries if entry.aside]
    if not ids:
        return list(entries)
    documents = await store.collection(ROUNDS.name).find({"_id": {"$in": ids}})
    found = {each.id: each for each in map(PastRound, documents)}
    if missing := [each for each in ids if each not in found]:
        raise DependencyUnavailable("database", f"no {ROUNDS.name} {missing[0]}")
    return [_joined(entry, found[entry.aside]) if entry.aside else entry for entry in entries]


def _joined[E: LongEntry](entry: E, long: PastRound) -> E:
    short = {name: value for name, value in entry.document.items() if name != ASIDE}
    return type(entry)({**short, **long.parts})


async def whole_stage(store: Store, case: Case, stage: Stage) -> Case:
    """The case with every round of one stage whole."""
    record = case.stages[stage]
    history, rounds = await whole(store, record.history), await whole(store, record.rounds)
    lists = {
        name: documents_of(entries) for name, entries in (("history", history), ("rounds", rounds)) if entries
    }
    whole_record = dict(record.changed(**lists).document)
    return case.changed(stages={**case.document["stages"], stage.value: whole_record})

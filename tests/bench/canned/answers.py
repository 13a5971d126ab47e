"""What the canned server answers to each command, out of its memory."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.bench.canned.documents import CannedCollection, Taken
from tests.bench.canned.matching import Document, value_at

COUNTS = "commandCounts"
"""A command of this server alone: how many commands it answered since it was asked last, by name and collection."""


class CannedAnswers:
    """What each command is answered."""

    def __init__(self) -> None:
        self._collections: dict[str, CannedCollection] = {}
        self._counts: Counter[str] = Counter()

    def to(self, command: Document) -> Document:
        """The answer to a command."""
        name = next(iter(command))
        if name == COUNTS:
            counted, self._counts = dict(self._counts), Counter()
            return {"counts": counted, "ok": 1.0}
        self._counts[f"{name} {command[name]}"] += 1
        answer = _COMMANDS.get(name)
        if answer is None:
            return {"ok": 0.0, "errmsg": f"no such command: {name}", "code": 59}
        try:
            return answer(self, command) | {"ok": 1.0}
        except ValueError as unknown:
            return {"ok": 0.0, "errmsg": str(unknown), "code": 2}

    def documents(self, command: Document) -> CannedCollection:
        """The collection of a command."""
        name = f"{command['$db']}.{next(iter(command.values()))}"
        return self._collections.setdefault(name, CannedCollection())

    def drop(self, command: Document) -> Document:
        """Remove the documents of a collection; its indexes stay, for the services do not make them again."""
        self.documents(command).remove({}, 0)
        return {}

    def names(self, command: Document) -> Document:
        """The collections of a database."""
        of = f"{command['$db']}."
        there = [
            {"name": n.removeprefix(of), "type": "collection"} for n in self._collections if n.startswith(of)
        ]
        return _cursor(f"{of}$cmd.listCollections", there)


def _hello(answers: CannedAnswers, command: Document) -> Document:
    return {
        "isWritablePrimary": True, "ismaster": True, "helloOk": True, "maxBsonObjectSize": 16 * 2**20,
        "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000, "minWireVersion": 0, "maxWireVersion": 21,
        "localTime": datetime.now(UTC), "logicalSessionTimeoutMinutes": 30, "readOnly": False,
    }  # fmt: skip


def _insert(answers: CannedAnswers, command: Document) -> Document:
    documents, faults = answers.documents(command), []
    for number, document in enumerate(command["documents"]):
        try:
            documents.add(document)
        except Taken as taken:
            faults.append(_duplicate(taken, number))
            break
    found: Document = {"n": len(command["documents"]) if not faults else faults[0]["index"]}
    return found | ({"writeErrors": faults} if faults else {})


def _update(answers: CannedAnswers, command: Document) -> Document:
    documents, matched, upserted = answers.documents(command), 0, []
    for number, each in enumerate(command["updates"]):
        try:
            found, made = documents.update(each["q"], each["u"], each.get("upsert", False))
        except Taken as taken:
            return {"n": matched, "nModified": matched, "writeErrors": [_duplicate(taken, number)]}
        matched += found is not None
        if made and found is not None:
            upserted.append({"index": number, "_id": found["_id"]})
    return {"n": matched, "nModified": matched} | ({"upserted": upserted} if upserted else {})


def _find_and_modify(answers: CannedAnswers, command: Document) -> Document:
    found, _ = answers.documents(command).update(
        command["query"], command["update"], command.get("upsert", False)
    )
    value = None if found is None else _projected(found, command.get("fields") or {})
    return {
        "value": value,
        "lastErrorObject": {"n": int(found is not None), "updatedExisting": found is not None},
    }


def _find(answers: CannedAnswers, command: Document) -> Document:
    found = answers.documents(command).find(
        command.get("filter", {}), command.get("sort", {}), command.get("skip", 0), command.get("limit", 0)
    )
    wanted = command.get("projection") or {}
    return _cursor(f"{command['$db']}.{command['find']}", [_projected(each, wanted) for each in found])


def _delete(answers: CannedAnswers, command: Document) -> Document:
    documents = answers.documents(command)
    return {"n": sum(documents.remove(each["q"], each["limit"]) for each in command["deletes"])}


def _create_indexes(answers: CannedAnswers, command: Document) -> Document:
    for each in command["indexes"]:
        answers.documents(command).index(next(iter(each["key"])))
    return {}


def _count(answers: CannedAnswers, command: Document) -> Document:
    return {"n": answers.documents(command).count(command.get("query", {}))}


def _nothing(answers: CannedAnswers, command: Document) -> Document:
    return {}


_COMMANDS: dict[str, Callable[[CannedAnswers, Document], Document]] = {
    "hello": _hello, "ismaster": _hello, "isMaster": _hello, "ping": _nothing, "endSessions": _nothing,
    "buildInfo": _nothing, "insert": _insert, "update": _update, "findAndModify": _find_and_modify, "find": _find,
    "delete": _delete, "createIndexes": _create_indexes, "count": _count, "drop": CannedAnswers.drop,
    "listCollections": CannedAnswers.names,
}  # fmt: skip


def _cursor(namespace: str, batch: list[Document]) -> Document:
    return {"cursor": {"id": 0, "ns": namespace, "firstBatch": batch}}


def _duplicate(taken: Taken, number: int) -> Document:
    return {
        "index": number,
        "code": 11000,
        "errmsg": f"E11000 duplicate key: {taken}",
        "keyPattern": {"_id": 1},
    }


def _projected(document: Document, fields: Document) -> Document:
    shown = {name for name, there in fields.items() if there}
    if not fields:
        return document
    if not shown - {"_id"}:
        return {name: value for name, value in document.items() if name not in fields or name in shown}
    found: Document = {} if fields.get("_id", 1) == 0 else {"_id": document["_id"]}
    for path in shown - {"_id"}:
        *outer, last = path.split(".")
        holder = value_at(document, ".".join(outer)) if outer else document
        if isinstance(holder, list) or (isinstance(holder, dict) and last in holder):
            _put(found, [*outer], last, holder)
    return found


def _put(found: Document, outer: list[str], last: str, holder: Any) -> None:
    """Show one path; of a list's entries, each one's value."""
    if isinstance(holder, list):
        name = outer.pop()
        for each in outer:
            found = found.setdefault(each, {})
        entries = found.setdefault(name, [{} for _ in holder])
        for shown, entry in zip(entries, holder, strict=True):
            shown.update({last: entry[last]} if last in entry else {})
        return
    for each in outer:
        found = found.setdefault(each, {})
    found[last] = holder[last]

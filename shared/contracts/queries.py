"""Every question that the product asks of the database, with the index that answers it; those by `_id` need none.

`prepare` of the services makes the indexes. `tests/architecture/test_queries.py` holds this page against the code: who asks
a new question names it here. MongoDB takes an index where its leading fields are the values that are asked for, and the order
follows; several values of a field (`$in`) are merged in order, up to 200 of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from shared.contracts import collections
from shared.contracts.collections import StoredIn
from shared.contracts.searching import FoundIn

Keys = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index by these keys; of one that `ends` documents go when the time in its only field has come."""

    keys: Keys
    ends: bool = False


def _by(*names: str) -> Keys:
    """Keys in the order given, `-name` falling."""
    return tuple((name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in names)


@dataclass(frozen=True, slots=True)
class Query:
    """A question: `equal` fields have one of some values, `within` bounds; what is found is `looked_at` for other conditions.

    `asked_in` is where, as `module:function`. `index` is None where all is read: `whole` says why that is right.
    """

    asked_in: str
    collection: str
    equal: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    order: Keys = ()
    looked_at: tuple[str, ...] = ()
    index: Keys | None = None
    whole: str = ""


_NEWEST = _by("-applied_at", "-_id")
_FILTERS = ("kind", "category", "stage", "status", "turn", "_id")
_SEEN = (("authority",), ())
"""An officer's cases are those of an authority, an operator's are all."""


def _lists() -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Keys]]:
    """The lists of cases: by whose they are, by which values, in which order (services/portal/cases/query.py)."""
    for own, narrowed in product(_SEEN, ((), ("stage", "status"), ("status",), ("category",))):
        kinds = ("kind",) if own and not narrowed else ()
        yield own, (*kinds, *narrowed), _NEWEST
    for own in _SEEN:
        yield own, ("turn",), _by("turn_began_at", "_id")
        for names in (("category",), ("stage", "status"), ("status",)):
            yield own, (), (*_by(*names), *_NEWEST)
        for name in ("moved_at", "updated_at", "case_no"):
            yield own, (), _by(name, "_id")


def _index_of(own: tuple[str, ...], values: tuple[str, ...], order: Keys) -> Keys:
    return (*_by(*own, *values), *order)


_PORTAL, _GATEWAY, _CASES = (
    "services/portal/cases/",
    "services/customs_gateway/",
    "shared/lifecycle/cases.py:Cases.",
)
_SEARCH, _TEXTS = f"{_PORTAL}word_search.py:WordSearch.", tuple(f"texts.{each}" for each in FoundIn)
_LEDGERS, _LISTS = f"{_PORTAL}ledgers.py:Ledgers.", f"{_PORTAL}repository.py:CaseRepository."
_FIGURES = f"{_PORTAL}figures.py:Figures."
_RECEIVED, _LATELY_DEAD, _FORM = (
    _by("-received_at", "-_id"),
    _by("-last_died_at", "-_id"),
    _by("format", "_id"),
)
_STATE, _CASE_NO, _NEXT_AT, _RELAYED = _by("state"), _by("case_no"), _by("next_at"), _by("outbox.by")
_OLDEST_SENT = _by("state", "_id")
_RECONCILES = "an operator asked for all to be compared"
_FEW = "few documents, all of them wanted"

_OF_CASES = (
    *(
        Query(f"{_LISTS}{place}", "cases", (*own, *values), (), order, _FILTERS, _index_of(own, values, order))
        for place in ("page", "each")
        for own, values, order in _lists()
    ),
    Query(f"{_LISTS}find", "cases", ("case_no",), index=_CASE_NO),
    Query(f"{_LISTS}head_of", "cases", ("case_no",), index=_CASE_NO),
    Query(f"{_LISTS}authorities_of", "cases", ("case_no",), index=_CASE_NO),
    Query(f"{_LISTS}last_contact", "cases", ("authority", "kind"), (), _NEWEST,
          index=_by("authority", "kind", "-applied_at", "-_id")),
    Query(f"{_LISTS}submitted_questionnaires", "cases", ("authority",), ("stages.questionnaire.submitted_at",),
          _by("-stages.questionnaire.submitted_at"), index=_by("authority", "-stages.questionnaire.submitted_at")),
    Query(f"{_LISTS}submitted_questionnaires", "cases", ("authority", "category"), (), _NEWEST,
          ("stages.questionnaire.status",), _by("authority", "category", *("-applied_at", "-_id"))),
    Query(f"{_LISTS}waiting", "cases", ("authority", "turn"), (), _by("turn_began_at", "_id"),
          index=_by("authority", "turn", "turn_began_at", "_id")),
    Query(f"{_LISTS}moved_since", "cases", ("authority",), ("moved_at",), _by("-moved_at", "-_id"),
          index=_by("authority", "moved_at", "_id")),
    Query(f"{_LISTS}foods_of", "cases", ("authority",), ("outside_scope",), index=_by("authority", "outside_scope")),
    Query(f"{_LISTS}count_applications_for", "cases", ("authority", "stage", "status"), looked_at=("specific",),
          index=_by("authority", "stage", "status", "-applied_at", "-_id")),
    Query(f"{_LISTS}without_signatories", "cases", ("authority", "stage", "status"), (), (),
          ("stages.certificate_consultation.signatories",), _by("authority", "stage", "status", "-applied_at", "-_id")),
    Query(f"{_LISTS}count_asked", "cases", ("stage", "status"), looked_at=("kind", "turn"),
          index=_by("stage", "status", "-applied_at", "-_id")),
    Query(f"{_LISTS}asked_before", "cases", ("stage", "status"), looked_at=("kind", "turn_began_at"),
          index=_by("stage", "status", "-applied_at", "-_id")),
    Query(f"{_LISTS}open_applications", "cases", ("authority", "turn"), (), _by("turn_began_at", "_id"),
          index=_by("authority", "turn", "turn_began_at", "_id")),
    Query(f"{_LISTS}count_asked", "cases", ("turn",), ("turn_began_at",), looked_at=("kind", "stage", "status"),
          index=_by("turn", "turn_began_at", "_id")),
    Query(f"{_LISTS}count", "cases", whole="the server knows how many documents a collection has"),
    Query(f"{_LISTS}count_with_outbox", "cases", (), ("outbox.by",), index=_RELAYED),
    Query(f"{_LISTS}owed_since", "cases", (), ("outbox.by",), index=_RELAYED),
    Query(f"{_LISTS}unconfirmed_since", "cases", ("status",), ("moved_at",), index=_by("status", "moved_at")),
    Query(f"{_LISTS}all", "cases", ("status",), index=_by("status", "-applied_at", "-_id")),
    Query(f"{_LISTS}all", "cases", whole=_RECONCILES),
    Query(f"{_FIGURES}waiting_by_stage", "cases", ("authority", "turn"), (), _by("turn_began_at", "_id"), ("status",),
          _by("authority", "turn", "turn_began_at", "_id")),
    *(
        Query(f"{_FIGURES}days_by_stage", "cases", own, (), _by("-moved_at", "-_id"), index=_by(*own, "moved_at", "_id"))
        for own in _SEEN
    ),
    Query(f"{_CASES}by_number", "cases", ("case_no",), index=_CASE_NO),
    Query(f"{_CASES}tell_outdated", "cases", ("format",), index=_FORM),
    Query("shared/lifecycle/migration.py:migrate", "cases", ("format",), index=_FORM),
    Query("shared/lifecycle/migration.py:migrate", "cases", ("format",), ("_id",), _FORM, index=_FORM),
    Query(f"{_CASES}open_applications", "cases", ("authority", "kind"), (), _by("applied_at", "_id"),
          ("specific", "case_no", "turn", "_id"), _by("authority", "kind", "-applied_at", "-_id")),
    Query("services/intake/repository.py:ScopeRepository._approved", "cases", ("authority", "stage", "status"),
          looked_at=("kind", "specific"), index=_by("authority", "stage", "status", "-applied_at", "-_id")),
    Query("shared/runtime/outbox.py:Relay.sweep", "cases", ("owes",), index=_by("owes")),
    Query("shared/runtime/outbox.py:Relay.sweep", "cases", ("outbox.by",), index=_RELAYED),
    *(
        Query(f"{_SEARCH}_by_pieces", "case_words", (*own, *asked), within, looked_at=_TEXTS, index=_by(*own, pieces))
        for own, pieces in ((("authority",), "pieces"), ((), "header_pieces"))
        for asked, within in (((pieces,), ()), ((), (pieces,)))
    ),
    *(
        Query(f"{_SEARCH}_not_written_yet", "cases", own, ("words_owed_since",), index=_by(*own, "words_owed_since"))
        for own in _SEEN
    ),
    Query("shared/lifecycle/case_words.py:WordWriter.sweep", "cases", (), ("words_owed_since",), index=_by("words_owed_since")),
    Query("shared/lifecycle/migration.py:write_all_words", "cases", (), ("_id",), _by("_id"), index=_by("_id")),
    Query("shared/lifecycle/migration.py:write_all_words", "cases", whole="the server knows how many documents there are"),
    Query("shared/lifecycle/migration.py:write_all_words", "case_words", ("_id",), index=_by("_id")),
)  # fmt: skip
_OF_RECEIPTS = (
    *(
        Query(f"{place}", "receipts", values, (), _RECEIVED, ("state", "reason", "case_no", "_id"), (*_by(*values), *_RECEIVED))
        for place in (
            f"{_LEDGERS}receipts", f"{_LEDGERS}each_receipt", f"{_LEDGERS}newest_receipts",
            f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.newest",
        )
        for values in ((), ("state",), ("reason",), ("case_no",))
    ),
    Query(f"{_LEDGERS}receipts_of", "receipts", ("case_no",), index=_CASE_NO),
    Query(f"{_LEDGERS}count_received_since", "receipts", (), ("received_at",), index=_RECEIVED),
    Query(f"{_FIGURES}receipts_by_hour", "receipts", (), ("received_at",), _RECEIVED, index=_RECEIVED),
    Query(f"{_FIGURES}seconds_to_movement", "receipts", ("state",), ("received_at",), _RECEIVED, ("replays",),
          _by("state", "-received_at", "-_id")),
    Query(f"{_LEDGERS}count_receipts", "receipts", ("state",), index=_STATE),
    Query(f"{_LEDGERS}oldest_receipt", "receipts", ("state",), (), _by("received_at", "_id"),
          index=_by("state", "-received_at", "-_id")),
    Query(f"{_LEDGERS}all_receipts", "receipts", ("state",), (), _by("received_at", "_id"),
          index=_by("state", "-received_at", "-_id")),
    Query(f"{_LEDGERS}all_receipts", "receipts", (), (), _by("received_at", "_id"), whole=_RECONCILES),
    Query(f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.waiting", "receipts", ("case_no",), (), _by("received_at", "_id"),
          ("state",), _by("case_no", "-received_at", "-_id")),
    Query(f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.prune", "receipts", ("state",), ("received_at",),
          _by("received_at", "_id"), ("pruned_at", "next_at"), _by("state", "-received_at", "-_id")),
    Query(f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.ask_again", "receipts", ("state",), index=_STATE),
    Query(f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.count_in", "receipts", ("state",), index=_STATE),
    Query(f"{_GATEWAY}receipts/ledger.py:ReceiptLedger.oldest_in", "receipts", ("state",), (), _by("received_at", "_id"),
          index=_by("state", "-received_at", "-_id")),
    Query("shared/ledgers/work_queue.py:WorkQueue.sweep", "receipts", (), ("next_at",), _NEXT_AT, index=_NEXT_AT),
)  # fmt: skip
_OF_DECLARATIONS = (
    Query(f"{_LEDGERS}declarations_of", "declarations", ("case_no",), index=_CASE_NO),
    Query(f"{_LEDGERS}count_declarations", "declarations", ("state",), index=_OLDEST_SENT),
    Query(f"{_LEDGERS}oldest_declaration", "declarations", ("state",), (), _by("_id"), index=_OLDEST_SENT),
    Query(f"{_LEDGERS}all_declarations", "declarations", whole=_RECONCILES),
    Query(f"{_LEDGERS}declarations_to_send", "declarations", ("_id",), index=_by("_id")),
    Query(f"{_LEDGERS}declarations_to_send", "declarations", ("state",), index=_OLDEST_SENT),
    Query(f"{_GATEWAY}declarations/ledger.py:DeclarationLedger.count_in", "declarations", ("state",), index=_OLDEST_SENT),
    Query(f"{_GATEWAY}declarations/ledger.py:DeclarationLedger.oldest_in", "declarations", ("state",), (), _by("_id"),
          index=_OLDEST_SENT),
    Query(f"{_GATEWAY}declarations/ledger.py:DeclarationLedger.count_sent_before", "declarations", ("case_no",),
          looked_at=("stage", "state", "round"), index=_CASE_NO),
    Query("shared/ledgers/work_queue.py:WorkQueue.sweep", "declarations", (), ("next_at",), _NEXT_AT, index=_NEXT_AT),
)  # fmt: skip
_OF_DEAD_LETTERS = (
    *(
        Query(place, "dead_letters", values, (), _LATELY_DEAD, (), (*_by(*values), *_LATELY_DEAD))
        for place in (
            f"{_LEDGERS}dead_letters", f"{_LEDGERS}each_dead_letter",
            f"{_GATEWAY}dead_letters/repository.py:DeadLetterRepository.newest",
        )
        for values in ((), ("state",))
    ),
    Query(f"{_LEDGERS}oldest_open_dead_letter", "dead_letters", ("state",), (), _by("last_died_at", "_id"),
          index=_by("state", "-last_died_at", "-_id")),
    Query(f"{_LEDGERS}count_open_dead_letters", "dead_letters", ("state",), index=_by("state", *("-last_died_at", "-_id"))),
    Query(f"{_GATEWAY}dead_letters/repository.py:DeadLetterRepository.prune", "dead_letters", ("state",), ("last_died_at",),
          _by("last_died_at", "_id"), index=_by("state", "-last_died_at", "-_id")),
    Query(f"{_GATEWAY}dead_letters/repository.py:DeadLetterRepository.replay_again", "dead_letters", ("state",),
          index=_by("state", "-last_died_at", "-_id")),
    Query(f"{_GATEWAY}dead_letters/repository.py:DeadLetterRepository.count_open", "dead_letters", ("state",),
          index=_by("state", "-last_died_at", "-_id")),
    Query("shared/ledgers/work_queue.py:WorkQueue.sweep", "dead_letters", (), ("next_at",), _NEXT_AT, index=_NEXT_AT),
)  # fmt: skip
_OF_PEOPLE = (
    *(
        Query(f"services/portal/operations/audit.py:{place}", "audit", values, (), _by("-_id"), ("action", "by"),
              _by(*values, "-_id") if values else _by("_id"))
        for place in ("page_of_trail", "whole_trail")
        for values in ((), ("action",), ("by",))
    ),
    Query("services/portal/identity/session_repository.py:_remove", "sessions", ("username",), (), _by("-begun_at"), ("_id",),
          _by("username", "-begun_at")),
    Query("services/portal/identity/session_repository.py:newest_sessions", "sessions", ("username",), (), _by("-begun_at"), (),
          _by("username", "-begun_at")),
    *(
        Query(f"services/portal/identity/calendar_feeds.py:{place}", "calendar_feeds", ("username",), index=_by("username"))
        for place in ("feed_of", "remove_feed")
    ),
    Query("services/portal/identity/login_throttle.py:forget_failures", "sign_in_failures", ("account",), index=_by("account")),
    Query("services/portal/identity/accounts.py:list_accounts", "accounts", (), (), _by("_id"), whole=_FEW),
    Query("services/portal/identity/accounts.py:officers_of", "accounts", ("authority",), (), _by("_id"),
          ("role", "disabled"), _by("authority", "_id")),
    Query("services/portal/identity/authorities.py:list_authorities", "authorities", (), (), _by("_id"), whole=_FEW),
    *(
        Query("shared/questionnaires/repository.py:QuestionnaireRepository.load", name, whole=_FEW)
        for name in ("questionnaire_versions", "questionnaires")
    ),
    Query("shared/runtime/heartbeat.py:find_presences", "presences", whole=_FEW),
    Query("shared/runtime/heartbeat.py:send_heartbeats", "presences", whole=_FEW),
)  # fmt: skip

_INBOX = "services/portal/news/inbox.py:Inbox."
_MAILS = "services/portal/news/mails.py:MailLedger."
_NEWEST_NEWS = _by("-at", "-_id")
_OF_NEWS = (
    *(
        Query(place, "notifications", values, (), order, looked_at, (*_by(*values), *_NEWEST_NEWS))
        for place, values, order, looked_at in (
            *((f"{_INBOX}{name}", values, _NEWEST_NEWS, ())
              for name in ("page", "each") for values in (("authority",), ("authority", "unread_by"))),
            (f"{_INBOX}count_unread", ("authority", "unread_by"), (), ()),
            (f"{_INBOX}mark_all_read", ("authority", "unread_by"), (), ("kept_at",)),
        )
    ),
    *(
        Query(f"{_MAILS}{name}", "mails", values, (), _NEWEST_NEWS, (), (*_by(*values), *_NEWEST_NEWS))
        for name in ("page", "each")
        for values in ((), ("state",))
    ),
    Query(f"{_MAILS}parked", "mails", ("state",), (), _NEWEST_NEWS, index=_by("state", *("-at", "-_id"))),
    Query(f"{_MAILS}count_in", "mails", ("state",), index=_by("state", *("-at", "-_id"))),
    Query(f"{_MAILS}count_due", "mails", ("state",), ("due_at",), index=_by("state", "due_at")),
    Query(f"{_MAILS}oldest_due", "mails", ("state",), ("due_at",), _by("due_at"), index=_by("state", "due_at")),
    Query("shared/ledgers/work_queue.py:WorkQueue.sweep", "mails", (), ("next_at",), _NEXT_AT, index=_NEXT_AT),
)  # fmt: skip

QUERIES = (*_OF_CASES, *_OF_RECEIPTS, *_OF_DECLARATIONS, *_OF_DEAD_LETTERS, *_OF_PEOPLE, *_OF_NEWS)
_ENDING = {
    collections.SESSIONS.name: Index(_by("ends_at"), ends=True),
    collections.SIGN_IN_FAILURES.name: Index(_by("forget_at"), ends=True),
    collections.IDEMPOTENCY.name: Index(_by("forget_at"), ends=True),
    collections.AUDIT.name: Index(_by("forget_at"), ends=True),
    collections.NOTIFICATIONS.name: Index(_by("forget_at"), ends=True),
    collections.MAILS.name: Index(_by("forget_at"), ends=True),
}


def _indexes_of(kept: StoredIn) -> tuple[Index, ...]:
    asked = {
        query.index: Index(query.index) for query in QUERIES if query.collection == kept.name and query.index
    }
    asked.pop(_by("_id"), None)  # the database's own
    ending = _ENDING.get(kept.name)
    return (*asked.values(), ending) if ending else tuple(asked.values())


INDEXES = {kept.name: _indexes_of(kept) for kept in collections.COLLECTIONS}
"""The indexes of each collection, by its name."""

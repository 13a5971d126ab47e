"""A case as it is stored (ARCHITECTURE, «One case, one document»), and what stands beside it.

Times have a zone; days are `YYYY-MM-DD`. Entries with `aside` have their long parts in `rounds`, under that id: these
parts are fields of the entry again once it was made whole (`shared/lifecycle/past_rounds.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from shared.contracts.documents.answers import AskedQuestionnaire, StoredAnswer, question_of
from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.record import Field, Record, by_name, many, maybe
from shared.contracts.parts import ApplicationForm, CheckForm, ThreeTexts
from shared.contracts.vocabulary import (
    Cause,
    CheckAnswer,
    ConsultationState,
    DeclarationType,
    ItemReason,
    Kind,
    Party,
    Stage,
    Status,
    Turn,
)


class LongEntry(Record):
    """The base of entries whose long parts may stand in `rounds`: under the id `aside`, or None where they are here."""

    aside = Field[str | None]("aside", absent=None)


class TimelineEntry(Record):
    """One movement: `by` is an officer's name, `customs` or `system`."""

    at = Field[datetime]("at")
    stage = Field("stage", Stage)
    status = Field("status", Status)
    cause = Field("cause", Cause)
    by = Field[str]("by")
    message_id = Field[str]("message_id")


class SubmissionNote(Record):
    """A receipt for a declaration that moves nothing."""

    cause = Field("cause", Cause)
    at = Field[datetime]("at")
    message_id = Field[str]("message_id")


class SubmissionMade(Record):
    """A declaration that was made; `round` counts those of its stage from 1."""

    id = Field[str]("id")
    type = Field("type", DeclarationType)
    stage = Field("stage", Stage)
    round = Field[int]("round")
    at = Field[datetime]("at")
    by = Field[str]("by")
    notes = Field[tuple[SubmissionNote, ...]]("notes", many(SubmissionNote), absent=())


class PinnedItem(Record):
    """One thing that customs sends back: `field:…`, `question:…` or `attachment:…`."""

    target = Field[str]("target")
    reason = Field("reason", ItemReason)
    text = Field[str]("text")


class CustomsReply(LongEntry):
    """Customs' opinion on a stage (DOMAIN D8)."""

    stage = Field("stage", Stage)
    status = Field("status", Status)
    at = Field[datetime]("at")
    message_id = Field[str]("message_id")
    opinion = Field[str]("opinion")
    items = Field("items", many(PinnedItem))
    attachments = Field("attachments", many(StoredFile))


class OutboxEntry(Record):
    """An event that the broker has not confirmed; `body` is the message as JSON."""

    id = Field[str]("id")
    at = Field[datetime]("at")
    by = Field[str]("by")
    exchange = Field[str]("exchange")
    key = Field[str]("key")
    body = Field[str]("body")
    correlation_id = Field[str]("correlation_id")
    mandatory = Field[bool]("mandatory")


class RectificationRound(LongEntry):
    """整改: what customs asks, and the authority's statement; `replaced_at` where customs asked anew before an answer."""

    rectification_no = Field[str]("rectification_no")
    issued_on = Field[str]("issued_on")
    submitted_at = Field[datetime | None]("submitted_at")
    replaced_at = Field[datetime | None]("replaced_at", absent=None)
    changed_by_customs = Field[bool]("changed_by_customs", absent=False)
    requirement = Field[str]("requirement")
    opinion = Field[str]("opinion")
    materials = Field("materials", many(StoredFile))
    statement = Field[str]("statement")
    attachments = Field("attachments", many(StoredFile))


class HistoryEntry(LongEntry):
    """One contribution to a consultation (DOMAIN 1.6); `not_received` where customs could not take it and went on."""

    party = Field("party", Party)
    at = Field[datetime]("at")
    state = Field("state", ConsultationState)
    not_received = Field[bool]("not_received", absent=False)
    text_zh = Field[str]("text_zh")
    text_en = Field[str]("text_en")
    text_other = Field[str]("text_other")
    attachments = Field("attachments", many(StoredFile))


class ReplyDraft(Record):
    """What was typed for a reply that is not sent yet."""

    text_zh = Field[str]("text_zh")
    text_en = Field[str]("text_en")
    text_other = Field[str]("text_other")
    attachments = Field("attachments", many(StoredFile))

    @property
    def texts(self) -> ThreeTexts:
        """The three texts as messages carry them."""
        return ThreeTexts.model_validate(self.document)


NO_DRAFT = ReplyDraft({"text_zh": "", "text_en": "", "text_other": "", "attachments": []})
"""The draft of a reply where none is stored."""


class SignatoriesGiven(Record):
    """Certifying officers, signature specimens and seals of one declaration (DOMAIN E8.3)."""

    at = Field[datetime]("at")
    by = Field[str]("by")
    attachments = Field("attachments", many(StoredFile))


class StageRecord(Record):
    """What a case holds of one stage that it entered; each kind of stage keeps fields of its own.

    `round` counts the submissions, `submitted_at` is the last one; `asked_at` when customs last asked for something.
    """

    status = Field("status", Status)
    entered_at = Field[datetime]("entered_at")
    round = Field[int]("round", absent=0)
    submitted_at = Field[datetime | None]("submitted_at", absent=None)
    asked_at = Field[datetime | None]("asked_at", absent=None)
    attachments = Field[tuple[StoredFile, ...]]("attachments", many(StoredFile), absent=())
    changed_by_customs = Field[bool]("changed_by_customs", absent=False)

    form = Field[Mapping[str, object]]("form")
    application_form = Field("form", ApplicationForm.model_validate)
    check_form = Field("form", CheckForm.model_validate)
    overview = Field[str]("overview", absent="")
    plan_attachments = Field[tuple[StoredFile, ...]]("plan_attachments", many(StoredFile), absent=())
    plan_form = Field("plan_form", maybe(CheckForm.model_validate), absent=None)
    """Whom customs names for its check; cases begun by an earlier version have it in `form` until they are answered."""
    answer = Field("answer", maybe(CheckAnswer), absent=None)

    questionnaires = Field("questionnaires", many(AskedQuestionnaire))
    materials_only = Field[bool]("materials_only")
    open_required = Field[tuple[str, ...]]("open_required", tuple)
    answers = Field[Mapping[str, StoredAnswer]](
        "answers", by_name(question_of, StoredAnswer), absent=MappingProxyType({})
    )

    rounds = Field[tuple[RectificationRound, ...]]("rounds", many(RectificationRound), absent=())

    history = Field[tuple[HistoryEntry, ...]]("history", many(HistoryEntry), absent=())
    draft = Field("draft", ReplyDraft, absent=NO_DRAFT)
    unsent = Field[bool]("unsent", absent=False)
    signatories = Field[tuple[SignatoriesGiven, ...]]("signatories", many(SignatoriesGiven), absent=())

    def kept_of(self, names: Iterable[str]) -> Mapping[str, object]:
        """Those of these fields that the stage has: what a receipt brought is kept under the names of its fact."""
        return {name: self.document[name] for name in names if name in self.document}


class Case(Record):
    """A document of `cases`; a draft has no `case_no` and no `applied_at`.

    `turn` is whose turn it is since `turn_began_at`; `touched_by` the officer who saved or sent something last; `inbox` the
    messages that were applied; `outside_scope` and `never_approved` the foods of a check that were not expected. `waiting`
    says that a receipt came too early for the case and waits for its next movement. `size` is about how many bytes the case
    has, never less; cases of earlier versions do not say. `owes` are the services with something in `outbox`;
    `words_owed_since` is when a text changed that `case_words` does not have yet; `number_pieces` are read by the release
    before this one alone. `format` is the form that it is stored in (`shared/contracts/formats.py`), None an older one.
    """

    id = Field[str]("_id")
    case_no = Field[str | None]("case_no")
    kind = Field("kind", Kind)
    authority = Field[str]("authority")
    country = Field[str]("country")
    category = Field[str]("category")
    specific = Field[tuple[str, ...]]("specific", tuple)
    overview = Field[str]("overview")
    outside_scope = Field[tuple[str, ...]]("outside_scope", tuple, absent=())
    never_approved = Field[tuple[str, ...]]("never_approved", tuple, absent=())
    stage = Field("stage", Stage)
    status = Field("status", Status)
    version = Field[int]("version")
    has_reply = Field[bool]("has_reply")
    turn = Field("turn", Turn)
    turn_began_at = Field[datetime]("turn_began_at")
    created_at = Field[datetime]("created_at")
    applied_at = Field[datetime | None]("applied_at")
    updated_at = Field[datetime]("updated_at")
    moved_at = Field[datetime]("moved_at")
    touched_by = Field[str]("touched_by", absent="")
    stages = Field("stages", by_name(Stage, StageRecord))
    submissions = Field("submissions", many(SubmissionMade))
    replies = Field("replies", many(CustomsReply))
    timeline = Field("timeline", many(TimelineEntry))
    inbox = Field[tuple[str, ...]]("inbox", tuple)
    outbox = Field("outbox", many(OutboxEntry))
    owes = Field[tuple[str, ...]]("owes", tuple, absent=())
    waiting = Field[bool]("waiting", absent=False)
    words_owed_since = Field[datetime | None]("words_owed_since", absent=None)
    size = Field[int | None]("size", absent=None)
    format = Field[int | None]("format", absent=None)


class PastRound(Record):
    """A document of `rounds`: the long parts of one entry that is not current any more, named by their content."""

    id = Field[str]("_id")
    case_id = Field[str]("case_id")

    @property
    def parts(self) -> Mapping[str, object]:
        """The long parts, by the fields of the entry that they belong to."""
        return {name: value for name, value in self.document.items() if name not in ("_id", "case_id")}


class CaseWords(Record):
    """A document of `case_words`, named as its case: the case's texts by what they are, folded, and pieces of them.

    `header_pieces` are those of what operators search, who search all authorities' cases.
    `version` is that of the case as they were read (`shared/contracts/searching.py`, `shared/lifecycle/case_words.py`).
    """

    id = Field[str]("_id")
    authority = Field[str]("authority")
    version = Field[int | None]("version", absent=None)
    texts = Field[Mapping[str, str]]("texts", absent=MappingProxyType({}))
    pieces = Field[tuple[str, ...]]("pieces", tuple)
    header_pieces = Field[tuple[str, ...]]("header_pieces", tuple, absent=())


class Counter(Record):
    """A document of `numbers`: the last number that was given out."""

    last = Field[int]("last")

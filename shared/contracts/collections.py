"""Every collection of the database once: its name, who writes it, the shape of its documents, and with what it grows.

Only the repositories open them (tests/architecture/test_house.py). `presences` is the runtime's own
(`shared/runtime/heartbeat.py`).
"""

from dataclasses import dataclass

from shared.contracts.documents.cases import Case, CaseWords, Counter, PastRound
from shared.contracts.documents.files import Attachment, QuestionnaireVersion
from shared.contracts.documents.ledgers import DeadLetter, DeclarationEntry, ReceiptEntry
from shared.contracts.documents.news import Mail, NewsChoice, Notification
from shared.contracts.documents.people import (
    Account,
    AuditEntry,
    Authority,
    CalendarFeed,
    CorrectionTick,
    FiltersOfOne,
    IdempotentAnswer,
    LastVisit,
    Session,
    SignInFailures,
)
from shared.contracts.documents.record import Record
from shared.contracts.documents.time_limits import TimeLimits


@dataclass(frozen=True, slots=True)
class StoredIn:
    """A collection: who `owns` it writes it, `readers` only read; `grows` says with what it does."""

    name: str
    shape: type[Record]
    owner: str
    readers: tuple[str, ...]
    grows: str


STAGE_SERVICES = "intake, questionnaire, consultation, documents"

CASES = StoredIn(
    "cases", Case, STAGE_SERVICES, ("portal", "customs_gateway"), "cases; what is current of each"
)
ROUNDS = StoredIn("rounds", PastRound, STAGE_SERVICES, ("portal",), "long texts of rounds that are past")
CASE_WORDS = StoredIn("case_words", CaseWords, STAGE_SERVICES, ("portal",), "cases; what they are found by")
NUMBERS = StoredIn("numbers", Counter, "intake", (), "not")
RECEIPTS = StoredIn("receipts", ReceiptEntry, "customs_gateway", ("portal",), "messages from customs")
DECLARATIONS = StoredIn(
    "declarations", DeclarationEntry, "customs_gateway", ("portal",), "messages to customs"
)
DEAD_LETTERS = StoredIn("dead_letters", DeadLetter, "customs_gateway", ("portal",), "failures of ours")
ATTACHMENTS = StoredIn("attachments", Attachment, "documents", (STAGE_SERVICES, "portal"), "files")
QUESTIONNAIRES = StoredIn(
    "questionnaire_versions", QuestionnaireVersion, "questionnaire", ("portal",), "versions of questionnaires"
)
FIRST_QUESTIONNAIRES = StoredIn(
    "questionnaires", QuestionnaireVersion, "the release before", ("questionnaire", "portal"), "not any more"
)
"""Versions of the first form, which cases are still asked; the release before reads no other, and bears nothing else here."""
AUTHORITIES = StoredIn(
    "authorities", Authority, "portal", ("intake", "customs_gateway"), "whom operators let in"
)
ACCOUNTS = StoredIn("accounts", Account, "portal", (), "whom operators let in")
SESSIONS = StoredIn("sessions", Session, "portal", (), "sign-ins; each ends by itself")
SIGN_IN_FAILURES = StoredIn(
    "sign_in_failures", SignInFailures, "portal", (), "wrong sign-ins; each ends by itself"
)
IDEMPOTENCY = StoredIn(
    "idempotency", IdempotentAnswer, "portal", (), "requests with a key; each ends by itself"
)
CORRECTIONS = StoredIn("corrections", CorrectionTick, "portal", (), "what officers ticked")
VISITS = StoredIn("visits", LastVisit, "portal", (), "what officers saw")
CALENDAR_FEEDS = StoredIn("calendar_feeds", CalendarFeed, "portal", (), "officers who want one")
SAVED_FILTERS = StoredIn("saved_filters", FiltersOfOne, "portal", (), "people who save some; 20 each")
NOTIFICATIONS = StoredIn(
    "notifications", Notification, "portal", (), "movements of cases; each ends after two years"
)
NEWS_CHOICES = StoredIn("news_choices", NewsChoice, "portal", (), "officers who want e-mail")
MAILS = StoredIn("mails", Mail, "portal", (), "e-mails; each ends by itself once it was sent")
TIME_LIMITS = StoredIn("time_limits", TimeLimits, "portal", (), "not")
AUDIT = StoredIn("audit", AuditEntry, "portal, fas", (), "what operators did; who signed in and out")

COLLECTIONS = (
    CASES, ROUNDS, CASE_WORDS, NUMBERS, RECEIPTS, DECLARATIONS, DEAD_LETTERS, ATTACHMENTS, QUESTIONNAIRES, FIRST_QUESTIONNAIRES,
    AUTHORITIES, ACCOUNTS, SESSIONS,
    SIGN_IN_FAILURES, IDEMPOTENCY, CORRECTIONS, VISITS, TIME_LIMITS, NOTIFICATIONS, NEWS_CHOICES, MAILS,
    CALENDAR_FEEDS, SAVED_FILTERS, AUDIT,
)  # fmt: skip

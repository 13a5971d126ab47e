"""Everything that came in for a case, went out and moved it, as the rows of one table. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.pages.ops.words import TYPES
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case, TimelineEntry
from shared.contracts.documents.ledgers import DeclarationEntry, ReceiptEntry
from shared.contracts.facts import id_of_failed, id_of_sent
from shared.contracts.states import DeclarationState, ReceiptState
from shared.contracts.vocabulary import CAUSE_LABELS, Reason, Stage, Status
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS

COLUMNS = ("at", "what", "name", "state", "stage", "status", "by", "message_id", "correlation_id", "detail")
"""Of the table as a file, where names are codes."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A receipt, a declaration or a movement (`what`); `stage` is customs' own text where it names no stage of ours."""

    what: str
    at: datetime
    name: Bilingual | str
    code: str
    stage: str
    message_id: str
    correlation_id: str
    state: ReceiptState | DeclarationState | None = None
    status: Status | None = None
    by: str = ""
    reason: Reason | None = None
    detail: str = ""
    link: str = ""

    @property
    def stage_label(self) -> Bilingual | str:
        """The stage by its name."""
        return STAGE_LABELS[Stage(self.stage)] if self.stage in list(Stage) else self.stage

    @property
    def status_label(self) -> Bilingual | None:
        """The status by its name."""
        return STATUS_LABELS[self.status] if self.status else None

    def as_columns(self) -> dict[str, object]:
        """As a row of the file."""
        return {name: getattr(self, name) for name in COLUMNS} | {"name": self.code}


def ledger_rows(
    case: Case, receipts: Sequence[ReceiptEntry], declarations: Sequence[DeclarationEntry]
) -> list[LedgerRow]:
    """Receipts, declarations and movements of a case, oldest first."""
    correlations = _correlations(receipts, declarations)
    rows = [_movement(entry, correlations.get(entry.message_id, "")) for entry in case.timeline]
    rows += [_receipt(entry) for entry in receipts]
    rows += [_declaration(entry) for entry in declarations]
    return sorted(rows, key=lambda row: row.at)


def _correlations(
    receipts: Iterable[ReceiptEntry], declarations: Iterable[DeclarationEntry]
) -> dict[str, str]:
    """The correlation id of every message that may have moved the case."""
    found = {entry.message_id: entry.correlation_id for entry in receipts if entry.message_id}
    for entry in declarations:
        told = (id_of_sent(entry.id), id_of_failed(entry.id))
        found |= dict.fromkeys((*told, *(each.replace(":", ".") for each in told)), entry.correlation_id)
    return found  # with a dot, as older versions wrote them


def _movement(entry: TimelineEntry, correlation_id: str) -> LedgerRow:
    """A step of the case; an officer's own is found in the logs by its message id."""
    return LedgerRow(
        "movement", entry.at, CAUSE_LABELS[entry.cause], entry.cause, entry.stage, entry.message_id, correlation_id,
        status=entry.status, by=entry.by,
    )  # fmt: skip


def _receipt(entry: ReceiptEntry) -> LedgerRow:
    code = entry.receipt_type or ""
    return LedgerRow(
        "receipt", entry.received_at, TYPES.get(code, code), code, entry.stage or "", entry.message_id or entry.id,
        entry.correlation_id, state=entry.state, reason=entry.reason, detail=entry.detail, link=f"/ops/receipts/{entry.id}",
    )  # fmt: skip


def _declaration(entry: DeclarationEntry) -> LedgerRow:
    return LedgerRow(
        "declaration", entry.at, TYPES[entry.type], entry.type, entry.stage, entry.id, entry.correlation_id,
        state=entry.state, detail=entry.last_error or "",
    )  # fmt: skip

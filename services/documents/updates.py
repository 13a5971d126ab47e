"""What documents writes: the signed protocol, the announcement, the certificates."""

from shared.contracts.documents.cases import Case
from shared.contracts.facts import (
    AnnouncementPublished,
    CaseFact,
    CertificateConfirmed,
    ProtocolSigned,
    own_fields,
)
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate


def keep_as_brought(case: Case, fact: CaseFact, context: RecordContext) -> StageUpdate:
    """What the receipt brings, under the names of its fact (DOMAIN E6.1, E7, E9.1)."""
    return StageUpdate(fields=fact.model_dump(mode="json", include={*own_fields(fact.cause)}))


RECORDS: dict[type, Recorder] = {
    ProtocolSigned: keep_as_brought,
    AnnouncementPublished: keep_as_brought,
    CertificateConfirmed: keep_as_brought,
}

"""What documents writes: the signed protocol, the announcement, the certificates."""

from shared.contracts.documents.cases import Case
from shared.contracts.facts import AnnouncementPublished, CertificateConfirmed, ProtocolSigned
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate


def signed_files(
    case: Case, fact: ProtocolSigned | CertificateConfirmed, moment: RecordContext
) -> StageUpdate:
    """The files that the authority downloads (DOMAIN E6.1, E9.1)."""
    return StageUpdate(fields={"attachments": [file.model_dump() for file in fact.attachments]})


def announcement(case: Case, fact: AnnouncementPublished, moment: RecordContext) -> StageUpdate:
    """What was announced (DOMAIN E7)."""
    return StageUpdate(
        fields={
            "announcement_no": fact.announcement_no,
            "title": fact.title,
            "published_on": fact.published_on.isoformat(),
        }
    )


RECORDS: dict[type, Recorder] = {
    ProtocolSigned: signed_files,
    CertificateConfirmed: signed_files,
    AnnouncementPublished: announcement,
}

"""What documents writes: the signed protocol, the announcement, the certificates."""

from shared.contracts.facts import AnnouncementPublished, CertificateConfirmed, ProtocolSigned
from shared.lifecycle.case import Document
from shared.lifecycle.movement import Change, Moment, Record


def signed_files(case: Document, fact: ProtocolSigned | CertificateConfirmed, moment: Moment) -> Change:
    """The files that the authority downloads (DOMAIN E6.1, E9.1)."""
    return Change(fields={"attachments": [file.model_dump() for file in fact.attachments]})


def announcement(case: Document, fact: AnnouncementPublished, moment: Moment) -> Change:
    """What was announced (DOMAIN E7)."""
    return Change(
        fields={
            "announcement_no": fact.announcement_no,
            "title": fact.title,
            "published_on": fact.published_on.isoformat(),
        }
    )


RECORDS: dict[type, Record] = {
    ProtocolSigned: signed_files,
    CertificateConfirmed: signed_files,
    AnnouncementPublished: announcement,
}

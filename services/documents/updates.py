"""What documents writes: the signed protocol, the announcement, the certificates (DOMAIN E6.1, E7, E9.1)."""

from shared.contracts.facts import AnnouncementPublished, CertificateConfirmed, ProtocolSigned
from shared.lifecycle.movement import Recorder, keep_as_brought

RECORDS: dict[type, Recorder] = {
    ProtocolSigned: keep_as_brought,
    AnnouncementPublished: keep_as_brought,
    CertificateConfirmed: keep_as_brought,
}

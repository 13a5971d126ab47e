"""Attachments and questionnaires as they are stored, and how a file stands in a case."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.documents.record import Field, Record, maybe
from shared.contracts.parts import FileRef
from shared.contracts.vocabulary import Purpose


class Attachment(Record):
    """A document of `attachments`: a file that was inspected and kept; its bytes stand under its SHA-256.

    `authority` is empty and `case_no` set for files of customs; `size` in bytes, `sha256` in hex.
    """

    id = Field[str]("_id")
    authority = Field[str]("authority")
    case_no = Field[str | None]("case_no")
    name = Field[str]("name")
    media_type = Field[str]("media_type")
    size = Field[int]("size")
    sha256 = Field[str]("sha256")
    by = Field[str]("by")
    at = Field[datetime]("at")
    purpose = Field("purpose", maybe(Purpose), absent=None)

    @property
    def ref(self) -> FileRef:
        """The file as messages name it."""
        return FileRef.model_validate({**self.document, "id": self.id})

    @property
    def in_case(self) -> "StoredFile":
        """The file as it stands in a case."""
        return StoredFile({**self.ref.model_dump(), "purpose": self.document.get("purpose")})


class StoredFile(Record):
    """A file as it stands in a case: a reference, with what an officer uploaded it for."""

    id = Field[str]("id")
    name = Field[str]("name")
    media_type = Field[str]("media_type")
    size = Field[int]("size")
    sha256 = Field[str]("sha256")
    purpose = Field("purpose", maybe(Purpose), absent=None)

    @property
    def ref(self) -> FileRef:
        """The file as messages name it."""
        return FileRef.model_validate(self.document)


class QuestionnaireVersion(Record):
    """A document of `questionnaire_versions`: one version, with its parts and questions; never changed."""

    id = Field[str]("_id")
    code = Field[str]("code")
    version = Field[int]("version")
    format = Field[int]("format", absent=1)
    """The form it is written in (shared/contracts/formats.py); one that says none is of the first."""

    @property
    def content(self) -> Mapping[str, object]:
        """What `Questionnaire` reads: the document without what it is stored by."""
        return {name: value for name, value in self.document.items() if name not in ("_id", "format")}

"""A case as it is stored (ARCHITECTURE, «One case, one document»), and what stands beside it."""

from typing import Any

from shared.contracts.documents.record import Field, Record
from shared.contracts.vocabulary import Kind, Stage, Status


class Case(Record):
    """A document of `cases`."""

    id = Field[str]("_id")
    case_no = Field[str | None]("case_no")
    kind = Field("kind", Kind)
    authority = Field[str]("authority")
    stage = Field("stage", Stage)
    status = Field("status", Status)
    version = Field[int]("version")


NO_DRAFT: dict[str, Any] = {"text_zh": "", "text_en": "", "text_other": "", "attachments": []}
"""The draft of a consultation's reply where none is stored."""


class PastRound(Record):
    """A document of `rounds`: the long parts of one entry that is not current any more."""

    id = Field[str]("_id")
    case_id = Field[str]("case_id")


class Counter(Record):
    """A document of `numbers`: the last number that was given out."""

    last = Field[int]("last")

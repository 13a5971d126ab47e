"""The gateway's ledgers as they are stored: receipts, declarations, dead letters."""

from shared.contracts.documents.record import Field, Record


class ReceiptEntry(Record):
    """A document of `receipts`."""

    id = Field[str]("_id")
    version = Field[int]("version")


class DeclarationEntry(Record):
    """A document of `declarations`."""

    id = Field[str]("_id")
    version = Field[int]("version")


class DeadLetter(Record):
    """A document of `dead_letters`."""

    id = Field[str]("_id")
    version = Field[int]("version")

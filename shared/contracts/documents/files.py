"""Attachments and questionnaires as they are stored."""

from shared.contracts.documents.record import Field, Record


class Attachment(Record):
    """A document of `attachments`."""

    id = Field[str]("_id")
    authority = Field[str]("authority")


class QuestionnaireVersion(Record):
    """A document of `questionnaires`, which `Questionnaire` reads as a whole."""

    id = Field[str]("_id")

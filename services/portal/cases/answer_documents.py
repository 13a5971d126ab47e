"""The answers of a case as documents, for the pages that read them by their keys, for now."""

from shared.contracts.documents.cases import Case
from shared.lifecycle.case import Document
from shared.questionnaires.answers import stored_answers


def answer_documents(case: Document) -> dict[str, Document]:
    """The answers by question, with their files as references."""
    return {question: dict(answer.document) for question, answer in stored_answers(Case(case)).items()}

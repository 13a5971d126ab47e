"""The answers of a case to its questionnaires."""

from collections.abc import Mapping, Sequence

from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Answer, Question, Questionnaire, all_questions
from shared.contracts.texts import is_blank
from shared.contracts.vocabulary import Stage
from shared.questionnaires.relevance import asked_now

NOT_ANSWERED = StoredAnswer({"value": None, "note": "", "attachments": [], "version": 0})
"""What stands for an answer that is not stored."""


def to_be_confirmed(
    asked: Sequence[Questionnaire], answers: Mapping[str, StoredAnswer]
) -> tuple[Question, ...]:
    """The questions asked as the answers stand whose answer was taken from an earlier case and is not confirmed, in order."""
    waiting = {name for name, answer in answers.items() if answer.to_be_confirmed}
    if not waiting:
        return ()
    return tuple(each for each in all_questions(asked_now(asked, answers)) if each.id in waiting)


def stored_answers(case: Case) -> Mapping[str, StoredAnswer]:
    """The answers by question, with their files as references."""
    entered = case.stages.get(Stage.QUESTIONNAIRE)
    return entered.answers if entered else {}


def answers_of(case: Case) -> dict[str, Answer]:
    """The answers by question, with their files as ids."""
    return {question: answer_of(answer) for question, answer in stored_answers(case).items()}


def answer_of(stored: StoredAnswer) -> Answer:
    """A stored answer with its files as ids."""
    files = tuple(file.id for file in stored.attachments)
    return Answer(value=stored.value, note=stored.note, attachments=files, version=stored.version)


def is_given(answer: StoredAnswer | None) -> bool:
    """Whether an answer says anything: a value, a note or a file. Zero is a value; white space is none."""
    if answer is None:
        return False
    return is_filled(answer.value) or not is_blank(answer.note) or bool(answer.attachments)


def is_filled(value: object) -> bool:
    """Whether a value says anything: zero does, a table of blank cells does not."""
    if isinstance(value, str):
        return not is_blank(value)
    if isinstance(value, dict):
        return any(map(is_filled, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_filled, value))
    return value is not None

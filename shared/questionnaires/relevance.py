"""Which questions a case is asked as its answers stand. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from shared.contracts.question_rules import Condition
from shared.contracts.questionnaires import Part, Question, Questionnaire, all_questions


class HasValue(Protocol):
    """An answer, as it came or as it is stored."""

    @property
    def value(self) -> object:
        """What was answered."""
        ...


def asked_now(asked: Sequence[Questionnaire], answers: Mapping[str, HasValue]) -> tuple[Questionnaire, ...]:
    """The questionnaires with the relevant questions alone; every part stays, even an empty one.

    The answer to a question that is not asked itself counts for nothing, whatever was kept of it.
    """
    relevant = relevant_questions(asked, answers)
    return tuple(_keeping(each, relevant) for each in asked)


def relevant_questions(asked: Sequence[Questionnaire], answers: Mapping[str, HasValue]) -> frozenset[str]:
    """The ids of the questions that are asked; an unknown question, of another version, fulfils no condition."""
    questions = {question.id: question for question in all_questions(asked)}
    known: dict[str, bool] = {}

    def is_asked(name: str) -> bool:
        if name not in known:
            known[name] = False  # a circle, which the reader of catalogues refuses, is asked nowhere
            known[name] = name in questions and all(map(holds, questions[name].relevant))
        return known[name]

    def holds(condition: Condition) -> bool:
        answer = answers.get(condition.question)
        return answer is not None and is_asked(condition.question) and fulfils(condition, answer.value)

    return frozenset(name for name in questions if is_asked(name))


def only_relevant[A: HasValue](asked: Sequence[Questionnaire], answers: Mapping[str, A]) -> dict[str, A]:
    """The answers without those that are kept for questions that are not asked now."""
    relevant = relevant_questions(asked, answers)
    return {name: answer for name, answer in answers.items() if name in relevant}


def fulfils(condition: Condition, value: object) -> bool:
    """Whether a value is what the condition wants; nothing answered never is."""
    if condition.at_least is not None:
        return isinstance(value, int | float) and value >= condition.at_least
    given = {
        each for each in (value if isinstance(value, tuple) else (value,)) if each and isinstance(each, str)
    }
    if condition.any_of:
        return bool(given & set(condition.any_of))
    return bool(given) and not given & set(condition.none_of)


def _keeping(questionnaire: Questionnaire, relevant: frozenset[str]) -> Questionnaire:
    if not any(question.relevant for question in all_questions([questionnaire])):
        return questionnaire
    return with_questions(questionnaire, lambda question: question.id in relevant)


def with_questions(questionnaire: Questionnaire, keeps: Callable[[Question], bool]) -> Questionnaire:
    """The questionnaire with some of its questions; every part stays."""
    parts = (
        Part(**{**dict(part), "questions": tuple(filter(keeps, part.questions))})
        for part in questionnaire.parts
    )
    return questionnaire.model_copy(update={"parts": tuple(parts)})

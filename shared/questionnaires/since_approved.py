"""What became of the answers that customs approved last, in a retrospective check. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.parts import ApprovedAnswer
from shared.contracts.questionnaires import Questionnaire, all_questions
from shared.questionnaires.answers import is_given
from shared.questionnaires.carrying import digest_of
from shared.questionnaires.relevance import relevant_questions


class Compared(NamedTuple):
    """Questions that are asked now and were approved, in order, by what became of the answer."""

    same: list[str]
    changed: list[str]
    not_given: list[str]


def changed_since(
    asked: Sequence[Questionnaire],
    answers: Mapping[str, StoredAnswer],
    approved: Mapping[str, ApprovedAnswer],
) -> Compared:
    """What became of each answer that was approved, where its question is asked now."""
    relevant, found = relevant_questions(asked, answers), Compared([], [], [])
    for name in (each.id for each in all_questions(asked) if each.id in approved and each.id in relevant):
        answer = answers.get(name)
        if answer is None or not is_given(answer):
            found.not_given.append(name)
        else:
            (found.same if digest_of(answer) == approved[name].digest else found.changed).append(name)
    return found

"""Which answers of earlier cases a case may take over, and which have no place in it. Pure.

A question is the same where its id is (of whichever version), or where another questionnaire has one of that name: taken
together with others only where it is asked in the same words.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby

from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.numbers import number_of
from shared.contracts.parts import AnswerSource, ApprovedAnswer
from shared.contracts.questionnaires import (
    Column,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
    placed_questions,
)
from shared.contracts.reading import date_of
from shared.contracts.texts import is_blank
from shared.contracts.vocabulary import Kind, Stage, Status
from shared.questionnaires.answers import is_given, stored_answers
from shared.questionnaires.relevance import only_relevant, relevant_questions
from shared.questionnaires.tables import is_prepared, options_of, rows_of, says_something


class Misfit(StrEnum):
    """Why an answer has no place in a questionnaire."""

    NOT_ASKED = "not_asked"
    KIND = "kind"
    OPTION = "option"
    COLUMN = "column"
    ROW = "row"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A case of the same authority whose questionnaire was submitted, with the questionnaires that it was asked."""

    case: Case
    asked: tuple[Questionnaire, ...]

    @property
    def submitted_at(self) -> datetime:
        """When it was submitted last."""
        at = self.case.stages[Stage.QUESTIONNAIRE].submitted_at
        if at is None:
            raise ValueError(f"case {self.case.id} was never submitted")
        return at

    @property
    def approved(self) -> bool:
        """Whether customs approved its questionnaire."""
        return self.case.stages[Stage.QUESTIONNAIRE].status is Status.APPROVED

    def answers(self) -> dict[str, StoredAnswer]:
        """What was submitted: not what was changed since then, nor what is kept of questions that were not asked."""
        given = only_relevant(self.asked, stored_answers(self.case))
        return {
            name: answer
            for name, answer in given.items()
            if is_given(answer) and (answer.at is None or answer.at <= self.submitted_at)
        }


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer of an earlier case, with the question as it was asked there."""

    asked: Question
    part: str
    answer: StoredAnswer
    source: AnswerSource


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that a question may take over; `same_words` where both ask it alike."""

    question: Question
    earlier: EarlierAnswer
    same_words: bool

    @property
    def together(self) -> bool:
        """Whether it is taken with all others: the same question by its id, or in the same words."""
        return self.same_words or self.earlier.source.question == self.question.id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An answer to an earlier version of the questionnaire that has no place in this one."""

    earlier: EarlierAnswer
    why: Misfit


@dataclass(frozen=True, slots=True)
class Carried:
    """What a case may take over, by question, and what it can't."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()


def carried(case: Case, asked: Sequence[Questionnaire], earlier: Iterable[EarlierCase]) -> Carried:
    """The best earlier answer to each question: an approved one before others, then the one submitted last.

    In a retrospective check what was approved for the same questionnaire goes before all.
    """
    ranked = sorted(earlier, key=lambda each: (each.approved, each.submitted_at), reverse=True)
    found = [(each, [*_answers_of(each)]) for each in ranked]
    by_name = _by_name(answers for _, answers in found)
    offers: dict[str, Offer] = {}
    for question in all_questions(asked):
        fitting = _fitting(question, by_name.get(_name_of(question.id), ()))
        if case.kind is Kind.RETROSPECTIVE:
            fitting = iter(sorted(fitting, key=lambda each: not _approved_here(each)))
        if best := next(fitting, None):
            offers[question.id] = best
    return Carried(offers, tuple(_left_out(case, asked, found)))


def to_take(
    asked: Sequence[Questionnaire], answers: Mapping[str, StoredAnswer], offers: Mapping[str, Offer]
) -> dict[str, Offer]:
    """Those of the offers that are taken together: to questions without an answer that are asked once all of it is taken."""
    offered = {
        name: each for name, each in offers.items() if each.together and not is_given(answers.get(name))
    }
    then = {**answers, **{name: each.earlier.answer for name, each in offered.items()}}
    relevant = relevant_questions(asked, then)
    return {name: each for name, each in offered.items() if name in relevant}


def approved_last(offers: Mapping[str, Offer]) -> dict[str, ApprovedAnswer]:
    """By question what customs approved last of it in the same questionnaire."""
    return {
        name: ApprovedAnswer(
            case_no=each.earlier.source.case_no, submitted_at=each.earlier.source.submitted_at,
            digest=digest_of(each.earlier.answer),
        )
        for name, each in offers.items() if _approved_here(each)
    }  # fmt: skip


def digest_of(answer: StoredAnswer) -> str:
    """The SHA-256 of what an answer says: value, note and the content of its files.

    Empty cells and rows, and blanks around a text, say nothing.
    """
    value: object = answer.value
    if isinstance(value, tuple):
        cells = [
            {code: text.strip() for code, text in each.items() if not is_blank(text)}
            if isinstance(each, dict)
            else each
            for each in value
        ]
        value = [each for each in cells if each] or None
    elif isinstance(value, str):
        value = None if is_blank(value) else value.strip()
    files = sorted(file.sha256 for file in answer.attachments)
    said = json.dumps([value, answer.note.strip(), files], ensure_ascii=False, sort_keys=True)
    return sha256(said.encode()).hexdigest()


def misfit(question: Question, earlier: EarlierAnswer) -> Misfit | None:
    """Why an answer is none to this question; None where it is one."""
    value = earlier.answer.value
    if question.kind is not earlier.asked.kind:
        return Misfit.KIND
    if question.choices and not _is_offered(question, earlier):
        return Misfit.OPTION
    if question.kind is not QuestionKind.TABLE:
        return None
    filled = [row for row in rows_of(value) if says_something(earlier.asked, row)]
    if question.only_prepared and not all(is_prepared(question, row) for row in filled):
        return Misfit.ROW
    columns = {column.code: column for column in question.columns}
    cells = [(code, text) for row in filled for code, text in row.items() if not is_blank(text)]
    if any(code not in columns for code, _ in cells):
        return Misfit.COLUMN
    readable = all(_can_read(question, columns[code], text) for code, text in cells)
    return None if readable else Misfit.CELL


def _is_offered(question: Question, earlier: EarlierAnswer) -> bool:
    """Whether every chosen option is offered; in another questionnaire by the same words, too: a code alone may mean more."""
    value = earlier.answer.value
    codes = {
        each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, str) and each
    }
    here, there = (
        {each.code: (each.zh, each.en) for each in one.choices} for one in (question, earlier.asked)
    )
    if question.id == earlier.asked.id:
        return codes <= here.keys()
    return all(code in here and here[code] == there.get(code) for code in codes)


def _can_read(question: Question, column: Column, text: str) -> bool:
    """Whether a cell is of its column's kind; what is calculated is calculated anew."""
    if column.calculated:
        return True
    match column.kind:
        case "number":
            return number_of(text) is not None
        case "date":
            return date_of(text) is not None
        case "choice" | "yes_no":
            return text.strip() in options_of(question, column)
    return True


def _answers_of(earlier: EarlierCase) -> Iterator[EarlierAnswer]:
    answers, case = earlier.answers(), earlier.case
    for questionnaire, part, question in placed_questions(earlier.asked):
        if question.id in answers:
            source = AnswerSource(
                case_id=case.id, case_no=case.case_no or "", specific=case.specific, question=question.id,
                version=questionnaire.version, submitted_at=earlier.submitted_at, approved=earlier.approved,
            )  # fmt: skip
            yield EarlierAnswer(question, part.number, answers[question.id], source)


def _by_name(found: Iterable[Sequence[EarlierAnswer]]) -> dict[str, list[EarlierAnswer]]:
    """All earlier answers by the name of their question, the best case's first."""
    named: dict[str, list[EarlierAnswer]] = {}
    for answers in found:
        for each in answers:
            named.setdefault(_name_of(each.asked.id), []).append(each)
    return named


def _fitting(question: Question, earlier: Iterable[EarlierAnswer]) -> Iterator[Offer]:
    """Those that are answers here, too: of one case that under the question's own id before another questionnaire's."""
    of_cases = groupby(earlier, key=lambda each: each.source.case_id)
    for _, answers in of_cases:
        for each in sorted(answers, key=lambda each: each.asked.id != question.id):
            if misfit(question, each) is None:
                yield Offer(question, each, _words(question) == _words(each.asked))


def _left_out(
    case: Case, asked: Sequence[Questionnaire], found: Sequence[tuple[EarlierCase, Sequence[EarlierAnswer]]]
) -> Iterator[LeftOut]:  # fmt: skip
    """Of each questionnaire the answers to its last earlier version that have no place: questions of other foods aside."""
    for questionnaire in asked:
        here = {question.id: question for question in all_questions([questionnaire])}
        answers = next((
            answers for earlier, answers in found
            if any(
                each.code == questionnaire.code and each.version != questionnaire.version for each in earlier.asked
            )
        ), ())  # fmt: skip
        for each in answers:
            name = each.asked.id
            foreign = each.asked.only_for and not {*each.asked.only_for} & {*case.specific}
            if name.partition(".")[0] != questionnaire.code or foreign:
                continue
            why = misfit(here[name], each) if name in here else Misfit.NOT_ASKED
            if why:
                yield LeftOut(each, why)


def _approved_here(offer: Offer) -> bool:
    return offer.earlier.source.approved and offer.earlier.source.question == offer.question.id


def _name_of(question: str) -> str:
    """The name of a question within its questionnaire."""
    return question.partition(".")[2]


def _words(question: Question) -> tuple[str, str]:
    return question.text_zh, question.text_en

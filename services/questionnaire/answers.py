"""Merging answers and putting them together for customs. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from xml.sax.saxutils import escape

from services.questionnaire.carrying import mark_of, refuse_overtaken, statement_of
from services.questionnaire.checks import check_answer
from services.questionnaire.completeness import open_required
from shared.contracts.commands import SaveAnswers, TakeAnswers
from shared.contracts.documents.answers import field_of
from shared.contracts.documents.cases import Case
from shared.contracts.documents.record import documents_of
from shared.contracts.events import AnsweredQuestion
from shared.contracts.faults import FieldFault
from shared.contracts.numbers import number_text
from shared.contracts.parts import ApprovedAnswer
from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
    placed_questions,
)
from shared.contracts.reading import date_of
from shared.contracts.texts import is_blank
from shared.lifecycle.movement import RecordContext, StageUpdate
from shared.lifecycle.validation import raise_if_faults
from shared.questionnaires.answers import NOT_ANSWERED, answers_of, is_given, stored_answers
from shared.questionnaires.format_checks import format_faults, latest_day, told
from shared.questionnaires.missing import Missing, demanded, missing
from shared.questionnaires.relevance import asked_now
from shared.questionnaires.row_checks import incomplete_rows
from shared.questionnaires.tables import filled_rows, rows_of, understood_row

NOTHING_APPROVED: Mapping[str, ApprovedAnswer] = MappingProxyType({})
DECLARATION_BYTES = 1_000_000
"""What the answers may take of a declaration's 1 MiB; the rest is its head and the marks around them."""
ANSWER_BYTES, CELL_BYTES, FILE_BYTES = 300, 60, 1300
LONGEST_NAMED = 5
WRITTEN_LONGER = {"\r": "&#13;"} | {chr(code): "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}
"""What XML writes longer than it was typed, besides markup."""


def questions_of(asked: Sequence[Questionnaire]) -> dict[str, Question]:
    """The questions of a case by id, in order."""
    return {question.id: question for question in all_questions(asked)}


def understood(question: Question, answer: Answer) -> Answer:
    """The answer as it is kept: a date whose year stands first is a day, however it was written; all else stays.

    In a table a number is its digits, too, empty cells and rows are none, and what it calculates is calculated, whatever was
    given.
    """
    if question.kind is QuestionKind.DATE and isinstance(answer.value, str):
        text = "" if is_blank(answer.value) else answer.value
        return answer.model_copy(update={"value": date_of(text) or text})
    if question.kind is QuestionKind.TABLE and (rows := rows_of(answer.value)):
        kept = (understood_row(question, row) for row in rows)
        return answer.model_copy(update={"value": tuple(row for row in kept if row)})
    return answer


def merged(
    asked: Sequence[Questionnaire], case: Case, command: SaveAnswers | TakeAnswers, moment: RecordContext
) -> StageUpdate:
    """The new answers over the saved ones; RequestRejected names every wrong one, or every one that changed meanwhile.

    Nothing of a refused command is written. An answer that stays as it is keeps its mark, too.
    """
    questions = questions_of(asked)
    answers = {
        name: understood(questions[name], answer) if name in questions else answer
        for name, answer in command.answers.items()
    }
    raise_if_faults(_wrong(questions, answers))
    saved, stored = answers_of(case), stored_answers(case)
    refuse_overtaken(stored, [
        name for name, answer in answers.items()
        if (before := saved.get(name)) and before.version != answer.version and _content(before) != _content(answer)
    ])  # fmt: skip
    fields: dict[str, object] = {}
    versions = {}
    for question, answer in answers.items():
        before = saved.get(question)
        same = before is not None and _content(before) == _content(answer)
        versions[question] = before.version if before and same else (before.version if before else 0) + 1
        if not same:
            files = documents_of(moment.files[file] for file in answer.attachments)
            content = answer.model_dump(mode="json") | {"attachments": files, "version": versions[question]}
            mark = mark_of(command, question, answer, stored.get(question), moment.at)
            fields[f"answers.{field_of(question)}"] = content | {"at": moment.at, "by": command.by} | mark
    still_open = open_required(asked, dict(saved) | answers)
    fields["open_required"] = still_open
    return StageUpdate(fields=fields, versions=versions, open_required=tuple(still_open))


def submitted_answers(
    asked: Sequence[Questionnaire], case: Case, approved: Mapping[str, ApprovedAnswer] = NOTHING_APPROVED
) -> tuple[AnsweredQuestion, ...]:
    """Every given answer to what is asked now, in the order of the questionnaires, each readable alone (CONTRACT 2).

    Of what was `approved` last it says whether it is still the same; where it is not answered any more, that alone. An emptied
    answer is none.
    """
    answers = answers_of(case)
    given = {name: answer for name, answer in stored_answers(case).items() if is_given(answer)}
    return tuple(
        AnsweredQuestion(
            questionnaire=each.code, version=each.version, question=question.id, kind=question.kind,
            answer=answers[question.id] if question.id in given else NO_ANSWER,
            attachments=tuple(file.ref for file in given.get(question.id, NOT_ANSWERED).attachments),
            statement=statement_of(given.get(question.id, NOT_ANSWERED), approved.get(question.id)),
        )
        for each, _, question in placed_questions(asked_now(asked, answers))
        if question.id in given or question.id in approved
    )  # fmt: skip


def size_faults(answers: Sequence[AnsweredQuestion]) -> list[FieldFault]:
    """More than one declaration can carry (CONTRACT 2, 1 MiB): a prompt at each of the longest answers."""
    sizes = {each.question: _bytes_of(each) for each in answers}
    total = sum(sizes.values())
    if total <= DECLARATION_BYTES:
        return []
    longest = sorted(sizes, key=lambda question: -sizes[question])[:LONGEST_NAMED]
    zh = f"全部答案共{total}字节，一次最多可提交{DECLARATION_BYTES}字节；请缩短此题答案，或改用附件。"
    en = f"All answers have {total} bytes; one submission takes {DECLARATION_BYTES}. Shorten this answer or attach a file."
    return [FieldFault(question, "submission_too_large", zh, en) for question in longest]


def submission_faults(
    asked: Sequence[Questionnaire], answers: Mapping[str, Answer], at: datetime
) -> list[FieldFault]:
    """What keeps the answers from being submitted at a time: what is still open, and what contradicts the format."""
    still_open = open_required(asked, answers)
    wrong = format_faults(asked, answers, latest_day(at))
    return [*open_faults(asked, still_open, answers), *wrong]


def open_faults(
    asked: Sequence[Questionnaire], still_open: Sequence[str], answers: Mapping[str, Answer]
) -> list[FieldFault]:
    """A prompt for each thing that an open question lacks; for a table that was begun, one for each row and cell."""
    questions = questions_of(asked)
    return [fault for name in still_open for fault in _open(questions[name], answers.get(name, NO_ANSWER))]


def _open(question: Question, answer: Answer) -> list[FieldFault]:
    lacks = missing(question, answer)
    if Missing.VALUE not in lacks:
        return told(question, [demanded(question, answer, lack) for lack in lacks])
    if rows := told(question, incomplete_rows(question, answer) if _is_begun(question, answer) else ()):
        beside = [demanded(question, answer, lack) for lack in lacks if lack is not Missing.VALUE]
        return [*rows, *told(question, beside)]
    with_file = Missing.ATTACHMENT in lacks
    zh, en = ("（须附附件）", ", with a file") if with_file else ("", "")
    zh, en = f"必填项未完成{zh}：{question.text_zh}", f"Still to be answered{en}: {question.text_en}"
    return [FieldFault(question.id, "required", zh, en)]


def _is_begun(question: Question, answer: Answer) -> bool:
    return question.kind is QuestionKind.TABLE and any(filled_rows(question, answer.value))


def _wrong(questions: Mapping[str, Question], answers: Mapping[str, Answer]) -> list[FieldFault]:
    faults = [
        FieldFault(name, "unknown_question", f"问卷中没有此题：{name}", f"The questionnaire has no question {name}.")
        for name in answers if name not in questions
    ]  # fmt: skip
    known = ((questions[name], answer) for name, answer in answers.items() if name in questions)
    return faults + [fault for question, answer in known for fault in check_answer(question, answer)]


def _bytes_of(answered: AnsweredQuestion) -> int:
    """The most that an answer takes in the declaration's XML."""
    value = answered.answer.value
    parts = value if isinstance(value, tuple) else (value,)
    texts = [
        answered.answer.note,
        answered.statement,
        *(_written(cell) for part in parts for cell in _cells(part)),
    ]
    marks = ANSWER_BYTES + CELL_BYTES * len(texts) + FILE_BYTES * len(answered.attachments)
    return marks + sum(len(escape(text, WRITTEN_LONGER).encode()) for text in texts)


def _cells(part: object) -> list[object]:
    return list(part.values()) if isinstance(part, dict) else [part]


def _written(cell: object) -> str:
    return number_text(cell) if isinstance(cell, int | float) else str(cell)


def _content(answer: Answer) -> object:
    return answer.value, answer.note, answer.attachments
